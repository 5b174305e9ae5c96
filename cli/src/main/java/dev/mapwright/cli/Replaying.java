package dev.mapwright.cli;

import dev.mapwright.core.machine.Machine;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.replay.Replay;
import dev.mapwright.linux.replay.ReplayListener;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** What the commands that replay a recording have in common: what to replay, and on what. */
final class Replaying {
  /** RAM takes room only as it is used, so there is plenty: 64 GiB. */
  static final long RAM_PAGES = 1L << 24;

  private Replaying() {}

  static void declare(CommandSpec spec) {
    declare(spec, ".");
  }

  /** Declares them; the command may take something else than a recording, and says so. */
  static void declare(CommandSpec spec, String orElse) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("1")
            .required(true)
            .paramLabel("DIR|FILE")
            .type(Path.class)
            .description(
                "A folder with calls.strace or calls.strace.gz, initial.maps and final.maps; or"
                    + " the calls alone, as 'strace -f -y' writes them"
                    + orElse)
            .build());
    spec.addOption(
        OptionSpec.builder("--initial")
            .paramLabel("MAPS")
            .type(Path.class)
            .description(
                "What was mapped at the first call: a copy of /proc/PID/maps. Otherwise"
                    + " DIR/initial.maps.")
            .build());
    spec.addOption(
        OptionSpec.builder("--pid")
            .paramLabel("N")
            .type(Integer.class)
            .description(
                "The process to look at, by the number of one of its threads. Otherwise the one"
                    + " whose line is the first.")
            .build());
    spec.addOption(
        OptionSpec.builder("--progress")
            .type(boolean.class)
            .description(
                "Show how far a long recording is, also when standard error is no terminal.")
            .build());
  }

  /**
   * What was declared and given.
   *
   * @param initial what was mapped at the first call; null if not given
   * @param pid the process to look at; null if not given
   * @param progress whether to show progress although standard error is no terminal
   */
  record Options(@Nullable Path initial, @Nullable Integer pid, boolean progress) {
    static final Options NONE = new Options(null, null, false);

    static Options of(ParseResult parsed) {
      return new Options(
          parsed.matchedOptionValue("--initial", null),
          parsed.matchedOptionValue("--pid", null),
          parsed.matchedOptionValue("--progress", false));
    }
  }

  /** The replay that the arguments ask for. */
  static Replay replay(ParseResult parsed, PrintWriter err) throws IOException {
    return replay(parsed.matchedPositionalValue(0, Path.of("")), Options.of(parsed), err);
  }

  /** The replay of a recording. */
  static Replay replay(Path recording, Options options, PrintWriter err) throws IOException {
    if (!recording.toFile().exists() || recording.toString().isEmpty()) {
      throw new UserError(
          "there is no '"
              + recording
              + "'; expected a folder with calls.strace, initial.maps and final.maps, or a file that"
              + " strace wrote");
    }
    Replay replay = Replay.of(recording);
    Path initial = options.initial();
    if (initial != null) {
      UserFiles.needFile(initial, "a copy of /proc/PID/maps");
      replay.initial(initial);
    }
    Integer pid = options.pid();
    if (pid != null) {
      replay.pid(pid);
    }
    if (options.progress() || Terminal.errors()) {
      replay.listener(new Progress(err));
    }
    return replay;
  }

  /** What is done with a machine that a recording is replayed on. */
  interface Work {
    int on(Machine machine) throws IOException;
  }

  /** Makes the machine, does the work, and says what was wrong with the input if something was. */
  static int onMachine(Work work) throws IOException {
    try (SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, RAM_PAGES).singleThreaded().build()) {
      return work.on(machine);
    } catch (InputFormatException e) {
      throw new UserError(String.valueOf(e.getMessage()), e);
    } catch (FileSystemException e) {
      throw UserFiles.unreadable(Path.of(String.valueOf(e.getFile())), e);
    }
  }

  /** One line on standard error that is written over, and gone in the end. */
  private static final class Progress implements ReplayListener {
    private static final long EVERY_NANOS = 200_000_000;

    private final PrintWriter err;
    private long shownAtNanos;
    private @Nullable String shown;

    Progress(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void progress(long lines, long bytesTaken, long totalBytes) {
      boolean over = bytesTaken >= totalBytes;
      long now = System.nanoTime();
      String before = shown;
      if (over) {
        if (before != null) {
          err.print("\r" + " ".repeat(before.length()) + "\r");
          err.flush();
          shown = null;
        }
      } else if (before == null || now - shownAtNanos >= EVERY_NANOS) {
        shownAtNanos = now;
        long percent = totalBytes <= 0 ? 0 : bytesTaken * 100 / totalBytes;
        String line = "replaying: " + percent + " %, line " + lines;
        shown = line;
        err.print("\r" + line);
        err.flush();
      }
    }
  }
}
