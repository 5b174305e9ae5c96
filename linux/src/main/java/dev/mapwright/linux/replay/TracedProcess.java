package dev.mapwright.linux.replay;

import dev.mapwright.linux.LinuxSpace;
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
