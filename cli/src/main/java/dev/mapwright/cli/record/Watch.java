package dev.mapwright.cli.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows what strace prints, and holds the program where its maps have to be read. */
final class Watch {
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private enum State {
    /** The program has not begun. */
    BEFORE,
    RUNNING,
    /** The first process wants to exit; its other threads are being stopped. */
    STOPPING,
    /** Its last maps were read, or it is over. */
    OVER
  }

  private final long tracer;
  private final Signals signals;
  private final OutputStream calls;
  private final Path initial;
  private final Path last;
  private final Filter filter = new Filter();

  private State state = State.BEFORE;
  private byte[] line = new byte[1 << 12];
  private int length;

  /** The last execve of the first process, until it is stopped behind it. */
  private byte[] exec = new byte[0];

  private int pid;
  private int exiting;
  private Set<Integer> running = new HashSet<>();

  /** Threads that strace has stopped at an execve. */
  private final Set<Integer> injected = new HashSet<>();

  private long stoppingSinceNanos;
  private long kept;
  private @Nullable String ending;
  private boolean finalMaps;
  private boolean missed;

  /** Whether the first thread has ended by itself, as the last of all may do. */
  private boolean firstThreadLeft;

  Watch(long tracer, Signals signals, OutputStream calls, Path initial, Path last) {
    this.tracer = tracer;
    this.signals = signals;
    this.calls = calls;
    this.initial = initial;
    this.last = last;
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
    } else if (state == State.STOPPING && System.nanoTime() - stoppingSinceNanos > PATIENCE_NANOS) {
      miss();
    }
    if (filter.keeps(line, length)) {
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
      Files.write(initial, ProcFiles.maps(pid));
      keep(exec, exec.length);
      state = State.RUNNING;
      signals.send("CONT", pid);
    } else if (at(at, "+++ ")) {
      throw new RecordingException("strace has ended before the program began");
    }
  }

  /** Looks whether the line is where the first process begins to exit. */
  private void exit() throws IOException {
    int at = Line.afterPid(line, length);
    int thread = Line.pid(line, length);
    if (thread == pid && at(at, "exit(")) {
      firstThreadLeft = true;
    }
    if (state == State.OVER || !at(at, "exit_group(")) {
      return;
    }
    if (state == State.STOPPING) {
      left(thread); // held at its own exit
      return;
    }
    if (!ProcFiles.isThreadOf(thread, pid)) {
      return;
    }
    exiting = thread;
    state = State.STOPPING;
    try {
      running = ProcFiles.otherThreads(pid, thread);
    } catch (NoSuchFileException gone) {
      miss();
      return;
    }
    stoppingSinceNanos = System.nanoTime();
    if (running.isEmpty()) {
      takeLast();
    } else {
      signals.send("STOP", pid);
    }
  }

  private void stopped(int thread) throws IOException {
    if (state == State.STOPPING) {
      left(thread);
    } else if (injected.remove(thread)) {
      // Hardly ever: it has called execve so often that it was stopped as the first process was.
      signals.send("CONT", thread);
    }
  }

  private void left(int thread) throws IOException {
    if (running.remove(thread) && running.isEmpty()) {
      takeLast();
    }
  }

  private void ended(int thread, int at) throws IOException {
    if (thread == pid) {
      String how = Line.text(line, at + "+++ ".length(), length).replace(" +++", "");
      ending = how.startsWith("killed") ? "was " + how : how;
      boolean seen = finalMaps || how.startsWith("killed") || firstThreadLeft;
      if (state == State.STOPPING || !seen) {
        miss();
      }
      state = State.OVER;
    } else if (state == State.STOPPING) {
      left(thread);
    }
  }

  private void miss() {
    missed = true;
    state = State.OVER;
  }

  /** Everything but the thread that exits is stopped; strace is, too, so that the exit waits. */
  private void takeLast() throws IOException {
    state = State.OVER;
    signals.send("STOP", tracer);
    long since = System.nanoTime();
    while (ProcFiles.state(tracer) != 'T' && System.nanoTime() - since < PATIENCE_NANOS) {
      Thread.onSpinWait();
    }
    if (ProcFiles.isHeldAtExit(pid, exiting)) {
      // The first thread may be gone, and then shows no maps.
      Files.write(last, ProcFiles.maps(exiting));
      finalMaps = true;
    } else {
      missed = true;
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
