package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed and gets lost is an error, for every command and every format. */
class UnwrittenTest {
  /** A device that is a full disk. */
  private static final Path FULL = Path.of("/dev/full");

  private static final String TOO_MUCH_FOR_A_PIPE =
      "void main() { for (int i = 0; i < 100_000; i++) { IO.println(\"a line of a program\"); } }";

  @TempDir Path folder;

  private record Ended(int code, String err) {}

  @BeforeEach
  void aFullDiskIsNeeded() {
    assumeTrue(Files.exists(FULL), "this system has no /dev/full");
  }

  /** Runs the command in a JVM of its own, in a shell line in which {@code CMD} stands for it. */
  private Ended shell(String line, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "-c"));
    command.add("CMD() { \"$0\" \"$@\"; }; set -o pipefail; " + line);
    command.addAll(OwnJvm.command(args));
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .directory(Session.ROOT.toAbsolutePath().toFile())
            .redirectError(err.toFile())
            .start();
    process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    return new Ended(process.waitFor(), Files.readString(err, StandardCharsets.UTF_8));
  }

  private static final String[] PRINTING = {
    "--help",
    "--version",
    "help replay",
    "replay examples/traces/sqlite",
    "replay examples/traces/sqlite --format json",
    "replay examples/traces/iommu-nvme",
    "replay examples/traces/iommu-nvme --format json",
    "maps examples/traces/sqlite",
    "maps examples/traces/sqlite --svg -",
    "maps examples/traces/sqlite --walk 7f3bd9f3c123",
    "maps examples/traces/iommu-nvme",
    "maps examples/traces/iommu-nvme --svg -",
    "maps examples/traces/iommu-nvme --device 00:03.0 --walk ff5fe123",
    "maps examples/UseAfterUnmapBug.java",
    "maps examples/UseAfterUnmapBug.java --svg -",
    "run examples/RingBuffer.java",
    "record --help",
    "explain EINVAL",
    "explain EINVAL --format json",
    "completion bash",
    "completion zsh",
    "test --help",
    "bench --help",
  };

  static Stream<String> printing() {
    return Arrays.stream(PRINTING);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("printing")
  void a_full_disk_is_said_in_one_line_with_a_code_of_its_own(String arguments) throws Exception {
    Ended ended = shell("CMD \"$@\" >/dev/full", arguments.split(" "));
    assertThat(ended.code()).as(ended.err()).isEqualTo(Main.UNWRITTEN);
    List<String> complaints =
        ended.err().lines().filter(line -> line.startsWith("mapwright")).toList();
    assertThat(complaints)
        .singleElement()
        .asString()
        .startsWith("mapwright: standard output can't be written: ");
    if (!arguments.contains(".java")) { // what a program says is its own
      assertThat(ended.err()).hasLineCount(1);
    }
  }

  @Test
  void no_command_is_left_out() {
    for (Subcommand subcommand : Subcommands.ALL) {
      assertThat(PRINTING).anyMatch(arguments -> arguments.startsWith(subcommand.name() + " "));
    }
  }

  @Test
  void a_closed_output_is_said_likewise() throws Exception {
    Ended ended = shell("CMD \"$@\" >&-", "--version");
    assertThat(ended.code()).isEqualTo(Main.UNWRITTEN);
    assertThat(ended.err()).startsWith("mapwright: standard output can't be written: ");
  }

  @Test
  void a_file_that_is_named_and_finds_no_room_is_said_likewise() throws Exception {
    Ended ended = shell("CMD \"$@\"", "maps", "examples/traces/sqlite", "--svg", FULL.toString());
    assertThat(ended.code()).isEqualTo(Main.UNWRITTEN);
    assertThat(ended.err()).startsWith("mapwright maps: /dev/full can't be written: ");
  }

  @Test
  void a_story_that_is_lost_leaves_no_success() throws Exception {
    Ended ended = shell("CMD \"$@\" 2>/dev/full", "run", "--story", "examples/RingBuffer.java");
    assertThat(ended.code()).isEqualTo(Main.UNWRITTEN);
  }

  @Test
  void a_program_that_ends_the_jvm_itself_does_not_hide_what_it_lost() throws Exception {
    Path program = folder.resolve("Ends.java");
    Files.writeString(program, "void main() { IO.println(\"lost\"); System.exit(0); }");
    Ended ended = shell("CMD \"$@\" >/dev/full", "run", program.toString());
    assertThat(ended.code()).isEqualTo(Main.UNWRITTEN);
    Files.writeString(program, "void main() { IO.println(\"kept\"); System.exit(3); }");
    assertThat(shell("CMD \"$@\"", "run", program.toString()).code()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"maps examples/traces/java-g1", "completion bash", "run FILE"})
  void a_reader_that_has_seen_enough_is_no_error(String arguments) throws Exception {
    Path program = folder.resolve("Talks.java");
    Files.writeString(program, TOO_MUCH_FOR_A_PIPE);
    Ended ended =
        shell("CMD \"$@\" | head -n 1", arguments.replace("FILE", program.toString()).split(" "));
    assertThat(ended).isEqualTo(new Ended(0, ""));
  }
}
