package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.maps.MapsComparison;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayRulesTest {

  private static final String RW = "PROT_READ|PROT_WRITE";
  private static final String ANON = "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0";
  private static final String FIXED = "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0";
  private static final String NOREPLACE = "MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0";

  @TempDir Path folder;

  private final String initial = "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n";

  // ------------------------------------------------------------------ answers

  @Test
  void what_the_kernel_chose_is_taken_and_must_be_free() throws IOException {
    ReplayReport report =
        replay(
            "1 mmap(NULL, 8192, " + RW + ", " + ANON + ") = 0x7f0000000000",
            "1 mmap(NULL, 4096, " + RW + ", " + ANON + ") = 0x7f0000001000");
    assertThat(report.choices()).isEqualTo(1);
    assertThat(report.divergences())
        .containsExactly(
            new Divergence(
                2,
                1,
                "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)",
                "-1 ENOMEM (the recorded place 0x7f0000001000 is not free)",
                "0x7f0000001000"));
  }

  @Test
  void a_place_must_be_pages_inside_the_address_space() throws IOException {
    assertThat(
            replay("1 mmap(NULL, 4096, PROT_NONE, " + ANON + ") = 0x7f0000000800")
                .divergenceCount())
        .isEqualTo(1);
    assertThat(
            replay("1 mmap(NULL, 8192, PROT_NONE, " + ANON + ") = 0x7fffffffe000")
                .divergenceCount())
        .isEqualTo(1);
  }

  @Test
  void a_fixed_address_is_not_a_choice() throws IOException {
    ReplayReport report = replay("1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + ") = 0x10001000");
    assertThat(report.divergences()).extracting(Divergence::computed).containsExactly("0x10000000");
  }

  @Test
  void a_refusal_that_the_engine_does_not_share_is_a_divergence_and_has_no_effect()
      throws IOException {
    ReplayReport report =
        replay(
            "1 mmap(NULL, 4096, PROT_NONE, " + ANON + ") = -1 EINVAL (Invalid argument)",
            "1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + ") = -1 EINVAL (Invalid argument)",
            "1 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + ") = 0x10000000",
            "1 munmap(0x10000000, 4096) = -1 EINVAL (Invalid argument)",
            "1 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + ") = -1 EEXIST (File exists)");
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(1L, 2L, 4L);
    assertThat(report.refusals()).isEqualTo(1);
  }

  @Test
  void a_success_that_the_engine_does_not_share_is_a_divergence() throws IOException {
    ReplayReport report =
        replay(
            "1 munmap(0x800, 4096) = 0",
            "1 mprotect(0x10000000, 4096, PROT_READ) = 0",
            "1 mremap(0x10000000, 4096, 8192, MREMAP_MAYMOVE) = 0x20000000");
    assertThat(report.divergences())
        .extracting(Divergence::computed)
        .containsExactly("-1 EINVAL", "-1 ENOMEM", "-1 EFAULT");
  }

  @Test
  void an_error_must_be_the_same_error() throws IOException {
    ReplayReport report =
        replay("1 mprotect(0x10000000, 4096, PROT_READ) = -1 EACCES (Permission denied)");
    assertThat(report.divergences()).extracting(Divergence::computed).containsExactly("-1 ENOMEM");
  }

  @Test
  void a_refused_mprotect_has_changed_what_lies_before_the_hole() throws IOException {
    ReplayReport report =
        replayExpecting(
            "10000000-10001000 r--p 00000000 00:00 0\n" + initial,
            "1 mmap(0x10000000, 4096, " + RW + ", " + FIXED + ") = 0x10000000",
            "1 mprotect(0x10000000, 8192, PROT_READ) = -1 ENOMEM (Cannot allocate memory)");
    assertThat(report.agrees()).isTrue();
  }

  @Test
  void injected_answers_are_the_recorders_and_not_the_kernels() throws IOException {
    ReplayReport report =
        replay(
            "1 mmap(NULL, 4096, PROT_NONE, "
                + ANON
                + ") = -1 ENOMEM (Cannot allocate memory) (INJECTED)",
            "1 munmap(0x800, 1) = 0 (INJECTED)");
    assertThat(report.divergenceCount()).isZero();
    assertThat(report.unverifiable()).isEqualTo(2);
  }

  @Test
  void how_a_file_was_opened_is_not_recorded() throws IOException {
    ReplayReport report =
        replay(
            "1 mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, 3</x>, 0) = -1 EACCES (Permission denied)",
            "1 mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, 9, 0) = -1 EBADF (Bad file descriptor)",
            "1 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + ") = 0x10000000");
    assertThat(report.divergenceCount()).isZero();
    assertThat(report.unverifiable()).isEqualTo(1);
    assertThat(report.refusals()).isEqualTo(1);
  }

  @Test
  void of_a_heap_that_was_there_only_the_page_is_known_in_which_it_ends() throws IOException {
    String heap = "555555559000-55555557a000 rw-p 00000000 00:00 0 [heap]\n" + initial;
    Path maps = Files.writeString(folder.resolve("with heap"), heap);
    Path calls =
        Files.writeString(
            folder.resolve("calls"),
            """
            1 brk(NULL) = 0x555555579c00
            1 brk(NULL) = 0x555555579c00
            1 brk(0x55555557b000) = 0x55555557b000
            1 brk(NULL) = 0x55555557a800
            """);
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report = Replay.of(calls).initial(maps).run(machine);
      assertThat(report.divergences()).extracting(Divergence::line).containsExactly(4L);
      assertThat(report.choices()).isEqualTo(1);
    }
  }

  // ------------------------------------------------------------------ overlapping calls

  @Test
  void a_place_that_another_thread_was_giving_up_is_free_if_that_came_first() throws IOException {
    ReplayReport report =
        replayExpecting(
            "10000000-10001000 rw-p 00000000 00:00 0\n" + initial,
            "1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + ") = 0x10000000",
            "1 munmap(0x10000000, 4096 <unfinished ...>",
            "2 mmap(NULL, 4096, " + RW + ", " + ANON + ") = 0x10000000",
            "1 <... munmap resumed>) = 0");
    assertThat(report.agrees()).isTrue();
    assertThat(report.reordered()).isEqualTo(1);
  }

  @Test
  void the_order_that_agrees_is_found_among_several_calls() throws IOException {
    // The refused call must come first, then the unmap, then the two that need the place.
    ReplayReport report =
        replayExpecting(
            "10000000-10001000 r--p 00000000 00:00 0\n" + initial,
            "1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + ") = 0x10000000",
            "2 mprotect(0x10000000, 4096, PROT_READ <unfinished ...>",
            "3 mmap(0x10000000, 4096, " + RW + ", " + NOREPLACE + " <unfinished ...>",
            "4 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + " <unfinished ...>",
            "1 munmap(0x10000000, 4096 <unfinished ...>",
            "2 <... mprotect resumed>) = 0",
            "3 <... mmap resumed>) = 0x10000000",
            "4 <... mmap resumed>) = -1 EEXIST (File exists)",
            "1 <... munmap resumed>) = 0",
            "1 mprotect(0x10000000, 4096, PROT_READ) = 0");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.agrees()).isTrue();
    assertThat(report.reordered()).isPositive();
  }

  @Test
  void a_call_that_had_returned_comes_before_one_that_began_later() throws IOException {
    ReplayReport report =
        replay(
            "1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + ") = 0x10000000",
            "2 mmap(0x20000000, 4096, PROT_NONE, " + FIXED + " <unfinished ...>",
            "1 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + ") = 0x10000000",
            "1 munmap(0x10000000, 4096) = 0",
            "2 <... mmap resumed>) = 0x20000000");
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(3L);
  }

  @Test
  void where_no_order_agrees_the_order_of_the_returns_stands() throws IOException {
    ReplayReport report =
        replayExpecting(
            "20000000-20001000 ---p 00000000 00:00 0\n" + initial,
            "1 mmap(0x20000000, 4096, PROT_NONE, " + NOREPLACE + " <unfinished ...>",
            "2 mmap(0x20000000, 4096, PROT_NONE, " + NOREPLACE + ") = 0x20000000",
            "1 <... mmap resumed>) = 0x20000000",
            "2 exit(0) = ?");
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(3L);
    assertThat(comparison(report).equal()).isTrue();
  }

  @Test
  void a_call_whose_thread_was_killed_inside_it_is_not_judged() throws IOException {
    ReplayReport report =
        replay(
            "1 munmap(0x10000000, 4096 <unfinished ...>) = ?",
            "2 mprotect(0x10000000, 4096, PROT_NONE <unfinished ...>",
            "1 mmap(NULL, 4096, PROT_NONE, " + ANON + ") = 0x7f0000000000",
            "2 +++ killed by SIGKILL +++",
            "1 mmap(0x7f0000000000, 4096, PROT_NONE, " + NOREPLACE + ") = -1 EEXIST (File exists)");
    assertThat(report.divergenceCount()).isZero();
    assertThat(report.unverifiable()).isEqualTo(1);
  }

  // ------------------------------------------------------------------ processes

  @Test
  void a_thread_that_appears_without_a_call_shares_the_first_space() throws IOException {
    ReplayReport report =
        replayExpecting(
            initial,
            "1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + ") = 0x10000000",
            "2 munmap(0x10000000, 4096) = 0",
            "1 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + ") = 0x10000000",
            "2 exit(0) = ?",
            "3 execve(\"/bin/x\", [\"x\"], 0x7ffe /* 3 vars */) = 0",
            "3 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + ") = 0x10000000",
            "1 munmap(0x10000000, 4096) = 0");
    assertThat(report.agrees()).isTrue();
    assertThat(report.processes()).isEqualTo(2);
    assertThat(report.threads()).isEqualTo(3);
  }

  @Test
  void fork_copies_and_clone_with_its_flag_shares() throws IOException {
    ReplayReport report =
        replayExpecting(
            "10000000-10001000 ---p 00000000 00:00 0\n" + initial,
            "1 mmap(0x10000000, 8192, PROT_NONE, " + FIXED + ") = 0x10000000",
            "1 fork() = 2",
            "2 munmap(0x10000000, 8192) = 0",
            "1 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + ") = -1 EEXIST (File exists)",
            "1 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD <unfinished ...>",
            "3 munmap(0x10001000, 4096) = 0",
            "1 <... clone resumed>, parent_tid=[3], tls=0x7f, child_tidptr=0x7f) = 3",
            "2 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + ") = 0x10000000");
    assertThat(report.agrees()).isTrue();
    assertThat(report.processes()).isEqualTo(2);
    assertThat(report.threads()).isEqualTo(3);
  }

  @Test
  void a_child_may_be_seen_before_the_call_that_made_it_returns() throws IOException {
    ReplayReport report =
        replayExpecting(
            initial,
            "1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + ") = 0x10000000",
            "1 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>",
            "2 munmap(0x10000000, 4096) = 0",
            "1 <... clone resumed>, child_tidptr=0x7f) = 2",
            "1 munmap(0x10000000, 4096) = 0",
            "2 mmap(0x10000000, 4096, PROT_NONE, " + NOREPLACE + ") = 0x10000000");
    assertThat(report.agrees()).isTrue();
    assertThat(report.processes()).isEqualTo(2);
  }

  @Test
  void a_parent_that_is_told_of_a_childs_end_had_forked_it() throws IOException {
    ReplayReport report =
        replayExpecting(
            "10000000-10001000 ---p 00000000 00:00 0\n" + initial,
            "1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + ") = 0x10000000",
            "2 munmap(0x10000000, 4096) = 0",
            "1 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=2, si_uid=0, si_status=0} ---");
    assertThat(report.agrees()).isTrue();
  }

  @Test
  void what_a_program_found_that_nobody_recorded_is_not_judged() throws IOException {
    ReplayReport report =
        replay(
            "1 mmap(0x10000000, 4096, PROT_NONE, " + FIXED + ") = 0x10000000",
            "2 execve(\"/bin/x\", [\"x\"], 0x7ffe /* 3 vars */) = 0",
            "2 mprotect(0x55550000, 4096, PROT_READ) = 0",
            "2 mprotect(0x66660000, 4096, PROT_READ) = -1 ENOMEM (Cannot allocate memory)",
            "2 mmap(0x77770000, 4096, PROT_NONE, " + FIXED + ") = 0x77770000",
            "2 mmap(0x77770000, 4096, PROT_NONE, " + NOREPLACE + ") = 0x77770000",
            "2 mmap(0x55550000, 4096, PROT_NONE, " + NOREPLACE + ") = -1 EEXIST (File exists)");
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(6L);
    assertThat(report.unverifiable()).isEqualTo(1);
    assertThat(report.refusals()).isEqualTo(1);
  }

  // ------------------------------------------------------------------ inputs

  @Test
  void bad_input_is_named_with_file_and_line() throws IOException {
    Path calls = Files.writeString(folder.resolve("bad"), "1 brk(NULL) = 0x1000\n1 munmap(zzz\n");
    try (SimulatedMachine machine = TestMachine.create()) {
      assertThatExceptionOfType(InputFormatException.class)
          .isThrownBy(() -> Replay.of(calls).run(machine))
          .withMessageContaining("bad:2: expected an address")
          .satisfies(e -> assertThat(e.line()).isEqualTo(2));
      assertThat(machine.census().leaks()).isEmpty();
    }
  }

  @Test
  void a_folder_without_calls_is_named() {
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() -> Replay.of(folder))
        .withMessageContaining("expected a file calls.strace or calls.strace.gz");
  }

  @Test
  void an_empty_recording_agrees_with_everything_that_was_there() throws IOException {
    ReplayReport report = replayExpecting(initial, new String[0]);
    assertThat(report.lines()).isZero();
    assertThat(report.divergenceCount()).isZero();
  }

  @Test
  void the_listener_hears_of_progress_and_of_every_divergence() throws IOException {
    List<Divergence> heard = new ArrayList<>();
    long[] read = new long[1];
    Path calls = Files.writeString(folder.resolve("calls"), "1 munmap(0x800, 1) = 0\n");
    Path maps = Files.writeString(folder.resolve("maps"), initial);
    try (SimulatedMachine machine = TestMachine.create()) {
      Replay.of(calls)
          .initial(maps)
          .listener(
              new ReplayListener() {
                @Override
                public void progress(long lines, long bytesTaken, long totalBytes) {
                  assertThat(bytesTaken).isEqualTo(totalBytes);
                  read[0] = lines;
                }

                @Override
                public void divergence(Divergence divergence) {
                  heard.add(divergence);
                }
              })
          .run(machine);
    }
    assertThat(read[0]).isEqualTo(1);
    assertThat(heard).hasSize(1);
  }

  /** A short one is kept from the look ahead, a long one is read a second time. */
  @Test
  void a_long_recording_is_replayed_as_a_short_one() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("1 mmap(NULL, 8192, " + RW + ", " + ANON + ") = 0x7f0000000000");
    lines.add("1 munmap(0x7f0000001000, 4096) = -1 EINVAL (Invalid argument)");
    lines.add("1 mprotect(0x7f0000000000, 4096, PROT_READ <unfinished ...>");
    lines.add("2 madvise(0x7f0000000000, 4096, MADV_DONTNEED) = 0");
    lines.add("1 <... mprotect resumed>) = 0");
    ReplayReport kept = replay(lines.toArray(String[]::new));
    for (String skipped :
        List.of("1 write(1, \"" + "x".repeat(5000) + "\") = 1", "1 getpid() = 1")) {
      List<String> longer = new ArrayList<>(lines);
      int added = skipped.length() > 100 ? 500 : 70_000;
      longer.addAll(2, Collections.nCopies(added, skipped));
      ReplayReport read = replay(longer.toArray(String[]::new));
      assertThat(read.lines()).isEqualTo(kept.lines() + added);
      assertThat(read.skippedCalls().values()).containsExactly((long) added);
      assertThat(read.calls()).isEqualTo(kept.calls()).hasSize(4);
      assertThat(read.choices()).isEqualTo(kept.choices());
      assertThat(read.threads()).isEqualTo(kept.threads()).isEqualTo(2);
      assertThat(read.divergenceCount()).isEqualTo(kept.divergenceCount()).isEqualTo(1);
      assertThat(read.divergences()).isEqualTo(kept.divergences());
      assertThat(read.access()).isEqualTo(kept.access());
    }
  }

  @Test
  void what_does_not_hold_on_the_machine_is_a_violation_of_the_replay() throws IOException {
    Path calls =
        Files.writeString(
            folder.resolve("calls"),
            "1 mmap(NULL, 4096, " + RW + ", " + ANON + ") = 0x7f0000000000");
    try (SimulatedMachine machine = TestMachine.create()) {
      long stray = machine.frames().allocate(FrameOwner.TABLE, 0);
      ReplayReport report = Replay.of(calls).run(machine);
      assertThat(report.violations()).singleElement().asString().contains("frames are tables");
      assertThat(report.divergences()).isEmpty();
      assertThat(report.agrees()).isFalse();
      machine.frames().free(stray);
    }
  }

  private ReplayReport replay(String... lines) throws IOException {
    return run(null, lines);
  }

  /** The first string is what the maps are expected to be at the end. */
  private ReplayReport replayExpecting(String expected, String... lines) throws IOException {
    return run(expected, lines);
  }

  private ReplayReport run(@Nullable String expected, String[] lines) throws IOException {
    Path calls = Files.writeString(folder.resolve("calls"), String.join("\n", lines));
    Path maps = Files.writeString(folder.resolve("maps"), initial);
    try (SimulatedMachine machine = TestMachine.create()) {
      Replay replay = Replay.of(calls).initial(maps);
      if (expected != null) {
        replay.expected(Files.writeString(folder.resolve("expected"), expected));
      }
      ReplayReport report = replay.run(machine);
      assertThat(report.violations()).isEmpty();
      assertThat(report.access().wrong()).isEmpty();
      assertThat(machine.census().leaks()).isEmpty();
      return report;
    }
  }

  private static MapsComparison comparison(ReplayReport report) {
    return Objects.requireNonNull(report.comparison());
  }
}
