package dev.mapwright.linux.replay;

import dev.mapwright.linux.LinuxSystem;
import dev.mapwright.linux.abi.CloneFlag;
import dev.mapwright.linux.strace.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which thread uses which address space.
 *
 * <p>A child may be seen before the call that made it returns: a thread that nobody has seen yet is
 * then the child of the oldest such call that has not returned. A thread that appears without any
 * such call shares the space of the first process, until it calls execve; unless what becomes of it
 * shows that it is a process ({@link Fates}): then it has a copy of its parent's space. If nothing
 * shows what it is, its calls cannot be judged, and once one of them does not fit it is taken for a
 * process.
 */
final class ProcessTable {

  /** A clone that has begun and not returned, or whose child has not been seen. */
  private record Birth(int parent, TracedProcess process, long flags, boolean guessed) {}

  private final LinuxSystem system;
  private final ReplayRoom room;
  private final Verifier verifier;
  private final Map<Integer, TracedProcess> byPid = new HashMap<>();
  private final Map<Integer, Birth> births = new HashMap<>();
  private final Deque<Integer> open = new ArrayDeque<>();

  /** Threads that were seen before the call that made them returned. */
  private final Set<Integer> early = new HashSet<>();

  /** What becomes of the threads, whose making nobody may have recorded. */
  private final Fates fates;

  /** Everything whose space is not closed yet. */
  private final Set<TracedProcess> alive = new HashSet<>();

  /** Processes whose last thread has ended. */
  private final List<TracedProcess> over = new ArrayList<>();

  private @Nullable TracedProcess first;
  private int firstPid = -1;
  private int processes;

  private int threads;
  private @Nullable TracedProcess kept;

  ProcessTable(LinuxSystem system, Fates fates, ReplayRoom room, Verifier verifier) {
    this.verifier = verifier;
    this.system = system;
    this.room = room;
    this.fates = fates;
  }

  int processes() {
    return processes;
  }

  int threads() {
    return threads;
  }

  /** Whether a process is the first one, in the program that it has now. */
  boolean isFirst(TracedProcess process) {
    return process == first;
  }

  int firstPid() {
    return firstPid;
  }

  /** The process whose space is not closed when its last thread ends. */
  void keep(TracedProcess process) {
    kept = process;
  }

  boolean knows(int pid) {
    return byPid.containsKey(pid);
  }

  /** The process of a thread; null only before the first thread was seen. */
  @Nullable TracedProcess find(int pid) {
    return byPid.get(pid);
  }

  /** The process of a thread that may be new. */
  TracedProcess of(int pid) {
    TracedProcess known = byPid.get(pid);
    if (known != null) {
      return known;
    }
    if (first == null) {
      throw new AssertionError("the first process was not made");
    }
    if (!open.isEmpty()) {
      Birth birth = births.get(open.peekFirst());
      if (birth != null) {
        open.removeFirst();
        early.add(pid);
        return born(pid, birth);
      }
    }
    TracedProcess copied = byPid.get(fates.parentOf(pid));
    if (copied == null && fates.apart(pid, firstPid)) {
      copied = first;
    }
    if (copied != null) {
      return born(pid, new Birth(pid, copied, 0, true));
    }
    enter(pid, first);
    if (!fates.isThread(pid)) {
      first.join(pid);
    }
    return first;
  }

  /**
   * A thread that was taken for one of a process, without proof, has made a call that does not fit
   * it: it goes on in a copy, of the process that has mapped what it has called for, if one has.
   */
  void separate(CallAtWork stray) {
    int pid = stray.pid();
    TracedProcess wrong = byPid.get(pid);
    if (wrong == null || !wrong.isUnproven(pid)) {
      return;
    }
    TracedProcess right = wrong;
    int fitting = 0;
    for (TracedProcess other : alive) {
      if (other != wrong && stray.footprint().isMapped(other.space())) {
        right = other;
        fitting++;
      }
    }
    right = fitting == 1 ? right : wrong;
    byPid.remove(pid);
    threads--;
    born(pid, new Birth(pid, right, 0, true));
    leave(wrong);
  }

  /**
   * The thread of the first line begins, in a space that is not counted if its first call is
   * execve.
   */
  void beginFirst(int pid, TracedProcess process, boolean counted) {
    begin(pid, process);
    processes = counted ? 1 : 0;
  }

  /** A new process begins, as the first of all or by execve of a thread. */
  void begin(int pid, TracedProcess process) {
    TracedProcess earlier = byPid.remove(pid);
    if (earlier != null) {
      leave(earlier);
      threads--;
    } else if (!open.isEmpty()) {
      // A child whose first call this is, before the call that made it returns.
      open.removeFirst();
      early.add(pid);
    }
    processes++;
    enter(pid, process);
    if (firstPid == -1 || pid == firstPid) {
      firstPid = pid;
      first = process;
    }
  }

  /** A thread has begun to make a child. */
  void birthBegins(int parent, Call.Clone call) {
    TracedProcess process = of(parent);
    births.put(parent, new Birth(parent, process, call.flags(), false));
    open.addLast(parent);
    if (isCopy(call.flags())) {
      process.copyBegins();
    }
  }

  private static boolean isCopy(long flags) {
    return (flags & CloneFlag.CLONE_VM) == 0;
  }

  /** A thread has made a child, or failed to (a negative number). */
  void birthEnds(int caller, Call.Clone call, int child) {
    // A recording on a terminal numbers threads only while there are several.
    int parent = births.containsKey(caller) || !births.containsKey(0) ? caller : 0;
    Birth begun = births.remove(parent);
    boolean unseen = open.removeFirstOccurrence(parent);
    if (child > 0 && !early.remove(child) && (unseen || !byPid.containsKey(child))) {
      end(child);
      born(child, new Birth(parent, of(parent), call.flags(), false));
    }
    if (begun != null && isCopy(begun.flags)) {
      begun.process.copyEnds();
    }
  }

  private TracedProcess born(int pid, Birth birth) {
    boolean shares = (birth.flags & CloneFlag.CLONE_VM) != 0;
    if (shares) {
      enter(pid, birth.process);
      return birth.process;
    }
    room.fork(birth.process);
    boolean guessed = birth.guessed || birth.process.guessed() || birth.process.isPlacing();
    Territory known = birth.process.territory();
    TracedProcess child =
        new TracedProcess(
            birth.process.space().fork(),
            known == null ? null : known.copy(),
            birth.process.layout().copy(guessed || birth.process.users() > 1),
            guessed,
            new OverlapWindow(verifier));
    birth.process.passDoubtsTo(child);
    processes++;
    enter(pid, child);
    return child;
  }

  /** A thread has ended. */
  void end(int pid) {
    TracedProcess process = byPid.remove(pid);
    Birth begun = births.remove(pid);
    if (begun != null && isCopy(begun.flags)) {
      begun.process.copyEnds();
    }
    open.remove(pid);
    early.remove(pid);
    if (process != null) {
      leave(process);
    }
  }

  /** A thread goes on under the number of another, which is gone. */
  void rename(int from, int to) {
    TracedProcess process = byPid.remove(from);
    end(to);
    if (process != null) {
      byPid.put(to, process);
    }
  }

  /** Closes the spaces that nobody uses any more. */
  void closeUnused() {
    for (Iterator<TracedProcess> each = over.iterator(); each.hasNext(); ) {
      TracedProcess process = each.next();
      if (process.users() == 0
          && process.window().isEmpty()
          && process != kept
          && process != first) {
        process.space().close();
        alive.remove(process);
        each.remove();
      }
    }
  }

  /** Closes everything. */
  void close() {
    alive.forEach(process -> process.space().close());
    alive.clear();
    system.close();
  }

  private void enter(int pid, TracedProcess process) {
    threads++;
    process.join();
    alive.add(process);
    byPid.put(pid, process);
  }

  private void leave(TracedProcess process) {
    process.leave();
    if (process.users() == 0) {
      over.add(process);
    }
  }
}
