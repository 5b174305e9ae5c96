package dev.mapwright.cli;

import dev.mapwright.cli.text.EditDistance;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a user who mistyped an option probably meant. */
final class Suggestion {
  private static final int FARTHEST = 3;

  private Suggestion() {}

  /** A question to put behind the complaint about an option; null when no option is like it. */
  static @Nullable String forOption(ParameterException wrong) {
    if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
      return null;
    }
    String typed = unmatched.getUnmatched().getFirst();
    int value = typed.indexOf('=');
    typed = value < 0 ? typed : typed.substring(0, value);
    String best = null;
    int bestDistance = Math.min(FARTHEST, typed.length() - 2);
    for (OptionSpec option : wrong.getCommandLine().getCommandSpec().options()) {
      for (String name : option.names()) {
        int distance =
            typed.length() > 3 && name.startsWith(typed) ? 0 : EditDistance.of(typed, name);
        if (name.startsWith("--") && distance <= bestDistance) {
          best = name;
          bestDistance = distance - 1;
        }
      }
    }
    return typed.startsWith("-") && best != null ? "; did you mean '" + best + "'?" : null;
  }
}
