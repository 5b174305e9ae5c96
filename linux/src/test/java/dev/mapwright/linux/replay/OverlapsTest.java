package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that overlap in time where a space is copied meanwhile, not all known, or over. */
class OverlapsTest {

  private static final String STACK = "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n";
  private static final String MAPPED =
      "mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000010000";
  private static final String THREAD = "clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = ";

  @TempDir Path folder;

  @Test
  void a_fork_does_not_decide_the_order_of_calls_that_are_open() throws IOException {
    String[] lines = {
      "1 " + MAPPED,
      "1 " + THREAD + 2,
      "1 " + THREAD + 4,
      "2 munmap(0x7f0000010000, 8192 <unfinished ...>",
      "4 " + MAPPED,
      "1 clone(child_stack=NULL, flags=SIGCHLD) = 3",
      "2 <... munmap resumed>) = 0"
    };
    assertThat(replay(STACK, lines).divergences()).isEmpty();
    assertThat(replay(null, lines).divergences()).isEmpty();
  }

  @Test
  void what_was_changed_while_a_space_was_copied_is_not_judged_in_the_copy() throws IOException {
    for (String changed : new String[] {"-1 ENOMEM (Cannot allocate memory)", "0"}) {
      ReplayReport report =
          replay(
              STACK,
              "1 " + MAPPED,
              "1 " + THREAD + 2,
              "1 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>",
              "2 munmap(0x7f0000010000, 4096) = 0",
              "1 <... clone resumed>) = 3",
              "3 mprotect(0x7f0000010000, 4096, PROT_NONE) = " + changed,
              "3 mprotect(0x7f0000011000, 4096, PROT_NONE) = -1 ENOMEM (Cannot allocate memory)");
      assertThat(report.divergences()).extracting(Divergence::line).containsExactly(7L);
    }
  }

  @Test
  void a_copy_made_between_calls_is_exact() throws IOException {
    ReplayReport report =
        replay(
            STACK,
            "1 " + MAPPED,
            "1 " + THREAD + 2,
            "2 munmap(0x7f0000010000, 4096) = 0",
            "1 clone(child_stack=NULL, flags=SIGCHLD) = 3",
            "3 mprotect(0x7f0000010000, 4096, PROT_NONE) = 0");
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(5L);
  }

  @Test
  void calls_of_other_processes_are_not_waited_for() throws IOException {
    ReplayReport report =
        replay(
            STACK,
            "1 clone(child_stack=NULL, flags=SIGCHLD) = 3",
            "3 munmap(0x7f0000000000, 4096 <unfinished ...>",
            "1 " + MAPPED,
            "1 munmap(0x7f0000010000, 8192) = 0",
            "3 <... munmap resumed>) = 0");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.reordered()).isZero();
  }

  @Test
  void an_order_is_looked_for_also_where_not_all_is_known() throws IOException {
    ReplayReport report =
        replay(
            null,
            "1 " + THREAD + 2,
            "1 mprotect(0x7f0000010000, 8192, PROT_READ) = 0",
            "2 munmap(0x7f0000010000, 8192 <unfinished ...>",
            "3 madvise(0x7f0000030000, 4096, MADV_DONTNEED) = 0",
            "1 " + MAPPED,
            "2 <... munmap resumed>) = 0");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.reordered()).isEqualTo(1);

    report =
        replay(
            null,
            "1 " + THREAD + 2,
            "1 " + MAPPED,
            "2 mprotect(0x7f0000010000, 8192, PROT_NONE <unfinished ...>",
            "1 " + MAPPED,
            "2 <... mprotect resumed>) = 0");
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(4L);
  }

  @Test
  void a_call_that_never_returned_may_have_taken_effect() throws IOException {
    ReplayReport report =
        replay(
            STACK,
            "1 " + MAPPED,
            "1 " + THREAD + 2,
            "2 munmap(0x7f0000010000, 8192 <unfinished ...>",
            "1 " + MAPPED,
            "1 exit_group(0) = ?",
            "2 <... munmap resumed>) = ?");
    assertThat(report.divergences()).isEmpty();
  }

  @Test
  void where_too_many_orders_are_possible_none_is_wrong() throws IOException {
    // Eight threads unmap and map one range at a time, and one answer fits no order.
    StringBuilder lines = new StringBuilder("1 " + MAPPED + "\n");
    for (int i = 2; i < 14; i++) {
      lines.append("1 ").append(THREAD).append(i).append('\n');
    }
    for (int i = 2; i < 14; i++) {
      lines.append(i).append(" munmap(0x7f0000010000, 8192 <unfinished ...>\n");
    }
    lines.append("1 munmap(0x7f0000010000, 8191 <unfinished ...>\n");
    for (int i = 2; i < 14; i++) {
      lines.append(i).append(" <... munmap resumed>) = 0\n");
    }
    lines.append("1 <... munmap resumed>) = -1 EINVAL (Invalid argument)\n");
    assertThat(replay(STACK, lines.toString()).divergenceCount()).isZero();
    assertThat(replay(STACK, lines.toString()).unverifiable()).isEqualTo(1);
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
