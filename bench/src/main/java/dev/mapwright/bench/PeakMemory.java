package dev.mapwright.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The most memory that a program has resident, as Linux tells it of a process that runs. (What
 * wait4 tells of a process that this one has spawned includes what this one had.)
 */
final class PeakMemory {
  private static final String PEAK = "VmHWM:";

  private PeakMemory() {}

  static boolean available() {
    try {
      return bytes(ProcessHandle.current().pid()) > 0;
    } catch (IOException untold) {
      return false;
    }
  }

  /** Runs a program and looks each millisecond, the last time just before it ends. */
  static long bytes(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long most = 0;
    try {
      do {
        most = Math.max(most, bytes(process.pid()));
      } while (!process.waitFor(1, TimeUnit.MILLISECONDS));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    if (process.isAlive() || process.exitValue() != 0 || most == 0) {
      throw new IOException(command.getFirst() + " could not be run, or failed");
    }
    return most;
  }

  /** What is told of a process; 0 of one that is gone. */
  private static long bytes(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(PEAK)) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
      }
    } catch (IOException gone) {
      if (!Files.isDirectory(Path.of("/proc", "self"))) {
        throw gone;
      }
    }
    return 0;
  }
}
