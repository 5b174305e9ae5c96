package dev.mapwright.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class ReplayCommandTest {
  private static final Path TRACES = Session.ROOT.resolve("examples/traces");

  @TempDir Path folder;

  private static String trace(String name) {
    return TRACES.resolve(name).toString();
  }

  /** A copy of the recording of sqlite in which one file has a text replaced. */
  private Path changed(String file, String from, String to) throws IOException {
    for (String name : new String[] {"calls.strace", "initial.maps", "final.maps"}) {
      String text = Files.readString(TRACES.resolve("sqlite").resolve(name));
      if (name.equals(file)) {
        assertThat(text).contains(from);
        text = text.replace(from, to);
      }
      Files.writeString(folder.resolve(name), text);
    }
    return folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "python", "java-g1", "stress-5k"})
  void a_recorded_run_of_a_real_program_is_confirmed(String name) {
    Session session = Session.of("replay", trace(name));
    assertThat(session.out()).endsWith("\nThe engine and the kernel agree.\n");
    assertThat(session.err()).isEmpty();
    assertThat(session.code()).isEqualTo(Main.OK);
  }

  @Test
  void the_readme_shows_what_is_really_printed() throws IOException {
    Session session = Session.of("replay", trace("sqlite"));
    String printed = session.out().replace(trace("sqlite"), "examples/traces/sqlite");
    String asInReadme = printed.strip().indent(4).replaceAll("(?m)^ +$", "");
    assertThat(Files.readString(Session.ROOT.resolve("README.md"))).contains(asInReadme);
  }

  @Test
  void the_calls_alone_compressed_are_replayed_with_the_maps_named_on_the_line()
      throws IOException {
    Path file = folder.resolve("calls.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      Files.copy(TRACES.resolve("sqlite/calls.strace"), out);
    }
    Session session =
        Session.of(
            "replay",
            file.toString(),
            "--initial",
            trace("sqlite/initial.maps"),
            "--expect",
            trace("sqlite/final.maps"));
    assertThat(session.out()).contains("ranges   all 47 as the kernel left them");
    assertThat(session.code()).isEqualTo(Main.OK);

    Session bare = Session.of("replay", file.toString());
    assertThat(bare.out()).contains("ranges   not compared: there are no maps to compare with");
  }

  @Test
  void another_end_than_recorded_is_shown_side_by_side() throws IOException {
    Path other =
        changed("final.maps", "55dd9dd07000-55dd9e9e0000 rw-p", "55dd9dd07000-55dd9e9e0000 r--p");
    Session session = Session.of("replay", other.toString());
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.out())
        .contains("ranges   46 of 47 as the kernel left them; 1 DIFFER:")
        .containsPattern("55dd9dd07000-55dd9e9e0000 rw-p .* \\| 55dd9dd07000-55dd9e9e0000 r--p ")
        .endsWith("The engine and the kernel DIFFER.\n");
  }

  @Test
  void the_numbers_of_ranges_add_up_and_long_paths_keep_their_ends() throws IOException {
    // The kernel has another permission in the middle of a library, and nothing where the heap was.
    Path other =
        changed("final.maps", "55dd9dd07000-55dd9e9e0000 rw-p", "55dd9dd07000-55dd9e9df000 rw-p");
    String maps = Files.readString(folder.resolve("final.maps"));
    String library =
        maps.lines()
            .filter(line -> line.contains(" r-xp ") && line.contains("libsqlite3"))
            .findFirst()
            .orElseThrow();
    Files.writeString(folder.resolve("final.maps"), maps.replace(library + "\n", ""));
    Session session = Session.of("replay", other.toString());
    assertThat(session.out())
        .contains(
            "ranges   45 of 46 as the kernel left them; 1 DIFFER; 1 more should NOT BE THERE:")
        .contains("\n  kernel  (nothing)\n")
        .containsPattern("\n  engine  \\S+ r-xp \\S+ \\S*/libsqlite3\\.so\\.0\\.8\\.6\n");
  }

  /** A process that makes another one, which maps for itself. */
  private Path twoProcesses() throws IOException {
    String stack = "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n";
    Files.writeString(
        folder.resolve("calls.strace"),
        """
        1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
        1 fork() = 2
        2 mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000010000
        2 exit_group(0) = ?
        1 exit_group(0) = ?
        """);
    Files.writeString(folder.resolve("initial.maps"), stack);
    Files.writeString(
        folder.resolve("final.maps"), "7f0000000000-7f0000001000 r--p 00000000 00:00 0\n" + stack);
    return folder;
  }

  @Test
  void another_process_is_not_compared_with_the_first_one_s_maps() throws IOException {
    String recording = twoProcesses().toString();
    assertThat(Session.of("replay", recording).out()).contains("ranges   all 2 as");
    assertThat(Session.of("replay", recording, "--pid", "1").out()).contains("ranges   all 2 as");
    Session session = Session.of("replay", recording, "--pid", "2");
    assertThat(session.out())
        .contains("not compared: there are no maps to compare with of the end of process 2");
    assertThat(session.code()).isEqualTo(Main.OK);

    Path own = folder.resolve("final.2.maps");
    Files.writeString(
        own,
        """
        7f0000000000-7f0000001000 r--p 00000000 00:00 0
        7f0000010000-7f0000011000 ---p 00000000 00:00 0
        7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]
        """);
    assertThat(Session.of("replay", recording, "--pid", "2").out()).contains("ranges   all 3 as");
    assertThat(Session.of("replay", recording, "--pid", "1", "--expect", own.toString()).out())
        .contains("DIFFER");
  }

  @Test
  void initial_maps_that_were_copied_too_late_are_called_so() throws IOException {
    Path other = changed("initial.maps", "", "");
    Files.copy(folder.resolve("final.maps"), folder.resolve("initial.maps"), REPLACE_EXISTING);
    assertThat(refusal("replay", other.toString()))
        .containsPattern(
            "initial\\.maps:\\d+: expected what was mapped before the first call, as a copy that was"
                + " made in time holds it, found what the mmap in line 3 of the calls maps later")
        .hasLineCount(1);
  }

  @Test
  void another_answer_than_computed_is_shown_with_its_line() throws IOException {
    String calls = Files.readString(TRACES.resolve("sqlite/calls.strace"));
    int at = calls.indexOf("mprotect(");
    int end = calls.indexOf('\n', at);
    String line = calls.substring(at, end);
    assertThat(line).endsWith("= 0");
    String refused = line.substring(0, line.length() - 1) + "-1 EINVAL (Invalid argument)";
    Session session = Session.of("replay", changed("calls.strace", line, refused).toString());
    long number = calls.substring(0, at).lines().count();
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.out())
        .contains("calls    1 of 250 DIVERGED:")
        .contains("  line " + number + ", thread ")
        .contains("      engine: 0\n")
        .contains("      kernel: -1 EINVAL");
  }

  @Test
  void the_limit_of_areas_can_be_named() {
    Session session = Session.of("replay", trace("sqlite"), "--max-map-count", "20");
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.out())
        .contains("      engine: -1 ENOMEM (the process has more than 20 areas)\n");
    assertThat(Session.of("replay", trace("sqlite"), "--max-map-count", "65530").code())
        .isEqualTo(Main.OK);
    assertThat(refusal("replay", trace("sqlite"), "--max-map-count", "-1"))
        .contains("-1 is no number of areas");
  }

  @Test
  void the_report_is_json_when_asked_for() throws IOException {
    Session session = Session.of("replay", trace("python"), "--format", "json");
    assertThat(session.code()).isEqualTo(Main.OK);
    int objects = 0;
    try (JsonParser parser =
        new JsonFactory().createParser(ObjectReadContext.empty(), session.out())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        objects += token == JsonToken.START_OBJECT ? 1 : 0;
      }
    }
    assertThat(objects).isGreaterThan(3);
    assertThat(session.out())
        .contains("\"agrees\" : true")
        .contains("\"callCount\" : 1567")
        .contains("\"mremap\" : 75")
        .contains("\"mmapAnswers\" : 738")
        .contains("\"mmapComputed\" : 736")
        .contains("\"matching\" : 165");
  }

  @Test
  void differences_are_in_the_json_too() throws IOException {
    Path other =
        changed("final.maps", "55dd9dd07000-55dd9e9e0000 rw-p", "55dd9dd07000-55dd9e9e0000 r--p");
    Session session = Session.of("replay", other.toString(), "--format", "json");
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.out())
        .contains("\"agrees\" : false")
        .contains("\"first\" : \"55dd9dd07000\"")
        .contains("\"permissions\" : \"r--p\"");
  }

  @Test
  void bad_input_is_refused_with_file_line_and_what_was_expected() throws IOException {
    Path other = changed("calls.strace", "mprotect(", "mprotect[");
    Session session = Session.of("replay", other.toString());
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err())
        .contains("calls.strace:")
        .containsPattern("calls\\.strace:\\d+: expected .*, found ")
        .hasLineCount(1);

    other = changed("final.maps", "rw-p", "rw?p");
    session = Session.of("replay", other.toString());
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).containsPattern("final\\.maps:\\d+: expected ").hasLineCount(1);
  }

  @Test
  void what_is_not_there_is_named_with_what_to_do() {
    assertThat(refusal("replay", "nowhere"))
        .contains("there is no 'nowhere'; expected a folder with calls.strace");
    assertThat(refusal("replay", folder.toString())).contains("expected a file calls.strace");
    assertThat(refusal("replay")).contains("Missing required parameter: 'DIR|FILE'");
    assertThat(refusal("replay", trace("sqlite"), "--expect", "nowhere"))
        .contains("there is no file nowhere; expected a copy of /proc/PID/maps");
    assertThat(refusal("replay", trace("sqlite"), "--initial", folder.toString()))
        .contains("is a folder; expected a copy of /proc/PID/maps");
    assertThat(refusal("replay", trace("sqlite"), "--format", "xml"))
        .contains("there is no format 'xml'; expected text or json");
    assertThat(refusal("replay", trace("sqlite"), "--pid", "x")).contains("'x' is not an int");
  }

  /** A recording alone is replayed without picocli; behind a "--" picocli reads it. */
  @Test
  void a_recording_alone_is_answered_as_among_options() throws IOException {
    Path differs = Files.writeString(folder.resolve("differs"), "7 munmap(0x800, 1) = 0\n");
    Path junk = Files.writeString(folder.resolve("junk"), "7 munmap(\n");
    Path empty = Files.createFile(folder.resolve("empty"));
    for (String recording :
        new String[] {
          trace("sqlite"),
          trace("sqlite") + "/calls.strace",
          trace("iommu-nvme"),
          differs.toString(),
          junk.toString(),
          empty.toString(),
          folder.toString(),
          "nowhere",
        }) {
      assertThat(ReplayCommand.isPlain(new String[] {"replay", recording})).isTrue();
      assertThat(Session.of("replay", recording)).isEqualTo(Session.of("replay", "--", recording));
    }
  }

  @Test
  void what_is_more_than_a_recording_is_read_by_picocli() {
    for (String argument : new String[] {"", "-h", "--help", "-", "@file"}) {
      assertThat(ReplayCommand.isPlain(new String[] {"replay", argument})).isFalse();
    }
    assertThat(ReplayCommand.isPlain(new String[] {"replay"})).isFalse();
    assertThat(ReplayCommand.isPlain(new String[] {"replay", "a", "b"})).isFalse();
    assertThat(ReplayCommand.isPlain(new String[] {"maps", "a"})).isFalse();
  }

  @Test
  void nothing_is_not_confirmed() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThat(refusal("replay", empty.toString())).contains("expected calls that map memory");
    Path other = Files.writeString(folder.resolve("other"), "7 write(1, \"x\", 1) = 1\n");
    assertThat(refusal("replay", other.toString())).contains("found none");
    assertThat(refusal("replay", trace("sqlite"), "--pid", "77"))
        .contains("expected a line of thread 77");
  }

  @Test
  void junk_is_refused() throws IOException {
    byte[] junk = new byte[5000];
    new java.util.Random(1).nextBytes(junk);
    Path file = Files.write(folder.resolve("junk"), junk);
    assertThat(refusal("replay", file.toString())).contains("junk:1: expected ");
  }

  private static String refusal(String... args) {
    Session session = Session.of(args);
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).doesNotContain("\tat ");
    return session.err();
  }
}
