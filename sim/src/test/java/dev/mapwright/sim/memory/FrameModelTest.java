package dev.mapwright.sim.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frame table against a model that has one array element for each frame. */
class FrameModelTest {
  private static final int END = 9000;

  private final int[] owners = new int[END];
  private final long[] tags = new long[END];
  private final int[] pins = new int[END];
  private final int[] holds = new int[END];
  private final int[] node = new int[END];
  private final Map<String, Integer> answers = new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void random_operations_have_the_same_answers(long seed) {
    Random random = new Random(seed);
    PhysicalMap map =
        new PhysicalMap(
            List.of(
                new RamRange(1, 157, 0), new RamRange(158, 700, 1), new RamRange(4090, 300, 0)));
    java.util.Arrays.fill(node, -1);
    for (int pfn = 0; pfn < END; pfn++) {
      RamRange range = map.ramAt(pfn);
      node[pfn] = range == null ? -1 : range.node();
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
    assertThat(answers).hasSize(9).allSatisfy((name, count) -> assertThat(count).isPositive());
  }

  private void count(String answer) {
    answers.merge(answer, 1, Integer::sum);
  }

  private void step(FrameTable frames, Random random, int step) {
    boolean fill = step / 5000 % 2 == 0;
    int pfn = random.nextInt(END);
    switch (random.nextInt(fill ? 6 : 12)) {
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
                random.nextInt(3) == 0 ? random.nextInt(END) : Long.MAX_VALUE,
                random.nextInt(3) == 0 ? 1 + random.nextInt(200) : 0,
                random.nextInt(3) - 1);
        long got = frames.allocateRun(request, FrameOwner.OBJECT, step);
        assertThat(got).as("%s", request).isEqualTo(lowest(request));
        take(got, request.pages(), step);
        count(got == Frames.NONE ? "run NONE" : "run");
      }
      case 4 -> {
        if (owners[pfn] == 1) {
          boolean pin = random.nextBoolean();
          assertThat(pin ? frames.pin(pfn) : frames.hold(pfn)).isTrue();
          (pin ? pins : holds)[pfn]++;
          count("pin or hold");
        }
      }
      case 5 -> {
        if (pins[pfn] > 0) {
          frames.unpin(pfn);
          pins[pfn]--;
          count("unpin");
        } else if (holds[pfn] > 0) {
          frames.unhold(pfn);
          holds[pfn]--;
          count("unhold");
        }
        release(pfn);
      }
      default -> {
        if (owners[pfn] == 1) {
          boolean free = pins[pfn] + holds[pfn] == 0;
          assertThat(frames.free(pfn)).isEqualTo(free);
          owners[pfn] = 2;
          release(pfn);
          count(free ? "free" : "held back");
        }
      }
    }
  }

  private void release(int pfn) {
    if (owners[pfn] == 2 && pins[pfn] + holds[pfn] == 0) {
      owners[pfn] = 0;
      tags[pfn] = 0;
    }
  }

  private void take(long first, long pages, long tag) {
    for (long i = 0; first != Frames.NONE && i < pages; i++) {
      owners[(int) (first + i)] = 1;
      tags[(int) (first + i)] = tag;
    }
  }

  /** Tries every place. A run does not span two nodes. */
  private long lowest(RunRequest request) {
    for (long first = 0; first + request.pages() <= END; first++) {
      long last = first + request.pages() - 1;
      boolean fits =
          first >= request.minPfn()
              && last <= request.maxPfn()
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
      assertThat(tag).isEqualTo(tags[(int) pfn]);
    });
    assertThat(allocated).isEqualTo(owners);
    long free = 0;
    for (int pfn = 0; pfn < END; pfn++) {
      if (node[pfn] >= 0) {
        assertThat(frames.pins(pfn)).isEqualTo(pins[pfn]);
        assertThat(frames.holds(pfn)).isEqualTo(holds[pfn]);
        assertThat(frames.node(pfn)).isEqualTo(node[pfn]);
        free += owners[pfn] == 0 ? 1 : 0;
      }
    }
    assertThat(frames.free()).isEqualTo(free);
  }
}
