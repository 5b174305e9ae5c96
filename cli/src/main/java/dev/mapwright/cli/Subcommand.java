package dev.mapwright.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/**
 * One subcommand: what the list shows, and how to make it when it is asked for.
 *
 * @param name what the user types after {@code mapwright}
 * @param summary the line beside it in the list
 * @param command makes the picocli-annotated object, a {@code Callable<Integer>} whose result is
 *     the exit code
 */
record Subcommand(String name, String summary, Supplier<Object> command) {
  /** The whole command with its options, made now. */
  CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(command.get());
    spec.name(name);
    spec.mixinStandardHelpOptions(false);
    if (spec.usageMessage().description().length == 0) {
      spec.usageMessage().description(summary);
    }
    if (spec.findOption("--help") == null) {
      spec.addOption(
          picocli.CommandLine.Model.OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .description("Show this help.")
              .build());
    }
    return spec;
  }

  /** Name and summary alone, enough for the list; never executed. */
  CommandSpec summarySpec() {
    CommandSpec spec = CommandSpec.create();
    spec.name(name);
    spec.usageMessage().description(summary);
    return spec;
  }
}
