package dev.mapwright.sim.iommu;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * What others told a port to forget and it has not forgotten yet. Bounded: when it is full, all is
 * to be forgotten. Callers hold its monitor.
 */
final class PortMail {
  /** Stands for any domain. */
  static final int ANY = -1;

  /** What is told. */
  enum Kind {
    /** The context entry. */
    CONTEXT,
    /** The entry of a PASID: of the one that is the first number, or of any for -1. */
    PASID,
    /** The translations of pages from the first number to the second. */
    PAGES
  }

  /** Who carries it out: the port. */
  interface Reader {
    void forget(Kind kind, int domain, long first, long last);

    void forgetEverything();
  }

  private static final int MOST = 16;

  @GuardedBy("this")
  private final Kind[] kinds = new Kind[MOST];

  @GuardedBy("this")
  private final int[] domains = new int[MOST];

  /** First and second numbers, in turn. */
  @GuardedBy("this")
  private final long[] numbers = new long[2 * MOST];

  @GuardedBy("this")
  private int count;

  /** Whether more was posted than fits. */
  @GuardedBy("this")
  private boolean full;

  @GuardedBy("this")
  void post(Kind kind, int domain, long first, long last) {
    if (count == MOST) {
      full = true;
      return;
    }
    kinds[count] = kind;
    domains[count] = domain;
    numbers[2 * count] = first;
    numbers[2 * count + 1] = last;
    count++;
  }

  /** Carries out what was posted, which stays in here until {@link #clear}. */
  @GuardedBy("this")
  void read(Reader reader) {
    if (full) {
      reader.forgetEverything();
      return;
    }
    for (int i = 0; i < count; i++) {
      reader.forget(kinds[i], domains[i], numbers[2 * i], numbers[2 * i + 1]);
    }
  }

  @GuardedBy("this")
  void clear() {
    count = 0;
    full = false;
  }
}
