package dev.mapwright.core.machine;

import dev.mapwright.core.Access;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies at the physical addresses where there is no RAM, as far as a device answers there, and
 * what became of devices that were taken out while the machine ran.
 *
 * <p><b>Surprise removal.</b> A device that is pulled out answers no more: from when its removal
 * returns on, loads from its range give all ones, and stores are dropped, whoever has mapped it and
 * cached that. Mappings stay as they are. An access that was under way may still be answered.
 * Listeners are told of the removal, and of each access that comes too late: until another device
 * answers at its address, or more ranges have gone since than a machine remembers (1024 on a
 * simulated one).
 *
 * <p><b>Threads.</b> Any thread may ask, listen, add and remove devices. What is asked is answered
 * without a lock.
 */
public interface Devices {
  /** A range of physical addresses that one device answers for. Immutable. */
  interface Range {
    /**
     * {@return the device's name, for reports; of one with several ranges, with which one it is}
     */
    String name();

    /** {@return its first page} */
    long firstPfn();

    /** {@return how many pages, at least 1} */
    long pages();

    /**
     * {@return whether it is memory that may be read ahead and written in larger pieces
     * (prefetchable, as PCI calls it), so that it may be mapped write-combined}
     */
    boolean prefetchable();

    /** {@return who answers for it} */
    DeviceHandler handler();

    /**
     * {@return all ranges of its device, itself among them: they come, go and are saved together}
     */
    List<? extends Range> ofDevice();

    /** {@return its last page, inclusive} */
    default long lastPfn() {
      return firstPfn() + pages() - 1;
    }
  }

  /**
   * {@return the range of a device that a page belongs to; null for RAM and where nothing is}
   *
   * @param pfn any page frame number
   */
  @Nullable Range at(long pfn);

  /** {@return the ranges of all devices, in ascending order of their addresses} */
  List<Range> ranges();

  /** {@return their names, in that order} */
  List<String> names();

  /**
   * Adds a listener.
   *
   * @param listener told of what happens from now on, after those who were added before it
   */
  void listen(Listener listener);

  /**
   * Removes a listener. What is being told may still reach it.
   *
   * @param listener one that was added before; others are ignored
   */
  void ignore(Listener listener);

  /**
   * Told of surprise removals.
   *
   * <p>Both calls come with no lock of the machine or the engine held: a removal is refused inside
   * callbacks that hold one. So a listener may call the engine, block, add and remove devices. What
   * it throws goes to who removed the device or made the access, when all listeners have been told;
   * the device is gone all the same.
   */
  interface Listener {
    /**
     * A device was removed, and this was one of its ranges. Nothing of the device answers any more
     * when the first of them is told. Called on the thread that removed it.
     *
     * @param range what is gone
     */
    void removed(Range range);

    /**
     * A CPU has accessed what is gone. Called on the CPU's thread in the middle of the access, as a
     * device's handler would be: what is allowed to a {@link DeviceHandler} is allowed here, and
     * the rest of an access of several bytes is translated anew when mappings change. Of accesses
     * that reach handlers byte by byte, each byte is told.
     *
     * @param range what is gone, as {@link #removed} told it
     * @param cpu whose access it is
     * @param address the virtual address of its first byte
     * @param physicalAddress the physical address of its first byte
     * @param bytes how many, 1, 2, 4 or 8
     * @param access a read or fetch, which gives all ones, or a write, which is dropped
     */
    default void accessed(
        Range range, Cpu cpu, long address, long physicalAddress, int bytes, Access access) {}
  }
}
