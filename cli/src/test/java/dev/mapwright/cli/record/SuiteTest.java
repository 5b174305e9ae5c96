package dev.mapwright.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {
  @TempDir Path folder;

  @Test
  void words_are_quoted_as_in_a_shell() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("suite"),
            """
            plain  ls   -l

            # a comment
            quoted sh -c 'echo "a b" $x' "c \\" d \\n" e\\ f '' x'y'z
            """);
    assertThat(Suite.read(file))
        .extracting(Suite.Entry::words)
        .containsExactly(
            java.util.List.of("ls", "-l"),
            java.util.List.of("sh", "-c", "echo \"a b\" $x", "c \" d \\n", "e f", "", "xyz"));
  }
}
