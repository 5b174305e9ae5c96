package dev.mapwright.cli;

import dev.mapwright.cli.text.EditDistance;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All subcommands, in the order of the list. A new one is one more entry here. */
final class Subcommands {
  /** Immutable. */
  static final List<Subcommand> ALL =
      List.of(
          new Subcommand(
              "replay",
              "Recompute a recorded run of a real program and compare.",
              ReplayCommand::declare,
              ReplayCommand::run),
          new Subcommand(
              "record",
              "Record a program with strace, to replay it.",
              RecordCommand::declare,
              RecordCommand::run),
          new Subcommand(
              "maps",
              "Draw what a recorded program had mapped, or walk its page tables.",
              MapsCommand::declare,
              MapsCommand::run),
          new Subcommand(
              "run",
              "Run a Java source file written against the library.",
              RunCommand::declare,
              RunCommand::run),
          new Subcommand(
              "explain",
              "Say what a status or error means, and what to do about it.",
              ExplainCommand::declare,
              ExplainCommand::run),
          new Subcommand(
              "help",
              "Explain a command, as 'mapwright COMMAND --help' does.",
              HelpCommand::declare,
              HelpCommand::run),
          new Subcommand(
              "completion",
              "Print a completion script for bash or zsh.",
              CompletionCommand::declare,
              CompletionCommand::run),
          new Subcommand(
              "test",
              "Run everything that continuous integration runs (in a checkout).",
              CheckoutCommands::declareTest,
              CheckoutCommands::refuse),
          new Subcommand(
              "bench",
              "Measure against kernel and plain Java (in a checkout).",
              CheckoutCommands::declareBench,
              CheckoutCommands::refuse));

  private Subcommands() {}

  /** The subcommand of that name, or null when there is none. */
  static @Nullable Subcommand named(String name) {
    for (Subcommand subcommand : ALL) {
      if (subcommand.name().equals(name)) {
        return subcommand;
      }
    }
    return null;
  }

  /** The list for the help text: a line for each, the summaries below each other. */
  static String[] lines() {
    int width = 0;
    for (Subcommand subcommand : ALL) {
      width = Math.max(width, subcommand.name().length());
    }
    String[] lines = new String[ALL.size()];
    for (int i = 0; i < lines.length; i++) {
      String name = ALL.get(i).name();
      lines[i] = "  " + name + " ".repeat(width + 2 - name.length()) + ALL.get(i).summary();
    }
    return lines;
  }

  /** The name that a user who typed {@code typed} probably meant, or null when none is close. */
  static @Nullable String closestTo(String typed) {
    String best = null;
    int bestDistance = 3;
    for (Subcommand subcommand : ALL) {
      String name = subcommand.name();
      int distance =
          name.startsWith(typed) ? 1 : EditDistance.of(typed.toLowerCase(Locale.ROOT), name);
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return best;
  }
}
