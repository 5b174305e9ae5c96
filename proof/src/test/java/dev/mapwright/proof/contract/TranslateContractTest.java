package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Translated;
import org.junit.jupiter.api.Test;

/** Asking what an access would meet. */
@OnEverySubstrate
class TranslateContractTest extends Contract {
  private final MemoryObject object = object(4);
  private final long a = map(object, 6, 0x2000);

  TranslateContractTest(Substrate substrate) {
    super(substrate);
  }

  @Test
  void asking_changes_nothing_at_all() {
    store(a, 1);
    space.trackDirty(true);
    space.collectDirty(0x2000, 6, true, (page, pages) -> {}).orThrow();
    cpu.flush();
    StateImage before = StateImage.of(machine);
    long entry = space.translation().entry(0x2000);
    int events = space.events().size();
    long tables = space.translation().tables();
    machine.failures().countOnly();
    for (int i = 0; i < 8; i++) {
      for (Access access : Access.values()) {
        space.translate(a + i * BYTES, access);
        space.translation().walk(0x2000 + i);
        space.mappingOf(0x2000 + i);
      }
    }
    assertThat(machine.failures().asked()).isZero();
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
    assertThat(space.translation().entry(0x2000)).isEqualTo(entry);
    assertThat(TranslationEntry.dirty(entry)).isFalse();
    assertThat(space.events()).hasSize(events);
    assertThat(space.translation().tables()).isEqualTo(tables);
    space.collectDirty(0x2000, 6, false, (page, pages) -> assertThat(page).isNegative()).orThrow();
  }

  @Test
  void it_foretells_what_the_access_does() {
    MemoryObject parent = object(4);
    put(parent, 0, 9);
    MemoryObject child = keep(parent.child(ChildKind.LIVE_VIEW, 0, 4).get());
    long b = map(child, 4, 0x3000);
    Translated reading = space.translate(b, Access.READ);
    assertThat(reading.reason()).isNull();
    assertThat(reading.commits()).isFalse();
    assertThat(reading.pfn()).isEqualTo(parent.frameOf(0));
    assertThat(space.translate(b, Access.WRITE).commits()).isTrue();
    store(b, 1);
    Translated writing = space.translate(b, Access.WRITE);
    assertThat(writing.commits()).isFalse();
    assertThat(writing.pfn()).isEqualTo(child.frameOf(0)).isNotEqualTo(reading.pfn());
    assertThat(space.translate(a + 2 * BYTES, Access.READ).pfn()).isEqualTo(Frames.NONE);
    assertThat(space.translate(a + 4 * BYTES, Access.READ).reason())
        .isEqualTo(FaultReason.BEYOND_OBJECT);
    assertThat(space.translate(a, Access.FETCH).reason())
        .isEqualTo(substrate.tellsFetchesFromReads() ? FaultReason.DENIED : null);
    assertThat(space.translate(a + 6 * BYTES, Access.READ).reason())
        .isEqualTo(FaultReason.UNMAPPED);
    root().protect(0x2000, 1, Permissions.NONE).orThrow();
    assertThat(space.translate(a, Access.READ).reason()).isEqualTo(FaultReason.DENIED);
    space.close();
    assertThat(space.translate(a, Access.READ).reason()).isEqualTo(FaultReason.UNMAPPED);
  }

  @Test
  void an_access_gets_what_was_asked_for_and_what_the_format_can_not_tell_from_it() {
    for (int asked = Permissions.NONE; asked <= Permissions.ALL; asked++) {
      int allowed = space.translation().effective(asked);
      assertThat(allowed & asked).isEqualTo(asked);
      assertThat(space.translation().effective(allowed)).isEqualTo(allowed);
      if (asked == Permissions.NONE
          || asked == Permissions.EXECUTE && substrate.tellsFetchesFromReads()) {
        assertThat(allowed).as("nothing, and execute alone, are kept apart").isEqualTo(asked);
      }
      // In every order of accesses: the first one makes the entry.
      for (Access first : Access.values()) {
        long page = 0x4000 + 8L * asked + first.ordinal();
        of(object, 1).permissions(asked).where().at(page);
        root().map(request).orThrow();
        tryAccess(page, first, allowed);
        for (Access then : Access.values()) {
          tryAccess(page, then, allowed);
        }
      }
    }
  }

  private void tryAccess(long page, Access access, int allowed) {
    long address = Pages.address(page);
    FaultReason expected = (allowed & access.permission()) != 0 ? null : FaultReason.DENIED;
    assertThat(space.translate(address, access).reason()).isEqualTo(expected);
    Fault fault = cpu.probe(address, 1, access);
    assertThat(fault == null ? null : fault.reason())
        .as("%s with %s", access, Permissions.text(allowed))
        .isEqualTo(expected);
  }

  @Test
  void a_walk_goes_from_the_root_to_the_leaf() {
    store(a + BYTES, 1);
    var steps = space.translation().walk(0x2001);
    assertThat(steps).hasSize(steps.getFirst().level()).hasSizeGreaterThan(1);
    assertThat(steps.getLast().level()).isEqualTo(1);
    assertThat(steps.getLast().pages()).isEqualTo(1);
    assertThat(steps).allSatisfy(step -> assertThat(step.meaning()).isNotEmpty());
    long tablePages = Long.MAX_VALUE; // of the root; its table covers all that can be translated
    for (int i = 0; i < steps.size(); i++) {
      var step = steps.get(i);
      assertThat(step.level()).isEqualTo(steps.size() - i);
      assertThat(step.index()).isEqualTo((int) (0x2001L % tablePages / step.pages()));
      tablePages = step.pages();
      assertThat(machine.memory().readLong(step.tableAddress() + step.index() * 8L))
          .isEqualTo(step.bits());
    }
    assertThat(space.translation().walk(Pages.LAST_PAGE / 2)).isEmpty();
  }
}
