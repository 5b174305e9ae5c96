package dev.mapwright.cli;

import dev.mapwright.cli.explain.Code;
import dev.mapwright.cli.explain.ExplanationJson;
import dev.mapwright.cli.explain.ExplanationText;
import dev.mapwright.cli.explain.Finding;
import dev.mapwright.cli.explain.KnownCodes;
import dev.mapwright.cli.explain.Shelf;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code mapwright explain}: what a status or error means, where it comes from, what to do. */
final class ExplainCommand {
  private ExplainCommand() {}

  static void declare(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis(
            "mapwright explain [--format=FORMAT] CODE [ROUTINE]",
            "       mapwright explain [--format=FORMAT] --list")
        .description(
            "Say what a status or error means, which routine gives it when, with the page that"
                + " says so, and what to do about it. All of it is in the program: nothing is"
                + " fetched.")
        .footer(
            "",
            "Exit code: 0 when the code is known, 2 when it is not; the nearest ones are named.",
            "",
            "Examples:",
            "  mapwright explain MX_ERR_NO_MEMORY",
            "  mapwright explain -4",
            "  mapwright explain EINVAL mremap",
            "  mapwright explain 0xDA/0x104",
            "  mapwright explain --list | grep NO_");
    // A status is a negative number as often as not.
    spec.parser().unmatchedOptionsArePositionalParams(true);
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .paramLabel("CODE")
            .type(String.class)
            .completionCandidates(new KnownCodes(Shelf.ALL))
            .description(
                "A name, or a number; the last words of a name are enough (BAD_HANDLE), if only one"
                    + " code ends with them.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .arity("0..*")
            .paramLabel("ROUTINE")
            .type(String[].class)
            .description("Only what this routine gives the code for; 'of' may stand before it.")
            .build());
    spec.addOption(
        OptionSpec.builder("--list")
            .type(boolean.class)
            .description("Print all codes instead, one a line.")
            .build());
    spec.addOption(
        OptionSpec.builder("--format")
            .paramLabel("FORMAT")
            .type(String.class)
            .defaultValue("text")
            .completionCandidates(List.of("text", "json"))
            .description("How to print: text (the default) or json.")
            .build());
  }

  static int run(ParseResult parsed, PrintWriter out, PrintWriter err) {
    String format = parsed.matchedOptionValue("--format", "text");
    if (!format.equals("text") && !format.equals("json")) {
      throw new UserError("there is no format '" + format + "'; expected text or json");
    }
    boolean json = format.equals("json");
    List<String> words = words(parsed);
    if (parsed.matchedOptionValue("--list", false)) {
      if (!words.isEmpty()) {
        throw new UserError("--list lists all codes; expected nothing beside it");
      }
      list(json, out);
      return Main.OK;
    }
    if (words.isEmpty()) {
      parsed.commandSpec().commandLine().usage(out);
      return Main.OK;
    }
    Finding finding = Shelf.ALL.find(words.getFirst(), routine(words));
    if (finding instanceof Finding.Refused refused) {
      throw new UserError(refused.complaint());
    }
    if (finding instanceof Finding.Found found) {
      if (json) {
        ExplanationJson.print(found, out);
      } else {
        ExplanationText.print(found, out);
      }
    }
    return Main.OK;
  }

  private static void list(boolean json, PrintWriter out) {
    if (json) {
      ExplanationJson.printList(Shelf.ALL.codes(), out);
      return;
    }
    for (Code code : Shelf.ALL.codes()) {
      out.println(code.name());
    }
  }

  /** Everything but options; one argument may hold several words: "EINVAL of mremap". */
  private static List<String> words(ParseResult parsed) {
    List<String> words = new ArrayList<>();
    add(parsed.matchedPositionalValue(0, ""), words);
    for (String argument : parsed.matchedPositionalValue(1, new String[0])) {
      add(argument, words);
    }
    return words;
  }

  private static void add(String argument, List<String> words) {
    for (String word : argument.split("\\s+", -1)) {
      boolean option = word.startsWith("-") && !word.matches("-[0-9].*");
      if (option) {
        throw new UserError(
            "there is no option '" + word + "'; 'mapwright explain --help' lists them");
      }
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
  }

  /** The word after the code, or after "of" if that stands between; null when there is none. */
  private static @Nullable String routine(List<String> words) {
    boolean of = words.size() > 1 && words.get(1).equalsIgnoreCase("of");
    int at = of ? 2 : 1;
    if (words.size() > at + 1 || of && words.size() == at) {
      throw new UserError(
          "expected one code and at most one routine; found '"
              + String.join(" ", words.subList(0, Math.min(words.size(), 4)))
              + (words.size() > 4 ? " ...'" : "'"));
    }
    return words.size() > at ? words.get(at) : null;
  }
}
