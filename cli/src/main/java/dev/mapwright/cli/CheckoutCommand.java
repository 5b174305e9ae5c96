package dev.mapwright.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Commands that need the sources, so the script {@code mapwright} of a checkout carries them out
 * itself. They stand here for the list, for {@code --help} and for completion.
 */
abstract class CheckoutCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UserError("needs the sources: run ./mapwright in a checkout of the project");
  }

  /** {@code mapwright test}. */
  @Command(
      description = {
        "Run everything that continuous integration runs: the README's commands, all tests, and the"
            + " checks of formatting, documentation and imports.",
        "Further arguments go to Maven, for example: mapwright test -pl core -Pcampaign"
      })
  static final class Test extends CheckoutCommand {}

  /** {@code mapwright bench}. */
  @Command(
      description = {
        "Measure against the kernel and plain Java structures, in one run on this machine.",
        "Further arguments go to the benchmark program."
      })
  static final class Bench extends CheckoutCommand {
    @Option(names = "--quick", description = "A short run: less precise, a few minutes at most.")
    @SuppressWarnings("unused") // read by the script; stands here for --help and completion
    private boolean quick;
  }
}
