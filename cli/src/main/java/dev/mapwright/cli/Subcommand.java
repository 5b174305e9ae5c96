package dev.mapwright.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * One subcommand: its options and what it does, both as code that runs only when it is asked for.
 *
 * <p>Options are declared with picocli's builders and not with its annotations: reading annotations
 * makes proxy classes at every start, which takes longer than replaying a short trace.
 *
 * <pre>{@code
 * new Subcommand("greet", "Greet somebody.", GreetCommand::declare, GreetCommand::run)
 *
 * static void declare(CommandSpec spec) {
 *   spec.addPositional(PositionalParamSpec.builder().paramLabel("NAME").type(String.class)
 *       .description("Whom to greet.").build());
 *   spec.addOption(OptionSpec.builder("--loud").type(boolean.class).description("Shout.").build());
 * }
 *
 * static int run(ParseResult parsed, PrintWriter out, PrintWriter err) {
 *   String name = parsed.matchedPositionalValue(0, "nobody");
 *   boolean loud = parsed.matchedOptionValue("--loud", false);
 *   ...
 *   return Main.OK;
 * }
 * }</pre>
 *
 * @param name what the user types after {@code mapwright}
 * @param summary the line beside it in the list; the first line of its help
 * @param declare adds options, positional parameters and further help to the command
 * @param action what it does
 */
record Subcommand(String name, String summary, Consumer<CommandSpec> declare, Action action) {
  /** What a subcommand does once its arguments are read. */
  interface Action {
    /**
     * Runs the command.
     *
     * @param parsed the arguments
     * @param out standard output, buffered; the caller flushes it
     * @param err standard error
     * @return the exit code, see {@link Main}
     * @throws UserError for what the user can mend; ends with exit code 2
     * @throws Exception for defects; ends with a stack trace and exit code 70
     */
    int run(ParseResult parsed, PrintWriter out, PrintWriter err) throws Exception;
  }

  /**
   * The command with its options, made now.
   *
   * @param shownName how its help and its errors call it
   */
  CommandSpec spec(String shownName) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    spec.name(shownName);
    spec.usageMessage().description(summary);
    spec.addOption(help());
    declare.accept(spec);
    return spec;
  }

  /** The option that every command has. */
  static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help.")
        .build();
  }
}
