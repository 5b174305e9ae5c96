package dev.mapwright.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code mapwright help}: stands here for the list, for its own help and for completion. {@link
 * Main} carries it out, since it makes the named command's help and nothing else.
 */
final class HelpCommand {
  private HelpCommand() {}

  static void declare(CommandSpec spec) {
    spec.usageMessage().description("Without a command, list all of them.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .paramLabel("COMMAND")
            .type(String.class)
            .description("What to explain.")
            .build());
  }

  static int run(ParseResult parsed, PrintWriter out, PrintWriter err) {
    return Main.run(out, err, "--help");
  }
}
