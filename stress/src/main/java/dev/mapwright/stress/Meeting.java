package dev.mapwright.stress;

/**
 * How the two actors of a state meet: the first says when it is in the middle of its accesses, the
 * second waits for that, does what it does, and says when the call has returned. Two states in a
 * thousand would overlap otherwise.
 */
final class Meeting {
  private volatile boolean underWay;
  private volatile boolean returned;

  /** The first actor: its accesses have begun. */
  void begun() {
    underWay = true;
  }

  /** The second actor: waits, not for ever, until accesses have begun. */
  void awaitBegun() {
    for (int i = 0; i < World.MOST_TRIES && !underWay; i++) {
      Thread.onSpinWait();
    }
  }

  /** The second actor: what it called has returned. */
  void callReturned() {
    returned = true;
  }

  /** The first actor: whether the other's call has returned. */
  boolean hasReturned() {
    return returned;
  }
}
