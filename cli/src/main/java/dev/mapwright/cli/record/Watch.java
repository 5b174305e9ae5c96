package dev.mapwright.cli.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows what strace prints, and holds the program where its maps have to be read: before its
 * first call, and where one of its processes ends by exit_group.
 */
final class Watch {
  private static final String INITIAL = "initial.maps";
  private static final String FINAL = "final.maps";

  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private enum State {
    /** The program has not begun. */
    BEFORE,
    RUNNING,
    /** The first process has ended. Others may go on. */
    OVER
  }

  /** A process that wants to exit. Its other threads are being stopped. */
  private record Exit(int pid, int thread, Set<Integer> running, long sinceNanos) {}

  private final long tracer;
  private final Signals signals;
  private final OutputStream calls;
  private final Path folder;
  private final Filter filter = new Filter();

  private State state = State.BEFORE;
  private byte[] line = new byte[1 << 12];
  private int length;

  /** The last execve of the first process, until it is stopped behind it. */
  private byte[] exec = new byte[0];

  private int pid;

  /** The processes whose threads are being stopped. */
  private final List<Exit> exits = new ArrayList<>();

  private final Origins origins = new Origins();

  /** The processes beside the first whose last maps were read. */
  private final Set<Integer> others = new HashSet<>();

  /** The processes whose exit was seen. */
  private final Set<Integer> exited = new HashSet<>();

  /** Threads that strace has stopped at an execve. */
  private final Set<Integer> injected = new HashSet<>();

  private long kept;
  private @Nullable String ending;
  private boolean finalMaps;
  private boolean missed;
  private int missedOthers;

  /** Whether the first thread has ended by itself, as the last of all may do. */
  private boolean firstThreadLeft;

  Watch(long tracer, Signals signals, OutputStream calls, Path folder) {
    this.tracer = tracer;
    this.signals = signals;
    this.calls = calls;
    this.folder = folder;
  }

  void read(InputStream lines) throws IOException, RecordingException {
    byte[] chunk = new byte[1 << 16];
    for (int count = lines.read(chunk); count >= 0; count = lines.read(chunk)) {
      for (int i = 0; i < count; i++) {
        if (chunk[i] == '\n') {
          line();
          length = 0;
        } else {
          if (length == line.length) {
            line = Arrays.copyOf(line, 2 * length);
          }
          line[length++] = chunk[i];
        }
      }
      // strace has printed how an exit begins, and holds it now.
      if (length > 0 && state != State.BEFORE) {
        exit();
      }
    }
    if (length > 0) {
      line();
    }
  }

  private boolean at(int at, String text) {
    return Line.startsWith(line, length, at, text);
  }

  private void line() throws IOException, RecordingException {
    int thread = Line.pid(line, length);
    int at = Line.afterPid(line, length);
    if (state == State.BEFORE) {
      before(thread, at);
      return;
    }
    exit();
    if (at(at, "--- SIGSTOP {si_signo=SIGSTOP, si_code=SI_KERNEL}")) {
      injected.add(thread);
    } else if (at(at, "--- stopped by ")) {
      stopped(thread);
    } else if (at(at, "+++ exited") || at(at, "+++ killed")) {
      ended(thread, at);
    } else if (!exits.isEmpty()
        && System.nanoTime() - exits.getFirst().sinceNanos() > PATIENCE_NANOS) {
      miss(exits.removeFirst().pid());
    }
    if (filter.keeps(line, length)) {
      origins.line(thread, line, at, length);
      keep(line, length);
    }
  }

  private void keep(byte[] text, int count) throws IOException {
    calls.write(text, 0, count);
    calls.write('\n');
    kept++;
  }

  /** What the launcher does is no part of the recording but for its last execve. */
  private void before(int thread, int at) throws IOException, RecordingException {
    if (at(at, "execve(")) {
      exec = Arrays.copyOf(line, length);
    } else if (at(at, "--- stopped by SIGSTOP")) {
      String call = Line.text(exec, Line.afterPid(exec, exec.length), exec.length);
      int answer = call.lastIndexOf(" = ");
      if (answer < 0 || !call.substring(answer).startsWith(" = 0")) {
        throw new RecordingException(
            "the program can't be executed: " + call.substring(Math.max(0, answer + 6)));
      }
      pid = thread;
      Files.write(folder.resolve(INITIAL), ProcFiles.maps(pid));
      keep(exec, exec.length);
      state = State.RUNNING;
      signals.send("CONT", pid);
    } else if (at(at, "+++ ")) {
      throw new RecordingException("strace has ended before the program began");
    }
  }

  /** Looks whether the line is where a process begins to exit. */
  private void exit() throws IOException {
    int at = Line.afterPid(line, length);
    int thread = Line.pid(line, length);
    if (thread == pid && at(at, "exit(")) {
      firstThreadLeft = true;
    }
    if (!at(at, "exit_group(") || left(thread)) {
      return;
    }
    int process = ProcFiles.processOf(thread);
    if (process == 0 || !exited.add(process) || process != pid && !origins.isKnown(process)) {
      return;
    }
    Set<Integer> running;
    try {
      running = ProcFiles.otherThreads(process, thread);
    } catch (NoSuchFileException gone) {
      miss(process);
      return;
    }
    Exit exit = new Exit(process, thread, running, System.nanoTime());
    if (running.isEmpty()) {
      takeLast(exit);
    } else {
      exits.add(exit);
      signals.send("STOP", process);
    }
  }

  private void stopped(int thread) throws IOException {
    if (!left(thread) && injected.remove(thread)) {
      // Hardly ever: it has called execve so often that it was stopped as the first process was.
      signals.send("CONT", thread);
    }
  }

  /** A thread runs no longer. Says whether the exit of its process has waited for that. */
  private boolean left(int thread) throws IOException {
    for (int i = 0; i < exits.size(); i++) {
      Exit exit = exits.get(i);
      if (exit.running().remove(thread)) {
        if (exit.running().isEmpty()) {
          exits.remove(i);
          takeLast(exit);
        }
        return true;
      }
    }
    return false;
  }

  private void ended(int thread, int at) throws IOException {
    boolean unread = exits.removeIf(exit -> exit.pid() == thread);
    if (unread && thread != pid) {
      miss(thread);
    }
    if (thread == pid) {
      String how = Line.text(line, at + "+++ ".length(), length).replace(" +++", "");
      ending = how.startsWith("killed") ? "was " + how : how;
      boolean seen = finalMaps || how.startsWith("killed") || firstThreadLeft;
      if (unread || !seen) {
        miss(pid);
      }
      state = State.OVER;
    } else {
      left(thread);
    }
  }

  /** A process's last maps can't be read. Without those of the first there is no recording. */
  private void miss(int process) {
    if (process == pid) {
      missed = true;
    } else {
      missedOthers++;
    }
  }

  /** Everything but the thread that exits is stopped; strace is, too, so that the exit waits. */
  private void takeLast(Exit exit) throws IOException {
    signals.send("STOP", tracer);
    long since = System.nanoTime();
    while (ProcFiles.state(tracer) != 'T' && System.nanoTime() - since < PATIENCE_NANOS) {
      Thread.onSpinWait();
    }
    if (!ProcFiles.isHeldAtExit(exit.pid(), exit.thread())) {
      miss(exit.pid());
    } else if (exit.pid() == pid) {
      // The first thread may be gone, and then shows no maps.
      Files.write(folder.resolve(FINAL), ProcFiles.maps(exit.thread()));
      finalMaps = true;
    } else {
      Files.write(ofOther(exit.pid()), ProcFiles.maps(exit.thread()));
      others.add(exit.pid());
    }
    signals.send("CONT", tracer);
  }

  /** How many lines were kept. */
  long kept() {
    return kept;
  }

  /** Whether the last maps were read. */
  boolean hasLast() {
    return finalMaps;
  }

  private Path ofOther(int process) {
    return folder.resolve("final." + process + ".maps");
  }

  /** Of how many processes beside the first the end has passed before the maps could be read. */
  int missedOthers() {
    return missedOthers;
  }

  /**
   * Deletes maps with which no replay can be compared. That a process shared its memory with its
   * maker may be told after its end.
   *
   * @return of how many processes beside the first the last maps are left
   */
  int keepKnown() throws IOException {
    int left = 0;
    for (int process : others) {
      if (origins.isKnown(process)) {
        left++;
      } else {
        Files.delete(ofOther(process));
      }
    }
    return left;
  }

  /** How the first process has ended, when all was seen that belongs to a recording. */
  String ending(String program) throws RecordingException {
    String how = ending;
    if (state == State.BEFORE) {
      throw new RecordingException(
          "strace did not begin " + program + "; what it said stands above");
    }
    if (missed || how == null) {
      throw new RecordingException(
          "the end of "
              + program
              + " has passed before its maps could be read, on a busy machine; a longer --delay"
              + " helps");
    }
    return how;
  }
}
