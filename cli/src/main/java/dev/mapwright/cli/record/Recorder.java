package dev.mapwright.cli.record;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records one run of a program with strace: its calls, the maps of its first process before its
 * first call, and those of each process at its end.
 *
 * <p>strace writes into a pipe, so that what it prints is seen at once, and the program is held
 * twice.
 *
 * <ol>
 *   <li><em>At the beginning</em> strace injects a SIGSTOP into the execve that begins the program
 *       ({@link Strace}). It stops before its first instruction, until it is told to continue.
 *   <li><em>At the end</em> strace delays every exit_group. When a process's is seen, its other
 *       threads are stopped, and when strace has told of each that it has, strace itself: then the
 *       exit waits however long the delay was. Whether all this was in time is looked at afterwards
 *       ({@link ProcFiles#isHeldAtExit}); if it was not, the process has no final maps, and if it
 *       was the first, there is no recording.
 * </ol>
 *
 * <p>Files are written to a folder beside the recording's, which takes its name when all is there
 * and is deleted otherwise.
 */
public final class Recorder {
  private static final String CALLS = "calls.strace";

  private final Strace strace;
  private final long delayMillis;
  private final Path folder;
  private final Path partial;

  /** Nobody may give the folder its name, or make it anew, once this is set. */
  private boolean abandoned;

  private @Nullable Process tracer;

  private Recorder(Strace strace, long delayMillis, Path folder) {
    this.strace = strace;
    this.delayMillis = delayMillis;
    this.folder = folder;
    this.partial =
        folder.resolveSibling(
            "." + folder.getFileName() + ".partial-" + ProcessHandle.current().pid());
  }

  /**
   * What was recorded.
   *
   * @param calls how many lines of calls were kept
   * @param exitCode the first process's exit code, or 128 and the number of a signal
   * @param ending how it ended, in words
   * @param finalMaps whether the maps of its end were read; not of a process that was killed
   * @param otherFinalMaps of how many other processes the maps of the end were read
   * @param otherMissed of how many others the end has passed before that could be done
   */
  public record Recorded(
      long calls,
      int exitCode,
      String ending,
      boolean finalMaps,
      int otherFinalMaps,
      int otherMissed) {}

  /**
   * Records.
   *
   * @param strace what to record with
   * @param delayMillis how long each process is held at its exit
   * @param folder the recording's folder, which must not be there yet
   * @param program the program as a path, and its arguments
   * @param takesInput whether the program reads this process's standard input
   * @return what was recorded
   * @throws RecordingException if there is no recording
   * @throws IOException if files can't be written
   */
  public static Recorded record(
      Strace strace, long delayMillis, Path folder, List<String> program, boolean takesInput)
      throws RecordingException, IOException {
    Path whole = folder.toAbsolutePath().normalize();
    if (Files.exists(whole)) {
      throw new RecordingException(folder + " is already there; choose another with -o");
    }
    Recorder recorder = new Recorder(strace, delayMillis, whole);
    Thread hook = new Thread(recorder::interrupted);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return recorder.record(program, takesInput);
    } finally {
      recorder.abandon();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException ending) {
        // The JVM ends: the hook has done the same.
      }
    }
  }

  private Recorded record(List<String> program, boolean takesInput)
      throws RecordingException, IOException {
    Files.createDirectories(partial);
    Path pipe = partial.resolve("pipe");
    makePipe(pipe);
    Watch watch;
    Process process;
    Thread closer;
    // Reading would wait for ever for a writer that never is, when strace fails at once: so there
    // is
    // one from the beginning, which leaves when strace has ended.
    try (Signals signals = new Signals();
        OutputStream calls =
            new BufferedOutputStream(Files.newOutputStream(partial.resolve(CALLS)), 1 << 16);
        RandomAccessFile writer = new RandomAccessFile(pipe.toFile(), "rw");
        InputStream lines = new FileInputStream(pipe.toFile())) {
      process = start(strace.commandLine(pipe.toString(), delayMillis, program), takesInput);
      closer = Thread.ofPlatform().daemon().start(() -> closeAfter(process, writer));
      watch = new Watch(process.pid(), signals, calls, partial);
      try {
        watch.read(lines);
      } catch (IOException | RecordingException e) {
        abandon(); // before the pipe is closed, of which strace would complain line by line
        throw e;
      }
    }
    int code;
    try {
      code = process.waitFor();
      closer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RecordingException("interrupted; nothing was kept");
    }
    String ending = watch.ending(program.getFirst());
    Files.delete(pipe);
    int others = watch.keepKnown();
    finish();
    return new Recorded(watch.kept(), code, ending, watch.hasLast(), others, watch.missedOthers());
  }

  private synchronized Process start(List<String> line, boolean takesInput)
      throws IOException, RecordingException {
    if (abandoned) {
      throw new RecordingException("interrupted; nothing was kept");
    }
    ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
    if (!takesInput) {
      builder.redirectInput(new File("/dev/null"));
    }
    Process process = builder.start();
    tracer = process;
    return process;
  }

  private static void closeAfter(Process process, RandomAccessFile writer) {
    try (writer) {
      process.waitFor();
    } catch (IOException | InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void makePipe(Path pipe) throws RecordingException {
    try {
      int code = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor();
      if (code != 0) {
        throw new RecordingException("no pipe could be made at " + pipe);
      }
    } catch (IOException e) {
      throw new RecordingException("mkfifo is missing; install it (Debian: coreutils)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RecordingException("interrupted; nothing was kept");
    }
  }

  private synchronized void finish() throws IOException, RecordingException {
    if (abandoned) {
      throw new RecordingException("interrupted; nothing was kept");
    }
    Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    abandoned = true;
  }

  private void interrupted() {
    abandon();
    System.err.println("mapwright record: interrupted; nothing was kept");
  }

  /** Ends what still runs and deletes what is not whole. Does nothing to a recording that is. */
  private synchronized void abandon() {
    abandoned = true;
    Process process = tracer;
    if (process != null && process.isAlive()) {
      List<ProcessHandle> traced = process.descendants().toList();
      process.destroyForcibly();
      traced.forEach(ProcessHandle::destroyForcibly);
    }
    if (!Files.exists(partial)) {
      return;
    }
    try (Stream<Path> files = Files.walk(partial)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("mapwright record: " + partial + " can't be deleted: " + e.getMessage());
    }
  }
}
