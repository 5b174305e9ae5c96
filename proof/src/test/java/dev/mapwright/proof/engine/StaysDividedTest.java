package dev.mapwright.proof.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What only asks, and what only removes, leaves a space in its parts: it acquires nothing, so it
 * can't fail for want of memory, and threads that work apart go on apart. What changes a range in
 * several parts in one step gathers them.
 */
final class StaysDividedTest {
  private static final int PAGES = 1 << 12;
  private static final int PARTS = 4;

  private final Machine machine = SimulatedMachine.create(1L << 24);
  private final AddressSpace space = AddressSpace.create(machine, "divided", 0, PAGES - 1).get();
  private final MemoryObject object = MemoryObject.paged(machine, 1).get();

  @BeforeEach
  void divide() {
    for (long page = 0; page < PAGES; page += 2) {
      MapRequest request = new MapRequest().object(object, 0).pages(1);
      request.where().at(page);
      assertThat(space.root().map(request)).isEqualTo(Outcome.OK);
    }
    for (int part = 1; part < PARTS; part++) {
      long border = (long) part * PAGES / PARTS;
      assertThat(SpaceParts.divide(space, border - 1, border - 1, border, border)).isTrue();
    }
    assertThat(SpaceParts.count(space)).isEqualTo(PARTS);
  }

  @AfterEach
  void close() throws Exception {
    space.close();
    ((AutoCloseable) machine).close();
  }

  @Test
  void questions_about_ranges_in_several_parts_gather_nothing() {
    assertThat(space.firstMapping(1, PAGES - 1)).isNotNull();
    assertThat(space.firstMapping(1, PAGES - 1, new FoundMapping())).isTrue();
    assertThat(space.mappingOf(PAGES - 2)).isNotNull();
    assertThat(space.root().free(1, PAGES - 1)).isFalse();
    int[] seen = new int[1];
    space.forEachMapping(mapping -> seen[0]++);
    assertThat(seen[0]).isEqualTo(PAGES / 2).isEqualTo(space.mappings());
    assertThat(SpaceParts.count(space)).isEqualTo(PARTS);
  }

  @Test
  void unmapping_a_range_in_several_parts_gathers_nothing() {
    assertThat(space.root().unmap(1, PAGES - 2)).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isEqualTo(1);
    assertThat(SpaceParts.count(space)).isEqualTo(PARTS);
  }

  @Test
  void unmapping_what_has_a_tag_gathers_nothing() {
    assertThat(space.root().unmapTagged(0, PAGES, 0)).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isZero();
    assertThat(SpaceParts.count(space)).isEqualTo(PARTS);
  }

  @Test
  void what_changes_a_range_in_several_parts_gathers_them() {
    long border = PAGES / PARTS;
    for (long page = border - 1; page <= 2 * border; page += 2) {
      MapRequest request = new MapRequest().object(object, 0).pages(1);
      request.where().at(page);
      assertThat(space.root().map(request)).isEqualTo(Outcome.OK);
    }
    assertThat(SpaceParts.count(space)).isEqualTo(PARTS);
    assertThat(space.root().protect(border - 2, border + 2, Permissions.READ))
        .isEqualTo(Outcome.OK);
    assertThat(SpaceParts.count(space)).isLessThan(PARTS);
  }
}
