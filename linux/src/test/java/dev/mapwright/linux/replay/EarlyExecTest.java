package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell's child may begin its program, and call, before the vfork that made it has returned. */
class EarlyExecTest {
  @TempDir Path folder;

  @Test
  void a_child_that_begins_a_program_before_its_vfork_returns_keeps_its_own_space()
      throws IOException {
    Files.writeString(
        folder.resolve("calls.strace"),
        """
        1 execve("/bin/sh", ["sh"], 0x7ffe /* 3 vars */) = 0
        1 vfork( <unfinished ...>
        2 execve("/bin/true", ["true"], 0x7ffe /* 3 vars */) = 0
        2 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
        1 <... vfork resumed>) = 2
        2 mprotect(0x7f0000000000, 4096, PROT_NONE) = 0
        2 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000010000
        2 exit_group(0) = ?
        2 +++ exited with 0 +++
        1 exit_group(0) = ?
        1 +++ exited with 0 +++
        """);
    String maps = "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n";
    Files.writeString(folder.resolve("initial.maps"), maps);
    Files.writeString(folder.resolve("final.maps"), maps);
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report = Replay.of(folder).run(machine);
      assertThat(report.divergences()).isEmpty();
      assertThat(report.comparison()).isNotNull();
      assertThat(report.agrees()).isTrue();
    }
  }
}
