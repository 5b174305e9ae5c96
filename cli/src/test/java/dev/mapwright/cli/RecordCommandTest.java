package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code mapwright record} refuses, reports, and leaves behind. */
class RecordCommandTest {
  private static final String LONG_DELAY = "3000";

  @TempDir Path folder;

  private Session recordShell(String line) {
    return Session.of(
        "record",
        "--delay",
        LONG_DELAY,
        "-o",
        folder.resolve("one").toString(),
        "--",
        "sh",
        "-c",
        line);
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void needTools() throws Exception {
    String obstacle = RecordingTools.obstacle();
    assumeTrue(obstacle == null, obstacle);
  }

  @Test
  void the_program_s_exit_code_is_the_command_s_and_is_said() throws Exception {
    needTools();
    Session session = recordShell("exit 3");
    assertThat(session.code()).as(session.err()).isEqualTo(3);
    assertThat(session.err())
        .contains("one: ")
        .contains("; the program exited with 3\n")
        .contains("mapwright replay " + folder.resolve("one"));
    assertThat(left()).containsExactly(folder.resolve("one"));
    try (Stream<Path> files = Files.list(folder.resolve("one"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("calls.strace", "initial.maps", "final.maps");
    }
  }

  @Test
  void a_program_that_is_killed_has_no_end_to_look_at() throws Exception {
    needTools();
    Session session = recordShell("kill -9 $$");
    assertThat(session.code()).isEqualTo(128 + 9);
    assertThat(session.err()).contains("was killed by SIGKILL").contains("no final.maps");
    assertThat(folder.resolve("one/final.maps")).doesNotExist();
    assertThat(Session.of("replay", folder.resolve("one").toString()).code()).isEqualTo(Main.OK);
  }

  @Test
  void what_is_no_program_leaves_nothing() throws Exception {
    needTools();
    Path junk = Files.writeString(folder.resolve("junk"), "\177ELF and no more");
    assertThat(junk.toFile().setExecutable(true)).isTrue();
    Session session =
        Session.of("record", "-o", folder.resolve("one").toString(), "--", junk.toString());
    assertThat(session.code()).isEqualTo(Main.UNAVAILABLE);
    assertThat(session.err()).contains("can't be executed: ENOEXEC").hasLineCount(1);
    assertThat(left()).containsExactly(junk);
  }

  @Test
  void a_recording_that_is_interrupted_is_deleted_and_the_program_with_it() throws Exception {
    needTools();
    Path began = folder.resolve("began");
    String shell = "trap '' INT TERM; echo $$ >'" + began + "'; while :; do sleep 1; done";
    Process process =
        new ProcessBuilder(
                OwnJvm.command(
                    "record", "-o", folder.resolve("one").toString(), "--", "sh", "-c", shell))
            .redirectErrorStream(true)
            .start();
    while (!Files.exists(began) || Files.size(began) == 0) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(20);
    }
    long pid = Long.parseLong(Files.readString(began).strip());
    assertThat(ProcessHandle.of(pid)).isPresent();
    assertThat(process.toHandle().destroy()).isTrue();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("interrupted; nothing was kept");
    assertThat(process.waitFor()).isEqualTo(128 + 15);
    assertThat(left()).containsExactly(began);
    while (ProcessHandle.of(pid).isPresent()) {
      Thread.sleep(20); // killed, and not yet waited for
    }
  }

  @Test
  void a_folder_that_is_there_is_not_written_over() throws Exception {
    Path taken = Files.createDirectory(folder.resolve("one"));
    Session session = recordShell("touch '" + folder.resolve("ran") + "'");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("one is already there").hasLineCount(1);
    assertThat(left()).containsExactly(taken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "record",
        "record -- no-such-program",
        "record -- /etc/passwd",
        "record --suite no-such-file",
        "record --delay 0 -- true",
        "record --suite pom.xml -- true"
      })
  void what_can_not_be_meant_is_refused(String line) {
    Session session = Session.of(line.split(" "));
    assertThat(session.code()).as(session.err()).isEqualTo(Main.USAGE);
    assertThat(session.err()).startsWith("mapwright record: ").hasLineCount(1);
  }

  /** A folder that holds, in the place of strace, a script; or nothing of that name. */
  private Session withStrace(String script) throws IOException, InterruptedException {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    if (!script.isEmpty()) {
      Path strace = Files.writeString(tools.resolve("strace"), "#!/bin/sh\n" + script + "\n");
      assertThat(strace.toFile().setExecutable(true)).isTrue();
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            OwnJvm.command(
                "record", "-o", folder.resolve("one").toString(), "--", "/bin/sh", "-c", ":"));
    builder.environment().put("PATH", tools + (script.isEmpty() ? "" : ":/usr/bin:/bin"));
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Session(process.waitFor(), "", said);
  }

  @Test
  void without_strace_it_says_what_to_install() throws Exception {
    Session session = withStrace("");
    assertThat(session.code()).isEqualTo(Main.UNAVAILABLE);
    assertThat(session.err()).contains("apt-get install strace").hasLineCount(1);
    assertThat(folder.resolve("one")).doesNotExist();
  }

  @Test
  void where_ptrace_is_refused_it_says_so() throws Exception {
    Session session =
        withStrace("echo 'strace: PTRACE_TRACEME: Operation not permitted' >&2; exit 1");
    assertThat(session.code()).isEqualTo(Main.UNAVAILABLE);
    assertThat(session.err())
        .contains("may not trace programs here (strace: PTRACE_TRACEME: Operation not permitted)")
        .contains("SYS_PTRACE")
        .hasLineCount(1);
    assertThat(folder.resolve("one")).doesNotExist();
  }

  @Test
  void an_strace_that_works_and_then_fails_leaves_nothing() throws Exception {
    Session session =
        withStrace("case \"$*\" in *trace=mseal*) exit 0;; *) echo oops >&2; exit 1;; esac");
    assertThat(session.code()).isEqualTo(Main.UNAVAILABLE);
    assertThat(session.err()).contains("oops").contains("strace did not begin /bin/sh");
    assertThat(folder.resolve("one")).doesNotExist();
    assertThat(left()).containsExactly(folder.resolve("tools"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one | :1: expected a command behind the name one",
        "a/b true | :1: expected a name of letters, digits and . _ + -, found 'a/b'",
        "one true\\n\\n# two\\none true | :4: expected a name of its own, found 'one' again",
        "one sh -c 'open | :1: expected a closing '",
        "# nothing | : expected lines of a name and a command, found none"
      })
  void a_suite_is_refused_with_its_line(String text, String message) throws IOException {
    Path suite = Files.writeString(folder.resolve("suite"), text.replace("\\n", "\n"));
    Session session = Session.of("record", "--suite", suite.toString());
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains(suite + message).hasLineCount(1);
  }

  @Test
  void a_suite_is_refused_as_a_whole_when_one_of_its_folders_is_there() throws IOException {
    Path suite = Files.writeString(folder.resolve("suite"), "one true\ntwo true\n");
    Path all = folder.resolve("all");
    Files.createDirectories(all.resolve("two"));
    Session session = Session.of("record", "--suite", suite.toString(), "-o", all.toString());
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("two is already there");
    assertThat(all.resolve("one")).doesNotExist();
  }
}
