package dev.mapwright.cli.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What /proc tells of a process and its threads. */
final class ProcFiles {
  private ProcFiles() {}

  static byte[] maps(int pid) throws IOException {
    return Files.readAllBytes(Path.of("/proc/" + pid + "/maps"));
  }

  /** The process that a thread belongs to; 0 when it is gone. */
  static int processOf(int thread) {
    return read("/proc/" + thread + "/status")
        .lines()
        .filter(line -> line.startsWith("Tgid:"))
        .mapToInt(line -> Integer.parseInt(line.substring("Tgid:".length()).strip()))
        .findFirst()
        .orElse(0);
  }

  /** All threads of a process that live, but one. */
  static Set<Integer> otherThreads(int pid, int thread) throws IOException {
    Set<Integer> others = new HashSet<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        int number = Integer.parseInt(task.getFileName().toString());
        if (number != thread && "ZX".indexOf(state(number)) < 0) {
          others.add(number);
        }
      }
    }
    return others;
  }

  /** The letter of a process's state: T when it is stopped, t when its tracer holds it. */
  static char state(long pid) {
    String stat = read("/proc/" + pid + "/stat");
    int name = stat.lastIndexOf(')');
    return name < 0 || name + 2 >= stat.length() ? 'X' : stat.charAt(name + 2);
  }

  /** Whether a thread is held by its tracer at the beginning of {@code exit_group}. */
  static boolean isHeldAtExit(int pid, int thread) {
    String number = System.getProperty("os.arch", "").equals("aarch64") ? "94 " : "231 ";
    String task = "/proc/" + pid + "/task/" + thread;
    return state(thread) == 't' && read(task + "/syscall").startsWith(number);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
