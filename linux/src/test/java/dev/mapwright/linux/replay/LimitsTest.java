package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals for want of memory, and for limits of memory and of areas. */
class LimitsTest {

  private static final String STACK = "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n";
  private static final String NO_MEMORY = " = -1 ENOMEM (Cannot allocate memory)";
  private static final String PRIVATE = "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)";
  private static final String FIXED = "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mmap(NULL, 8192, PROT_READ|PROT_WRITE, " + PRIVATE,
        "mmap(NULL, 4294967296, PROT_READ|PROT_WRITE, " + PRIVATE,
        "mmap(NULL, 8192, PROT_READ, MAP_SHARED|MAP_ANONYMOUS, -1, 0)",
        "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE, 3</x>, 0)",
        "mmap(NULL, 137438953472, PROT_NONE, " + PRIVATE,
        "mmap(NULL, 8192, PROT_NONE, " + PRIVATE,
        "mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</x>, 0)",
        "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_SHARED, 3</x>, 0)",
        "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0)",
        "mprotect(0x10000000, 8192, PROT_READ|PROT_WRITE)",
        "mremap(0x10000000, 8192, 16384, MREMAP_MAYMOVE)"
      })
  void memory_that_the_machine_or_its_limits_may_not_have_had_is_not_judged(String call)
      throws IOException {
    ReplayReport report = refused(call);
    assertThat(report.divergences()).isEmpty();
    assertThat(report.unverifiable()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mprotect(0x10000000, 8192, PROT_READ)",
        "mremap(0x10000000, 8192, 4096, MREMAP_MAYMOVE)",
        "munmap(0x10000000, 8192)"
      })
  void what_takes_no_memory_is_not_refused_for_want_of_it(String call) throws IOException {
    assertThat(refused(call).divergenceCount()).isEqualTo(1);
  }

  private ReplayReport refused(String call) throws IOException {
    return replay(
        -1,
        "1 mmap(0x10000000, 8192, PROT_NONE, " + FIXED + " = 0x10000000",
        "1 " + call + NO_MEMORY);
  }

  @Test
  void a_heap_that_does_not_grow_has_no_other_way_to_say_so() throws IOException {
    ReplayReport report =
        replay(
            -1,
            "1 brk(NULL) = 0x555555559000",
            "1 brk(0x55555557a000) = 0x55555557a000",
            "1 brk(0x55557557a000) = 0x55555557a000",
            "1 mmap(0x55555557a000, 4096, PROT_NONE, "
                + "MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = 0x55555557a000");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.unverifiable()).isEqualTo(1);

    ReplayReport shrinks =
        replay(
            -1,
            "1 brk(NULL) = 0x555555559000",
            "1 brk(0x55555557a000) = 0x55555557a000",
            "1 brk(0x555555559000) = 0x55555557a000");
    assertThat(shrinks.divergenceCount()).isEqualTo(1);
  }

  /** Observed on 6.18: with 65,531 areas and a limit of 65,530, with 65,530 not. */
  @Test
  void with_a_limit_one_area_more_is_let_through_and_the_next_refused() throws IOException {
    String[] lines = {
      "1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + " = 0x10000000",
      "1 mmap(0x20000000, 4096, PROT_NONE, " + FIXED + " = 0x20000000",
      "1 mmap(0x20001000, 4096, PROT_NONE, " + FIXED + " = 0x20001000", // one with that before
      "1 mmap(0x30000000, 4096, PROT_NONE, " + FIXED + " = 0x30000000",
      "1 mmap(0x40000000, 4096, PROT_NONE, " + FIXED + NO_MEMORY
    };
    assertThat(replay(-1, lines).unverifiable()).isEqualTo(1);
    ReplayReport three = replay(3, lines);
    assertThat(three.divergences()).isEmpty();
    assertThat(three.refusals()).isEqualTo(1);
    // Also what would be one with its neighbour is refused then.
    assertThat(replay(2, lines).divergences())
        .containsExactly(
            new Divergence(
                3,
                1,
                "mmap(0x20001000, 4096, PROT_NONE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)",
                "-1 ENOMEM (the process has more than 2 areas)",
                "0x20001000"),
            new Divergence(
                4,
                1,
                "mmap(0x30000000, 4096, PROT_NONE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)",
                "-1 ENOMEM (the process has more than 2 areas)",
                "0x30000000"));
    assertThat(replay(100, lines).unverifiable()).isEqualTo(1);
  }

  @Test
  void what_would_split_an_area_may_be_refused_at_the_limit() throws IOException {
    ReplayReport report =
        replay(
            2,
            "1 mmap(0x10000000, 12288, PROT_NONE, " + FIXED + " = 0x10000000",
            "1 mprotect(0x10001000, 4096, PROT_READ)" + NO_MEMORY,
            "1 madvise(0x10001000, 4096, MADV_DONTFORK) = -1 EAGAIN (Try again)",
            "1 munmap(0x10001000, 4096)" + NO_MEMORY,
            "1 munmap(0x10000000, 4096) = 0");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.unverifiable()).isEqualTo(3);
  }

  private ReplayReport replay(int maxMapCount, String... lines) throws IOException {
    Path calls = Files.writeString(folder.resolve("calls"), String.join("\n", lines));
    Path maps = Files.writeString(folder.resolve("maps"), STACK);
    try (SimulatedMachine machine = TestMachine.create()) {
      Replay replay = Replay.of(calls).initial(maps);
      if (maxMapCount >= 0) {
        replay.maxMapCount(maxMapCount);
      }
      ReplayReport report = replay.run(machine);
      assertThat(report.violations()).isEmpty();
      assertThat(machine.census().leaks()).isEmpty();
      return report;
    }
  }
}
