package dev.mapwright.linux.replay;

import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.abi.MapFlag;
import dev.mapwright.linux.abi.RemapFlag;
import dev.mapwright.linux.strace.Call;
import dev.mapwright.linux.strace.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An address space with the threads that use it: what execve makes, fork copies and CLONE_VM
 * shares. Confined to the thread that replays.
 */
final class TracedProcess {

  private final LinuxSpace space;

  /** What is known of the space; null if everything is. */
  private final @Nullable Territory territory;

  /** Whether it is a copy of its parent's space made at a moment that nobody recorded. */
  private final boolean guessed;

  /** Threads that may be other processes; null if there are none. */
  private @Nullable Set<Integer> unproven;

  /** Where nobody can say what is mapped; null if that is nowhere. */
  private @Nullable Territory hearsay;

  /** The calls on mappings that threads are inside, by thread. */
  private final Map<Integer, Call> open = new HashMap<>();

  /** Calls that overlap in time. */
  private final OverlapWindow window;

  /** How many calls of threads are open that copy the space. */
  private int copying;

  /** What calls have touched meanwhile that returned. */
  private @Nullable Territory touchedMeanwhile;

  /** How many threads use it. At 0 it is over. */
  private int users;

  /** Where it gets what it maps without an address. */
  private final Layout layout;

  TracedProcess(
      LinuxSpace space,
      @Nullable Territory territory,
      Layout layout,
      boolean guessed,
      OverlapWindow window) {
    this.window = window;
    this.space = space;
    this.territory = territory;
    this.layout = layout;
    this.guessed = guessed;
  }

  LinuxSpace space() {
    return space;
  }

  @Nullable Territory territory() {
    return territory;
  }

  Layout layout() {
    return layout;
  }

  boolean guessed() {
    return guessed;
  }

  /** A thread joins that may be another process: nothing shows that it is none. */
  void join(int pid) {
    Set<Integer> known = unproven;
    unproven = known == null ? new HashSet<>() : known;
    unproven.add(pid);
    layout.doubt();
  }

  /** Whether a thread may be another process. */
  boolean isUnproven(int pid) {
    Set<Integer> known = unproven;
    return known != null && known.contains(pid);
  }

  /**
   * Where nobody can say what is mapped: what was touched by threads that may be other processes,
   * and by calls of which nobody knows whether they took effect before others. Null if that is
   * nowhere.
   */
  @Nullable Territory hearsay() {
    return hearsay;
  }

  /** Nobody can say any more what is mapped where a call has touched something. */
  void doubt(Footprint footprint) {
    Territory known = hearsay;
    hearsay = known == null ? new Territory() : known;
    hearsay.learn(footprint);
  }

  /** A call was made. */
  void made(CallAtWork work) {
    if (isUnproven(work.pid())) {
      doubt(work.footprint());
    }
  }

  /** A thread has begun a call on mappings. */
  void enter(int pid, Call call) {
    open.put(pid, call);
  }

  /** A thread is out of its call, if it was in one. */
  void exit(int pid) {
    open.remove(pid);
  }

  /** Whether no call on mappings is open. */
  boolean isQuiet() {
    return open.isEmpty();
  }

  /** Whether a call is open that maps nobody knows where yet. */
  boolean isPlacing() {
    for (Call call : open.values()) {
      boolean placing =
          call instanceof Call.Mmap m
                  && (m.flags() & (MapFlag.MAP_FIXED | MapFlag.MAP_FIXED_NOREPLACE)) == 0
              || call instanceof Call.Mremap r && (r.flags() & RemapFlag.MREMAP_MAYMOVE) != 0
              || call instanceof Call.Shmat;
      if (placing) {
        return true;
      }
    }
    return false;
  }

  /** The calls that overlap in time. */
  OverlapWindow window() {
    return window;
  }

  /** Makes the calls in the window, also if others are open, which may have taken effect or not. */
  void settle() {
    if (window.isEmpty()) {
      return;
    }
    for (Call call : open.values()) {
      Footprint footprint = Footprint.of(call, Outcome.UNKNOWN, space);
      if (window.meets(footprint)) {
        doubt(footprint);
      }
    }
    window.make(open.isEmpty());
  }

  /** A thread has begun a call that copies the space. */
  void copyBegins() {
    copying++;
  }

  /** It has returned. */
  void copyEnds() {
    copying--;
    touchedMeanwhile = copying == 0 ? null : touchedMeanwhile;
  }

  /** A call on mappings has returned. */
  void returned(Footprint footprint) {
    if (copying > 0) {
      Territory known = touchedMeanwhile;
      touchedMeanwhile = known == null ? new Territory() : known;
      touchedMeanwhile.learn(footprint);
    }
  }

  /** Gives a copy the doubts of this one, and those about the moment at which it was made. */
  void passDoubtsTo(TracedProcess copy) {
    Territory known = hearsay;
    Territory meanwhile = touchedMeanwhile;
    if (known != null || meanwhile != null || !open.isEmpty() || !window.isEmpty()) {
      Territory all = known == null ? new Territory() : known.copy();
      if (meanwhile != null) {
        meanwhile.forEachKnown(0, LinuxSpace.TASK_BYTES - 1, all::learn);
      }
      for (Call call : open.values()) {
        all.learn(Footprint.of(call, Outcome.UNKNOWN, space));
      }
      window.forEach(call -> all.learn(call.footprint()));
      copy.hearsay = all;
    }
  }

  /** Whether an answer can't be judged, because the call may be of another process, or meet one. */
  boolean doubts(CallAtWork work) {
    Territory known = hearsay;
    return isUnproven(work.pid()) || known != null && known.meets(work.footprint());
  }

  int users() {
    return users;
  }

  void join() {
    users++;
  }

  void leave() {
    users--;
  }
}
