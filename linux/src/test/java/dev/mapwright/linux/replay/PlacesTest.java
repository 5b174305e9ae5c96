package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mapwright.linux.testing.Recordings;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the kernel puts what is mapped without an address is computed, and can be wrong. */
class PlacesTest {

  private static final String NEW = "PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x";
  private static final String MAPS =
      """
      555555554000-555555558000 r-xp 00000000 fe:00 77                         /bin/x
      7f3bda2da000-7f3bda2de000 r--p 00000000 00:00 0                          [vvar]
      7f3bda2e0000-7f3bda2e2000 r-xp 00000000 00:00 0                          [vdso]
      7f3bda2e2000-7f3bda317000 r-xp 00000000 fe:00 338944                     /lib/ld.so
      7fff7eadc000-7fff7eafd000 rw-p 00000000 00:00 0                          [stack]
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "sqlite, 31, 31",
    "python, 736, 738",
    "java-g1, 602, 604",
    "stress-5k, 2599, 2599",
    "java-zgc, 344, 346",
    "node, 105, 106",
    "bash, 67, 71",
    "gcc, 139, 144",
    "exec, 37, 38",
    "python-threads, 566, 568",
    "random-calls-1, 787, 787",
    "random-calls-2, 845, 845"
  })
  void nearly_every_address_that_mmap_answered_is_computed(String name, int computed, int all)
      throws IOException {
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report = Replay.of(Recordings.folder(name)).run(machine);
      assertThat(report.mmapComputed()).isEqualTo(computed);
      assertThat(report.mmapAnswers()).isEqualTo(all);
    }
  }

  @Test
  void calls_that_overlap_are_ordered_by_the_places_that_they_got() throws IOException {
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report = Replay.of(Recordings.folder("threads")).run(machine);
      assertThat(report.mmapAnswers()).isEqualTo(1023);
      assertThat(report.mmapComputed()).isEqualTo(1023);
      assertThat(report.divergenceCount()).isZero();
    }
  }

  /** Each answer is moved to a place that is free, as long as it is one of the kernel's choice. */
  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "node", "python", "exec"})
  void another_place_is_a_wrong_answer(String name) throws IOException {
    List<String> lines = Recordings.lines(name);
    Pattern chosen = Pattern.compile("(.*mmap\\(NULL, .* = )0x([0-9a-f]{12})");
    int tried = 0;
    int found = 0;
    for (int i = 0; i < lines.size() && tried < 25; i++) {
      Matcher answer = chosen.matcher(lines.get(i));
      if (!answer.matches()) {
        continue;
      }
      tried++;
      List<String> changed = new ArrayList<>(lines);
      long elsewhere = Long.parseLong(answer.group(2), 16) - 0x7_0000_0000L;
      changed.set(i, answer.group(1) + "0x" + Long.toHexString(elsewhere));
      Path calls = Files.write(folder.resolve("calls"), changed);
      try (SimulatedMachine machine = TestMachine.create()) {
        ReplayReport report =
            Replay.of(calls).initial(Recordings.folder(name).resolve("initial.maps")).run(machine);
        int line = i + 1;
        found +=
            report.divergences().stream()
                    .anyMatch(d -> d.line() == line && d.computed().contains("highest place"))
                ? 1
                : 0;
      }
    }
    // The first answers tell where the process begins, and some large files how they are aligned.
    assertThat(tried).isGreaterThan(5);
    assertThat(found).isGreaterThanOrEqualTo(tried - 7);
  }

  @Test
  void a_call_that_is_still_open_may_have_changed_the_places_of_others() throws IOException {
    String[] lines = {
      "1 mmap(NULL, 8192, " + NEW + "7f3bda2de000",
      "1 mmap(NULL, 8192, " + NEW + "7f3bda2d8000",
      "1 mmap(NULL, 4096, " + NEW + "7f3bda2d7000",
      "2 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0 <unfinished ...>",
      "1 mmap(NULL, 4096, " + NEW + "7f3bda2d5000",
      "1 fork() = 3",
      "2 <... mmap resumed>) = 0x7f3bda2d6000",
      "2 exit(0) = ?"
    };
    assertThat(replay(MAPS, lines).divergences()).isEmpty();
    lines[5] = "1 brk(NULL) = 0x555555559000";
    ReplayReport ordered = replay(MAPS, lines);
    assertThat(ordered.divergences()).isEmpty();
    assertThat(ordered.mmapComputed()).isEqualTo(5);
    // Another that is not explained by any order is taken.
    lines[6] = "2 <... mmap resumed>) = 0x7f3bda2d3000";
    assertThat(replay(MAPS, lines).divergences()).isEmpty();
  }

  @Test
  void what_the_linker_lies_below_is_the_ceiling() throws IOException {
    ReplayReport report =
        replay(
            MAPS,
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2de000",
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2d8000",
            "1 mmap(NULL, 37007, " + NEW + "7f3bda2ce000");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.mmapComputed()).isEqualTo(3);
    assertThat(report.choices()).isZero();
  }

  @Test
  void a_hole_that_is_skipped_is_a_wrong_answer_and_causes_no_others() throws IOException {
    ReplayReport report =
        replay(
            MAPS,
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2de000",
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2d8000",
            "1 munmap(0x7f3bda2de000, 8192) = 0",
            "1 mmap(NULL, 4096, " + NEW + "7f3bda2d7000",
            "1 mmap(NULL, 4096, " + NEW + "7f3bda2d6000",
            "1 mmap(NULL, 4096, " + NEW + "7f3bda2d5000");
    assertThat(report.divergences())
        .containsExactly(
            new Divergence(
                4,
                1,
                "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)",
                "0x7f3bda2df000 (the highest place that is free)",
                "0x7f3bda2d7000"));
  }

  @Test
  void without_maps_the_first_answer_is_the_ceiling() throws IOException {
    ReplayReport report =
        replay(
            null,
            "1 execve(\"/bin/x\", [\"x\"], 0x7ffe /* 3 vars */) = 0",
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2d8000",
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2d6000",
            "1 mmap(NULL, 4096, " + NEW + "7f3bda2d5000",
            "1 munmap(0x7f3bda2d6000, 8192) = 0",
            "1 mmap(NULL, 4096, " + NEW + "7f3bda2d7000");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.mmapComputed()).isEqualTo(3);
    assertThat(report.mmapAnswers()).isEqualTo(4);
  }

  @Test
  void a_layout_from_the_bottom_up_is_not_judged() throws IOException {
    ReplayReport report =
        replay(
            MAPS,
            "1 mmap(NULL, 8192, " + NEW + "2aaaaaad5000",
            "1 mmap(NULL, 8192, " + NEW + "2aaaaaad7000",
            "1 munmap(0x2aaaaaad5000, 8192) = 0",
            "1 mmap(NULL, 4096, " + NEW + "2aaaaaad5000",
            "1 mmap(NULL, 4096, " + NEW + "2aaaaaad6000",
            "1 mmap(NULL, 4096, " + NEW + "2aaaaaad9000");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.choices()).isEqualTo(5);
  }

  @Test
  void how_large_memory_is_aligned_is_learnt_from_the_kernel_that_was_recorded()
      throws IOException {
    String[] unaligned = {
      "1 mmap(NULL, 8192, " + NEW + "7f3bda2de000",
      "1 mmap(NULL, 8192, " + NEW + "7f3bda2d8000",
      "1 mmap(NULL, 4194304, " + NEW + "7f3bd9ed8000",
      "1 mmap(NULL, 4194304, " + NEW + "7f3bd9ad8000"
    };
    ReplayReport old = replay(MAPS, unaligned);
    assertThat(old.divergences()).isEmpty();
    assertThat(old.mmapComputed()).isEqualTo(3);

    ReplayReport since6Dot7 =
        replay(
            MAPS,
            unaligned[0],
            unaligned[1],
            "1 mmap(NULL, 4194304, " + NEW + "7f3bd9e00000",
            "1 mmap(NULL, 4194304, " + NEW + "7f3bd9a00000");
    assertThat(since6Dot7.divergences()).isEmpty();
    // Which of two kernels it is, the first of these does not show.
    assertThat(since6Dot7.mmapComputed()).isEqualTo(2);

    ReplayReport both =
        replay(
            MAPS,
            unaligned[0],
            unaligned[1],
            unaligned[2],
            "1 mmap(NULL, 4194304, " + NEW + "7f3bd9a00000");
    assertThat(both.divergences()).extracting(Divergence::line).containsExactly(4L);

    // Only a kernel of 6.13 or later has this range, and those align.
    String vclock = "7f3bda2de000-7f3bda2e0000 r--p 00000000 00:00 0 [vvar_vclock]\n";
    String[] maps = MAPS.split("(?=7f3bda2e0000)", 2);
    ReplayReport certain =
        replay(
            maps[0] + vclock + maps[1],
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2d8000",
            "1 mmap(NULL, 4194304, " + NEW + "7f3bd9e00000");
    assertThat(certain.mmapComputed()).isEqualTo(2);
  }

  @Test
  void files_of_one_folder_are_expected_on_one_file_system() throws IOException {
    String[] lines = {
      "1 mmap(NULL, 8192, " + NEW + "7f3bda2de000",
      "1 mmap(NULL, 8192, " + NEW + "7f3bda2d8000",
      "1 mmap(NULL, 4194304, PROT_READ, MAP_PRIVATE, 3</lib/a>, 0) = 0x7f3bd9e00000",
      "1 mmap(NULL, 4198400, PROT_READ, MAP_PRIVATE, 3</lib/b>, 0) = 0x7f3bd9800000",
    };
    assertThat(replay(MAPS, lines).mmapComputed()).isEqualTo(3);
    lines[3] = lines[3].replace("/lib/b", "/srv/b");
    assertThat(replay(MAPS, lines).mmapComputed()).isEqualTo(2);
    lines[3] = "1 mmap(NULL, 4198400, PROT_READ, MAP_PRIVATE, 3</lib/b>, 0) = 0x7f3bd99ff000";
    ReplayReport mounted = replay(MAPS, lines);
    assertThat(mounted.mmapComputed()).isEqualTo(2);
    assertThat(mounted.divergences()).isEmpty();
  }

  @Test
  void a_free_hint_is_computed_and_another_answer_wrong() throws IOException {
    String hint = "1 mmap(0x300000000000, 4096, " + NEW;
    ReplayReport report =
        replay(
            MAPS,
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2de000",
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2d8000",
            hint + "300000000000",
            hint + "7f3bda2d7000",
            "1 munmap(0x300000000000, 4096) = 0",
            hint + "7f3bda2d6000");
    assertThat(report.divergences())
        .extracting(Divergence::line, Divergence::computed)
        .containsExactly(tuple(6L, "0x300000000000 (the highest place that is free)"));
  }

  @Test
  void a_place_that_mremap_chose_is_computed_and_followed_where_it_differs() throws IOException {
    ReplayReport report =
        replay(
            MAPS,
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2de000",
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2d8000",
            "1 mmap(NULL, 8192, " + NEW + "7f3bda2d6000",
            "1 mremap(0x7f3bda2d8000, 8192, 16384, MREMAP_MAYMOVE) = 0x7f3bda2d2000",
            "1 mremap(0x7f3bda2d6000, 8192, 16384, MREMAP_MAYMOVE) = 0x7f3bda2c0000",
            "1 munmap(0x7f3bda2c0000, 16384) = 0",
            "1 mprotect(0x7f3bda2c0000, 16384, PROT_READ) = -1 ENOMEM (Cannot allocate memory)");
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(5L);
  }

  private ReplayReport replay(@Nullable String maps, String... lines) throws IOException {
    Path calls = Files.writeString(folder.resolve("calls"), String.join("\n", lines));
    try (SimulatedMachine machine = TestMachine.create()) {
      Replay replay = Replay.of(calls);
      if (maps != null) {
        replay.initial(Files.writeString(folder.resolve("maps"), maps));
      }
      ReplayReport report = replay.run(machine);
      assertThat(report.violations()).isEmpty();
      assertThat(machine.census().leaks()).isEmpty();
      return report;
    }
  }
}
