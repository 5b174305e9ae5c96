package dev.mapwright.core.machine;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A CPU: it loads and stores at virtual addresses, through a TLB, with page faults resolved by the
 * address space it is attached to, or by one of two: see {@link #attach(FaultResolver,
 * FaultResolver)}.
 *
 * <p>Scalar accesses are little-endian unless they name a {@link ByteOrder}, of 1, 2, 4 or 8 bytes
 * at any alignment, also across a page border; there both pages are resolved before anything is
 * written. Aligned accesses are not torn (8 bytes at most); {@link #compareAndSwap} is atomic. They
 * raise {@link dev.mapwright.core.MemoryFault}. Bulk accesses return the fault and the count of
 * bytes done before it.
 *
 * <p><b>Threads.</b> A CPU is driven by one thread at a time. A removed translation is waited for
 * by its remover until this CPU has ended the access that may use it. Each access alone takes care
 * of that; a loop of many is faster between {@link #enter} and {@link #exit}. Inside, each access
 * is also a {@link #poll}; code that spends long between two accesses must poll itself, or removers
 * wait for it. Only {@code exit} ends a bracket: no fault does, and nothing that a handler or hook
 * throws. A bracket belongs to the thread that called {@code enter}, and an access to the one that
 * makes it: another thread may take the CPU over between two accesses outside brackets.
 */
public interface Cpu {
  /** {@return the CPU's number on its machine, from 0 on} */
  int number();

  /**
   * Attaches the CPU to one address space for all addresses, leaving what it was attached to. One
   * that was closed is as none.
   *
   * @param space where addresses are translated from now on; null for none
   */
  default void attach(@Nullable FaultResolver space) {
    attach(space, null);
  }

  /**
   * Attaches the CPU to two address spaces, leaving what it was attached to: one for the addresses
   * below a border, as a process has its own, and one for those from the border on, as all
   * processes share. The border is the {@linkplain FaultResolver#firstPage first page} of the upper
   * one. Where the lower one reaches beyond it, what it maps there can't be seen.
   *
   * <p>An access that lies across the border is one access: it is made whole, or it faults in
   * either half and changes nothing.
   *
   * <p>While the upper one stays the same, what the CPU has cached of it stays, too, so that
   * switching from process to process costs the lower half's translations alone. Closing one of the
   * two detaches its half, and the other one goes on. The border does not move by that: until the
   * next {@code attach} accesses to that half fault. An upper one that was closed before is treated
   * alike.
   *
   * @param lower where the addresses below the border are translated; null for nowhere: they fault
   * @param upper where the others are translated; null for none: then there is no border, and all
   *     addresses are the lower one's
   * @throws IllegalArgumentException when one does not live on a machine of this kind, or the upper
   *     one says that it begins at what is no page; nothing has changed then
   */
  void attach(@Nullable FaultResolver lower, @Nullable FaultResolver upper);

  /**
   * {@return what the CPU is attached to for the lower half, or for all addresses where there is no
   * upper half; null for nothing}
   */
  @Nullable FaultResolver attached();

  /** {@return what the CPU is attached to for the upper half; null for nothing} */
  @Nullable FaultResolver attachedUpper();

  /**
   * Begins a run of accesses. Brackets do not nest.
   *
   * @throws IllegalStateException when one is open, or from within an access (a device's handler)
   */
  void enter();

  /**
   * Ends a run of accesses.
   *
   * @throws IllegalStateException when none is open, or from within an access (a device's handler)
   */
  void exit();

  /** Inside a bracket: lets removers pass that wait for this CPU. */
  void poll();

  /**
   * Loads a value.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended
   * @throws dev.mapwright.core.MemoryFault when a byte can't be read
   */
  long load(long address, int bytes);

  /**
   * Stores a value.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param value the value; higher bytes are ignored
   * @throws dev.mapwright.core.MemoryFault when a byte can't be written; nothing is written then,
   *     but where the access crosses into another page and a device there answers {@link BusError}:
   *     memory was written before the device was asked
   */
  void store(long address, int bytes, long value);

  /**
   * Loads a value in a byte order, as a CPU of another kind would.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param order whether the byte at {@code address} is the lowest or the highest one
   * @return the value, zero-extended
   * @throws dev.mapwright.core.MemoryFault when a byte can't be read
   */
  default long load(long address, int bytes, ByteOrder order) {
    return ordered(load(address, bytes), bytes, order);
  }

  /**
   * Stores a value in a byte order, as a CPU of another kind would.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param value the value; higher bytes are ignored
   * @param order whether the byte at {@code address} is the lowest or the highest one
   * @throws dev.mapwright.core.MemoryFault when a byte can't be written; nothing is written then,
   *     but where the access crosses into another page and a device there answers {@link BusError}:
   *     memory was written before the device was asked
   */
  default void store(long address, int bytes, long value, ByteOrder order) {
    store(address, bytes, ordered(value, bytes, order));
  }

  /**
   * Fetches an instruction word in a byte order, as a CPU of another kind would.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param order whether the byte at {@code address} is the lowest or the highest one
   * @return the value, zero-extended
   * @throws dev.mapwright.core.MemoryFault when a byte can't be executed
   */
  default long fetch(long address, int bytes, ByteOrder order) {
    return ordered(fetch(address, bytes), bytes, order);
  }

  /** From one byte order to another; a wrong width is for the access to refuse. */
  private static long ordered(long value, int bytes, ByteOrder order) {
    return order == ByteOrder.LITTLE_ENDIAN ? value : Long.reverseBytes(value) >>> 64 - 8 * bytes;
  }

  /**
   * Fetches an instruction word.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended
   * @throws dev.mapwright.core.MemoryFault when a byte can't be executed
   */
  long fetch(long address, int bytes);

  /**
   * Compares and swaps in a byte order, atomically against every other CPU.
   *
   * @param address a multiple of {@code bytes}
   * @param bytes 1, 2, 4 or 8
   * @param expected what has to be there
   * @param value what replaces it
   * @param order whether the byte at {@code address} is the lowest or the highest one
   * @return what was there, zero-extended; the swap was done when it equals {@code expected}
   * @throws dev.mapwright.core.MemoryFault when it can't be written or is not aligned
   */
  default long compareAndSwap(long address, int bytes, long expected, long value, ByteOrder order) {
    long before =
        compareAndSwap(
            address, bytes, ordered(expected, bytes, order), ordered(value, bytes, order));
    return ordered(before, bytes, order);
  }

  /**
   * Compares and swaps atomically against every other CPU.
   *
   * @param address a multiple of {@code bytes}
   * @param bytes 1, 2, 4 or 8
   * @param expected what has to be there
   * @param value what replaces it
   * @return what was there, zero-extended; the swap was done when it equals {@code expected}
   * @throws dev.mapwright.core.MemoryFault when it can't be written or is not aligned
   */
  long compareAndSwap(long address, int bytes, long expected, long value);

  /**
   * Copies memory into a buffer.
   *
   * @param address the first byte
   * @param into the buffer
   * @param intoBytes where to start in it
   * @param bytes how many
   * @return null when all were copied; otherwise the fault, and the buffer holds the bytes before
   *     {@link Fault#faultAddress}
   */
  @Nullable Fault read(long address, MemorySegment into, long intoBytes, long bytes);

  /**
   * Copies a buffer into memory.
   *
   * @param address the first byte
   * @param from the buffer
   * @param fromBytes where to start in it
   * @param bytes how many
   * @return null when all were copied; otherwise the fault, and the memory holds the bytes before
   *     {@link Fault#faultAddress}
   */
  @Nullable Fault write(long address, MemorySegment from, long fromBytes, long bytes);

  /**
   * Copies memory to memory. Where the two ranges of addresses overlap, the bytes arrive as if they
   * had all been read before the first was written; ranges that overlap only because two mappings
   * show the same page are copied page by page, in ascending order unless {@code to} is the higher
   * address.
   *
   * @param from the first byte read
   * @param to the first byte written
   * @param bytes how many
   * @return null when all were copied; otherwise the first fault met. Pages copied before it stay
   *     copied
   */
  @Nullable Fault copy(long from, long to, long bytes);

  /**
   * Touches a range as an access would, page by page: faults are resolved (pages committed,
   * copied), nothing is transferred and no {@linkplain AccessHook hook} is told.
   *
   * @param address the first byte
   * @param bytes how many
   * @param access what to try
   * @return null when every byte allows it; otherwise the first fault
   */
  @Nullable Fault probe(long address, long bytes, Access access);

  /** Forgets all cached translations. */
  void flush();
}
