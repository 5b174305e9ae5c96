package dev.mapwright.sim.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frame table against a model that has one array element for each frame. */
class FrameModelTest {
  private static final int END = 9000;
  private static final int CHUNK = 4096;
  private static final @Nullable CachePolicy[] POLICIES = {
    CachePolicy.CACHED, CachePolicy.UNCACHED, CachePolicy.WRITE_COMBINING, null
  };

  private final int[] owners = new int[END];
  private final long[] tags = new long[END];
  private final int[] pins = new int[END];
  private final int[] holds = new int[END];
  private final int[] locks = new int[END];
  private final @Nullable CachePolicy[] policies = new CachePolicy[END];

  /** Whether nobody knows how often the frame is held. */
  private final boolean[] stuck = new boolean[END];

  /** Where holds are counted, by {@link #CHUNK} pages. */
  private final boolean[] counted = new boolean[END / CHUNK + 1];

  private final int[] node = new int[END];
  private int fromZero;
  private final Map<String, Integer> answers = new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void random_operations_have_the_same_answers(long seed) {
    Random random = new Random(seed);
    PhysicalMap map =
        new PhysicalMap(
            List.of(
                new RamRange(0, 158, 0), new RamRange(158, 700, 1), new RamRange(4090, 300, 0)));
    for (int pfn = 0; pfn < END; pfn++) {
      RamRange range = map.ramAt(pfn);
      node[pfn] = range == null ? -1 : range.node();
      policies[pfn] = range == null ? null : CachePolicy.CACHED;
    }
    try (Ram ram = new Ram(map, new FullDisk(Long.MAX_VALUE))) {
      FrameTable frames =
          new FrameTable(
              map, ram, new FailurePoints(), new EventStream(), new ThreadGuard(seed % 2 == 0));
      for (int step = 0; step < 20_000; step++) {
        step(frames, random, step);
        if (step % 997 == 0) {
          compareAll(frames);
        }
      }
      compareAll(frames);
    }
    assertThat(answers).hasSize(18).allSatisfy((name, count) -> assertThat(count).isPositive());
    assertThat(fromZero).isPositive();
  }

  private void count(String answer) {
    answers.merge(answer, 1, Integer::sum);
  }

  private void step(FrameTable frames, Random random, int step) {
    boolean fill = step / 5000 % 2 == 0;
    int pfn = random.nextInt(END);
    switch (random.nextInt(fill ? 8 : 14)) {
      case 0, 1, 2 -> {
        long got = frames.allocate(FrameOwner.OBJECT, step);
        assertThat(got).isEqualTo(lowest(RunRequest.of(1, 0)));
        take(got, 1, step);
        count(got == Frames.NONE ? "allocate NONE" : "allocate");
      }
      case 3 -> {
        RunRequest request =
            new RunRequest(
                1 + random.nextInt(1 << random.nextInt(8)),
                random.nextInt(6),
                random.nextInt(3) == 0 ? random.nextInt(END) : 0,
                random.nextInt(3) == 0
                    ? random.nextInt(random.nextBoolean() ? 4 : END)
                    : Long.MAX_VALUE,
                random.nextInt(3) == 0 ? 1 + random.nextInt(200) : 0,
                random.nextInt(3) - 1);
        long got = frames.allocateRun(request, FrameOwner.OBJECT, step);
        assertThat(got).as("%s", request).isEqualTo(lowest(request));
        take(got, request.pages(), step);
        count(got == Frames.NONE ? "run NONE" : "run");
        fromZero += got == 0 ? 1 : 0;
      }
      case 4 -> add(frames, pfn, random.nextInt(3));
      case 5 -> {
        int kept = pfn;
        while (kept < END && pins[kept] + holds[kept] + locks[kept] == 0) {
          kept++;
        }
        if (kept < END) {
          take(frames, kept);
          release(kept);
        }
      }
      case 6 -> setPolicy(frames, pfn, random);
      case 7 -> {
        if (random.nextInt(50) == 0) {
          saturate(frames, pfn, random);
          settle(frames, random);
        }
      }
      default -> {
        if (owners[pfn] == 1) {
          boolean free = !kept(pfn);
          assertThat(frames.free(pfn)).isEqualTo(free);
          owners[pfn] = 2;
          release(pfn);
          count(free ? "free" : "held back");
        }
      }
    }
  }

  /** Adds to a count; a frame that is free can only be held. */
  private void add(FrameTable frames, int pfn, int which) {
    if (which == 0) {
      frames.hold(pfn);
      if (node[pfn] >= 0) {
        holds[pfn]++;
        sticksUnless(counted[pfn / CHUNK], pfn / CHUNK);
      }
      count("hold");
    } else if (owners[pfn] == 1 && which == 1) {
      assertThat(frames.pin(pfn)).isTrue();
      pins[pfn]++;
      count("pin");
    } else if (owners[pfn] == 1) {
      assertThat(frames.addLocks(pfn, 1)).isEqualTo(++locks[pfn]);
      count("lock");
    }
  }

  /** Nothing was allocated in a chunk, so no frame of it is counted from now on. */
  private void sticksUnless(boolean isCounted, int chunk) {
    for (int pfn = chunk * CHUNK; !isCounted && pfn < Math.min(END, (chunk + 1) * CHUNK); pfn++) {
      stuck[pfn] = node[pfn] >= 0;
    }
  }

  private void saturate(FrameTable frames, int from, Random random) {
    int pfn = from;
    while (node[pfn] < 0 || !counted[pfn / CHUNK]) {
      pfn = (pfn + 1) % END;
    }
    if (random.nextInt(3) == 0) {
      for (int i = 0; i < Frames.MOST_HOLDS; i++) {
        frames.hold(pfn);
      }
      holds[pfn] += Frames.MOST_HOLDS;
      stuck[pfn] = true;
      while (holds[pfn] > 2 && random.nextInt(Frames.MOST_HOLDS * 2) != 0) {
        frames.unhold(pfn);
        holds[pfn]--;
      }
      count(holds[pfn] > 2 ? "nearly full" : "full, and nearly empty");
    }
  }

  private void take(FrameTable frames, int pfn) {
    if (pins[pfn] > 0) {
      frames.unpin(pfn);
      pins[pfn]--;
      count("unpin");
    } else if (holds[pfn] > 0) {
      frames.unhold(pfn);
      holds[pfn]--;
      count("unhold");
    } else if (locks[pfn] > 0) {
      assertThat(frames.addLocks(pfn, -1)).isEqualTo(--locks[pfn]);
      count("unlock");
    }
  }

  private void setPolicy(FrameTable frames, int first, Random random) {
    @Nullable CachePolicy policy = POLICIES[random.nextInt(POLICIES.length)];
    int pages = Math.min(1 + random.nextInt(1 << random.nextInt(13)), END - first);
    assertThat(frames.setCachePolicy(first, pages, policy)).isTrue();
    for (int pfn = first; pfn < first + pages; pfn++) {
      policies[pfn] = policy;
      counted[pfn / CHUNK] |= node[pfn] >= 0 && policy != CachePolicy.CACHED;
    }
    count("policy");
  }

  /** Tells the table how often frames are held, in runs as long as they come. */
  private void settle(FrameTable frames, Random random) {
    Frames.HoldCount told = frames.countHolds();
    for (int pfn = 0; pfn < END; pfn++) {
      counted[pfn / CHUNK] |= stuck[pfn];
    }
    int[] left = holds.clone();
    for (int pfn = 0; pfn < END; ) {
      int pages = 0;
      while (pfn + pages < END && left[pfn + pages] > 0) {
        left[pfn + pages++]--;
      }
      if (pages > 0) {
        told.add(pfn, pages);
      } else {
        pfn++;
      }
    }
    if (!told.empty() && random.nextInt(3) == 0) {
      int pfn = 0;
      while (!stuck[pfn]) {
        pfn++;
      }
      frames.hold(pfn);
      assertThat(told.finish()).as("somebody held one meanwhile").isFalse();
      frames.unhold(pfn);
      count("settled in vain");
      return;
    }
    assertThat(told.finish()).isTrue();
    count(told.empty() ? "nothing to settle" : "settled");
    for (int pfn = 0; pfn < END; pfn++) {
      stuck[pfn] = holds[pfn] >= Frames.MOST_HOLDS;
      release(pfn);
    }
  }

  private boolean kept(int pfn) {
    return stuck[pfn] || pins[pfn] + holds[pfn] + locks[pfn] > 0;
  }

  private void release(int pfn) {
    if (owners[pfn] == 2 && !kept(pfn)) {
      owners[pfn] = 0;
      tags[pfn] = 0;
      policies[pfn] = CachePolicy.CACHED;
    }
  }

  private void take(long first, long pages, long tag) {
    for (long i = 0; first != Frames.NONE && i < pages; i++) {
      owners[(int) (first + i)] = 1;
      tags[(int) (first + i)] = tag;
      counted[(int) (first + i) / CHUNK] = true;
    }
  }

  /** Tries every place. A run does not span two nodes, nor begin at 0 unless it has to. */
  private long lowest(RunRequest request) {
    for (long first = 0; first + request.pages() <= END; first++) {
      long last = first + request.pages() - 1;
      boolean fits =
          first >= request.minPfn()
              && last <= request.maxPfn()
              && (first > 0 || request.maxPfn() == request.pages() - 1)
              && first % (1L << request.alignmentLog2Pages()) == 0;
      for (long pfn = first; fits && pfn <= last; pfn++) {
        int at = (int) pfn;
        fits =
            owners[at] == 0
                && node[at] >= 0
                && node[at] == node[(int) first]
                && (request.node() == Frames.ANY_NODE || request.node() == node[at]);
        if (request.boundaryPages() > 0 && pfn > first && pfn % request.boundaryPages() == 0) {
          fits = false;
        }
      }
      if (fits) {
        return first;
      }
    }
    return Frames.NONE;
  }

  private void compareAll(FrameTable frames) {
    int[] allocated = new int[END];
    long[] before = {-1};
    frames.forEachAllocated((pfn, owner, tag) -> {
      assertThat(pfn).isGreaterThan(before[0]);
      before[0] = pfn;
      allocated[(int) pfn] = owner == FrameOwner.HELD_BACK ? 2 : 1;
      same("tag", (int) pfn, tag, tags[(int) pfn]);
    });
    assertThat(allocated).isEqualTo(owners);
    long free = 0;
    boolean[] noted = new boolean[END];
    for (int pfn = 0; pfn < END; pfn++) {
      same("policy", pfn, frames.cachePolicy(pfn), policies[pfn]);
      if (node[pfn] >= 0) {
        same("pins", pfn, frames.pins(pfn), pins[pfn]);
        same("holds", pfn, frames.holds(pfn), stuck[pfn] ? Frames.MOST_HOLDS : holds[pfn]);
        same("locks", pfn, frames.locks(pfn), locks[pfn]);
        same("node", pfn, frames.node(pfn), node[pfn]);
        free += owners[pfn] == 0 && pfn > 0 ? 1 : 0;
        noted[pfn] =
            owners[pfn] != 0 || stuck[pfn] || holds[pfn] > 0 || policies[pfn] != CachePolicy.CACHED;
      }
    }
    assertThat(frames.free()).isEqualTo(free);
    frames.forEachNoted((pfn, owner, tag) -> {
      same("noted", (int) pfn, true, noted[(int) pfn]);
      noted[(int) pfn] = false;
    });
    assertThat(noted).doesNotContain(true);
    compareOutside(frames);
  }

  /** An assertion that costs little when it holds. */
  private static void same(String what, int pfn, @Nullable Object got, @Nullable Object wanted) {
    if (!Objects.equals(got, wanted)) {
      assertThat(got).as("%s of pfn %d", what, pfn).isEqualTo(wanted);
    }
  }

  private void compareOutside(FrameTable frames) {
    @Nullable CachePolicy[] outside = new CachePolicy[END];
    long[] before = {-1};
    frames.forEachCachePolicyOutsideRam((first, pages, policy) -> {
      assertThat(first).isGreaterThan(before[0]);
      before[0] = first + pages - 1;
      boolean goesOn = first > 0 && policy == outside[(int) first - 1];
      assertThat(goesOn).as("two runs of the same at %d", first).isFalse();
      Arrays.fill(outside, (int) first, (int) (first + pages), policy);
    });
    for (int pfn = 0; pfn < END; pfn++) {
      same("policy", pfn, outside[pfn], node[pfn] < 0 ? policies[pfn] : null);
    }
  }
}
