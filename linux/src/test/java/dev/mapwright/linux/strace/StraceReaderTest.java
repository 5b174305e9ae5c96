package dev.mapwright.linux.strace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mapwright.linux.input.InputFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StraceReaderTest {

  private static final String PLAIN =
      "mmap(0x7f0000001000, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x7f0000001000";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "12:34:56 ",
        "12:34:56.123456 ",
        "1700000000.123456 ",
        "1700000000 ",
        "     0.000012 ",
        "2026-11-20T18:00:00+0000 ",
        "12:34:56 (+     0.000021) ",
        "[00007f1234567890] ",
        "[????????????????] ",
        "[   9] ",
        "12:34:56.123456 [   9] [00007f1234567890] "
      })
  void every_prefix_of_a_line_is_read(String prefix) throws IOException {
    assertThat(one(prefix + PLAIN)).isEqualTo(one(PLAIN));
    assertThat(one("4321 " + prefix + PLAIN).pid()).isEqualTo(4321);
    assertThat(one("4321<bash> " + prefix + PLAIN).pid()).isEqualTo(4321);
    assertThat(one("[pid  4321] " + prefix + PLAIN).pid()).isEqualTo(4321);
    assertThat(one("[pid 4321<a b>] " + prefix + PLAIN).pid()).isEqualTo(4321);
    assertThat(one("4321\t" + prefix + PLAIN).pid()).isEqualTo(4321);
  }

  @Test
  void a_mapping_of_a_file_has_all_its_arguments() throws IOException {
    TraceEvent.Finished event =
        finished(
            "9 mmap(NULL, 37007, PROT_READ|PROT_EXEC, MAP_SHARED|MAP_DENYWRITE, 3</etc/ld.so.cache>, 0x26000) = 0x7f3bda2ce000");
    assertThat(event.call())
        .isEqualTo(
            new Call.Mmap(
                0, 37007, 5, 0x801, new TracedFile(3, "/etc/ld.so.cache", false), 0x26000));
    assertThat(event.outcome()).isEqualTo(new Outcome(true, 0x7f3bda2ce000L, null, false));
    assertThat(event.startLine()).isEqualTo(event.line()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "3</with, commas (and) parens>; /with, commas (and) parens; false",
        "3</memfd:x>(deleted); /memfd:x; true",
        "3</tmp/x> (deleted); /tmp/x; true",
        "3</tmp/x (deleted)>; /tmp/x; true",
        "3</tmp/a\\76b\\n\\303\\244>; '/tmp/a>b\n\u00e4'; false",
        "3</tmp/a>b>; /tmp/a>b; false",
        "3</dev/zero<char 1:5>>; /dev/zero; false",
        "3<socket:[123]>; socket:[123]; false",
        "3<TCP:[127.0.0.1:80->127.0.0.1:99]>; TCP:[127.0.0.1:80->127.0.0.1:99]; false",
        "3<anon_inode:[perf_event]>; anon_inode:[perf_event]; false"
      })
  void a_descriptor_stands_for_a_path(String annotated, String path, boolean deleted)
      throws IOException {
    Call.Mmap call =
        (Call.Mmap)
            finished("mmap(NULL, 1, PROT_NONE, MAP_SHARED, " + annotated + ", 0) = 0x1000").call();
    assertThat(call.file()).isEqualTo(new TracedFile(3, path, deleted));
    assertThat(call.offset()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, 0x54040022",
    "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_HUGE_2MB, 0x54040022",
    "MAP_PRIVATE|MAP_ANONYMOUS|0x400, 0x422",
    "0x40 /* MAP_??? */, 0x40",
    "0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */, 0x22",
    "34, 0x22",
    "042, 0x22",
    "0, 0"
  })
  void flags_are_names_and_numbers(String flags, long value) throws IOException {
    Call.Mmap call =
        (Call.Mmap) finished("mmap(NULL, 1, PROT_NONE, " + flags + ", -1, 0) = 0x1000").call();
    assertThat(call.flags()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0; true; 0; ; false",
        "0x7f0000001000; true; 0x7f0000001000; ; false",
        "-1 ENOMEM (Cannot allocate memory); true; -1; ENOMEM; false",
        "-1 EINVAL (Invalid argument) (INJECTED); true; -1; EINVAL; true",
        "0 (DELAYED); true; 0; ; false",
        "0x5000 (DELAYED) <0.000012>; true; 0x5000; ; false",
        "-1 (errno 513); true; -1; errno 513; false",
        "?; false; 0; ; false",
        "? ERESTARTSYS (To be restarted if SA_RESTART is set); false; 0; ERESTARTSYS; false",
        "0 <0.000031>; true; 0; ; false"
      })
  void answers_come_in_many_notations(
      String text, boolean known, String value, String error, boolean injected) throws IOException {
    Outcome outcome = finished("munmap(0x1000, 4096)      = " + text).outcome();
    assertThat(outcome).isEqualTo(new Outcome(known, Long.decode(value), error, injected));
  }

  @Test
  void every_call_that_matters_is_decoded() throws IOException {
    assertThat(
            calls(
                "munmap(0x1000, 18446744073709551615) = -1 EINVAL (Invalid argument)",
                "mprotect(0x1000, 1, PROT_READ|PROT_GROWSDOWN) = 0",
                "pkey_mprotect(0x1000, 1, PROT_NONE, -1) = 0",
                "mremap(0x1000, 2, 3, MREMAP_MAYMOVE) = 0x2000",
                "mremap(0x1000, 2, 3, MREMAP_MAYMOVE|MREMAP_FIXED, 0x5000) = 0x5000",
                "mremap(0x1000, 2, 3, 0) = -1 ENOMEM (Cannot allocate memory)",
                "brk(NULL) = 0x9000",
                "madvise(0x1000, 1, MADV_DONTNEED) = 0",
                "madvise(0x1000, 1, 0x66 /* MADV_??? */) = 0",
                "shmget(IPC_PRIVATE, 8192, IPC_CREAT|0600) = 7",
                "shmat(7, NULL, SHM_RDONLY) = 0x7f0000000000",
                "shmdt(0x7f0000000000) = 0",
                "remap_file_pages(0x1000, 4096, PROT_NONE, 3, 0) = 0",
                "msync(0x1000, 1, MS_SYNC) = 0",
                "mlock(0x1000, 1) = 0",
                "mlock2(0x1000, 1, MLOCK_ONFAULT) = 0",
                "munlock(0x1000, 1) = 0",
                "mincore(0x1000, 8192, [1, 0]) = 0",
                "mseal(0x1000, 1, 0) = 0",
                "syscall_0x1ce(0x7f0000, 0x2000, 0x1, 0xffffffff, 0, 0x7f) = -1 EINVAL (Invalid argument)",
                "mlock2(0x1000, 1, MLOCK_ONFAULT|0x2) = -1 EINVAL (Invalid argument)",
                "mlockall(MCL_CURRENT|MCL_FUTURE) = 0",
                "mlockall(0x8 /* MCL_??? */) = -1 EINVAL (Invalid argument)",
                "munlockall() = 0",
                "prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN|PR_MDWE_NO_INHERIT, 0, 0, 0) = 0",
                "prctl(0x41 /* PR_??? */, 0x1, 0, 0, 0x4) = -1 EINVAL (Invalid argument)",
                "pkey_alloc(0, PKEY_DISABLE_WRITE) = 1",
                "pkey_free(1) = 0"))
        .containsExactly(
            new Call.Munmap(0x1000, -1),
            new Call.Mprotect(0x1000, 1, 0x1000001, false, -1),
            new Call.Mprotect(0x1000, 1, 0, true, -1),
            new Call.Mremap(0x1000, 2, 3, 1, 0),
            new Call.Mremap(0x1000, 2, 3, 3, 0x5000),
            new Call.Mremap(0x1000, 2, 3, 0, 0),
            new Call.Brk(0),
            new Call.Madvise(0x1000, 1, 4),
            new Call.Madvise(0x1000, 1, 102),
            new Call.Shmget(8192),
            new Call.Shmat(7, 0, 0x1000),
            new Call.Shmdt(0x7f0000000000L),
            new Call.RemapFilePages(0x1000, 4096, 0, 3, 0),
            new Call.RangeCall(Call.RangeKind.MSYNC, 0x1000, 1, 4),
            new Call.RangeCall(Call.RangeKind.MLOCK, 0x1000, 1, 0),
            new Call.RangeCall(Call.RangeKind.MLOCK2, 0x1000, 1, 1),
            new Call.RangeCall(Call.RangeKind.MUNLOCK, 0x1000, 1, 0),
            new Call.RangeCall(Call.RangeKind.MINCORE, 0x1000, 8192, 0),
            new Call.RangeCall(Call.RangeKind.MSEAL, 0x1000, 1, 0),
            new Call.RangeCall(Call.RangeKind.MSEAL, 0x7f0000, 0x2000, 1),
            new Call.RangeCall(Call.RangeKind.MLOCK2, 0x1000, 1, 3),
            new Call.LockAll(true, 3),
            new Call.LockAll(true, 8),
            new Call.LockAll(false, 0),
            new Call.RefuseExecGain(3, 0),
            new Call.RefuseExecGain(1, 4),
            new Call.PkeyAlloc(0, 2),
            new Call.PkeyFree(1));
  }

  @Test
  void processes_are_made_replaced_and_ended() throws IOException {
    assertThat(
            calls(
                "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f1) = 12",
                "clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS, parent_tid=[12], tls=0x7, child_tidptr=0x7f1) = 12",
                "clone3({flags=CLONE_VM|CLONE_VFORK|CLONE_CLEAR_SIGHAND, exit_signal=SIGCHLD, stack=0x7f, stack_size=0x9000}, 88) = 12",
                "clone3({flags=CLONE_VM|CLONE_THREAD, child_tid=0x7f} => {parent_tid=[9]}, 88) = 9",
                "fork() = 13",
                "vfork() = 14",
                "execve(\"/bin/s\\\"h\", [\"sh\", \"-c\", \"a ) b \\\\\"...], 0x7ffc /* 39 vars */) = 0",
                "execve(\"./x\", [\"./x\"], [\"A=(\", \"B\"]) = -1 ENOENT (No such file or directory)",
                "execveat(3</bin>, \"sh\", [\"sh\"], NULL, AT_EMPTY_PATH) = 0",
                "exit(0) = ?",
                "exit_group(0) = ?"))
        .containsExactly(
            new Call.Clone("clone", 0x1200000),
            new Call.Clone("clone", 0x90100),
            new Call.Clone("clone3", 0x100004100L),
            new Call.Clone("clone3", 0x10100),
            new Call.Clone("fork", 0),
            new Call.Clone("vfork", 0x4100),
            new Call.Exec("execve", "/bin/s\"h"),
            new Call.Exec("execve", "./x"),
            new Call.Exec("execveat", "sh"),
            new Call.Exit(false),
            new Call.Exit(true));
  }

  @Test
  void a_call_that_others_interrupt_has_the_lines_of_its_begin_and_its_end() throws IOException {
    List<TraceEvent> events =
        events(
            "10 mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0 <unfinished ...>",
            "11 munmap(0x1000, 4096 <unfinished ...>",
            "10 <... mmap resumed>)               = 0x7000",
            "10 brk(NULL) = 0x5000",
            "11 <... munmap resumed> )  = 0");
    Call mmap = new Call.Mmap(0, 4096, 0, 0x22, TracedFile.NONE, 0);
    Call munmap = new Call.Munmap(0x1000, 4096);
    assertThat(events)
        .containsExactly(
            new TraceEvent.Started(10, 1, mmap),
            new TraceEvent.Started(11, 2, munmap),
            new TraceEvent.Finished(10, 1, 3, mmap, new Outcome(true, 0x7000, null, false)),
            new TraceEvent.Finished(
                10, 4, 4, new Call.Brk(0), new Outcome(true, 0x5000, null, false)),
            new TraceEvent.Finished(11, 2, 5, munmap, new Outcome(true, 0, null, false)));
  }

  @Test
  void resumed_lines_may_bring_more_arguments() throws IOException {
    List<TraceEvent> events =
        events(
            "10 clone3({flags=CLONE_VM|CLONE_THREAD, child_tid=0x7f, stack_size=0x7f} <unfinished ...>",
            "11 execve(\"/bin/true\", [\"true\"], 0x7 /* 9 vars */ <unfinished ...>",
            "10 <... clone3 resumed> => {parent_tid=[11]}, 88) = 11",
            "11 <... execve resumed>)               = 0");
    assertThat(events).hasSize(4);
    assertThat(events.get(2))
        .isEqualTo(
            new TraceEvent.Finished(
                10, 1, 3, new Call.Clone("clone3", 0x10100), new Outcome(true, 11, null, false)));
  }

  @Test
  void a_call_may_never_return() throws IOException {
    assertThat(
            events(
                "10 munmap(0x1000, 4096 <unfinished ...>) = ?",
                "11 exit(0 <unfinished ...>",
                "11 <... exit resumed>) = ?",
                "12 munmap(0x1000, 4096 <unfinished ...>",
                "12 <... munmap resumed> <unfinished ...>) = ?",
                "10 +++ exited with 0 +++",
                "11 +++ killed by SIGSEGV (core dumped) +++"))
        .contains(
            new TraceEvent.Finished(10, 1, 1, new Call.Munmap(0x1000, 4096), Outcome.UNKNOWN),
            new TraceEvent.Finished(11, 2, 3, new Call.Exit(false), Outcome.UNKNOWN),
            new TraceEvent.Ended(10, 6, false),
            new TraceEvent.Ended(11, 7, true));
  }

  @Test
  void a_thread_that_calls_execve_goes_on_under_the_number_of_its_process() throws IOException {
    List<TraceEvent> events =
        events(
            "11 execve(\"/bin/true\", [\"true\"], 0x7 /* 9 vars */ <unfinished ...>",
            "10 +++ superseded by execve in pid 11 +++",
            "10 <... execve resumed>) = 0");
    assertThat(events.get(1)).isEqualTo(new TraceEvent.Superseded(10, 2, 11));
    assertThat(events.get(2).pid()).isEqualTo(10);
  }

  @Test
  void a_recording_on_the_terminal_gives_numbers_only_while_there_are_several() throws IOException {
    assertThat(
            events(
                "vfork( <unfinished ...>",
                "strace: Process 12 attached",
                "[pid    12] exit_group(0) = ?",
                "[pid    12] +++ exited with 0 +++",
                "[pid    11] <... vfork resumed>) = 12",
                "--- SIGCHLD {si_signo=SIGCHLD, si_pid=12} ---",
                "brk(NULL) = 0x9000"))
        .hasSize(6);
  }

  @Test
  void the_recorders_own_message_may_interrupt_a_line() throws IOException {
    Call clone = new Call.Clone("clone", 0x1000000);
    assertThat(
            events(
                "[pid 10] clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLDstrace: Process 12 attached",
                " <unfinished ...>",
                "[pid 11] clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLDstrace: Process 13 attached",
                ", child_tidptr=0x7f) = 13"))
        .containsExactly(
            new TraceEvent.Started(10, 2, clone),
            new TraceEvent.Finished(11, 4, 4, clone, new Outcome(true, 13, null, false)));
  }

  @Test
  void several_messages_may_interrupt_one_line() throws IOException {
    assertThat(
            events(
                "[pid 10] brk(strace: Process 12 attached",
                "strace: Process 13 attached",
                "NULL) = 0x9000"))
        .containsExactly(
            new TraceEvent.Finished(
                10, 3, 3, new Call.Brk(0), new Outcome(true, 0x9000, null, false)));
  }

  @Test
  void what_clone_is_given_may_not_be_readable() throws IOException {
    assertThat(
            events(
                "9 clone3(0x7fff4d11fbb0, 8) = -1 EINVAL (Invalid argument)",
                "9 clone(0x1200011, 0, 0, 0x7f, 0) = 0xa"))
        .containsExactly(
            new TraceEvent.Finished(
                9, 1, 1, new Call.NoEffect("clone3"), new Outcome(true, -1, "EINVAL", false)),
            new TraceEvent.Finished(
                9, 2, 2, new Call.Clone("clone", 0x1200000), new Outcome(true, 10, null, false)));
  }

  @Test
  void an_execve_may_end_under_another_number() throws IOException {
    assertThat(
            events(
                "12 execve(\"/bin/true\", [\"true\"], 0x7f /* 40 vars */ <pid changed to 9 ...>",
                "9 +++ superseded by execve in pid 12 +++",
                "9 <... execve resumed>) = 0",
                "8 <... execve resumed>) = 0"))
        .hasSize(4)
        .last()
        .isEqualTo(
            new TraceEvent.Finished(
                8, 4, 4, new Call.Exec("execve", null), new Outcome(true, 0, null, false)));
  }

  @Test
  void a_table_of_counts_ends_a_recording() throws IOException {
    assertThat(
            events(
                "9 brk(NULL) = 0x9000",
                "% time     seconds  usecs/call     calls    errors syscall",
                "------ ----------- ----------- --------- --------- ----------------",
                "100.00    0.000482           0       556        83 total"))
        .hasSize(1);
  }

  @Test
  void calls_that_succeed_may_be_the_only_ones() throws IOException {
    assertThat(
            events(
                "9 openat(AT_FDCWD, \"/x\", O_RDONLY <unfinished ...>",
                ")                                       = 3",
                "9 brk(NULL <unfinished ...>",
                ")                                       = 0x9000"))
        .containsExactly(
            new TraceEvent.Started(9, 3, new Call.Brk(0)),
            new TraceEvent.Finished(
                9, 3, 4, new Call.Brk(0), new Outcome(true, 0x9000, null, false)));
  }

  @Test
  void a_call_that_is_printed_by_its_number_returns_under_it() throws IOException {
    assertThat(
            events(
                "9 syscall_0x1ce(0x1000, 0x2000, 0, 0x3, 0, 0 <unfinished ...>",
                "8 brk(NULL) = 0x9000",
                "9 <... syscall_0x1ce resumed>) = 0"))
        .hasSize(3)
        .last()
        .isEqualTo(
            new TraceEvent.Finished(
                9,
                1,
                3,
                new Call.RangeCall(Call.RangeKind.MSEAL, 0x1000, 0x2000, 0),
                new Outcome(true, 0, null, false)));
  }

  @Test
  void other_calls_are_counted_and_skipped() throws IOException {
    try (StraceReader reader =
        reader(
            "9 read(3, \"mmap(\"..., 832) = 832",
            "9 read(3 <unfinished ...>",
            "9 <... read resumed>, \"x\", 1) = 1",
            "9 ???( <unfinished ...>",
            "9 prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x7f, 4096, \"x\") = 0",
            "9 prctl(PR_GET_NAME <unfinished ...>",
            "9 <... prctl resumed>, \"x\") = 0",
            "9 prctl(0x411, 0x1) = 0",
            " > /usr/lib/libc.so.6(mmap+0x13) [0x101]",
            "[ Process PID=9 runs in 32 bit mode. ]",
            "9 set_mempolicy(MPOL_DEFAULT, NULL, 0) = 0")) {
      assertThat(reader.next()).isNotNull();
      assertThat(reader.next()).isNull();
      assertThat(reader.skippedCalls())
          .containsExactly(Map.entry("???", 1L), Map.entry("prctl", 3L), Map.entry("read", 2L));
      assertThat(reader.calls()).isEqualTo(1);
    }
  }

  @Test
  void compressed_recordings_are_read_by_their_contents() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(PLAIN.getBytes(StandardCharsets.UTF_8));
    }
    try (StraceReader reader =
        StraceReader.of(new ByteArrayInputStream(out.toByteArray()), "compressed")) {
      assertThat(reader.next()).isEqualTo(one(PLAIN));
    }
  }

  @Test
  void calls_are_written_as_they_were_read() throws IOException {
    String[] lines = {
      "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)",
      "mmap(0x7000, 8192, PROT_NONE, MAP_SHARED|MAP_FIXED_NOREPLACE, 3</memfd:x>(deleted), 0x1000)",
      "mmap(NULL, 1, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1, 0)",
      "munmap(0x1000, 4096)",
      "mprotect(0x1000, 4096, PROT_READ|PROT_EXEC)",
      "pkey_mprotect(0x1000, 4096, PROT_READ, 3)",
      "mremap(0x1000, 4096, 8192, MREMAP_MAYMOVE|MREMAP_FIXED, 0x5000)",
      "brk(NULL)",
      "madvise(0x1000, 4096, MADV_DONTNEED)",
      "shmat(3, NULL, SHM_RDONLY)",
    };
    for (String line : lines) {
      assertThat(finished(line + " = 0").call()).hasToString(line);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "9  mmap(NULL, 81; '\",\" and a protection (PROT_...)'; the end of the line",
        "9  mmap(NULL, ; a length in bytes; the end of the line",
        "9  mmap(NULL, 4096, PROT_FOO, 0, -1, 0) = 0; a protection (PROT_...); '\"PROT_FOO, 0'",
        "9  mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0, 7) = 0; '\")\" after the last argument'; ', 7'",
        "9  munmap(0x1000, 99999999999999999999) = 0; a length in bytes of at most 64 bits; 9999",
        "9  munmap(0x11111111111111111, 1) = 0; an address of at most 64 bits; 1111",
        "9  munmap(0x1000, 4096); '\"=\" and what the call answered'; the end of the line",
        "9  munmap(0x1000, 4096) = ; 'what the call answered (a number or \"?\")'; the end of the line",
        "9  munmap(0x1000, 4096) = 0 hello; the end of the line after what the call answered; hello",
        "9  mmap(NULL, 1, PROT_NONE, MAP_SHARED, 3</x, 0) = 0; '\">\" after the name of a file'; /x",
        "9  execve(\"/bin; a string that ends; /bin",
        "9  mmap(NULL, 1 /* x, PROT_NONE) = 0; a comment that ends; /* x",
        "9  hello world; '\"(\" after the name of a call'; world",
        "99999999  (brk(NULL) = 0; a system call; (brk",
        "9  <... brk resumed>) = 0; an earlier line where this thread began the call brk; brk",
        "9  <... >; the name of the call that returns; >",
        "9  +++ sleeping +++; '\"+++ exited with\"'; sleeping",
        "9  madvise(0x1000, 1, 99999999999) = 0; an advice (MADV_...) of 32 bits; 99999999999",
        "[pid 9 brk(NULL) = 0; '\"]\" after the number of a thread'; the end of the line",
        "9  mmap(NULL, 1<<64, PROT_NONE) = 0; a shift of at most 63 bits; 64"
      })
  void bad_lines_are_refused_with_line_and_expectation(String bad, String expected, String found) {
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() -> events("9 brk(NULL) = 0x1000", bad))
        .withMessageStartingWith("trace:2: expected ")
        .withMessageContaining(expected)
        .withMessageContaining(found);
  }

  @Test
  void one_thread_cannot_be_inside_two_calls() {
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() -> events("9 munmap(0x1000, 1 <unfinished ...>", "9 brk(NULL) = 0x1000"))
        .withMessageContaining("trace:2: expected the end of the munmap begun in line 1");
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() ->
            events(
                "8 munmap(0x3000, 1 <unfinished ...>",
                "9 brk(NULL) = 0x1000",
                "9 munmap(0x1000, 1 <unfinished ...>",
                "9 brk(NULL) = 0x1000"))
        .withMessageContaining("trace:4: expected the end of the munmap begun in line 3");
  }

  @Test
  void calls_that_never_return_cannot_fill_the_memory() {
    StringBuilder text = new StringBuilder();
    for (int pid = 1; pid <= PendingCalls.MAX_PENDING + 1; pid++) {
      text.append(pid).append(" brk(NULL <unfinished ...>\n");
    }
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() -> events(text.toString()))
        .withMessageContaining("trace:65537: expected at most 65536 calls");
  }

  private static TraceEvent one(String line) throws IOException {
    List<TraceEvent> events = events(line);
    assertThat(events).hasSize(1);
    return events.getFirst();
  }

  private static TraceEvent.Finished finished(String line) throws IOException {
    return (TraceEvent.Finished) one(line);
  }

  private static List<Call> calls(String... lines) throws IOException {
    return events(lines).stream().map(e -> ((TraceEvent.Finished) e).call()).toList();
  }

  private static List<TraceEvent> events(String... lines) throws IOException {
    List<TraceEvent> events = new ArrayList<>();
    try (StraceReader reader = reader(lines)) {
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        events.add(event);
      }
    }
    return events;
  }

  private static StraceReader reader(String... lines) throws IOException {
    byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    return StraceReader.of(new ByteArrayInputStream(text), "trace");
  }
}
