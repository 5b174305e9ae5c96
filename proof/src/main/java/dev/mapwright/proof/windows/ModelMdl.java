package dev.mapwright.proof.windows;

import dev.mapwright.windows.abi.MdlLayout;

/** An MDL as it stands in memory, word by word. Whatever it says may be nonsense. */
final class ModelMdl {
  private static final int HEADER = MdlLayout.PFNS / 8;

  final long address;

  /** The memory from its address on, in words of 8 bytes. */
  final long[] words;

  /** Whether the system has allocated it, and not the driver. */
  final boolean allocated;

  /** Whether it was allocated for I/O space. */
  boolean ofIoSpace;

  /** Whether it lies in registers: nobody knows how much room there is but by its Size. */
  boolean inRegisters;

  /** Whether its pages were allocated with it. */
  boolean ofPages;

  ModelMdl(long address, int pfns, boolean allocated) {
    this.address = address;
    this.allocated = allocated;
    words = new long[HEADER + pfns];
  }

  /** How many PFNs there is room for. */
  int room() {
    return words.length - HEADER;
  }

  private int part(int offset, int bits) {
    return (int) (words[offset / 8] >>> offset % 8 * 8 & (1L << bits) - 1);
  }

  private void setPart(int offset, int bits, long value) {
    long mask = (1L << bits) - 1 << offset % 8 * 8;
    words[offset / 8] = words[offset / 8] & ~mask | value << offset % 8 * 8 & mask;
  }

  int flags() {
    return part(MdlLayout.MDL_FLAGS, 16);
  }

  boolean any(int flags) {
    return (flags() & flags) != 0;
  }

  void setFlags(int flags) {
    setPart(MdlLayout.MDL_FLAGS, 16, flags);
  }

  void setSize(int bytes) {
    setPart(MdlLayout.SIZE, 16, bytes);
  }

  int size() {
    return part(MdlLayout.SIZE, 16) & 0xFFFF;
  }

  long next() {
    return words[MdlLayout.NEXT / 8];
  }

  void setNext(long next) {
    words[MdlLayout.NEXT / 8] = next;
  }

  long process() {
    return words[MdlLayout.PROCESS / 8];
  }

  void setProcess(long process) {
    words[MdlLayout.PROCESS / 8] = process;
  }

  long mappedSystemVa() {
    return words[MdlLayout.MAPPED_SYSTEM_VA / 8];
  }

  void setMappedSystemVa(long va) {
    words[MdlLayout.MAPPED_SYSTEM_VA / 8] = va;
  }

  long startVa() {
    return words[MdlLayout.START_VA / 8];
  }

  void setStartVa(long va) {
    words[MdlLayout.START_VA / 8] = va;
  }

  long byteCount() {
    return part(MdlLayout.BYTE_COUNT, 32) & 0xFFFF_FFFFL;
  }

  void setByteCount(long bytes) {
    setPart(MdlLayout.BYTE_COUNT, 32, bytes);
  }

  long byteOffset() {
    return part(MdlLayout.BYTE_OFFSET, 32) & 0xFFFF_FFFFL;
  }

  void setByteOffset(long bytes) {
    setPart(MdlLayout.BYTE_OFFSET, 32, bytes);
  }

  /** The address of the buffer, as MmGetMdlVirtualAddress says it. */
  long buffer() {
    return startVa() + byteOffset();
  }

  int offsetInPage() {
    return (int) buffer() & 0xFFF;
  }

  /** ADDRESS_AND_SIZE_TO_SPAN_PAGES. */
  int pages() {
    return (int) ((offsetInPage() + byteCount() + 0xFFF) >>> 12);
  }

  long pfn(int index) {
    return words[HEADER + index];
  }

  void setPfn(int index, long pfn) {
    words[HEADER + index] = pfn;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        "MDL 0x%x: flags 0x%x, start 0x%x + 0x%x, 0x%x bytes, mapped 0x%x, PFNs"
            .formatted(address, flags(), startVa(), byteOffset(), byteCount(), mappedSystemVa()));
    for (int i = 0; i < Math.min(pages(), room()); i++) {
      text.append(" 0x").append(Long.toHexString(pfn(i)));
    }
    return text.toString();
  }
}
