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
 * <p>The lock guards the tree. Who has walked is an array that is replaced by compare-and-swap,
 * because a CPU enters itself in the middle of an access, where it must wait for nobody.
 */
final class TableStripe {
  private static final TranslationUser[] NOBODY = {};
  private static final VarHandle WALKERS;

  static {
    try {
      WALKERS =
          MethodHandles.lookup()
              .findVarHandle(TableStripe.class, "walkers", TranslationUser[].class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final ReentrantLock lock = new ReentrantLock();
  final TableTree tree;

  /** Who may remember something of this stripe's tables. */
  private volatile TranslationUser[] walkers = NOBODY;

  TableStripe(TableTree tree) {
    this.tree = tree;
  }

  TranslationUser[] walkers() {
    return walkers;
  }

  /**
   * Has a user been told of what changes here, from before his next load of an entry. Either a
   * remover sees him, or he sees what the remover has written: a fence stands on both sides.
   */
  void enter(TranslationUser user) {
    TranslationUser[] before = walkers;
    for (TranslationUser walker : before) {
      if (walker == user) {
        return;
      }
    }
    while (true) {
      TranslationUser[] more = Arrays.copyOf(before, before.length + 1);
      more[before.length] = user;
      if (WALKERS.compareAndSet(this, before, more)) {
        VarHandle.fullFence();
        return;
      }
      before = walkers;
    }
  }

  /** Forgets a user, who has forgotten everything. */
  void leave(TranslationUser user) {
    TranslationUser[] before = walkers;
    while (before.length != 0) {
      List<TranslationUser> rest = new ArrayList<>(List.of(before));
      if (!rest.remove(user)
          || WALKERS.compareAndSet(this, before, rest.toArray(new TranslationUser[0]))) {
        return;
      }
      before = walkers;
    }
  }
}
