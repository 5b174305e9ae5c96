package dev.mapwright.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code mapwright completion bash|zsh}: the script that completes commands and options. */
final class CompletionCommand {
  /** The shells with a script. zsh runs bash's through its own bashcompinit. */
  private static final List<String> SHELLS = List.of("bash", "zsh");

  private CompletionCommand() {}

  static void declare(CommandSpec spec) {
    spec.usageMessage().footer("", "For this shell alone:  source <(./mapwright completion bash)");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("1")
            .required(true)
            .paramLabel("SHELL")
            .type(String.class)
            .completionCandidates(SHELLS)
            .description("One of: ${COMPLETION-CANDIDATES}.")
            .build());
  }

  static int run(ParseResult parsed, PrintWriter out, PrintWriter err) {
    String shell = parsed.matchedPositionalValue(0, "");
    if (!SHELLS.contains(shell)) {
      throw new UserError("no script for the shell '" + shell + "'; there is one for " + SHELLS);
    }
    if (shell.equals("zsh")) {
      out.println("autoload -Uz compinit && compinit");
    }
    CommandSpec root = Main.root();
    for (Subcommand subcommand : Subcommands.ALL) {
      root.addSubcommand(subcommand.name(), subcommand.spec(subcommand.name()));
    }
    out.println(AutoComplete.bash("mapwright", new CommandLine(root)));
    return Main.OK;
  }
}
