package dev.mapwright.core.machine;

import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.failure.FailurePoints;
import org.jspecify.annotations.Nullable;

/**
 * The machine that address spaces and objects live on. It is the one anchor of a simulation: its
 * event stream, failure points, seed and census are shared by everything made on it.
 *
 * <p>A machine may be declared single-threaded ({@link #concurrent()} is false): it then skips the
 * protocol between CPUs and refuses a second thread.
 */
public interface Machine extends AutoCloseable {
  /**
   * The frames that can be allocated, with their owners and counts.
   *
   * @return the same instance each time
   */
  Frames frames();

  /**
   * The contents of physical memory.
   *
   * @return the same instance each time
   */
  PhysicalMemory memory();

  /**
   * Makes an empty translation for an address space. It can translate at most the range given,
   * bounded further by the machine's format.
   *
   * @param firstPage first page of the address space
   * @param lastPage its last page, inclusive
   * @return an empty translation, or null when no frame is left for its root table
   */
  @Nullable Translation newTranslation(long firstPage, long lastPage);

  /**
   * Makes a CPU, attached to no address space.
   *
   * @return a new CPU
   */
  Cpu newCpu();

  /**
   * Whether several threads may drive this machine at once.
   *
   * @return false when it was declared single-threaded
   */
  boolean concurrent();

  /**
   * The machine's events.
   *
   * @return the same instance each time
   */
  EventStream events();

  /**
   * The machine's failure plan.
   *
   * @return the same instance each time
   */
  FailurePoints failures();

  /**
   * What lives on the machine.
   *
   * @return the same instance each time
   */
  Census census();

  /**
   * The machine's seed, from which every random decision on it is drawn.
   *
   * @return the same instance each time
   */
  SeedBook seeds();

  /**
   * Ends the machine and gives its memory back. Everything still in the census is a leak, and is
   * named by {@link Census#leaks()} beforehand.
   */
  @Override
  void close();
}
