package dev.mapwright.proof.concurrency;

import static dev.mapwright.proof.concurrency.RaceWorld.ADDRESS;
import static dev.mapwright.proof.concurrency.RaceWorld.AT;
import static dev.mapwright.proof.concurrency.RaceWorld.POISON;
import static dev.mapwright.proof.concurrency.RaceWorld.get;
import static dev.mapwright.proof.concurrency.RaceWorld.map;
import static dev.mapwright.proof.concurrency.RaceWorld.overwrite;
import static dev.mapwright.proof.concurrency.RaceWorld.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.proof.contract.Substrate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * CPUs access what another thread takes away. Each round waits until the CPUs have made accesses in
 * it, so that every round is a race.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.mapwright.proof.contract.Substrate#concurrent")
class AccessRaceTest {
  private static final int ACCESSES = 64;
  private static final long PAGE = Pages.BYTES;

  private final RaceWorld world;
  private final AddressSpace space;

  /** The last round whose change has returned. */
  private final AtomicLong done = new AtomicLong();

  AccessRaceTest(Substrate substrate) {
    world = new RaceWorld(substrate);
    space = world.space;
  }

  @AfterEach
  void close() {
    world.close();
  }

  /** A racing CPU that does something all the time, half of the time in brackets. */
  private void race(String name, Racers.Body access, Cpu cpu) {
    world.racers.loop(
        name,
        () -> {
          for (int i = 0; i < ACCESSES; i++) {
            access.run();
          }
          cpu.enter();
          for (int i = 0; i < ACCESSES; i++) {
            access.run();
          }
          cpu.exit();
        });
  }

  /** A CPU that loads and knows that rounds are told in ascending order. */
  private void loader(String name) {
    Cpu cpu = world.cpu();
    race(
        name,
        () -> {
          long before = done.get();
          long value = world.load(cpu, ADDRESS, Long.MAX_VALUE);
          if (value <= before) {
            throw new AssertionError("loaded " + value + " after round " + before + " was removed");
          }
        },
        cpu);
  }

  /** A CPU that stores numbers. */
  private void storer(String name, long address) {
    Cpu cpu = world.cpu();
    AtomicLong number = new AtomicLong();
    race(name, () -> world.store(cpu, address, number.incrementAndGet()), cpu);
  }

  private void assertBothHappened() {
    assertThat(world.passed.get()).as("accesses that went through").isPositive();
    assertThat(world.faulted.get()).as("accesses that faulted").isPositive();
  }

  @Test
  void after_an_unmap_has_returned_no_load_goes_through() {
    loader("one");
    loader("other");
    for (int round = 1; world.more(round); round++) {
      MemoryObject object = MemoryObject.paged(world.machine, 1).get();
      put(object, 0, round);
      map(space, object, 0, 1, AT).orThrow();
      world.letThemRun(ACCESSES);
      space.root().unmap(AT, 1).orThrow();
      done.set(round);
      object.release();
      // The poison is negative: a load that met it would be seen at once.
      MemoryObject victim = world.reuse(2);
      world.letThemRun(4);
      victim.release();
    }
    assertThat(POISON).isNegative();
    assertBothHappened();
  }

  @Test
  void after_an_unmap_has_returned_no_store_lands_in_the_frame() {
    storer("one", ADDRESS);
    storer("other", ADDRESS);
    for (int round = 1; world.more(round); round++) {
      MemoryObject object = MemoryObject.paged(world.machine, 1).get();
      map(space, object, 0, 1, AT).orThrow();
      world.letThemRun(ACCESSES);
      space.root().unmap(AT, 1).orThrow();
      put(object, 0, POISON);
      world.letThemRun(4);
      assertThat(get(object, 0)).isEqualTo(POISON);
      object.release();
      MemoryObject victim = world.reuse(3);
      world.letThemRun(4);
      RaceWorld.assertUntouched(victim);
    }
    assertBothHappened();
  }

  @Test
  void after_a_protect_has_returned_no_store_goes_through() {
    MemoryObject object = world.object(4);
    map(space, object, 0, 4, AT).orThrow();
    storer("one", ADDRESS + PAGE + 8);
    storer("other", ADDRESS + PAGE + 16);
    for (int round = 1; world.more(round); round++) {
      world.letThemRun(ACCESSES);
      int left = round % 2 == 0 ? Permissions.READ : Permissions.NONE;
      space.root().protect(AT + 1, 1, left).orThrow();
      long one = get(object, 1, 8);
      long other = get(object, 1, 16);
      world.letThemRun(8);
      assertThat(get(object, 1, 8)).isEqualTo(one);
      assertThat(get(object, 1, 16)).isEqualTo(other);
      space.root().protect(AT + 1, 1, Permissions.READ_WRITE).orThrow();
    }
    assertBothHappened();
  }

  @Test
  void overwriting_shows_the_old_or_the_new_and_never_a_hole() {
    MemoryObject[] objects = {world.object(8), world.object(8)};
    put(objects[1], 0, 1);
    overwrite(space, objects[1], 8, AT).orThrow();
    done.set(1);
    for (String name : new String[] {"one", "other"}) {
      Cpu cpu = world.cpu();
      race(
          name,
          () -> {
            long before = done.get();
            long value = world.load(cpu, ADDRESS, -1);
            if (value < before || value > done.get() + 1) {
              throw new AssertionError("loaded " + value + " in round " + before);
            }
          },
          cpu);
    }
    for (int round = 2; world.more(round); round++) {
      MemoryObject next = objects[round & 1];
      put(next, 0, round);
      overwrite(space, next, 8, AT).orThrow();
      done.set(round);
      world.letThemRun(8);
    }
    assertThat(world.faulted.get()).isZero();
    assertThat(space.mappings()).isEqualTo(1);
  }

  @Test
  void stores_race_with_decommit_and_never_reach_a_reused_frame() {
    MemoryObject object = world.object(4);
    map(space, object, 0, 4, AT).orThrow();
    storer("one", ADDRESS + PAGE);
    storer("other", ADDRESS + 2 * PAGE);
    for (int round = 1; world.more(round); round++) {
      world.letThemRun(ACCESSES);
      object.decommit(0, 4).orThrow();
      MemoryObject victim = world.reuse(3);
      world.letThemRun(8);
      RaceWorld.assertUntouched(victim);
    }
    assertThat(world.faulted.get()).isZero();
  }

  @Test
  void stores_race_with_resize_and_never_reach_a_reused_frame() {
    MemoryObject object = world.object(4);
    map(space, object, 0, 4, AT).orThrow();
    storer("one", ADDRESS + 2 * PAGE);
    storer("other", ADDRESS + 3 * PAGE - 4); // over a border
    for (int round = 1; world.more(round); round++) {
      object.resize(4).orThrow();
      world.letThemRun(ACCESSES);
      object.resize(round % 3).orThrow();
      MemoryObject victim = world.reuse(3);
      world.letThemRun(8);
      RaceWorld.assertUntouched(victim);
      assertThat(object.committedPages()).isLessThanOrEqualTo(round % 3);
    }
    assertBothHappened();
  }

  @Test
  void a_snapshot_is_one_moment_and_does_not_change_afterwards() {
    MemoryObject object = world.object(8);
    map(space, object, 0, 8, AT).orThrow();
    Cpu cpu = world.cpu();
    AtomicLong number = new AtomicLong();
    race(
        "storer",
        () -> {
          long value = number.incrementAndGet();
          world.store(cpu, ADDRESS + PAGE, value);
          world.store(cpu, ADDRESS + 5 * PAGE, value);
          world.store(cpu, ADDRESS + 3 * PAGE, value);
        },
        cpu);
    for (int round = 1; world.more(round); round++) {
      world.letThemRun(30);
      MemoryObject snapshot = object.child(ChildKind.SNAPSHOT, 0, 8).get();
      long first = get(snapshot, 1);
      long second = get(snapshot, 5);
      long third = get(snapshot, 3);
      assertThat(first - second).isBetween(0L, 1L);
      assertThat(second - third).isBetween(0L, 1L);
      assertThat(first - third).isBetween(0L, 1L);
      world.letThemRun(12);
      assertThat(get(snapshot, 1)).isEqualTo(first);
      assertThat(get(snapshot, 5)).isEqualTo(second);
      assertThat(get(snapshot, 3)).isEqualTo(third);
      snapshot.release();
    }
    assertThat(world.faulted.get()).isZero();
  }

  @Test
  void a_written_page_is_told_as_dirty_whatever_takes_its_translation_away() {
    int pages = 512;
    MemoryObject object = world.object(pages);
    map(space, object, 0, pages, AT).orThrow();
    Cpu cpu = world.cpu();
    space.trackDirty(true);
    AtomicLong go = new AtomicLong();
    AtomicLong written = new AtomicLong();
    AtomicInteger reached = new AtomicInteger();
    world.racers.loop(
        "storer",
        () -> {
          long round = go.get();
          if (written.get() == round) {
            Thread.onSpinWait();
            return;
          }
          // Every page once. Rounds with even numbers are there to have translations for writing.
          cpu.enter();
          for (int page = 0; page < pages; page++) {
            world.store(cpu, ADDRESS + page * PAGE, round);
            reached.setRelease(page);
          }
          cpu.exit();
          written.set(round);
        });
    MemoryObject snapshot = object.child(ChildKind.SNAPSHOT, 0, pages).get();
    for (int round = 1; world.more(round); round++) {
      long even = 2L * round;
      go.set(even);
      world.racers.await(() -> written.get() == even);
      space.collectDirty(AT, pages, true, (page, count) -> {}).orThrow();
      reached.set(-1);
      go.set(even + 1);
      // In the middle of the stores; between reading the dirty bits and removing the entries is
      // where one could be lost.
      int middle = round * 37 % 256;
      world.racers.await(() -> reached.getAcquire() >= middle);
      object.revertTo(snapshot).orThrow();
      world.racers.await(() -> written.get() == even + 1);
      AtomicLong told = new AtomicLong();
      space.collectDirty(AT, pages, false, (page, count) -> told.addAndGet(count)).orThrow();
      assertThat(told.get()).as("round " + round).isEqualTo(pages);
    }
    snapshot.release();
  }

  @Test
  void a_cpu_that_changes_spaces_sees_only_the_one_it_is_attached_to() {
    AddressSpace[] spaces = {space, world.space("second")};
    MemoryObject[] objects = {world.object(1), world.object(1)};
    put(objects[0], 0, 1000);
    put(objects[1], 0, 2000);
    for (String name : new String[] {"one", "other"}) {
      Cpu cpu = world.machine.newCpu();
      AtomicInteger turn = new AtomicInteger();
      world.racers.loop(
          name,
          () -> {
            int which = turn.incrementAndGet() % 3;
            cpu.attach(which == 2 ? null : spaces[which]);
            for (int i = 0; i < 10; i++) {
              long value = world.load(cpu, ADDRESS, -1);
              if (value != -1 && (which == 2 || value != 1000L * (which + 1))) {
                throw new AssertionError("loaded " + value + " attached to " + which);
              }
            }
          });
    }
    for (int round = 1; world.more(round); round++) {
      map(spaces[round & 1], objects[round & 1], 0, 1, AT).orThrow();
      world.letThemRun(40);
      assertThat(spaces[round & 1].root().unmap(AT, 1)).isEqualTo(Outcome.OK);
      world.reuse(1).release();
    }
    assertBothHappened();
  }

  @Test
  void a_space_that_is_closed_under_its_cpus_lets_nothing_through() {
    MemoryObject object = world.object(1);
    put(object, 0, 7);
    record Latest(AddressSpace space, long number) {}
    AtomicLong closed = new AtomicLong(-1);
    AtomicReference<Latest> latest = new AtomicReference<>(new Latest(space, 0));
    for (String name : new String[] {"one", "other"}) {
      Cpu cpu = world.machine.newCpu();
      world.racers.loop(
          name,
          () -> {
            Latest now = latest.get();
            cpu.attach(now.space());
            for (int i = 0; i < 20; i++) {
              boolean over = closed.get() >= now.number();
              long value = world.load(cpu, ADDRESS, -1);
              if (value != -1 && over) {
                throw new AssertionError("loaded " + value + " in a space that is closed");
              }
            }
            cpu.attach(null);
          });
    }
    for (int round = 1; world.more(round); round++) {
      AddressSpace fresh = AddressSpace.create(world.machine, "fresh", 0x1000, 0x10_0000).get();
      map(fresh, object, 0, 1, AT).orThrow();
      latest.set(new Latest(fresh, round));
      world.letThemRun(60);
      fresh.close();
      closed.set(round);
      world.letThemRun(10);
    }
    assertBothHappened();
  }
}
