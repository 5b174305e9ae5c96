package dev.mapwright.windows.memory.pte;

import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.Reservation;

/**
 * Addresses reserved with a pool tag. The engine's reservation knows what is mapped in it; here is
 * what it does not know.
 *
 * <p>Immutable but for {@link #floating}. A call that still has one that was freed meanwhile learns
 * it from the reservation.
 */
public final class ReservedRange implements PteUse {
  private final Reservation reservation;
  private final Region around;
  private final long firstPage;
  private final long pages;
  private final int tag;
  private final boolean divisible;
  private final int maker;

  /**
   * How many of its mappings show pages without a cache attribute of their own, so that unmapping
   * has to tell the book of caches. Written under that book's lock, read without it: it is raised
   * before such a mapping can be seen, and lowered when it is gone.
   */
  private volatile int floating;

  ReservedRange(Reservation reservation, Region around, int tag, boolean divisible, int maker) {
    this.reservation = reservation;
    this.around = around;
    firstPage = reservation.region().firstPage();
    pages = reservation.region().pages();
    this.tag = tag;
    this.divisible = divisible;
    this.maker = maker;
  }

  /** {@return where its mappings are} */
  public Reservation reservation() {
    return reservation;
  }

  /** {@return the region with its guards} */
  Region around() {
    return around;
  }

  /** {@return the pool tag that every call has to name} */
  public int tag() {
    return tag;
  }

  /** {@return whether parts of it are mapped independently of each other} */
  public boolean divisible() {
    return divisible;
  }

  /** {@return how many of its mappings show pages without a cache attribute of their own} */
  public int floating() {
    return floating;
  }

  /**
   * Counts a mapping that shows such pages, or one that is gone. Called under the book's lock.
   *
   * @param delta 1 or -1
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // under a lock
  public void addFloating(int delta) {
    floating += delta;
  }

  @Override
  public long firstPage() {
    return firstPage;
  }

  @Override
  public long pages() {
    return pages;
  }

  @Override
  public long ptes() {
    return around.pages();
  }

  @Override
  public int maker() {
    return maker;
  }
}
