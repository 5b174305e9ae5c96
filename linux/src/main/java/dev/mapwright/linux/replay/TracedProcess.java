package dev.mapwright.linux.replay;

import dev.mapwright.linux.LinuxSpace;
import java.util.HashSet;
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

  private @Nullable Territory hearsay;

  /** How many threads use it. At 0 it is over. */
  private int users;

  /** Where it gets what it maps without an address. */
  private final Layout layout;

  TracedProcess(LinuxSpace space, @Nullable Territory territory, Layout layout, boolean guessed) {
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

  /** What was touched by threads that may be other processes; null if there are none. */
  @Nullable Territory hearsay() {
    return hearsay;
  }

  /** A call was made. */
  void made(CallAtWork work) {
    if (isUnproven(work.pid())) {
      Territory known = hearsay;
      hearsay = known == null ? new Territory() : known;
      hearsay.learn(work.footprint());
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
