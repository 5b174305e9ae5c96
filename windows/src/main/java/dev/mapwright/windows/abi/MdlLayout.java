package dev.mapwright.windows.abi;

/**
 * The layout of an MDL on x64 (wdm.h): 0x30 bytes, behind which stands the array of PFNs, 8 bytes
 * each. Offsets and sizes are in bytes.
 */
public final class MdlLayout {
  /** {@code struct _MDL *Next}, 8 bytes. */
  public static final int NEXT = 0x00;

  /**
   * {@code CSHORT Size}, 2 bytes: the size of the MDL with its PFNs. It overflows from some 8190
   * pages on, so nothing is derived from it.
   */
  public static final int SIZE = 0x08;

  /** {@code CSHORT MdlFlags}, 2 bytes; see {@link MdlFlags}. */
  public static final int MDL_FLAGS = 0x0A;

  /** {@code USHORT AllocationProcessorNumber}, 2 bytes. */
  public static final int ALLOCATION_PROCESSOR_NUMBER = 0x0C;

  /** {@code struct _EPROCESS *Process}, 8 bytes: whose pages are locked; 0 for system addresses. */
  public static final int PROCESS = 0x10;

  /** {@code PVOID MappedSystemVa}, 8 bytes. */
  public static final int MAPPED_SYSTEM_VA = 0x18;

  /** {@code PVOID StartVa}, 8 bytes: the buffer's first page. */
  public static final int START_VA = 0x20;

  /** {@code ULONG ByteCount}, 4 bytes. */
  public static final int BYTE_COUNT = 0x28;

  /** {@code ULONG ByteOffset}, 4 bytes: where the buffer begins in its first page. */
  public static final int BYTE_OFFSET = 0x2C;

  /** Where the PFNs begin: {@code sizeof(MDL)}. */
  public static final int PFNS = 0x30;

  /** The size of a PFN. */
  public static final int PFN_BYTES = 8;

  /** What a slot without a page holds: {@code LIST_HEAD}. */
  public static final long LIST_HEAD = -1;

  /** The longest buffer of an MDL: 4 GiB less a page (IoAllocateMdl, Parameters). */
  public static final long MOST_BYTES = 0xFFFF_F000L;

  /** The most pages that an MDL can describe: of the largest byte count at the largest offset. */
  public static final int MOST_PAGES = 0x10_0001;

  private MdlLayout() {}

  /**
   * {@return the size of an MDL with its PFNs}
   *
   * @param pages how many pages it describes
   */
  public static long bytes(long pages) {
    return PFNS + pages * PFN_BYTES;
  }

  /**
   * How many pages a buffer touches: ADDRESS_AND_SIZE_TO_SPAN_PAGES.
   *
   * @param address its first byte; only the offset in its page counts
   * @param bytes its length, any unsigned number
   * @return the count of pages
   */
  public static long spanPages(long address, long bytes) {
    return (bytes >>> 12) + ((address & 0xFFF) + (bytes & 0xFFF) + 0xFFF >>> 12);
  }
}
