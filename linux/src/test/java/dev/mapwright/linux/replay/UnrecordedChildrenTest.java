package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.testing.Recordings;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose call it is, where no line shows how a child was made. */
class UnrecordedChildrenTest {

  private static final String FIXED = "PROT_NONE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)";
  private static final String NOREPLACE =
      "PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0)";
  private static final String PARENT = "1 mmap(0x10000000, 8192, " + FIXED + " = 0x10000000";
  private static final String TAKES = "2 munmap(0x10000000, 4096) = 0";
  private static final String KEEPS =
      "1 mmap(0x10000000, 4096, " + NOREPLACE + " = -1 EEXIST (File exists)";
  private static final String LOSES = "1 mmap(0x10000000, 4096, " + NOREPLACE + " = 0x10000000";

  @TempDir Path folder;

  /** Recorded with signals left out, and without execve and the calls that make processes. */
  @ParameterizedTest
  @ValueSource(strings = {"children-unrecorded", "memory-calls-only"})
  void no_call_of_a_child_is_held_against_its_parent(String name) throws IOException {
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report = Replay.of(Recordings.folder(name)).run(machine);
      assertThat(report.divergences()).isEmpty();
      assertThat(report.agrees()).isTrue();
      assertThat(report.unverifiable()).isLessThan(5);
      assertThat(report.processes()).isGreaterThan(4);
    }
  }

  @Test
  void a_thread_that_outlives_another_process_was_not_in_it() throws IOException {
    ReplayReport child =
        replay(PARENT, TAKES, "2 exit_group(0) = ?", "2 +++ exited with 0 +++", KEEPS);
    assertThat(child.divergences()).isEmpty();
    assertThat(child.unverifiable()).isZero();
    assertThat(child.processes()).isEqualTo(2);

    ReplayReport parent =
        replay(
            PARENT,
            "2 munmap(0x10001000, 4096) = 0",
            KEEPS,
            "1 exit_group(0) = ?",
            "1 +++ exited with 0 +++",
            TAKES);
    assertThat(parent.divergences()).isEmpty();
    assertThat(parent.processes()).isEqualTo(2);
  }

  @Test
  void who_executes_a_program_under_his_number_was_a_process() throws IOException {
    ReplayReport report =
        replay(PARENT, TAKES, "2 execve(\"/bin/x\", [\"x\"], 0x7ffe /* 3 vars */) = 0", KEEPS);
    assertThat(report.divergences()).isEmpty();
    assertThat(report.unverifiable()).isZero();
    assertThat(report.processes()).isEqualTo(3);
  }

  @Test
  void a_thread_that_exits_alone_is_one_and_its_calls_are_judged() throws IOException {
    ReplayReport exits = replay(PARENT, TAKES, "2 exit(0) = ?", "2 +++ exited with 0 +++", KEEPS);
    assertThat(exits.divergences()).extracting(Divergence::line).containsExactly(5L);
    assertThat(exits.processes()).isEqualTo(1);

    ReplayReport ended =
        replay(
            PARENT,
            TAKES,
            KEEPS,
            LOSES,
            "1 exit_group(0) = ?",
            "2 +++ exited with 0 +++",
            "1 +++ exited with 0 +++");
    assertThat(ended.divergences()).extracting(Divergence::line).containsExactly(3L);
  }

  @Test
  void what_nothing_shows_is_not_judged() throws IOException {
    ReplayReport report =
        replay(
            PARENT,
            TAKES,
            KEEPS,
            "2 mprotect(0x10000000, 4096, PROT_READ) = 0",
            "1 mmap(0x10001000, 4096, " + NOREPLACE + " = 0x10001000");
    // Where no other thread has been, answers are judged all the same.
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(5L);
    assertThat(report.unverifiable()).isEqualTo(2);
    assertThat(report.processes()).isEqualTo(2);
  }

  @Test
  void a_heap_far_from_this_one_is_another_programs() throws IOException {
    ReplayReport report =
        replay(
            "1 brk(NULL) = 0x555555559000",
            "1 brk(0x55555557a000) = 0x55555557a000",
            "2 brk(NULL) = 0x561175fe5000",
            "2 brk(0x562175fe5000) = 0x562175fe5000",
            "2 brk(0x561175fe6000) = 0x561175fe6000",
            "1 brk(NULL) = 0x55555557a000",
            "1 brk(0x55555557b000) = 0x55555557b000");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.unverifiable()).isZero();
    assertThat(report.processes()).isEqualTo(2);
  }

  @Test
  void a_heap_far_away_is_wrong_where_programs_and_threads_are_recorded() throws IOException {
    ReplayReport report =
        replay(
            "1 execve(\"/bin/x\", [\"x\"], 0x7ffe /* 3 vars */) = 0",
            "1 brk(NULL) = 0x555555559000",
            "1 brk(NULL) = 0x561175fe5000");
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(3L);
  }

  @Test
  void who_calls_for_what_only_another_process_has_mapped_goes_on_in_a_copy_of_it()
      throws IOException {
    ReplayReport report =
        replay(
            "1 mmap(0x30000000, 4096, " + FIXED + " = 0x30000000",
            "1 fork() = 2",
            "2 mmap(0x20000000, 4096, " + FIXED + " = 0x20000000",
            "3 mprotect(0x20000000, 4096, PROT_READ) = 0",
            "3 mprotect(0x20000000, 4096, PROT_NONE) = 0",
            "3 munmap(0x20000000, 4096) = 0",
            "2 mmap(0x20000000, 4096, " + NOREPLACE + " = -1 EEXIST (File exists)");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.unverifiable()).isEqualTo(1);
    assertThat(report.processes()).isEqualTo(3);
  }

  @Test
  void a_child_that_executes_before_its_maker_returns_keeps_its_own_space() throws IOException {
    ReplayReport report =
        replay(
            "1 mmap(0x10000000, 4096, " + FIXED + " = 0x10000000",
            "1 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD}, 88 <unfinished ...>",
            "2 execve(\"/bin/x\", [\"x\"], 0x7ffe /* 3 vars */) = 0",
            "2 mmap(0x20000000, 4096, " + FIXED + " = 0x20000000",
            "1 <... clone3 resumed>) = 2",
            "2 mmap(0x20000000, 4096, " + NOREPLACE + " = -1 EEXIST (File exists)",
            "1 mmap(0x20000000, 4096, " + NOREPLACE + " = 0x20000000");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.processes()).isEqualTo(2);
    assertThat(report.threads()).isEqualTo(2);
  }

  @Test
  void after_what_maps_unseen_places_are_taken() throws IOException {
    String chosen = " mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x";
    ReplayReport report =
        replay(
            "1" + chosen + "7f3bda2d8000",
            "1" + chosen + "7f3bda2d7000",
            "1" + chosen + "7f3bda2d6000",
            "1 io_setup(128, [0x7f3bda2d3000]) = 0",
            "1" + chosen + "7f3bda2d2000");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.mmapComputed()).isEqualTo(2);
  }

  @Test
  void in_a_process_with_a_driver_places_that_differ_are_taken() throws IOException {
    String chosen = "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x";
    String[] lines = {
      chosen + "7f3bda2d8000",
      chosen + "7f3bda2d7000",
      chosen + "7f3bda2d6000",
      chosen + "7f3bda2d2000",
      "1 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3</x>, 0) = 0x7f3bda2d1000"
    };
    assertThat(replay(lines).divergenceCount()).isEqualTo(1);
    lines[4] = lines[4].replace("/x", "anon_inode:kvm-vcpu:0");
    assertThat(replay(lines).divergenceCount()).isZero();
    lines[4] = lines[4].replace("anon_inode:kvm-vcpu:0", "/dev/dri/card0");
    assertThat(replay(lines).divergenceCount()).isZero();
  }

  @Test
  void where_only_one_of_several_threads_was_recorded_places_that_differ_are_taken()
      throws IOException {
    String chosen = " mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x";
    String[] lines = {
      "1" + chosen + "7f3bda2d8000",
      "1" + chosen.replace("ANONYMOUS", "ANONYMOUS|MAP_STACK") + "7f3bda2d7000",
      "1" + chosen + "7f3bda2d6000",
      "1" + chosen + "7f3bda2d2000",
      "1 exit_group(0) = ?"
    };
    assertThat(replay(lines).divergenceCount()).isZero();
    lines[4] = "2 +++ exited with 0 +++";
    assertThat(replay(lines).divergences()).extracting(Divergence::line).containsExactly(4L);
  }

  private ReplayReport replay(String... lines) throws IOException {
    Path calls = Files.writeString(folder.resolve("calls"), String.join("\n", lines));
    Path maps =
        Files.writeString(
            folder.resolve("maps"), "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n");
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report = Replay.of(calls).initial(maps).run(machine);
      assertThat(report.violations()).isEmpty();
      assertThat(machine.census().leaks()).isEmpty();
      return report;
    }
  }
}
