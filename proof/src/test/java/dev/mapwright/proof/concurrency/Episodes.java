package dev.mapwright.proof.concurrency;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What one thread did to one thing, one episode after the other; any thread may look while it goes
 * on. Of a long history only the end is kept.
 *
 * <p>For an access between two moments those episodes matter that began before its end, back to the
 * last one that was done before its beginning. That one hides everything older: since they follow
 * each other, the older ones had ended when it began.
 */
final class Episodes<E extends Episode> {
  private static final int KEPT = 1 << 9;

  private final AtomicReferenceArray<E> ring = new AtomicReferenceArray<>(KEPT);
  private volatile int count;

  /** Begins another one, in the place of the last if that had no effect. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
  void add(E episode) {
    if (count > 0 && ring.get((count - 1) & (KEPT - 1)).isVoid()) {
      ring.set((count - 1) & (KEPT - 1), episode);
      return;
    }
    ring.set(count & (KEPT - 1), episode);
    count++;
  }

  /** The last that had an effect, for the thread that adds them; nothing is under way then. */
  E last() {
    for (int i = count - 1; i >= 0 && i > count - KEPT; i--) {
      E episode = ring.get(i & (KEPT - 1));
      if (!episode.isVoid()) {
        return episode;
      }
    }
    throw new Unjudged();
  }

  /**
   * Visits what an access between two moments may have met, the latest first.
   *
   * @param hides which episodes hide older ones when they are done
   * @throws Unjudged when so much has happened meanwhile that it is not kept any more
   */
  void between(long from, long to, Predicate<? super E> hides, Consumer<? super E> visitor) {
    int newest = count - 1;
    int at = newest;
    boolean hidden = false;
    while (at >= 0 && !hidden) {
      E episode = ring.get(at & (KEPT - 1));
      if (episode.begin < to && !episode.isVoid()) {
        hidden = episode.doneBefore(from) && hides.test(episode);
        visitor.accept(episode);
      }
      if (count - at >= KEPT) {
        throw new Unjudged();
      }
      at--;
    }
  }

  /** When the last of them began that was done before a moment; -1 for none. */
  long lastDone(long before, Predicate<? super E> which) {
    for (int at = count - 1; at >= 0; at--) {
      E episode = ring.get(at & (KEPT - 1));
      if (count - at >= KEPT) {
        return -1; // nothing is hidden by it, which is the cautious answer
      }
      if (episode.doneBefore(before) && which.test(episode)) {
        return episode.begin;
      }
    }
    return -1;
  }

  /** An access that can't be judged: its thread slept while too much happened. */
  static final class Unjudged extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unjudged() {
      super(null, null, false, false);
    }
  }
}
