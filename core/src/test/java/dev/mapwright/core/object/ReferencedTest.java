package dev.mapwright.core.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.failure.FailurePoints;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ReferencedTest {
  private static final int WHOLE = -1;

  /** More parts than there are cells. */
  private static final int PARTS = 20;

  private static final int STEPS = 20_000;

  private static final class Counted extends Referenced {
    Counted(FailurePoints failures) {
      super(failures);
    }
  }

  private static Counted counted() {
    return new Counted(new FailurePoints());
  }

  private static int part(Random random) {
    return random.nextInt(PARTS + 1) - 1;
  }

  @Test
  void it_counts_like_two_numbers_whichever_parts_map_and_unmap() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      FailurePoints failures = new FailurePoints();
      if (seed % 4 == 0) {
        failures.failAll(); // then there are no cells
      }
      Counted counted = new Counted(failures);
      int references = 1;
      int mappings = 0;
      // Up, then down to nothing.
      for (int step = 0; references + mappings > 0; step++) {
        boolean more = random.nextInt(400) > step;
        boolean last = false;
        if (more && random.nextInt(4) == 0) {
          counted.retain();
          references++;
        } else if (more) {
          if (random.nextBoolean()) {
            assertThat(counted.tryRetainForMapping(part(random))).isTrue();
          } else {
            counted.retainForMapping(part(random));
          }
          mappings++;
        } else if (mappings > 0 && random.nextInt(4) != 0) {
          last = counted.dropMapping(part(random));
          mappings--;
        } else if (references > 0) {
          last = counted.drop();
          references--;
        }
        assertThat(counted.mappings()).isEqualTo(mappings);
        assertThat(counted.references()).isEqualTo(references + mappings);
        assertThat(counted.mapped()).isEqualTo(mappings > 0);
        assertThat(counted.ended()).isEqualTo(references + mappings == 0).isEqualTo(last);
      }
    }
  }

  @Test
  void references_never_become_mappings_however_many_there_are() throws Exception {
    Counted counted = counted();
    long most = (1L << 29) - 1;
    MethodHandles.privateLookupIn(Referenced.class, MethodHandles.lookup())
        .findVarHandle(Referenced.class, "word", long.class)
        .setVolatile(counted, most - 1);
    counted.retain();
    assertThat(counted.references()).isEqualTo(most);
    assertThatThrownBy(counted::retain)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no more fit");
    assertThat(counted.mapped()).isFalse();
    assertThat(counted.references()).isEqualTo(most);
  }

  @Test
  void what_has_ended_stays_ended() {
    Counted counted = counted();
    counted.tryRetainForMapping(1);
    counted.tryRetainForMapping(2);
    assertThat(counted.dropMapping(7)).isFalse();
    assertThat(counted.drop()).isFalse();
    assertThat(counted.dropMapping(8)).isTrue();
    for (int part = WHOLE; part < PARTS; part++) {
      assertThat(counted.tryRetainForMapping(part)).isFalse();
      int released = part;
      assertThatThrownBy(() -> counted.dropMapping(released))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(counted.tryRetain()).isFalse();
    assertThatThrownBy(counted::retain).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(counted::drop).isInstanceOf(IllegalStateException.class);
    assertThat(counted.references()).isZero();
  }

  /** What one thread does: it maps in its part, and others' parts take over what it mapped. */
  private static int play(Counted counted, long seed, int part, AtomicInteger unexpected) {
    Random random = new Random(seed);
    int lasts = 0;
    int mine = 0;
    for (int step = 0; step < STEPS || mine > 0; step++) {
      // Few at a time: what matters is how a cell begins and ends to count.
      if (step < STEPS && (mine == 0 || mine == 1 && random.nextBoolean())) {
        if (counted.tryRetainForMapping(part)) {
          mine++;
        } else if (mine > 0) {
          unexpected.incrementAndGet();
        } else {
          return lasts; // it has ended, rightly
        }
      } else {
        boolean moved = random.nextInt(4) == 0;
        lasts += counted.dropMapping(moved ? random.nextInt(3) : part) ? 1 : 0;
        mine--;
      }
      if (mine > 0 && (counted.ended() || !counted.mapped())) {
        unexpected.incrementAndGet();
      }
    }
    return lasts;
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void threads_end_it_exactly_once_and_never_while_one_maps_it() throws Exception {
    int threads = 4;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 60; round++) {
        Counted counted = counted();
        counted.tryRetainForMapping(7);
        counted.tryRetainForMapping(8);
        counted.dropMapping(8);
        counted.dropMapping(7);
        AtomicInteger unexpected = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(threads);
        List<Future<Integer>> played = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          long seed = (long) round * threads + thread;
          int part = thread % 3; // two threads share a cell
          played.add(
              pool.submit(() -> {
                start.countDown();
                while (start.getCount() != 0) {
                  Thread.onSpinWait(); // so that all begin at once
                }
                return play(counted, seed, part, unexpected);
              }));
        }
        start.await();
        int lasts = counted.drop() ? 1 : 0;
        for (Future<Integer> play : played) {
          lasts += play.get();
        }
        assertThat(unexpected).as("round " + round).hasValue(0);
        assertThat(counted.ended()).isTrue();
        assertThat(counted.references()).isZero();
        assertThat(lasts).isEqualTo(1);
      }
    }
  }
}
