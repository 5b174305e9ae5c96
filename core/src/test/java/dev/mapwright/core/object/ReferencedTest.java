package dev.mapwright.core.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  private static final int PARTS = 20;
  private static final int STEPS = 20_000;

  private static final class Counted extends Referenced {}

  /** Counts as a part of a space does. */
  private static final class Part extends Showing {
    private final Counted counted;
    private int mappings;

    Part(Counted counted) {
      this.counted = counted;
    }

    boolean map() {
      if (mappings == 0 && !counted.begin(this)) {
        return false;
      }
      mappings++;
      return true;
    }

    /** Whether the last of all references went. */
    boolean unmap() {
      mappings--;
      return mappings == 0 && counted.cease(this);
    }

    @Override
    protected int mappings() {
      return mappings;
    }
  }

  private static List<Part> parts(Counted counted) {
    List<Part> parts = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      parts.add(new Part(counted));
    }
    return parts;
  }

  @Test
  void it_counts_like_two_numbers_whichever_parts_map_and_unmap() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Counted counted = new Counted();
      List<Part> parts = parts(counted);
      int references = 1;
      int mappings = 0;
      // Up, then down to nothing.
      for (int step = 0; references + mappings > 0; step++) {
        boolean more = random.nextInt(200) > step;
        boolean last = false;
        Part part = parts.get(random.nextInt(PARTS));
        if (more && random.nextInt(4) == 0) {
          counted.retain();
          references++;
        } else if (more) {
          assertThat(part.map()).isTrue();
          mappings++;
        } else if (part.mappings > 0 && random.nextInt(4) != 0) {
          last = part.unmap();
          mappings--;
        } else if (references > 0) {
          last = counted.drop();
          references--;
        }
        assertThat(counted.mappings()).isEqualTo(mappings);
        assertThat(counted.references()).isEqualTo(references + mappings);
        assertThat(counted.mapped()).isEqualTo(mappings > 0);
        assertThat(counted.ended()).isEqualTo(references + mappings == 0).isEqualTo(last);
        for (Part each : parts) {
          assertThat(counted.lists(each)).isEqualTo(each.mappings > 0);
        }
      }
    }
  }

  @Test
  void references_never_become_mappings_however_many_there_are() throws Exception {
    Counted counted = new Counted();
    long most = (1L << 32) - 1;
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
    Counted counted = new Counted();
    List<Part> parts = parts(counted);
    parts.get(1).map();
    parts.get(2).map();
    assertThat(parts.get(1).unmap()).isFalse();
    assertThat(counted.drop()).isFalse();
    assertThat(parts.get(2).unmap()).isTrue();
    for (Part part : parts) {
      assertThat(part.map()).isFalse();
      assertThat(counted.lists(part)).isFalse();
    }
    assertThat(counted.tryRetain()).isFalse();
    assertThatThrownBy(counted::retain).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(counted::drop).isInstanceOf(IllegalStateException.class);
    assertThat(counted.references()).isZero();
  }

  /** What one thread does: it maps in its part. */
  private static int play(Counted counted, long seed, AtomicInteger unexpected) {
    Random random = new Random(seed);
    Part mine = new Part(counted);
    int lasts = 0;
    for (int step = 0; step < STEPS || mine.mappings > 0; step++) {
      // Few at a time: what matters is how a part begins and ceases to map.
      int before = mine.mappings;
      if (step < STEPS && (before == 0 || before == 1 && random.nextBoolean())) {
        if (!mine.map()) {
          if (before > 0) {
            unexpected.incrementAndGet();
          }
          return lasts; // it has ended, rightly
        }
      } else {
        lasts += mine.unmap() ? 1 : 0;
      }
      boolean forgotten =
          counted.ended() || !counted.mapped() || counted.mappings() < mine.mappings;
      if (mine.mappings > 0 && forgotten) {
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
      for (int round = 0; round < 30; round++) {
        Counted counted = new Counted();
        AtomicInteger unexpected = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(threads);
        List<Future<Integer>> played = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          long seed = (long) round * threads + thread;
          played.add(
              pool.submit(() -> {
                start.countDown();
                while (start.getCount() != 0) {
                  Thread.onSpinWait(); // so that all begin at once
                }
                return play(counted, seed, unexpected);
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
