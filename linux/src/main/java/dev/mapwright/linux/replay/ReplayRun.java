package dev.mapwright.linux.replay;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.RefusedException;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.event.EventLevel;
import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.LinuxSystem;
import dev.mapwright.linux.input.HeapRoom;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.maps.MappedRange;
import dev.mapwright.linux.maps.MapsComparison;
import dev.mapwright.linux.maps.MapsEntry;
import dev.mapwright.linux.strace.Call;
import dev.mapwright.linux.strace.StraceReader;
import dev.mapwright.linux.strace.TraceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One replay from the first line to the report. Used once, by one thread. */
final class ReplayRun {

  private static final int MAX_VIOLATIONS = 100;

  /** They map, and no recording shows how much and where. */
  private static final Set<String> MAPS_UNSEEN =
      Set.of("io_setup", "io_destroy", "map_shadow_stack");

  /** A heap is placed at random among many times as many addresses. */
  private static final long NEAR_HEAP_BYTES = 1L << 30;

  private static final long LINES_BETWEEN_REPORTS = 1 << 16;

  /**
   * A recording with no more text than this is read once: its events are kept from the look ahead.
   * They take about as much room as the text.
   */
  private static final long MAX_KEPT_TEXT_BYTES = 2 << 20;

  private final Path calls;
  private final @Nullable List<MapsEntry> initial;
  private final @Nullable List<MapsEntry> expected;
  private final ReplayListener listener;
  private final int maxDifferences;

  /**
   * Off while the replay runs, unless somebody listens: what each object and each space remembers
   * of its past is up to ten times what the object takes, and nobody looks at it.
   */
  private final EventStream events;

  private final LinuxSystem system;
  private final ReplayRoom room;
  private final ProcessTable table;
  private final Verifier verifier;
  private final KnownRules rules = new KnownRules();
  private final Map<String, CallCount> counts = new HashMap<>();

  /** Filled before the replay begins. */
  private final Fates fates = new Fates();

  /** The processes of threads inside a call on mappings. */
  private final Map<Integer, TracedProcess> inside = new HashMap<>();

  /** Processes that have calls which overlap and have not been made. */
  private final Set<TracedProcess> unsettled = new LinkedHashSet<>();

  /** What the look ahead has read, if it was short; otherwise it is read again. */
  private @Nullable KeptRecording kept;

  /** The process that is compared; -1 until the first line was read, if nobody chose. */
  private int pid;

  /** The process whose first program the initial maps describe; -1 as above. */
  private int initialOwner = -1;

  /** Whether the initial maps have been used. */
  private boolean initialUsed;

  /** The line of the event that is replayed. */
  private long lineAtWork;

  private boolean expectedOfFirst;

  private @Nullable TracedProcess compared;

  /** What was mapped when the compared process began to exit. */
  private @Nullable List<MappedRange> atExit;

  ReplayRun(
      Machine machine,
      HeapRoom heap,
      Path calls,
      @Nullable List<MapsEntry> initial,
      @Nullable List<MapsEntry> expected,
      int pid,
      ReplayListener listener,
      int maxDifferences,
      AreaLimit areaLimit) {
    this.calls = calls;
    this.initial = initial;
    this.expected = expected;
    this.pid = pid;
    this.listener = listener;
    this.maxDifferences = maxDifferences;
    this.events = machine.events();
    this.system = new LinuxSystem(machine);
    this.room = new ReplayRoom(heap);
    this.verifier = new Verifier(system, room, listener, areaLimit);
    this.table = new ProcessTable(system, fates, room, verifier);
  }

  /** Says that the expected maps are those of the first process, and nothing to others. */
  void expectedIsOfFirst() {
    expectedOfFirst = true;
  }

  FinishedReplay run() throws IOException {
    boolean finished = false;
    boolean quiet = events.level() == EventLevel.RING;
    if (quiet) {
      events.setLevel(EventLevel.OFF);
    }
    try {
      lookAhead();
      FinishedReplay result = replay();
      finished = true;
      return result;
    } catch (RefusedException e) {
      throw e.outcome() == Outcome.OUT_OF_RECORDS
          ? tooLarge("the heap of this process", "one that would fill it", e)
          : tooLarge("the machine", e.outcome().sentence(), e);
    } catch (OutOfMemoryError e) {
      // The room was asked for, but others live on this heap too.
      table.close();
      throw tooLarge("the heap of this process", "one that has filled it", e);
    } finally {
      if (!finished) {
        table.close();
      }
      if (quiet && events.level() == EventLevel.OFF) {
        events.setLevel(EventLevel.RING);
      }
    }
  }

  private InputFormatException tooLarge(String where, String found, Throwable cause) {
    InputFormatException error =
        new InputFormatException(
            calls.toString(), lineAtWork, "a recording that fits into " + where, found);
    error.initCause(cause);
    return error;
  }

  private FinishedReplay replay() throws IOException {
    KeptRecording recording = kept;
    Extent extent = recording == null ? replayFile() : replayKept(recording);
    TracedProcess process = compared;
    if (process == null) {
      if (pid != -1) {
        throw new InputFormatException(
            calls.toString(), 0, "a line of thread " + pid + ", which is to be compared", "none");
      }
      process = comparedWithoutLines();
    }
    ReplayReport report = report(process, extent);
    return new FinishedReplay(report, process.space(), table);
  }

  private Extent replayFile() throws IOException {
    long size = Files.size(calls);
    try (StraceReader reader = StraceReader.open(calls)) {
      long nextReport = LINES_BETWEEN_REPORTS;
      long textBytes = 0;
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        lineAtWork = event.line();
        room.line(reader.textBytes() - textBytes);
        textBytes = reader.textBytes();
        event(event);
        if (reader.line() >= nextReport) {
          listener.progress(reader.line(), reader.bytesTaken(), size);
          nextReport = reader.line() + LINES_BETWEEN_REPORTS;
        }
      }
      settleAll();
      listener.progress(reader.line(), reader.bytesTaken(), size);
      return Extent.of(reader);
    }
  }

  private Extent replayKept(KeptRecording recording) throws IOException {
    for (TraceEvent event : recording.events()) {
      lineAtWork = event.line();
      room.line(0);
      event(event);
    }
    settleAll();
    Extent extent = recording.extent();
    listener.progress(extent.lines(), extent.bytesTaken(), Files.size(calls));
    return extent;
  }

  /** The recording has no line at all: what is compared is what would have begun. */
  private TracedProcess comparedWithoutLines() {
    TracedProcess process = newProcess(pid, true);
    table.begin(Math.max(pid, 0), process);
    return process;
  }

  private void event(TraceEvent event) {
    if (event instanceof TraceEvent.ChildSignal) {
      return; // known since the look ahead
    }
    firstLine(event);
    if (event instanceof TraceEvent.Finished done) {
      finished(done);
    } else if (event instanceof TraceEvent.Started started) {
      started(started);
    } else if (event instanceof TraceEvent.Ended ended) {
      leaves(ended.pid());
      table.end(ended.pid());
      table.closeUnused();
    } else if (event instanceof TraceEvent.Superseded superseded) {
      leaves(superseded.successor());
      leaves(superseded.pid());
      table.rename(superseded.successor(), superseded.pid());
    } else {
      throw new AssertionError(event);
    }
  }

  /**
   * The first line of all decides which process is the first, and which is compared if nobody
   * chose.
   */
  private void firstLine(TraceEvent event) {
    if (table.firstPid() == -1) {
      boolean isExec = callOf(event) instanceof Call.Exec;
      pid = pid == -1 ? event.pid() : pid;
      table.beginFirst(event.pid(), newProcess(event.pid(), !isExec), !isExec);
    }
    if (event.pid() == pid && compared == null) {
      compare(table.of(pid));
    }
  }

  private void compare(TracedProcess process) {
    compared = process;
    table.keep(process);
  }

  /** A process that begins a program: with the initial maps, if they are its own, or unknown. */
  private TracedProcess newProcess(int owner, boolean running) {
    List<MapsEntry> maps = initial;
    if (maps == null || initialUsed || !running || owner != initialOwner) {
      Layout layout = Layout.unknown(rules, running && table.firstPid() != -1);
      return new TracedProcess(
          system.newSpace(), new Territory(), layout, false, new OverlapWindow(verifier));
    }
    initialUsed = true;
    LinuxSpace space = system.newSpace();
    space.populate(maps);
    return new TracedProcess(
        space, null, Layout.of(maps, rules), false, new OverlapWindow(verifier));
  }

  private void started(TraceEvent.Started event) {
    Call call = event.call();
    if (call instanceof Call.Clone clone) {
      table.birthBegins(event.pid(), clone);
    } else if (call instanceof Call.Exit exit) {
      exits(event.pid(), exit);
    } else if (isOnMappings(call)) {
      TracedProcess process = table.of(event.pid());
      process.enter(event.pid(), call);
      inside.put(event.pid(), process);
    }
  }

  private static boolean isOnMappings(Call call) {
    return !(call instanceof Call.Clone
        || call instanceof Call.Exit
        || call instanceof Call.Exec
        || call instanceof Call.NoEffect
        || call instanceof Call.Shmget
        || call instanceof Call.PkeyAlloc
        || call instanceof Call.PkeyFree);
  }

  private void finished(TraceEvent.Finished event) {
    count(event.call().name());
    boolean succeeded = event.outcome().succeeded() && !event.outcome().injected();
    int value = (int) event.outcome().value();
    Call call = event.call();
    if (isOnMappings(call)) {
      mapping(event);
    } else if (call instanceof Call.Clone clone) {
      if (event.startLine() == event.line()) {
        table.birthBegins(event.pid(), clone);
      }
      table.birthEnds(event.pid(), clone, succeeded ? value : -1);
    } else if (call instanceof Call.Exit exit) {
      if (event.startLine() == event.line()) {
        exits(event.pid(), exit);
      }
    } else if (!succeeded) {
      return;
    } else if (call instanceof Call.NoEffect other) {
      if (MAPS_UNSEEN.contains(other.name())) {
        table.of(event.pid()).layout().doubt();
      }
    } else if (call instanceof Call.Exec) {
      exec(event.pid());
    } else if (call instanceof Call.Shmget get) {
      if (!system.knowsSegment(value)) {
        system.addSegment(value, get.length());
      }
    } else if (call instanceof Call.PkeyAlloc) {
      table.of(event.pid()).space().setKey(value, true);
    } else if (call instanceof Call.PkeyFree free) {
      table.of(event.pid()).space().setKey(free.key(), false);
    }
  }

  private void count(String name) {
    CallCount count = counts.get(name);
    if (count == null) {
      count = new CallCount();
      counts.put(name, count);
    }
    count.calls++;
  }

  private Map<String, Long> counted() {
    Map<String, Long> result = new TreeMap<>();
    counts.forEach((name, count) -> result.put(name, count.calls));
    return result;
  }

  /** How often a call was made. */
  private static final class CallCount {
    private long calls;
  }

  private void mapping(TraceEvent.Finished event) {
    if (event.call() instanceof Call.Brk brk && event.outcome().succeeded()) {
      unseenExec(event.pid(), brk, event.outcome().value());
    }
    TracedProcess process = table.of(event.pid());
    if (event.call() instanceof Call.Shmat attach && event.outcome().succeeded()) {
      guessSegment(attach, event.outcome().value());
    }
    Footprint footprint = Footprint.of(event.call(), event.outcome(), process.space());
    CallAtWork work = new CallAtWork(event, process, footprint);
    process.returned(footprint);
    process.exit(event.pid());
    if (process.isQuiet() && process.window().isEmpty()) {
      inside.remove(event.pid());
      verifier.verify(work, RecordedChoices.Mode.JUDGE);
      separate();
      table.closeUnused();
      return;
    }
    process.window().add(work);
    unsettled.add(process);
    if (process.window().isFull()) {
      settle(process);
    }
    leaves(event.pid());
  }

  /** A thread is out of its call. When its process is in none any more, their order is decided. */
  private void leaves(int pid) {
    TracedProcess process = inside.remove(pid);
    if (process == null) {
      process = table.find(pid);
    }
    if (process == null) {
      return;
    }
    process.exit(pid);
    if (process.isQuiet()) {
      settle(process);
    }
  }

  private void settle(TracedProcess process) {
    if (unsettled.remove(process)) {
      process.settle();
      separate();
    }
  }

  private void settleAll() {
    for (TracedProcess process : List.copyOf(unsettled)) {
      settle(process);
    }
  }

  /** Threads whose calls do not fit the process that they were taken to belong to leave it. */
  private void separate() {
    for (CallAtWork stray : verifier.takeStrays()) {
      table.separate(stray);
    }
  }

  /**
   * A heap at quite another place is another program's, which somebody has begun without a line
   * that shows it.
   */
  private void unseenExec(int caller, Call.Brk call, long answer) {
    TracedProcess process = table.of(caller);
    if (fates.anyExec() && !process.guessed() && !process.isUnproven(caller)) {
      return;
    }
    long end = process.space().heapEnd();
    boolean near = answer >= end - NEAR_HEAP_BYTES && answer <= end + NEAR_HEAP_BYTES;
    boolean wanted = answer == call.address();
    if (end >= 0 && !near && !wanted && !fates.isThread(caller)) {
      exec(caller);
    }
  }

  private void exec(int caller) {
    TracedProcess before = table.find(caller);
    if (before != null && before.isQuiet()) {
      settle(before);
    }
    TracedProcess next = newProcess(caller, true);
    if (before != null) {
      next.space().inheritFrom(before.space());
    }
    table.begin(caller, next);
    if (caller == pid) {
      compare(next);
      atExit = null;
    }
    table.closeUnused();
  }

  private void exits(int caller, Call.Exit exit) {
    TracedProcess process = compared;
    if (exit.group() && process != null && table.find(caller) == process) {
      settle(process);
      room.report(process.space(), 0);
      atExit = process.space().ranges();
    }
  }

  /**
   * The size of a segment that was made before the recording is seen in the expected maps, if it is
   * still there.
   */
  private void guessSegment(Call.Shmat attach, long address) {
    if (system.knowsSegment(attach.segment())) {
      return;
    }
    long bytes = 4096;
    for (MapsEntry entry : expected == null ? List.<MapsEntry>of() : expected) {
      if (entry.first() == address && entry.facts().object().equals("/SYSV")) {
        bytes = entry.last() - entry.first() + 1;
      }
    }
    system.addSegment(attach.segment(), bytes);
  }

  /** How much of a recording was read, and what was not looked at. */
  private record Extent(long lines, long bytesTaken, Map<String, Long> skipped) {
    static Extent of(StraceReader reader) {
      return new Extent(reader.line(), reader.bytesTaken(), reader.skippedCalls());
    }
  }

  /** A whole recording. */
  private record KeptRecording(List<TraceEvent> events, Extent extent) {}

  private static @Nullable Call callOf(TraceEvent event) {
    if (event instanceof TraceEvent.Started started) {
      return started.call();
    }
    return event instanceof TraceEvent.Finished finished ? finished.call() : null;
  }

  /**
   * Reads the recording once without replaying it, for what must be known before: whose the initial
   * maps are (the chosen process's, if the first thing it does is execve; otherwise the first
   * process's), and what becomes of each thread.
   */
  private void lookAhead() throws IOException {
    try (StraceReader reader = StraceReader.open(calls)) {
      int first = -1;
      long textBytes = 0;
      @Nullable List<TraceEvent> events = new ArrayList<>();
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        lineAtWork = event.line();
        boolean isLong =
            reader.textBytes() > MAX_KEPT_TEXT_BYTES || reader.line() >= LINES_BETWEEN_REPORTS;
        if (isLong || !room.hasLine(reader.textBytes() - textBytes)) {
          events = null;
          room.line(reader.textBytes() - textBytes);
        }
        textBytes = reader.textBytes();
        first = first == -1 ? event.pid() : first;
        fates.read(event);
        if (initialOwner == -1 && event.pid() == pid) {
          initialOwner = callOf(event) instanceof Call.Exec ? pid : first;
        }
        if (events != null) {
          events.add(event);
        }
      }
      initialOwner = initialOwner == -1 ? first : initialOwner;
      if (fates.anythingUnseen()) {
        rules.doubt();
      }
      kept = events == null ? null : new KeptRecording(events, Extent.of(reader));
    }
  }

  private ReplayReport report(TracedProcess process, Extent extent) {
    List<MapsEntry> wanted = expectedOfFirst && !table.isFirst(process) ? null : expected;
    room.report(process.space(), wanted == null ? 0 : wanted.size());
    Territory territory = process.territory();
    List<MappedRange> ranges = process.space().ranges();
    MapsComparison comparison = null;
    if (wanted != null) {
      Expectation expectation = new Expectation(wanted, initial, territory, process.hearsay());
      comparison = expectation.compare(process.space(), ranges, atExit, maxDifferences);
    }
    AccessTrial access = AccessTrial.of(process.space().engine(), ranges);
    // The tries have changed no record, but brought in pages: so there is the more to check now.
    List<String> violations = Invariants.violations(system.machine());
    return new ReplayReport(
        extent.lines(),
        counted(),
        extent.skipped(),
        verifier.refusals(),
        verifier.choicesTaken(),
        verifier.mmapAnswers(),
        verifier.mmapComputed(),
        verifier.unverifiable(),
        verifier.reorderedCalls(),
        table.processes(),
        table.threads(),
        verifier.stackGrowths(),
        verifier.divergenceCount(),
        List.copyOf(verifier.divergences()),
        pid,
        comparison,
        territory != null || process.hearsay() != null,
        access,
        List.copyOf(violations.subList(0, Math.min(violations.size(), MAX_VIOLATIONS))));
  }
}
