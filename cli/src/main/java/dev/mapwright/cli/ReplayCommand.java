package dev.mapwright.cli;

import dev.mapwright.cli.report.JsonReport;
import dev.mapwright.cli.report.TextReport;
import dev.mapwright.linux.replay.Replay;
import dev.mapwright.linux.replay.ReplayReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code mapwright replay}: a recorded run against the engine. */
final class ReplayCommand {
  /** The engine and the kernel do not agree. */
  private static final int DIFFERS = 1;

  private ReplayCommand() {}

  static void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Computes what the kernel must have answered to every memory call of a recorded"
                + " program, and compares: each answer, in the end the whole address space, and"
                + " what a CPU may access in it.",
            "",
            "Of a folder with an IOMMU's tables (tables.json), it walks them, makes every recorded"
                + " map and unmap in domains of its own, and compares both with what was recorded.")
        .footer(
            "",
            "Exit code: 0 when everything agrees, 1 when something differs, 2 for bad input.",
            "",
            "Examples:",
            "  mapwright replay examples/traces/sqlite",
            "  mapwright replay calls.strace.gz --initial before.maps --expect after.maps",
            "  mapwright replay examples/traces/python --format json | jq .comparison",
            "  mapwright replay examples/traces/iommu-nvme",
            "",
            "examples/traces/README.md says how to record a program of your own.");
    Replaying.declare(spec);
    spec.addOption(
        OptionSpec.builder("--expect")
            .paramLabel("MAPS")
            .type(Path.class)
            .description("What was mapped in the end. Otherwise DIR/final.maps.")
            .build());
    spec.addOption(
        OptionSpec.builder("--max-map-count")
            .paramLabel("N")
            .type(Integer.class)
            .description(
                "How many areas the recorded kernel allowed a process (vm.max_map_count). Without"
                    + " it, refusals of a process that has about 65,530 can't be judged.")
            .build());
    spec.addOption(
        OptionSpec.builder("--format")
            .paramLabel("FORMAT")
            .type(String.class)
            .defaultValue("text")
            .completionCandidates(java.util.List.of("text", "json"))
            .description("How to report: text (the default) or json.")
            .build());
  }

  static int run(ParseResult parsed, PrintWriter out, PrintWriter err) throws IOException {
    String format = parsed.matchedOptionValue("--format", "text");
    if (!format.equals("text") && !format.equals("json")) {
      throw new UserError("there is no format '" + format + "'; expected text or json");
    }
    Path recording = parsed.matchedPositionalValue(0, Path.of(""));
    if (IommuReplaying.isIn(recording)) {
      IommuReplaying.refuseOptions(recording, parsed);
    }
    Replaying.Options options = Replaying.Options.of(parsed);
    Path expected = parsed.matchedOptionValue("--expect", null);
    Integer maxMapCount = parsed.matchedOptionValue("--max-map-count", null);
    if (maxMapCount != null && maxMapCount < 0) {
      throw new UserError(maxMapCount + " is no number of areas; expected 0 or more");
    }
    return run(recording, options, expected, maxMapCount, format.equals("json"), out, err);
  }

  /**
   * Whether a command line is {@code replay RECORDING} and nothing else. It is what most people
   * type, and then reading options would take as long as replaying a short recording.
   */
  static boolean isPlain(String[] args) {
    return args.length == 2
        && args[0].equals("replay")
        && !args[1].isEmpty()
        && "-@".indexOf(args[1].charAt(0)) < 0
        && args[1].indexOf('\0') < 0;
  }

  /** Does what {@code replay RECORDING} says. */
  static int run(Path recording, PrintWriter out, PrintWriter err) throws IOException {
    return run(recording, Replaying.Options.NONE, null, null, false, out, err);
  }

  private static int run(
      Path recording,
      Replaying.Options options,
      @Nullable Path expected,
      @Nullable Integer maxMapCount,
      boolean json,
      PrintWriter out,
      PrintWriter err)
      throws IOException {
    if (IommuReplaying.isIn(recording)) {
      return IommuReplaying.run(recording, json, out) ? Main.OK : DIFFERS;
    }
    return Replaying.onMachine(machine -> {
      Replay replay = Replaying.replay(recording, options, err);
      if (expected != null) {
        UserFiles.needFile(expected, "a copy of /proc/PID/maps");
        replay.expected(expected);
      }
      if (maxMapCount != null) {
        replay.maxMapCount(maxMapCount);
      }
      ReplayReport report = replay.run(machine);
      if (report.callCount() == 0) {
        // Not "all 0 calls agree": whoever asks for a replay wants something confirmed.
        throw new UserError(
            recording
                + ": expected calls that map memory, as 'strace -f -y -e trace=%memory' records"
                + " them; found none");
      }
      if (json) {
        JsonReport.print(report, recording.toString(), out);
      } else {
        boolean wide = report.comparison() != null && !report.comparison().equal();
        TextReport.print(report, recording.toString(), wide ? Terminal.columns() : 0, out);
      }
      return report.agrees() ? Main.OK : DIFFERS;
    });
  }
}
