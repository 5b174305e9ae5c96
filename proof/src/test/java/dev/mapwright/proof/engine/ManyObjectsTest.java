package dev.mapwright.proof.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A space that shows thousands of objects: records know them by numbers, which are given out, come
 * back and are given out again. A page shows the object that was mapped there last, or none.
 */
class ManyObjectsTest {
  private static final int OBJECTS = 6_000;
  private static final int PAGES = 9_000;
  private static final long FIRST_PAGE = 0x1000;

  private final SimulatedMachine machine = SimulatedMachine.create(16L << 20);
  private final AddressSpace space =
      AddressSpace.create(machine, "space", FIRST_PAGE, FIRST_PAGE + PAGES - 1).get();
  private final MapRequest request = new MapRequest();
  private final List<MemoryObject> objects = new ArrayList<>();

  /** What each page shows. */
  private final @Nullable MemoryObject[] shown = new MemoryObject[PAGES];

  @AfterEach
  void close() {
    machine.close();
  }

  private void makeObjects() {
    for (int i = 0; i < OBJECTS; i++) {
      objects.add(MemoryObject.paged(machine, 8).get());
    }
  }

  private Outcome map(MemoryObject object, int page, int pages) {
    request.clear().object(object, 0).pages(pages).permissions(Permissions.READ_WRITE);
    request.where().overwrite(FIRST_PAGE + page);
    return space.root().map(request);
  }

  private void step(Random random) {
    int page = random.nextInt(PAGES - 8);
    int pages = 1 + random.nextInt(random.nextInt(4) == 0 ? 8 : 1);
    MemoryObject object = null;
    if (random.nextInt(3) == 0) {
      assertThat(space.root().unmap(FIRST_PAGE + page, pages)).isEqualTo(Outcome.OK);
    } else {
      object = objects.get(random.nextInt(OBJECTS));
      assertThat(map(object, page, pages)).isEqualTo(Outcome.OK);
    }
    Arrays.fill(shown, page, page + pages, object);
  }

  private void compare() {
    for (int page = 0; page < PAGES; page++) {
      MappingInfo mapping = space.mappingOf(FIRST_PAGE + page);
      MemoryObject found = mapping == null ? null : mapping.object();
      assertThat(found).as("page %d", page).isSameAs(shown[page]);
    }
    assertThat(Invariants.violations(machine)).isEmpty();
  }

  @Test
  void each_page_shows_the_object_that_was_mapped_there_last() {
    makeObjects();
    Random random = new Random(4);
    for (int step = 0; step < 60_000; step++) {
      step(random);
    }
    compare();
    // Everything at once, so that more objects have numbers than ever; then back.
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      assertThat(space.root().unmap(FIRST_PAGE, PAGES)).isEqualTo(Outcome.OK);
      for (int page = 0; page < OBJECTS; page++) {
        assertThat(map(objects.get(page), page, 1)).isEqualTo(Outcome.OK);
      }
      assertThat(Invariants.violations(machine)).isEmpty();
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
    }
    compare();
    assertThat(space.root().unmap(FIRST_PAGE, PAGES)).isEqualTo(Outcome.OK);
    Arrays.fill(shown, null);
    compare();
    for (MemoryObject object : objects) {
      assertThat(object.references()).isEqualTo(1);
      object.release();
    }
  }

  @Test
  void a_space_that_can_get_no_memory_shows_what_it_did() {
    makeObjects();
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      int page = random.nextInt(PAGES);
      MemoryObject object = objects.get(i);
      machine.failures().failNth(1 + random.nextInt(6));
      Outcome outcome = map(object, page, 1);
      machine.failures().off();
      if (outcome == Outcome.OK) {
        shown[page] = object;
      } else {
        assertThat(outcome).isEqualTo(Outcome.OUT_OF_RECORDS);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(500);
    compare();
  }

  @Test
  void one_object_mapped_again_and_again_takes_nothing_more() {
    MemoryObject object = MemoryObject.paged(machine, 8).get();
    long bytes = 0;
    for (int i = 0; i < 100; i++) {
      assertThat(map(object, 7, 1)).isEqualTo(Outcome.OK);
      assertThat(space.root().unmap(FIRST_PAGE + 7, 1)).isEqualTo(Outcome.OK);
      if (i == 1) {
        bytes = space.recordBytes();
      }
    }
    assertThat(space.recordBytes()).isEqualTo(bytes);
    assertThat(Invariants.violations(machine)).isEmpty();
  }
}
