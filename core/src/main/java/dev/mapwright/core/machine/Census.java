package dev.mapwright.core.machine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything that lives on a machine: address spaces, objects, what personalities add. It is what
 * checks walk, and what is still in it when the machine closes is a leak.
 *
 * <p>Thread-safe. Entering and leaving happen when something is made or ends, never on a path that
 * maps pages.
 */
public final class Census {
  /** Guarded by itself. */
  private final Set<Counted> living = Collections.newSetFromMap(new IdentityHashMap<>());

  private final AtomicLong numbers = new AtomicLong();

  /** Makes an empty census; every machine has one. */
  public Census() {}

  /** {@return a number that nothing else on this machine has, from 1 on} */
  public long nextNumber() {
    return numbers.incrementAndGet();
  }

  /**
   * Notes that something lives.
   *
   * @param counted it
   */
  public void enter(Counted counted) {
    synchronized (living) {
      living.add(counted);
    }
  }

  /**
   * Notes that something has ended.
   *
   * @param counted it
   */
  public void leave(Counted counted) {
    synchronized (living) {
      living.remove(counted);
    }
  }

  /**
   * {@return what lives now: a copy, in no particular order}
   *
   * @param <T> the kind asked for
   * @param kind only things of this class
   */
  public <T extends Counted> List<T> living(Class<T> kind) {
    List<T> found = new ArrayList<>();
    synchronized (living) {
      for (Counted counted : living) {
        if (kind.isInstance(counted)) {
          found.add(kind.cast(counted));
        }
      }
    }
    return found;
  }

  /**
   * {@return a sentence for each thing that still lives, and would be lost if the machine were
   * closed now}
   */
  public List<String> leaks() {
    List<String> sentences = new ArrayList<>();
    for (Counted counted : living(Counted.class)) {
      sentences.add(counted.describe());
    }
    Collections.sort(sentences);
    return sentences;
  }
}
