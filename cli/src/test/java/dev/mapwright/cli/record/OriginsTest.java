package dev.mapwright.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginsTest {
  private final Origins origins = new Origins();

  private void lines(String text) {
    for (String line : text.lines().toList()) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      origins.line(
          Line.pid(bytes, bytes.length), bytes, Line.afterPid(bytes, bytes.length), bytes.length);
    }
  }

  private List<Integer> known(Integer... processes) {
    return List.of(processes).stream().filter(origins::isKnown).toList();
  }

  @Test
  void who_was_forked_is_known_until_he_executes_a_program() {
    lines(
        """
        1 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 2
        1 fork() = 3
        2 execve("/bin/x", ["x"], 0x7ffc /* 3 vars */) = -1 ENOENT (No such file or directory)
        3 execve("/bin/x", ["x"], 0x7ffc /* 3 vars */ <unfinished ...>
        1 clone3({flags=0, exit_signal=SIGCHLD}, 88 <unfinished ...>
        3 <... execve resumed>) = 0
        1 <... clone3 resumed>) = 4
        """);
    assertThat(known(2, 3, 4)).containsExactly(2, 4);
  }

  @Test
  void who_shares_is_not_and_nobody_whom_he_forks() {
    lines(
        """
        1 vfork( <unfinished ...>
        2 fork() = 3
        1 <... vfork resumed>) = 2
        1 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD}, 88) = 4
        1 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SIGHAND, stack=0x7f}, 88) = 5
        5 fork() = 6
        """);
    assertThat(known(2, 3, 4, 6)).containsExactly(6);
  }

  @Test
  void a_program_that_was_executed_makes_those_unknown_that_are_forked_after_it() {
    lines(
        """
        1 fork() = 2
        1 execve("/bin/x", ["x"], 0x7ffc /* 3 vars */) = 0
        1 fork() = 3
        1 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FS|CLONE_SIGHAND|CLONE_THREAD) = 4
        4 fork( <unfinished ...>
        5 fork() = 6
        4 <... fork resumed>) = 5
        """);
    assertThat(known(2, 3, 5, 6)).containsExactly(2);
  }
}
