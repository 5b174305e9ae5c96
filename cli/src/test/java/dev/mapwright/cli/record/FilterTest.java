package dev.mapwright.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  private static boolean kept(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return new Filter().keeps(bytes, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000",
        "12345 <... munmap resumed>)             = 0",
        "12 clone3({flags=CLONE_VM} <unfinished ...>",
        "12 syscall_0x1ce(0x7f0000000000, 0x1000, 0, 0, 0, 0) = 0",
        "12 --- SIGCHLD {si_signo=SIGCHLD, si_pid=13} ---",
        "12 +++ exited with 0 +++",
        "12 +++ superseded by execve in pid 13 +++"
      })
  void what_a_replay_reads_is_kept(String line) {
    assertThat(kept(line)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12 read(3, \"mmap(NULL, 1)\", 4096) = 12",
        "12 <... futex resumed>)             = 0",
        "12 --- SIGSTOP {si_signo=SIGSTOP, si_code=SI_KERNEL} ---",
        "12 --- stopped by SIGSTOP ---",
        "12 syscall_0x1cf(0) = 0",
        "12 ",
        "12 <... ",
        ""
      })
  void what_it_skips_is_not(String line) {
    assertThat(kept(line)).isFalse();
  }
}
