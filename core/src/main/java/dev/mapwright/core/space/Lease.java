package dev.mapwright.core.space;

import dev.mapwright.core.engine.EngineLease;
import java.lang.foreign.MemorySegment;

/**
 * The right to use a range's frames directly, until it is closed.
 *
 * <p>Opening a lease commits its pages, makes copies where pages are shared, and pins the frames.
 * While it is open, unmapping, replacing, protecting or destroying any part of its range is refused
 * with {@code LEASED}, and shrinking or decommitting the object there with {@code PINNED}: the
 * holder and the one who wants the change are often the same thread, for which waiting would never
 * end. So the frames stay what the addresses mean, and nothing has to be checked access by access.
 *
 * <p>Only the end of the whole space asks nobody: {@link AddressSpace#close} removes what is leased
 * too. The lease then goes on as before, since its frames are held back until it is closed.
 *
 * <p>A segment must not be used after the lease was closed. The simulated machine can't notice
 * that.
 *
 * <p>All methods may be called from any thread; closing twice does nothing.
 */
public sealed interface Lease extends AutoCloseable permits EngineLease {
  /** {@return the first page leased, in the space's numbers} */
  long firstPage();

  /** {@return the last page leased, inclusive, in the space's numbers} */
  long lastPage();

  /**
   * {@return how many pages of the lease, from one on, have adjacent frames: at least 1}
   *
   * @param index a page of the lease, from 0 on
   * @throws IndexOutOfBoundsException when the lease has no such page
   */
  long contiguousPages(int index);

  /**
   * The memory of pages whose frames are adjacent.
   *
   * @param index the first page, from 0 on
   * @param pages how many, at most {@link #contiguousPages}
   * @return the memory itself; read-only unless the lease may write
   * @throws IllegalStateException when the lease is closed
   * @throws IndexOutOfBoundsException when the lease has no such page
   * @throws IllegalArgumentException when the frames are not adjacent
   */
  MemorySegment segment(int index, long pages);

  /** Ends the lease: the frames are unpinned, and the range may be changed again. */
  @Override
  void close();
}
