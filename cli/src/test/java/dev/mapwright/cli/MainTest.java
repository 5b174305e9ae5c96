package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  static java.util.stream.Stream<String> names() {
    return Subcommands.ALL.stream().map(Subcommand::name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help", "help"})
  void help_lists_every_command_with_its_summary(String asked) {
    assertThat(run(asked)).isEqualTo(Main.OK);
    for (Subcommand subcommand : Subcommands.ALL) {
      assertThat(out.toString()).contains("  " + subcommand.name()).contains(subcommand.summary());
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void no_line_of_the_list_is_broken_in_two() {
    for (String line : Subcommands.lines()) {
      assertThat(line).hasSizeLessThanOrEqualTo(80);
    }
  }

  @Test
  void without_arguments_the_help_is_printed() {
    assertThat(run()).isEqualTo(Main.OK);
    assertThat(out.toString()).startsWith("Usage: mapwright");
  }

  @Test
  void the_version_comes_from_the_build() {
    assertThat(run("--version")).isEqualTo(Main.OK);
    assertThat(out.toString()).matches("mapwright \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
  }

  @ParameterizedTest
  @MethodSource("names")
  void every_command_explains_itself_in_both_ways(String name) {
    assertThat(run(name, "--help")).isEqualTo(Main.OK);
    assertThat(out.toString()).startsWith("Usage: mapwright " + name + " ");
    String direct = out.toString();
    assertThat(run("help", name)).isEqualTo(Main.OK);
    assertThat(out.toString()).isEqualTo(direct + direct);
  }

  @Test
  void a_mistyped_command_is_refused_with_the_one_that_was_meant() {
    assertThat(run("bnech")).isEqualTo(Main.USAGE);
    assertThat(err.toString()).contains("no command 'bnech'").contains("Did you mean 'bench'?");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void an_unlike_command_is_refused_without_a_guess() {
    assertThat(run("x".repeat(100_000))).isEqualTo(Main.USAGE);
    assertThat(err.toString()).doesNotContain("Did you mean").contains("mapwright --help");
  }

  @Test
  void an_unknown_option_is_refused_with_a_hint() {
    assertThat(run("--frobnicate")).isEqualTo(Main.USAGE);
    assertThat(err.toString()).contains("'--frobnicate'").contains("Try 'mapwright --help'");
    assertThat(run("completion", "--frobnicate", "bash")).isEqualTo(Main.USAGE);
    assertThat(err.toString()).contains("Try 'mapwright completion --help'");
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.CsvSource({
    "--verison, --version",
    "replay --formt json x, --format",
    "maps --devise=00:03.0 x, --device",
    "run --stroy x, --story",
    "record --deley 3 -- x, --delay"
  })
  void a_mistyped_option_is_refused_with_the_one_that_was_meant(String line, String meant) {
    assertThat(run(line.split(" "))).isEqualTo(Main.USAGE);
    assertThat(err.toString()).contains("; did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--frobnicate", "replay -x y"})
  void an_unlike_option_is_refused_without_a_guess(String line) {
    assertThat(run(line.split(" "))).isEqualTo(Main.USAGE);
    assertThat(err.toString()).doesNotContain("did you mean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void the_completion_script_knows_every_command(String shell) {
    assertThat(run("completion", shell)).isEqualTo(Main.OK);
    assertThat(out.toString()).contains("complete -F _complete_mapwright");
    names().forEach(name -> assertThat(out.toString()).contains("_picocli_mapwright_" + name));
  }

  @Test
  void a_shell_without_a_script_is_refused() {
    assertThat(run("completion", "fish")).isEqualTo(Main.USAGE);
    assertThat(err.toString()).contains("'fish'").contains("bash").contains("zsh");
    assertThat(run("completion")).isEqualTo(Main.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "bench"})
  void what_needs_the_sources_says_so_when_started_without_them(String name) {
    assertThat(run(name)).isEqualTo(Main.USAGE);
    assertThat(err.toString()).contains("./mapwright in a checkout");
  }
}
