package dev.mapwright.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mapwright completion bash|zsh}: the script that completes commands and options. */
@Command(
    description = {
      "Print a completion script, for example for this shell alone:",
      "  source <(mapwright completion bash)"
    })
final class CompletionCommand implements Callable<Integer> {
  /** The shells with a script. zsh runs bash's through its own bashcompinit. */
  enum Shell {
    bash,
    zsh
  }

  @Parameters(index = "0", paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.bash;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (shell == Shell.zsh) {
      out.println("autoload -Uz compinit && compinit");
    }
    out.println(AutoComplete.bash("mapwright", new CommandLine(Main.root(Subcommands.all()))));
    return Main.OK;
  }
}
