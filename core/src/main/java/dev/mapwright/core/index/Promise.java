package dev.mapwright.core.index;

/**
 * One holder's account with a {@link NodePool}: what was promised to it and not yet taken. Blocks
 * are taken from an account only, so nobody lives on what another was promised (I6).
 *
 * <p>That an account is never overdrawn is asserted at each taking; tests run with assertions on.
 * The owner's lock guards it.
 */
final class Promise {
  private final NodePool pool;
  private long ints;

  Promise(NodePool pool) {
    this.pool = pool;
  }

  NodePool pool() {
    return pool;
  }

  /** How many ints can still be taken. */
  long ints() {
    return ints;
  }

  /** Adds to what is promised; false when the memory could not be had, and nothing changed. */
  boolean add(long more) {
    if (!pool.promise(more)) {
      return false;
    }
    ints += more;
    return true;
  }

  /** Takes a block, at the account's charge. */
  int take(int sizeClass) {
    long charge = NodePool.ints(sizeClass);
    assert charge <= ints : "a block of " + charge + " ints, where " + ints + " are promised";
    ints -= charge;
    pool.unpromise(charge);
    return pool.take(sizeClass);
  }

  /** Gives back what was not taken. */
  void settle() {
    pool.unpromise(ints);
    ints = 0;
  }
}
