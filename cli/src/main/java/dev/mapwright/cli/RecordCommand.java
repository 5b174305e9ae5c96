package dev.mapwright.cli;

import dev.mapwright.cli.record.Recorder;
import dev.mapwright.cli.record.RecordingException;
import dev.mapwright.cli.record.Strace;
import dev.mapwright.cli.record.Suite;
import dev.mapwright.cli.text.Sizes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code mapwright record}: runs programs under strace, so that they can be replayed. */
final class RecordCommand {
  /** Of a suite: something was not recorded. */
  private static final int INCOMPLETE = 1;

  private static final long DELAY_MILLIS = 300;
  private static final long LONGEST_DELAY_MILLIS = 600_000;

  private RecordCommand() {}

  static void declare(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis(
            "mapwright record [--delay MS] [-o DIR] -- PROGRAM [ARG...]",
            "       mapwright record [--delay MS] [-o DIR] --suite FILE")
        .description(
            "Runs a program under strace and keeps what 'mapwright replay' needs in a new folder:"
                + " its calls that concern memory and processes (calls.strace), the maps of its first"
                + " process before its first call (initial.maps) and at its end (final.maps), and"
                + " those of each further process at its end, if it runs the program of which it was forked"
                + " (final.PID.maps; 'mapwright replay --pid PID')."
                + " A recording is whole or not there: it is deleted when it fails or is"
                + " interrupted.")
        .footer(
            "",
            "Exit code: the program's own (128 and the signal's number if one killed it). Of a"
                + " suite 0, or 1 when a program could not be recorded. 2 for wrong arguments, 69 when"
                + " strace is missing, may not trace, or has missed the end.",
            "",
            "Examples:",
            "  mapwright record -- ls -l",
            "  mapwright record -o /tmp/pipeline -- sh -c 'seq 1000 | sort | tail -1'",
            "  mapwright record --suite programs.txt -o recordings");
    spec.addOption(
        OptionSpec.builder("-o", "--output")
            .paramLabel("DIR")
            .type(Path.class)
            .description(
                "The folder to make. Otherwise PROGRAM.recording; of a suite FILE.recordings, with"
                    + " a folder for each program.")
            .build());
    spec.addOption(
        OptionSpec.builder("--suite")
            .paramLabel("FILE")
            .type(Path.class)
            .description(
                "Record one program after the other. Each line of the file is a name and a"
                    + " command, with quotes as in a shell and nothing else of one; empty lines and"
                    + " those that begin with # say nothing.")
            .build());
    spec.addOption(
        OptionSpec.builder("--delay")
            .paramLabel("MS")
            .type(Long.class)
            .description(
                "How many milliseconds every process is held at its exit, so that the first one's"
                    + " maps can be read ("
                    + DELAY_MILLIS
                    + "). More helps when a busy machine misses the end.")
            .build());
    // Options behind the program are the program's.
    spec.parser().stopAtPositional(true);
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .paramLabel("PROGRAM")
            .type(String[].class)
            .description("The program and its arguments.")
            .build());
  }

  static int run(ParseResult parsed, PrintWriter out, PrintWriter err) throws IOException {
    String[] words = parsed.matchedPositionalValue(0, new String[0]);
    Path suite = parsed.matchedOptionValue("--suite", null);
    Path output = parsed.matchedOptionValue("--output", null);
    long delay = parsed.matchedOptionValue("--delay", DELAY_MILLIS);
    if (delay < 1 || delay > LONGEST_DELAY_MILLIS) {
      throw new UserError("a delay of " + delay + " ms; expected 1 to " + LONGEST_DELAY_MILLIS);
    }
    if (suite != null) {
      if (words.length > 0) {
        throw new UserError("a suite or a program, not both");
      }
      return suite(suite, output, delay, err);
    }
    if (words.length == 0) {
      throw new UserError("what to record is missing: a program behind '--', or --suite FILE");
    }
    List<String> program = program(Arrays.asList(words));
    Path name = Path.of(words[0]).getFileName();
    Path folder = output == null ? Path.of(name + ".recording") : output;
    refuseTaken(folder);
    try {
      Recorder.Recorded recorded = Recorder.record(Strace.find(), delay, folder, program, true);
      err.println("mapwright record: " + summary(folder, recorded));
      err.println("To replay it: mapwright replay " + folder);
      return recorded.exitCode();
    } catch (RecordingException e) {
      throw new UnavailableError(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw UserFiles.unwritable(folder, e);
    }
  }

  private static int suite(Path file, @Nullable Path output, long delay, PrintWriter err)
      throws IOException {
    UserFiles.needFile(file, "lines of a name and a command");
    List<Suite.Entry> entries;
    try {
      entries = Suite.read(file);
    } catch (RecordingException e) {
      throw new UserError(String.valueOf(e.getMessage()), e);
    }
    Path into = output == null ? Path.of(file.getFileName() + ".recordings") : output;
    List<List<String>> programs = new ArrayList<>();
    for (Suite.Entry entry : entries) {
      refuseTaken(into.resolve(entry.name()));
      programs.add(program(entry.words()));
    }
    int failed = 0;
    try {
      Strace strace = Strace.find();
      for (int i = 0; i < programs.size(); i++) {
        Path folder = into.resolve(entries.get(i).name());
        try {
          err.println(
              summary(folder, Recorder.record(strace, delay, folder, programs.get(i), false)));
        } catch (RecordingException e) {
          failed++;
          err.println(folder + ": NOT RECORDED: " + e.getMessage());
        } catch (IOException e) {
          throw UserFiles.unwritable(folder, e);
        }
      }
    } catch (RecordingException e) {
      throw new UnavailableError(String.valueOf(e.getMessage()), e);
    }
    err.println(
        ("mapwright record: " + Sizes.count(programs.size() - failed, "program"))
            + (" recorded in " + into + (failed == 0 ? "" : ", " + failed + " NOT")));
    return failed == 0 ? Main.OK : INCOMPLETE;
  }

  private static String summary(Path folder, Recorder.Recorded recorded) {
    return (folder + ": " + Sizes.count(recorded.calls(), "line") + "; the program ")
        + recorded.ending()
        + (recorded.finalMaps()
            ? ""
            : ", without an exit at which its maps could be read: there is no final.maps")
        + (recorded.otherFinalMaps() == 0
            ? ""
            : "; final maps of "
                + Sizes.count(recorded.otherFinalMaps(), "further process", "further processes"))
        + (recorded.otherMissed() == 0
            ? ""
            : "; the end of "
                + Sizes.count(recorded.otherMissed(), "further process", "further processes")
                + " was missed (a longer --delay helps)");
  }

  private static void refuseTaken(Path folder) {
    if (Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      throw new UserError(folder + " is already there; choose another folder with -o");
    }
    Path above = folder.toAbsolutePath().getParent();
    if (above == null || folder.getFileName() == null || folder.toString().isEmpty()) {
      throw new UserError("'" + folder + "' can't be the name of a folder to make");
    }
  }

  /** The words with the program's path in front, which is looked for as a shell does. */
  private static List<String> program(List<String> words) {
    String name = words.getFirst();
    Path found = null;
    if (name.contains("/")) {
      found = Path.of(name).toAbsolutePath();
    } else {
      String path = System.getenv("PATH");
      for (String folder : (path == null ? "/bin:/usr/bin" : path).split(":", -1)) {
        Path at = Path.of(folder).toAbsolutePath().resolve(name);
        if (Files.isRegularFile(at) && Files.isExecutable(at)) {
          found = at;
          break;
        }
      }
    }
    if (found == null || !Files.isRegularFile(found)) {
      throw new UserError("there is no program '" + name + "'");
    }
    if (!Files.isExecutable(found)) {
      throw new UserError(name + " is not executable");
    }
    List<String> program = new ArrayList<>(words);
    program.set(0, found.toString());
    return program;
  }
}
