package dev.mapwright.sim.tables;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stripe: its lock, what guards it does with the tables, and who has walked in them.
 *
 * <p>The lock guards the tree. Who has walked where is noted by <em>places</em>, so that two CPUs
 * which walk far from each other in tables of one stripe are not told of each other's changes: a
 * place is the walkers of some of the stripe's tables. Each is an array that is replaced by
 * compare-and-swap, because a CPU enters itself in the middle of an access, where it must wait for
 * nobody.
 */
final class TableStripe {
  /** How many places a stripe has; a power of two. */
  static final int PLACES = 8;

  private static final TranslationUser[] NOBODY = {};
  private static final VarHandle WALKERS =
      MethodHandles.arrayElementVarHandle(TranslationUser[][].class);

  final ReentrantLock lock = new ReentrantLock();
  final TableTree tree;

  /** By place: who may remember something of this stripe's tables there. */
  private final TranslationUser[][] walkers = new TranslationUser[PLACES][];

  TableStripe(TableTree tree) {
    this.tree = tree;
    Arrays.fill(walkers, NOBODY);
  }

  /** Who may remember something of the tables of a place. */
  TranslationUser[] walkers(int place) {
    return (TranslationUser[]) WALKERS.getVolatile(walkers, place);
  }

  /**
   * Has a user been told of what changes at a place, from before his next load of an entry. Either
   * a remover sees him, or he sees what the remover has written: a fence stands on both sides.
   */
  void enter(TranslationUser user, int place) {
    TranslationUser[] before = walkers(place);
    for (TranslationUser walker : before) {
      if (walker == user) {
        return;
      }
    }
    while (true) {
      TranslationUser[] more = Arrays.copyOf(before, before.length + 1);
      more[before.length] = user;
      if (WALKERS.compareAndSet(walkers, place, before, more)) {
        VarHandle.fullFence();
        return;
      }
      before = walkers(place);
    }
  }

  /** Forgets a user, who has forgotten everything. */
  void leave(TranslationUser user) {
    for (int place = 0; place < PLACES; place++) {
      leave(user, place);
    }
  }

  private void leave(TranslationUser user, int place) {
    TranslationUser[] before = walkers(place);
    while (before.length != 0) {
      List<TranslationUser> rest = new ArrayList<>(List.of(before));
      if (!rest.remove(user)
          || WALKERS.compareAndSet(walkers, place, before, rest.toArray(new TranslationUser[0]))) {
        return;
      }
      before = walkers(place);
    }
  }
}
