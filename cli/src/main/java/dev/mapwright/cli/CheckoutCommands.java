package dev.mapwright.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Commands that need the sources, so the script {@code mapwright} of a checkout carries them out
 * itself. They stand here for the list, for {@code --help} and for completion.
 */
final class CheckoutCommands {
  private CheckoutCommands() {}

  static void declareTest(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Run everything that continuous integration runs: the README's commands, all tests,"
                + " and the checks of formatting, documentation and imports.",
            "With a module, only its tests, and of those only the ones named: mapwright test sim"
                + " TlbTest, or TlbTest#method.",
            "Other arguments go to Maven, for example: mapwright test -Pcampaign");
    spec.parser().unmatchedOptionsArePositionalParams(true);
    spec.addPositional(rest("[MODULE [TEST]] MAVEN-ARG", "Handed on to Maven."));
  }

  static void declareBench(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Measure against the kernel and plain Java structures, in one run on this machine.");
    spec.parser().unmatchedOptionsArePositionalParams(true);
    spec.addOption(
        OptionSpec.builder("--quick")
            .type(boolean.class)
            .description("A short run: the most telling rows, in about a minute.")
            .build());
    spec.addPositional(rest("ARG", "Handed on to the benchmark program."));
  }

  static int refuse(ParseResult parsed, PrintWriter out, PrintWriter err) {
    err.println(
        parsed.commandSpec().name()
            + ": needs the sources: run ./mapwright in a checkout of the project");
    return Main.USAGE;
  }

  private static PositionalParamSpec rest(String label, String description) {
    return PositionalParamSpec.builder()
        .index("0..*")
        .arity("0..*")
        .paramLabel(label)
        .type(String[].class)
        .description(description)
        .build();
  }
}
