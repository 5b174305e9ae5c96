package dev.mapwright.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table that took minutes and finds no room is an error. */
class LostOutputTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {">/dev/full | 74", ">&- | 74", ">/dev/null | 0"})
  void what_can_not_be_written_has_an_exit_code(String where, int code) throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "this system has no /dev/full");
    Process process = start("\"$@\" " + where);
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(said).isEqualTo(code);
    assertThat(said)
        .isEqualTo(code == 0 ? "" : "mapwright bench: standard output can't be written");
  }

  @Test
  void a_reader_that_has_seen_enough_is_no_error() throws Exception {
    Process process = start("set -o pipefail; \"$@\" | true");
    assertThat(process.getInputStream().readAllBytes()).isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  private static Process start(String line) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    return new ProcessBuilder(
            List.of(
                "bash",
                "-c",
                line,
                "bash",
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName(),
                "--help"))
        .redirectErrorStream(true)
        .start();
  }
}
