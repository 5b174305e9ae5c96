package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every program in examples/ runs and prints what examples/expected/ says. After a change that is
 * meant to be seen, {@code ./mapwright run examples/NAME.java >examples/expected/NAME.txt} writes
 * the new text.
 */
class ExamplesTest {
  private static final Path EXAMPLES = Session.ROOT.resolve("examples");

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - 5))
          .sorted()
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void what_the_readme_shows_is_what_is_printed() {
    String readme = read(Session.ROOT.resolve("README.md"));
    for (String name : List.of("FiveCalls", "EduDriverBug", "PhysicalAddressBug")) {
      String printed = read(EXAMPLES.resolve("expected/" + name + ".txt")).stripTrailing();
      assertThat(readme).contains("    " + printed.replace("\n", "\n    ") + "\n\n");
    }
  }

  @Test
  void there_are_five_examples_at_least() throws IOException {
    assertThat(names()).hasSizeGreaterThanOrEqualTo(5);
  }

  @ParameterizedTest
  @MethodSource("names")
  void it_prints_what_is_expected(String name) {
    Session session = Session.of("run", EXAMPLES.resolve(name + ".java").toString());
    assertThat(session.err()).isEmpty();
    assertThat(session.out()).isEqualTo(read(EXAMPLES.resolve("expected/" + name + ".txt")));
    assertThat(session.code()).isEqualTo(Main.OK);
  }

  @ParameterizedTest
  @MethodSource("names")
  void it_is_short_fits_a_window_and_is_listed(String name) {
    List<String> lines = read(EXAMPLES.resolve(name + ".java")).lines().toList();
    // A whole instruction set takes more than one idea does, and a guest's program comes on top.
    int most = name.equals("Chip8") ? 450 : name.equals("Rv64Emulator") ? 360 : 165;
    assertThat(lines).hasSizeLessThan(most);
    assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    assertThat(read(EXAMPLES.resolve("README.md"))).contains(name + ".java");
  }

  @ParameterizedTest
  @MethodSource("names")
  void its_story_is_told_beside_its_output(String name) {
    Session session = Session.of("run", "--story", EXAMPLES.resolve(name + ".java").toString());
    assertThat(session.out()).isEqualTo(read(EXAMPLES.resolve("expected/" + name + ".txt")));
    // What is done to tables by hand, nobody else knows of.
    if (!name.equals("ForgottenFlushBug")) {
      assertThat(session.err()).contains(": map 0x").contains(" | ");
    }
  }
}
