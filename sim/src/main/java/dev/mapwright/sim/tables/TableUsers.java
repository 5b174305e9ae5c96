package dev.mapwright.sim.tables;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who uses a translation, and how they are told what has changed. What a user and a remover may
 * assume of each other says {@code Quiescent}; here is who is meant.
 *
 * <p>The array is replaced whole under the monitor, and read by removers after a full fence.
 */
final class TableUsers {
  private volatile TranslationUser[] all = {};

  /**
   * Whether there was a user who is to be told of everything. Set before he is found in {@link
   * #all}.
   */
  private volatile boolean someWalkAlone;

  /** Adds a user before he walks for the first time. */
  synchronized void add(TranslationUser user) {
    TranslationUser[] more = Arrays.copyOf(all, all.length + 1);
    more[all.length] = user;
    if (!user.walksByCall()) {
      someWalkAlone = true;
    }
    all = more;
  }

  /** Removes a user who has forgotten everything. */
  synchronized void remove(TranslationUser user) {
    List<TranslationUser> rest = new ArrayList<>(List.of(all));
    rest.remove(user);
    all = rest.toArray(new TranslationUser[0]);
  }

  /** All of them. */
  TranslationUser[] all() {
    return all;
  }

  /**
   * Tells users that entries have changed. Called after a full fence behind the writing of them.
   *
   * @param walkers who has walked where the pages are, so that others need not be told; null to
   *     tell all
   * @return whom it told, to be waited for
   */
  TranslationUser[] tell(long firstPage, long lastPage, TranslationUser @Nullable [] walkers) {
    TranslationUser[] told = walkers == null || someWalkAlone ? all : walkers;
    for (TranslationUser user : told) {
      user.forget(firstPage, lastPage);
    }
    if (told.length != 0) {
      VarHandle.fullFence();
    }
    return told;
  }
}
