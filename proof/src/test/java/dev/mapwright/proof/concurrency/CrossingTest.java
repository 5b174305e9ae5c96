package dev.mapwright.proof.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.RandomStream;
import dev.mapwright.core.machine.SeedBook;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.proof.contract.Substrate;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Threads that change two spaces with the same two families of objects, in every order of locks
 * that the interface allows: nobody waits for ever, and in the end every invariant holds.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.mapwright.proof.contract.Substrate#concurrent")
class CrossingTest {
  private static final int THREADS = 4;
  private static final int STEPS = 4000;
  private static final int PAGES = 16;

  private final RaceWorld world;

  CrossingTest(Substrate substrate) {
    world = new RaceWorld(substrate);
  }

  /** One thread's view of the world. */
  private final class Walker {
    private final RandomStream random;
    private final Cpu cpu = world.machine.newCpu();
    private final AddressSpace[] spaces;
    private final MemoryObject[] objects;
    private final MapRequest request = new MapRequest();
    final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

    Walker(int number, AddressSpace[] spaces, MemoryObject[] objects) {
      this.random = new SeedBook(20261120).stream("walker", number);
      this.spaces = spaces;
      this.objects = objects;
    }

    private int below(int bound) {
      return (int) random.below(bound);
    }

    void walk() {
      for (int step = 0; step < STEPS; step++) {
        outcomes.merge(step(), 1, Integer::sum);
      }
      cpu.attach(null);
    }

    private Outcome step() {
      AddressSpace space = spaces[below(2)];
      MemoryObject object = objects[below(objects.length)];
      long at = 0x2000L + below(4 * PAGES);
      long page = below(PAGES);
      long pages = 1L + below(4);
      return switch (below(14)) {
        case 0, 1, 2 -> {
          request.clear().object(object, page).pages(pages).installPresent(below(2) == 0);
          if (below(2) == 0) {
            request.where().overwrite(at);
          } else {
            request.where().at(at);
          }
          yield space.root().map(request);
        }
        case 3 -> space.root().unmap(at, pages);
        case 4 -> space.root().protect(at, pages, below(4));
        case 5 -> object.resize(PAGES / 2 + below(PAGES));
        case 6 -> object.decommit(0, page / 2);
        case 7 -> object.commit(0, page / 2);
        case 8 -> {
          var made = object.child(below(2) == 0 ? ChildKind.SNAPSHOT : ChildKind.LIVE_VIEW, 0, 8);
          MemoryObject child = made.made();
          if (child != null) {
            request.clear().object(child, 0).pages(pages).where().overwrite(at);
            space.root().map(request);
            child.release();
          }
          yield made.outcome();
        }
        case 9 -> {
          var made = space.lease(at, 1, below(2) == 0);
          Lease lease = made.made();
          if (lease != null) {
            lease.segment(0, 1).get(java.lang.foreign.ValueLayout.JAVA_LONG, 0);
            lease.close();
          }
          yield made.outcome();
        }
        case 10 -> {
          RegionRequest wanted = new RegionRequest().pages(4);
          wanted.where().firstFit();
          Outcome allocated = space.root().allocate(wanted);
          if (allocated == Outcome.OK) {
            Region region = wanted.region();
            region.map(request.clear().object(object, 0).pages(1));
            allocated = region.destroy();
          }
          yield allocated;
        }
        default -> {
          cpu.attach(space);
          for (int i = 0; i < 20; i++) {
            long address = Pages.address(0x2000 + below(4 * PAGES)) + below(4095);
            if (below(2) == 0) {
              world.store(cpu, address, i);
            } else {
              world.load(cpu, address, 0);
            }
          }
          yield Outcome.OK;
        }
      };
    }
  }

  @Test
  void two_spaces_and_two_families_in_every_order_of_locks() {
    AddressSpace[] spaces = {world.space, world.space("second")};
    MemoryObject first = world.object(PAGES);
    MemoryObject second = world.object(PAGES);
    MemoryObject child = first.child(ChildKind.LIVE_VIEW, 0, PAGES).get();
    MemoryObject[] objects = {first, second, child};
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    for (int number = 0; number < THREADS; number++) {
      Walker walker = new Walker(number, spaces, objects);
      world.racers.start(
          "walker " + number,
          () -> {
            walker.walk();
            synchronized (outcomes) {
              walker.outcomes.forEach(
                  (outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
            }
          });
    }
    world.racers.join();
    world.racers.rethrow();
    assertThat(Invariants.violations(world.machine)).isEmpty();
    assertThat(outcomes.get(Outcome.OK)).isGreaterThan(THREADS * STEPS / 2);
    assertThat(outcomes).containsKeys(Outcome.OCCUPIED, Outcome.NOT_MAPPED);
    for (AddressSpace space : spaces) {
      assertThat(space.root().destroy()).isEqualTo(Outcome.OK);
    }
    assertThat(first.mappings() + second.mappings() + child.mappings()).isZero();
    child.release();
    world.close();
  }

  @Test
  void a_region_that_dies_under_its_users_is_dead_for_all_of_them_at_once() {
    MemoryObject object = world.object(4);
    AtomicInteger dead = new AtomicInteger();
    for (int round = 0; round < 150; round++) {
      RegionRequest wanted = new RegionRequest().pages(64);
      world.space.root().allocate(wanted).orThrow();
      Region region = wanted.region();
      Racers racers = new Racers();
      for (int number = 0; number < 2; number++) {
        racers.start(
            "mapper " + number,
            () -> {
              MapRequest request = new MapRequest();
              boolean wasDead = false;
              for (int i = 0; i < 30; i++) {
                Outcome outcome = region.map(request.clear().object(object, 0).pages(1));
                if (wasDead && outcome != Outcome.DEAD || !wasDead && outcome == Outcome.NO_ROOM) {
                  throw new AssertionError(outcome + " in a region that was dead: " + wasDead);
                }
                wasDead = outcome == Outcome.DEAD;
              }
              dead.addAndGet(wasDead ? 1 : 0);
            });
      }
      region.destroy().orThrow();
      assertThat(region.protect(region.firstPage(), 1, Permissions.READ)).isEqualTo(Outcome.DEAD);
      racers.join();
      racers.rethrow();
      assertThat(object.mappings()).isZero();
    }
    assertThat(dead.get()).isPositive();
    world.close();
  }
}
