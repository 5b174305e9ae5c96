package dev.mapwright.core.machine;

import dev.mapwright.core.Access;

/**
 * Is told of accesses that CPUs make to a range of an address space's addresses, before they are
 * made, and may stop them: a watchpoint, a breakpoint, a tracer, a coverage map.
 *
 * <p><b>When.</b> Once for each access, or for each piece of a bulk access or a copy, that has a
 * byte in the range. It is told of accesses that can be made: permissions were checked, and a page
 * that had to be committed has been. So a page whose store is stopped may count as {@linkplain
 * dev.mapwright.core.space.AddressSpace#collectDirty written}. An access that faults is not told. A
 * piece is what lies in one page (on both sides of a copy), and is told whole, also where the range
 * covers a part of it; what is left of a piece in which a device's handler changed what is mapped
 * is told again. A compare-and-swap is one access, told as a write to hooks of writes, and as a
 * read to others. An access across a page border is one access. A {@linkplain Cpu#probe probe}
 * transfers nothing and is not told.
 *
 * <p>Several hooks are told in the order in which they were set, until one stops the access. There
 * may be any number of them: an access costs what those that it is told to cost, and how many
 * others are set does not matter. One whose hooks always set another one ends with an {@link
 * IllegalStateException}, after a thousand more than there were.
 *
 * <p><b>Threads.</b> A hook is called on the thread that drives the CPU, and by several threads at
 * once when several CPUs are driven. No lock is held, and nobody who changes what is mapped waits
 * for it: so it may block as long as it likes, set and close hooks, map and unmap, attach the CPU
 * elsewhere and use it. What it does with the CPU that called it is told to no hook. It may not
 * begin or end a bracket of that CPU. When it has returned, the access is translated again: it goes
 * where the address leads then, or faults; hooks that were set meanwhile are told of it.
 *
 * <p>What it throws goes to whoever made the access, and nothing of the access, or of this piece
 * and what follows it, has happened.
 *
 * <p><b>What goes past it</b>: leases, whoever uses the machine's {@link PhysicalMemory} or the
 * memory object, devices that reach memory by themselves, and other address spaces that show the
 * same pages.
 */
@FunctionalInterface
public interface AccessHook {
  /**
   * One access, or one piece, that is about to be made.
   *
   * @param cpu who makes it
   * @param access what it does: one of the kinds that the hook was set for
   * @param address its first byte, which may lie before the hook's range
   * @param bytes how many: 1, 2, 4 or 8, or up to a page for a piece
   * @param value what a store or a compare-and-swap would store, zero-extended, with the byte at
   *     {@code address} lowest; 0 for everything else
   * @return true to let it be made; false to stop it: then it ends with a fault whose reason is
   *     {@link dev.mapwright.core.FaultReason#STOPPED}, thrown or returned as other faults are, and
   *     nothing of it is transferred (of a bulk access what came before the piece is)
   */
  boolean before(Cpu cpu, Access access, long address, long bytes, long value);
}
