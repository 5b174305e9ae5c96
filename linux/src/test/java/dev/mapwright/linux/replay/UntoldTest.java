package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel did for reasons that no recording shows, all observed on 6.18. */
class UntoldTest {

  private static final String STACK = "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n";
  private static final String PRIVATE = "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 11</etc/passwd>, 0) = -1 EBADF", // O_PATH
        "mmap(NULL, 2147483648, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT, -1, 0) = -1 ENOMEM",
        "mmap(NULL, 4096, PROT_READ, MAP_SHARED, 8</memfd:huge>(deleted), 0) = -1 ENOMEM",
        "mmap(NULL, 2097152, PROT_READ, MAP_SHARED, 8</memfd:huge>(deleted), 0x1000) = -1 EINVAL",
        "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 9</secretmem>(deleted), 0) = -1 EINVAL",
        "mmap(NULL, 4096, PROT_READ, MAP_SHARED, 7<socket:[1062599]>, 0) = -1 EINVAL",
        "mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3<anon_inode:[io_uring]>, 0) = -1 EINVAL",
        "mmap(NULL, 4096, PROT_READ|PROT_EXEC, " + PRIVATE + " = -1 EACCES", // a security module
        "madvise(0x20000000, 4096, MADV_REMOVE) = -1 EACCES", // opened for reading
        "madvise(0x20000000, 16384, MADV_COLLAPSE) = -1 EINVAL", // the piece before the hole
        "mincore(0x20000000, 16384, 0x1) = -1 EFAULT",
        "shmat(5, 0x64, SHM_RND) = -1 EPERM",
        "shmat(5, NULL, 0) = -1 ENOMEM"
      })
  void a_refusal_for_what_is_not_recorded_is_not_judged(String call) throws IOException {
    ReplayReport report =
        replay(
            STACK,
            null,
            "1 mmap(0x20000000, 4096, PROT_READ, MAP_SHARED|MAP_FIXED, 3</x>, 0) = 0x20000000",
            "1 shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 5",
            "1 " + call + " (for some reason)");
    assertThat(report.divergences()).isEmpty();
    assertThat(report.unverifiable()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mmap(NULL, 4096, PROT_READ, " + PRIVATE + " = -1 EACCES",
        "mmap(NULL, 4096, PROT_READ, " + PRIVATE + " = -1 EINVAL",
        "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</x>, 0) = -1 EINVAL",
        "madvise(0x20000000, 4096, MADV_DONTNEED) = -1 EACCES",
        "madvise(0x20000001, 4096, MADV_COLLAPSE) = -1 EAGAIN",
        "munmap(0x20000000, 4096) = -1 EFAULT",
        "mprotect(0x20000000, 4096, PROT_READ) = -1 EACCES"
      })
  void other_refusals_are(String call) throws IOException {
    ReplayReport report =
        replay(
            STACK,
            null,
            "1 mmap(0x20000000, 4096, PROT_READ, MAP_SHARED|MAP_FIXED, 3</x>, 0) = 0x20000000",
            "1 " + call + " (for some reason)");
    assertThat(report.divergenceCount()).isEqualTo(1);
  }

  @Test
  void a_heap_moves_as_asked_or_not_at_all() throws IOException {
    ReplayReport report =
        replay(
            STACK,
            null,
            "1 brk(NULL) = 0x555555559000",
            "1 brk(0x55555557a000) = 0x555555559000",
            "1 brk(0x55555557a000) = 0x555555579000");
    assertThat(report.divergences()).extracting(Divergence::line).containsExactly(3L);
  }

  /** A copy of the maps of a process that is gone, or whose first thread is. */
  @Test
  void empty_maps_say_nothing() throws IOException {
    assertThat(replay(STACK, "", "1 exit_group(0) = ?").comparison()).isNull();
  }

  /** Observed with mprotect and madvise of the first page, and of all. */
  @Test
  void the_kernels_own_mappings_are_not_split() throws IOException {
    String maps =
        """
        7f0000010000-7f0000014000 r--p 00000000 00:00 0 [vvar]
        7f0000014000-7f0000016000 r-xp 00000000 00:00 0 [vdso]
        """;
    String invalid = " = -1 EINVAL (Invalid argument)";
    ReplayReport report =
        replay(
            maps + STACK,
            null,
            "1 mprotect(0x7f0000010000, 4096, PROT_READ) = 0",
            "1 mprotect(0x7f0000010000, 4096, PROT_NONE)" + invalid,
            "1 mprotect(0x7f0000014000, 4096, PROT_READ|PROT_EXEC) = 0",
            "1 mprotect(0x7f0000014000, 4096, PROT_READ)" + invalid,
            "1 madvise(0x7f0000014000, 4096, MADV_NORMAL) = 0",
            "1 madvise(0x7f0000014000, 4096, MADV_RANDOM)" + invalid,
            "1 madvise(0x7f0000014000, 8192, MADV_RANDOM) = 0",
            "1 madvise(0x7f0000010000, 16384, MADV_DONTNEED)" + invalid,
            "1 madvise(0x7f0000014000, 4096, MADV_DONTNEED) = 0",
            "1 madvise(0x7f0000014000, 4096, MADV_COLD) = 0",
            "1 madvise(0x7f0000010000, 16384, MADV_DOFORK)" + invalid,
            "1 madvise(0x7f0000014000, 8192, MADV_DOFORK) = 0",
            "1 madvise(0x7f0000014000, 4096, MADV_POPULATE_READ) = 0",
            "1 madvise(0x7f0000014000, 8192, MADV_DODUMP)" + invalid);
    assertThat(report.divergences()).isEmpty();
    assertThat(report.unverifiable()).isZero();
  }

  @Test
  void huge_pages_that_were_refused_are_not_there() throws IOException {
    ReplayReport report =
        replay(
            STACK,
            STACK,
            "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0)"
                + " = -1 ENOMEM (Cannot allocate memory)",
            "1 exit_group(0) = ?");
    assertThat(report.agrees()).isTrue();
  }

  /** Advice and locks are the same for memory of any permissions, and mremap takes them along. */
  @Test
  void permissions_that_nobody_has_told_are_not_compared() throws IOException {
    String[] lines = {
      "1 mincore(0x10000000, 4096, [1]) = 0",
      "1 mlock(0x10000000, 4096) = 0",
      "1 madvise(0x10000000, 4096, MADV_DONTFORK) = 0",
      "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000",
      "1 mremap(0x20000000, 4096, 4096, MREMAP_MAYMOVE|MREMAP_FIXED, 0x7f0000000000)"
          + " = 0x7f0000000000",
      "1 mprotect(0x30000000, 4096, PROT_READ) = 0",
      "1 exit_group(0) = ?"
    };
    String end =
        """
        10000000-10001000 r-xp 00000000 00:00 0
        30000000-30001000 r--p 00000000 00:00 0
        7f0000000000-7f0000001000 r-xs 00000000 08:01 7 /x
        """;
    assertThat(replay(null, end, lines).agrees()).isTrue();
    assertThat(replay(null, end.replace("r--p", "r-xp"), lines).agrees()).isFalse();
    String left = "20000000-20001000 r-xs 00000000 08:01 7 /x\n";
    assertThat(replay(null, end.replace("30000000-", left + "30000000-"), lines).agrees())
        .isFalse();
  }

  @Test
  void a_hint_below_a_stack_may_have_been_grown_over() throws IOException {
    ReplayReport report =
        replay(
            STACK,
            null,
            "1 mmap(NULL, 4096, PROT_READ, " + PRIVATE + " = 0x7f0000010000",
            "1 mmap(NULL, 4096, PROT_READ, " + PRIVATE + " = 0x7f000000f000",
            "1 mmap(NULL, 4096, PROT_READ, " + PRIVATE + " = 0x7f000000e000",
            "1 mmap(0x7ffcffe00000, 4096, PROT_READ, " + PRIVATE + " = 0x7f000000d000");
    assertThat(report.divergences()).isEmpty();
  }

  @Test
  void what_a_stack_had_grown_over_can_be_unmapped() throws IOException {
    String end =
        """
        7ffcfffe0000-7ffcfffe8000 rw-p 00000000 00:00 0
        7ffcfffe9000-7ffd00021000 rw-p 00000000 00:00 0 [stack]
        """;
    String[] lines = {"1 munmap(0x7ffcfffe8000, 4096) = 0", "1 exit_group(0) = ?"};
    assertThat(replay(STACK, end, lines).agrees()).isTrue();
    assertThat(
            replay(
                    STACK,
                    end.replace("rw-p 00000000 00:00 0\n7", "rw-s 00000000 08:01 7 /x\n7"),
                    lines)
                .agrees())
        .isFalse();
  }

  /** Observed: the place is not looked at; and shmdt leaves what is sealed without a word. */
  @Test
  void segments_at_the_first_page_and_sealed_ones() throws IOException {
    ReplayReport report =
        replay(
            STACK,
            "7f0000001000-7f0000002000 rw-s 00001000 00:01 17 /SYSV00000000 (deleted)\n" + STACK,
            "1 shmget(IPC_PRIVATE, 8192, IPC_CREAT|0600) = 5",
            "1 shmat(5, 0x1000, 0) = 0x1000",
            "1 shmat(5, 0x64, SHM_RND) = NULL",
            "1 munmap(0x2000, 4096) = 0",
            "1 shmdt(NULL) = 0",
            "1 shmat(5, 0x7f0000000000, 0) = 0x7f0000000000",
            "1 mseal(0x7f0000001000, 4096, 0) = 0",
            "1 shmat(5, 0x7f0000000000, SHM_REMAP) = -1 EPERM (Operation not permitted)",
            "1 shmdt(0x7f0000000000) = 0",
            "1 exit_group(0) = ?");
    assertThat(report.divergences()).isEmpty();
    assertThat(Objects.requireNonNull(report.comparison()).differences()).isEmpty();
  }

  @Test
  void a_child_in_the_same_space_without_lines_may_map() throws IOException {
    String[] lines = {
      "mmap(NULL, 4096, PROT_READ, " + PRIVATE + " = 0x7f0000010000",
      "mmap(NULL, 4096, PROT_READ, " + PRIVATE + " = 0x7f000000f000",
      "mmap(NULL, 4096, PROT_READ, " + PRIVATE + " = 0x7f000000e000",
      "clone(child_stack=0x7f0000010ff0, flags=CLONE_VM|SIGCHLD) = 7",
      "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=7} ---",
      "mmap(NULL, 4096, PROT_READ, " + PRIVATE + " = 0x7f000000a000"
    };
    assertThat(replay(STACK, null, lines).divergences()).isEmpty();
    lines[3] = "clone(child_stack=NULL, flags=SIGCHLD) = 7";
    assertThat(replay(STACK, null, lines).divergenceCount()).isEqualTo(1);
  }

  private ReplayReport replay(@Nullable String maps, @Nullable String end, String... lines)
      throws IOException {
    Path calls = Files.writeString(folder.resolve("calls"), String.join("\n", lines));
    try (SimulatedMachine machine = TestMachine.create()) {
      Replay replay = Replay.of(calls);
      if (maps != null) {
        replay.initial(Files.writeString(folder.resolve("maps"), maps));
      }
      if (end != null) {
        replay.expected(Files.writeString(folder.resolve("end"), end));
      }
      ReplayReport report = replay.run(machine);
      assertThat(report.violations()).isEmpty();
      assertThat(machine.census().leaks()).isEmpty();
      return report;
    }
  }
}
