package dev.mapwright.linux.replay;

import dev.mapwright.core.machine.Machine;
import dev.mapwright.linux.input.HeapRoom;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.maps.MapsEntry;
import dev.mapwright.linux.maps.MapsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes a recorded run and says where the engine and the kernel differ.
 *
 * {@snippet lang=java :
 * ReplayReport report = Replay.of(Path.of("examples/traces/sqlite")).run(machine);
 * }
 *
 * <p>Every call on mappings is made on an address space of the engine. Its answer (success, error,
 * address) is computed before the recorded one is looked at; only what does not follow from the
 * calls is taken from the recording: the first place that no flag fixes, where nothing shows the
 * process's layout, and others of which nobody can tell; where the heap begins; and whether two
 * pieces of private memory that look alike are one area. A recorded place must be free.
 *
 * <p>A call whose begin and end are on two lines takes effect somewhere between them. Calls that
 * overlap and touch the same addresses are made in the order in which they returned, if the answers
 * agree in that order; otherwise other orders are tried, up to a bound, and the first in which
 * every answer agrees is taken.
 *
 * <p>Processes: a clone with CLONE_VM shares the space, without it copies it on write, both when
 * the call begins. A thread that appears without such a call shares the space of the first process,
 * unless what becomes of it shows that it is a process; if nothing shows what it is, its answers
 * are not judged. A program that execve begins holds what the initial maps say if they are its own;
 * otherwise nobody knows what it holds, and its calls are followed, but only verified where earlier
 * calls have told what was there.
 *
 * <p>Initial maps belong to the first program of the process that is compared, or, if that process
 * never calls execve, to the first process. Expected maps are compared with what is mapped when the
 * process begins to exit, or at the end.
 *
 * <p>Recordings are made by others, so a replay asks the heap for room before every step, and ends
 * with an error that names file and line when there is none. The machine's rings of events, which
 * would take most of it, stay empty meanwhile, unless somebody listens.
 */
public final class Replay {

  private static final String CALLS = "calls.strace";
  private static final String INITIAL = "initial.maps";
  private static final String FINAL = "final.maps";

  private final Path calls;
  private @Nullable Path initial;
  private @Nullable Path expected;

  /** The recording's folder; null if it is a file alone. */
  private @Nullable Path folder;

  /** Whether the expected maps were found beside the calls, and so are the first process's. */
  private boolean expectedOfFirst;

  private int pid = -1;
  private ReplayListener listener = ReplayListener.SILENT;
  private int maxDifferences = 10;
  private int maxMapCount = -1;

  private Replay(Path calls) {
    this.calls = calls;
  }

  /**
   * Prepares a replay.
   *
   * @param recording a file, plain or compressed with gzip; or a folder that holds {@code
   *     calls.strace} or {@code calls.strace.gz}, and perhaps {@code initial.maps} and {@code
   *     final.maps}
   * @return the replay
   * @throws InputFormatException if a folder holds no calls
   */
  public static Replay of(Path recording) throws InputFormatException {
    if (!Files.isDirectory(recording)) {
      return new Replay(recording);
    }
    Path plain = recording.resolve(CALLS);
    Path compressed = recording.resolve(CALLS + ".gz");
    if (!Files.exists(plain) && !Files.exists(compressed)) {
      throw new InputFormatException(
          recording.toString(), 0, "a file " + CALLS + " or " + CALLS + ".gz", "none of them");
    }
    Replay replay = new Replay(Files.exists(plain) ? plain : compressed);
    replay.folder = recording;
    if (Files.exists(recording.resolve(INITIAL))) {
      replay.initial = recording.resolve(INITIAL);
    }
    if (Files.exists(recording.resolve(FINAL))) {
      replay.expected = recording.resolve(FINAL);
      replay.expectedOfFirst = true;
    }
    return replay;
  }

  /**
   * Gives what the program found when it began.
   *
   * @param maps a copy of {@code /proc/PID/maps}
   * @return this
   */
  public Replay initial(Path maps) {
    initial = maps;
    return this;
  }

  /**
   * Gives what the program left when it ended.
   *
   * @param maps a copy of {@code /proc/PID/maps}
   * @return this
   */
  public Replay expected(Path maps) {
    expected = maps;
    expectedOfFirst = false;
    return this;
  }

  /**
   * Chooses the process that is compared. Without a choice it is the one whose line is the first.
   * The maps of a folder's {@code final.maps} are the first process's; another one is compared with
   * {@code final.NUMBER.maps}, if that is there, or with what {@link #expected} names.
   *
   * @param number a thread's number in the recording
   * @return this
   */
  public Replay pid(int number) {
    pid = number;
    return this;
  }

  /**
   * Gives a listener.
   *
   * @param told told of progress and divergences by the thread that calls {@link #run}
   * @return this
   */
  public Replay listener(ReplayListener told) {
    listener = told;
    return this;
  }

  /**
   * Limits how many differences between ranges the report lists.
   *
   * @param count at least 0; 10 at first
   * @return this
   */
  public Replay maxDifferences(int count) {
    maxDifferences = count;
    return this;
  }

  /**
   * Names the limit of areas that the recorded kernel had (vm.max_map_count). Without it, refusals
   * of a process that has about as many as kernels usually allow can't be judged.
   *
   * @param count at least 0
   * @return this
   */
  public Replay maxMapCount(int count) {
    maxMapCount = count;
    return this;
  }

  /**
   * Replays.
   *
   * @param machine the machine to map on; its frames are only used for tables and for the accesses
   *     at the end
   * @return what was found
   * @throws InputFormatException if an input is not what it should be; names file, line and what
   *     was expected
   * @throws IOException if reading fails
   */
  public ReplayReport run(Machine machine) throws IOException {
    try (FinishedReplay finished = runAndKeep(machine)) {
      return finished.report();
    }
  }

  /**
   * Replays and keeps the address space that was compared, to look at it.
   *
   * @param machine the machine to map on
   * @return what was found and the space; the caller closes it
   * @throws InputFormatException if an input is not what it should be; names file, line and what
   *     was expected; also if answers differ because the initial maps were copied too late
   * @throws IOException if reading fails
   */
  public FinishedReplay runAndKeep(Machine machine) throws IOException {
    HeapRoom room = new HeapRoom();
    Path expected = this.expected;
    boolean ofFirst = expectedOfFirst;
    if (folder != null && ofFirst && pid != -1) {
      Path own = folder.resolve("final." + pid + ".maps");
      expected = Files.exists(own) ? own : expected;
      ofFirst = !Files.exists(own);
    }
    List<MapsEntry> before = initial == null ? null : MapsReader.read(initial, room);
    List<MapsEntry> after = expected == null ? null : MapsReader.read(expected, room);
    if (after != null && after.isEmpty()) {
      after = null; // a copy made when the process, or its first thread, was gone shows nothing
    }
    ReplayRun run =
        new ReplayRun(
            machine,
            room,
            calls,
            before,
            after,
            pid,
            listener,
            maxDifferences,
            new AreaLimit(maxMapCount));
    if (ofFirst) {
      run.expectedIsOfFirst();
    }
    FinishedReplay finished = run.run();
    InputFormatException late =
        before == null || initial == null || finished.report().divergenceCount() == 0
            ? null
            : LateMaps.find(calls, initial, before);
    if (late != null) {
      finished.close();
      throw late;
    }
    return finished;
  }
}
