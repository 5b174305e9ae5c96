package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Destroying a region only if there is nothing in it. */
@OnEverySubstrate
@Timeout(60)
class EmptyRegionContractTest extends Contract {
  private final MemoryObject object = object(4);

  EmptyRegionContractTest(Substrate substrate) {
    super(substrate);
  }

  private void mapIn(Region region, long pages, long at) {
    of(object, pages).where().at(at);
    region.map(request).orThrow();
  }

  @Test
  void an_empty_region_is_destroyed_and_its_place_is_free() {
    Region outer = region(100, 0x2000);
    Region inner = region(outer, 100, 0x2000);
    assertRefused(Outcome.IN_USE, outer::destroyIfEmpty);
    assertThat(inner.destroyIfEmpty()).isEqualTo(Outcome.OK);
    assertThat(inner.live()).isFalse();
    assertRefused(Outcome.DEAD, inner::destroyIfEmpty);
    mapIn(outer, 4, 0x2000);
    outer.unmap(0x2000, 4).orThrow();
    assertThat(outer.destroyIfEmpty()).isEqualTo(Outcome.OK);
    assertThat(root().free(0x2000, 100)).isTrue();
    region(100, 0x2000);
  }

  @Test
  void one_page_at_either_end_is_enough_to_stay() {
    Region region = region(100, 0x2000);
    map(object, 1, 0x1FFF); // neighbours are no children
    map(object, 1, 0x2064);
    for (long page : new long[] {0x2000, 0x2063, 0x2030}) {
      mapIn(region, 1, page);
      store(Pages.address(page), page);
      assertRefused(Outcome.IN_USE, region::destroyIfEmpty);
      assertThat(load(Pages.address(page))).isEqualTo(page);
      region.unmap(page, 1).orThrow();
      region(region, 1, page);
      assertRefused(Outcome.IN_USE, region::destroyIfEmpty);
      region.unmap(page, 1).orThrow();
    }
    assertThat(region.destroyIfEmpty()).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isEqualTo(2);
  }

  @Test
  void what_is_reserved_or_leased_is_in_use_and_an_empty_reservation_is_not() {
    Region outer = region(100, 0x2000);
    RegionRequest wanted = new RegionRequest().pages(10);
    wanted.where().at(0x2010);
    Reservation reservation = outer.reserve(wanted, 2).get();
    assertRefused(Outcome.IN_USE, outer::destroyIfEmpty);
    reservation.map(0x2011, 1, page -> 0x8000, Permissions.READ, CachePolicy.CACHED).orThrow();
    assertRefused(Outcome.IN_USE, () -> reservation.region().destroyIfEmpty());
    reservation.unmap(0x2011).orThrow();
    assertThat(reservation.region().destroyIfEmpty()).isEqualTo(Outcome.OK);
    assertThat(reservation.map(0x2011, 1, page -> 0x8000, Permissions.READ, CachePolicy.CACHED))
        .isEqualTo(Outcome.DEAD);
    assertThat(reservation.release()).isEqualTo(Outcome.DEAD);
    mapIn(outer, 4, 0x2000);
    try (Lease lease = space.lease(0x2000, 1, false).get()) {
      assertThat(lease).isNotNull();
      assertRefused(Outcome.IN_USE, outer::destroyIfEmpty);
    }
    outer.unmap(0x2000, 4).orThrow();
    assertThat(outer.destroyIfEmpty()).isEqualTo(Outcome.OK);
  }

  @Test
  void the_root_is_a_region_like_any_other() {
    map(object, 1, 0x2000);
    assertRefused(Outcome.IN_USE, root()::destroyIfEmpty);
    root().unmap(0x2000, 1).orThrow();
    assertThat(root().destroyIfEmpty()).isEqualTo(Outcome.OK);
    assertThat(root().destroyIfEmpty()).isEqualTo(Outcome.DEAD);
  }

  @Test
  void of_a_mapping_and_a_destruction_at_the_same_time_one_succeeds() throws InterruptedException {
    raceAgainst(region -> {
      MapRequest wanted = new MapRequest().object(object, 0).pages(1);
      wanted.where().at(0x2040);
      return region.map(wanted);
    });
  }

  @Test
  void of_a_region_in_it_and_a_destruction_at_the_same_time_one_succeeds()
      throws InterruptedException {
    raceAgainst(region -> region.allocate(new RegionRequest().pages(3)));
  }

  /**
   * Lets both sides meet until each has won some rounds. The one that comes last starts ahead on a
   * busy machine, so the two take turns in being late, by more and more: however the threads are
   * scheduled, each is the first some day.
   */
  private void raceAgainst(Function<Region, Outcome> filling) throws InterruptedException {
    assumeThat(substrate.concurrent).isTrue();
    int leastRounds = 1000;
    int mostRounds = 100_000;
    AtomicInteger arrived = new AtomicInteger();
    AtomicReference<Region> contested = new AtomicReference<>();
    AtomicReference<Outcome> filled = new AtomicReference<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread filler =
        new Thread(() -> {
          for (int round = 0; ; round++) {
            meet(arrived, 4 * round + 2);
            if (over.get()) {
              return;
            }
            linger(round, 0);
            filled.set(filling.apply(contested.get()));
            meet(arrived, 4 * round + 4);
          }
        });
    int destroyedFirst = 0;
    int filledFirst = 0;
    int round = 0;
    filler.setDaemon(true);
    filler.start();
    try {
      while (round < leastRounds
          || (Math.min(destroyedFirst, filledFirst) < 10 && round < mostRounds)) {
        Region region = region(100, 0x2000);
        contested.set(region);
        meet(arrived, 4 * round + 2);
        linger(round, 1);
        Outcome destroyed = region.destroyIfEmpty();
        meet(arrived, 4 * round + 4);
        round++;
        if (destroyed == Outcome.OK) {
          assertThat(filled.get()).isEqualTo(Outcome.DEAD);
          destroyedFirst++;
        } else {
          assertThat(destroyed).isEqualTo(Outcome.IN_USE);
          assertThat(filled.get()).isEqualTo(Outcome.OK);
          assertThat(region.live()).isTrue();
          filledFirst++;
          region.destroy().orThrow();
        }
      }
    } finally {
      over.set(true);
      meet(arrived, 4 * round + 2);
    }
    filler.join();
    assertThat(destroyedFirst).isPositive();
    assertThat(filledFirst).isPositive();
  }

  /** Makes one side late in every other round, by up to some ten microseconds. */
  private static void linger(int round, int side) {
    if ((round & 1) == side) {
      for (int spin = (round >> 1) % 1024; spin > 0; spin--) {
        Thread.onSpinWait();
      }
    }
  }

  /** Waits until both have come; where they share one processor, the other gets it. */
  private static void meet(AtomicInteger arrived, int both) {
    arrived.incrementAndGet();
    for (int spin = 1; arrived.get() < both; spin++) {
      if ((spin & 0xFFF) == 0) {
        LockSupport.parkNanos(1000);
      } else {
        Thread.onSpinWait();
      }
    }
  }
}
