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
   * {@return the frames that can be allocated, with their owners and counts; the same instance each
   * time}
   */
  Frames frames();

  /** {@return the contents of physical memory, the same instance each time} */
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

  /** {@return a new CPU, attached to no address space} */
  Cpu newCpu();

  /**
   * {@return whether several threads may drive this machine at once; false when it was declared
   * single-threaded}
   */
  boolean concurrent();

  /** {@return the machine's events, the same instance each time} */
  EventStream events();

  /** {@return the machine's failure plan, the same instance each time} */
  FailurePoints failures();

  /** {@return what lives on the machine, the same instance each time} */
  Census census();

  /**
   * {@return the machine's seed, from which every random decision on it is drawn; the same instance
   * each time}
   */
  SeedBook seeds();

  /** {@return the machine's virtual time, the same instance each time} */
  Clock clock();

  /** {@return the devices that answer outside RAM, the same instance each time} */
  Devices devices();

  /**
   * {@return the machine's IOMMU, the same instance each time; null when it has none, so that
   * devices use physical addresses}
   */
  default @Nullable Iommu iommu() {
    return null;
  }

  /**
   * Makes a port through which a device reaches memory.
   *
   * @param requester whose accesses these are, 0 .. 0xFFFF
   * @param pasid under which PASID, as many bits as the IOMMU has; {@link DmaFault#NO_PASID} for
   *     none
   * @return the port, to be used as long as the machine lives
   * @throws IllegalArgumentException when there is no such requester or PASID
   */
  DmaPort newDmaPort(int requester, int pasid);

  /**
   * Ends the machine and gives its memory back. Everything still in the census is a leak, and is
   * named by {@link Census#leaks()} beforehand.
   */
  @Override
  void close();
}
