package dev.mapwright.windows.memory.mdl;

import static dev.mapwright.windows.abi.MdlLayout.BYTE_COUNT;
import static dev.mapwright.windows.abi.MdlLayout.MAPPED_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlLayout.MDL_FLAGS;
import static dev.mapwright.windows.abi.MdlLayout.NEXT;
import static dev.mapwright.windows.abi.MdlLayout.PFNS;
import static dev.mapwright.windows.abi.MdlLayout.PFN_BYTES;
import static dev.mapwright.windows.abi.MdlLayout.PROCESS;
import static dev.mapwright.windows.abi.MdlLayout.SIZE;
import static dev.mapwright.windows.abi.MdlLayout.START_VA;

import dev.mapwright.core.Fault;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.windows.abi.MdlLayout;

/**
 * What an MDL says, each field read once. An MDL may lie in any memory and be written by anybody at
 * any moment, so what a call decides on is what stands here. A context keeps one and uses it again.
 * Not thread-safe.
 */
public final class MdlFields {
  /** So few PFNs are read one by one. */
  private static final int FEW = 8;

  private long address;
  private long next;
  private long sizeAndFlags;
  private long process;
  private long mappedSystemVa;
  private long startVa;
  private long countAndOffset;

  /** Makes one that says nothing. */
  public MdlFields() {}

  /**
   * Reads an MDL.
   *
   * @param cpu through whose eyes
   * @param mdl its address, any number
   * @throws MemoryFault when it can't be read
   */
  public void read(Cpu cpu, long mdl) {
    address = mdl;
    next = cpu.load(mdl + NEXT, 8);
    sizeAndFlags = cpu.load(mdl + SIZE, 8);
    process = cpu.load(mdl + PROCESS, 8);
    mappedSystemVa = cpu.load(mdl + MAPPED_SYSTEM_VA, 8);
    startVa = cpu.load(mdl + START_VA, 8);
    countAndOffset = cpu.load(mdl + BYTE_COUNT, 8);
  }

  /**
   * Reads what a mapping depends on: flags, and where the buffer lies. The other fields keep what
   * they said of an MDL that was read before.
   *
   * @param cpu through whose eyes
   * @param mdl its address, any number
   * @throws MemoryFault when it can't be read
   */
  public void readBuffer(Cpu cpu, long mdl) {
    address = mdl;
    sizeAndFlags = cpu.load(mdl + SIZE, 8);
    startVa = cpu.load(mdl + START_VA, 8);
    countAndOffset = cpu.load(mdl + BYTE_COUNT, 8);
  }

  /**
   * Reads what device access depends on: flags, and how long the buffer is and where in its first
   * page it begins. The other fields keep what they said of an MDL that was read before.
   *
   * @param cpu through whose eyes
   * @param mdl its address, any number
   * @throws MemoryFault when it can't be read
   */
  public void readLength(Cpu cpu, long mdl) {
    address = mdl;
    sizeAndFlags = cpu.load(mdl + SIZE, 8);
    countAndOffset = cpu.load(mdl + BYTE_COUNT, 8);
  }

  /**
   * Reads the PFNs.
   *
   * @param cpu through whose eyes
   * @param into a list that was begun with as many pages as are to be read
   * @throws MemoryFault when one can't be read
   */
  public void readPfns(Cpu cpu, FrameList into) {
    readPfns(cpu, into, 0);
  }

  /**
   * Reads some of the PFNs.
   *
   * @param cpu through whose eyes
   * @param into a list that was begun with as many pages as are to be read
   * @param first the position of the first one
   * @throws MemoryFault when one can't be read
   */
  public void readPfns(Cpu cpu, FrameList into, long first) {
    int count = into.count();
    long at = address + PFNS + first * PFN_BYTES;
    if (count <= FEW) {
      for (int i = 0; i < count; i++) {
        into.words()[i] = cpu.load(at + (long) i * PFN_BYTES, PFN_BYTES);
      }
      return;
    }
    Fault fault = cpu.read(at, into.segment(), 0, (long) count * PFN_BYTES);
    if (fault != null) {
      throw new MemoryFault(fault);
    }
  }

  /**
   * Writes PFNs, from the first on.
   *
   * @param cpu through whose eyes
   * @param mdl the MDL
   * @param list the PFNs, as they were found
   * @throws MemoryFault when one can't be written
   */
  public static void writePfns(Cpu cpu, long mdl, FrameList list) {
    int count = list.count();
    if (count <= FEW) {
      for (int i = 0; i < count; i++) {
        cpu.store(mdl + PFNS + (long) i * PFN_BYTES, PFN_BYTES, list.words()[i]);
      }
      return;
    }
    Fault fault = cpu.write(mdl + PFNS, list.segment(), 0, (long) count * PFN_BYTES);
    if (fault != null) {
      throw new MemoryFault(fault);
    }
  }

  /**
   * Writes where a buffer lies.
   *
   * @param cpu through whose eyes
   * @param mdl the MDL
   * @param va the first byte of the buffer
   * @param bytes its length
   * @throws MemoryFault when it can't be written
   */
  public static void writeBuffer(Cpu cpu, long mdl, long va, long bytes) {
    cpu.store(mdl + START_VA, 8, va & -Pages.BYTES);
    cpu.store(mdl + BYTE_COUNT, 8, bytes & 0xFFFF_FFFFL | (long) Pages.offset(va) << 32);
  }

  /**
   * Writes Process.
   *
   * @param cpu through whose eyes
   * @param mdl the MDL
   * @param process the address of a process, 0 for none
   * @throws MemoryFault when it can't be written
   */
  public static void writeProcess(Cpu cpu, long mdl, long process) {
    cpu.store(mdl + PROCESS, 8, process);
  }

  /** {@return the MDL's address} */
  public long address() {
    return address;
  }

  /** {@return the next MDL of the chain; 0 for none} */
  public long next() {
    return next;
  }

  /** {@return MdlFlags, see {@link dev.mapwright.windows.abi.MdlFlags}} */
  public int flags() {
    return (int) (sizeAndFlags >>> 16) & 0xFFFF;
  }

  /**
   * {@return whether any of some flags is set}
   *
   * @param flags the flags
   */
  public boolean any(int flags) {
    return (flags() & flags) != 0;
  }

  /** {@return Size, as it stands there} */
  public int size() {
    return (int) sizeAndFlags & 0xFFFF;
  }

  /** {@return the address of the process, 0 for none} */
  public long process() {
    return process;
  }

  /** {@return MappedSystemVa, meaningful only with its flags} */
  public long mappedSystemVa() {
    return mappedSystemVa;
  }

  /** {@return StartVa, as it stands there} */
  public long startVa() {
    return startVa;
  }

  /** {@return ByteCount} */
  public long byteCount() {
    return countAndOffset & 0xFFFF_FFFFL;
  }

  /** {@return ByteOffset, as it stands there} */
  public long byteOffset() {
    return countAndOffset >>> 32;
  }

  /** {@return the address of the buffer: StartVa + ByteOffset} */
  public long virtualAddress() {
    return startVa + byteOffset();
  }

  /** {@return where the buffer begins in its first page} */
  public int offsetInPage() {
    return (int) virtualAddress() & 0xFFF;
  }

  /** {@return how many pages the buffer touches, 0 .. {@link MdlLayout#MOST_PAGES}} */
  public int pages() {
    return (int) MdlLayout.spanPages(virtualAddress(), byteCount());
  }

  /**
   * Writes MdlFlags.
   *
   * @param cpu through whose eyes
   * @param mdl the MDL
   * @param flags the new flags
   * @throws MemoryFault when it can't be written
   */
  public static void writeFlags(Cpu cpu, long mdl, int flags) {
    cpu.store(mdl + MDL_FLAGS, 2, flags);
  }

  /**
   * Writes MappedSystemVa.
   *
   * @param cpu through whose eyes
   * @param mdl the MDL
   * @param va the new address
   * @throws MemoryFault when it can't be written
   */
  public static void writeMappedSystemVa(Cpu cpu, long mdl, long va) {
    cpu.store(mdl + MAPPED_SYSTEM_VA, 8, va);
  }
}
