package dev.mapwright.core.index;

/**
 * One holder's account with a {@link NodePool}: what was promised to it and not yet taken. Blocks
 * are taken from an account only, so nobody lives on what another was promised (I6). The holder
 * extends it, so that what both write with each change is one object, before which is a line that
 * holds nothing: nobody who changes another holder uses it, wherever the collector has put the two.
 *
 * <p>That an account is never overdrawn is asserted at each taking; tests run with assertions on.
 * The owner's lock guards it.
 */
abstract class Promise {
  final NodePool pool;

  @SuppressWarnings("unused")
  private long before1, before2, before3, before4, before5, before6;

  private long ints;

  Promise(NodePool pool) {
    this.pool = pool;
  }

  final NodePool pool() {
    return pool;
  }

  /** How many ints can still be taken. */
  final long ints() {
    return ints;
  }

  /** Adds to what is promised; false when the memory could not be had, and nothing changed. */
  final boolean add(long more) {
    if (!pool.promise(more)) {
      return false;
    }
    ints += more;
    return true;
  }

  /** Takes a block, at the account's charge. */
  final int take(int sizeClass) {
    long charge = NodePool.ints(sizeClass);
    assert charge <= ints : "a block of " + charge + " ints, where " + ints + " are promised";
    ints -= charge;
    pool.unpromise(charge);
    return pool.take(sizeClass);
  }

  /** Gives back what was acquired and not used. Every operation that acquires ends with it. */
  public final void settle() {
    pool.unpromise(ints);
    ints = 0;
  }
}
