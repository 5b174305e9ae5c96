package dev.mapwright.cli.record;

import dev.mapwright.linux.strace.StraceReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The strace of this machine: whether it works, and what it is asked for. */
public final class Strace {
  /**
   * The execve at which strace stops the program, before its first instruction. strace counts for
   * each thread on its own, so that no other process is stopped: none calls execve so often, also
   * when it looks for a program in a long PATH.
   */
  private static final int STOPPED_EXECVE = 40;

  /** Calls execve so often, the last time for the program: the first argument says how often. */
  private static final String LAUNCH =
      "n=$1; shift; if [ \"$n\" -gt 1 ]; then"
          + " exec /bin/sh -c \"$0\" \"$0\" $((n - 1)) \"$@\"; fi; exec \"$@\"";

  private static final long PROBE_SECONDS = 60;

  private final boolean all;

  private Strace(boolean all) {
    this.all = all;
  }

  /**
   * Tries it.
   *
   * @return the strace on the PATH
   * @throws RecordingException if there is none, or it may not trace
   */
  public static Strace find() throws RecordingException {
    String said = probe("mseal");
    if (said == null) {
      return new Strace(false);
    }
    boolean tooOld = said.contains("invalid system call");
    String refused = tooOld ? probe("execve") : said;
    if (refused != null) {
      throw new RecordingException(
          "strace may not trace programs here ("
              + refused
              + "): in a container, start it with --cap-add=SYS_PTRACE; elsewhere see"
              + " /proc/sys/kernel/yama/ptrace_scope");
    }
    return new Strace(tooOld);
  }

  /** What strace says to a short run that shows one call; null if it is content. */
  private static @Nullable String probe(String call) throws RecordingException {
    try {
      Process process =
          new ProcessBuilder("strace", "-f", "-o", "/dev/null", "-e", "trace=" + call, "true")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      String said =
          new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "it does not end";
      }
      int line = said.indexOf('\n');
      return process.exitValue() == 0 ? null : line < 0 ? said : said.substring(0, line);
    } catch (IOException e) {
      throw new RecordingException(
          "strace is missing; install it (Debian: apt-get install strace, Fedora: dnf install"
              + " strace)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RecordingException("interrupted");
    }
  }

  /**
   * The command line that records a program.
   *
   * @param output what strace writes to
   * @param delayMillis how long each process is held at its exit
   * @param program the program as a path, and its arguments
   */
  List<String> commandLine(String output, long delayMillis, List<String> program) {
    List<String> line = new ArrayList<>(List.of("strace", "-f", "-y", "-o", output));
    if (!all) {
      // Names that this strace does not know are none of this machine's calls.
      List<String> names = new ArrayList<>(StraceReader.callNames());
      names.removeIf(name -> name.startsWith("syscall_"));
      Collections.sort(names);
      line.addAll(List.of("-e", "trace=?" + String.join(",?", names)));
    }
    line.addAll(
        List.of(
            "-e",
            "inject=execve:signal=SIGSTOP:when=" + STOPPED_EXECVE,
            "-e",
            "inject=exit_group:delay_enter=" + delayMillis * 1000,
            "--",
            "/bin/sh",
            "-c",
            LAUNCH,
            LAUNCH,
            String.valueOf(STOPPED_EXECVE)));
    line.addAll(program);
    return line;
  }
}
