package dev.mapwright.windows.abi;

/** The bits of MdlFlags (wdm.h). */
public final class MdlFlags {
  /** MappedSystemVa is an address in system space that shows the pages. */
  public static final int MDL_MAPPED_TO_SYSTEM_VA = 0x0001;

  /** The pages are locked. */
  public static final int MDL_PAGES_LOCKED = 0x0002;

  /** The MDL was built over nonpaged memory. */
  public static final int MDL_SOURCE_IS_NONPAGED_POOL = 0x0004;

  /** The MDL came from a list of a fixed size. */
  public static final int MDL_ALLOCATED_FIXED_SIZE = 0x0008;

  /** The MDL describes a part of another. */
  public static final int MDL_PARTIAL = 0x0010;

  /** The MDL is partial and has a system mapping of its own. */
  public static final int MDL_PARTIAL_HAS_BEEN_MAPPED = 0x0020;

  /** The pages are being read from a file. */
  public static final int MDL_IO_PAGE_READ = 0x0040;

  /** The pages were locked for writing. */
  public static final int MDL_WRITE_OPERATION = 0x0080;

  /** A partial MDL whose MappedSystemVa lies in its source's mapping. */
  public static final int MDL_PARENT_MAPPED_SYSTEM_VA = 0x0100;

  /** More system PTEs than the MDL has pages go with its mapping: it was advanced. */
  public static final int MDL_FREE_EXTRA_PTES = 0x0200;

  /** The pages are a window of a large address extension. */
  public static final int MDL_DESCRIBES_AWE = 0x0400;

  /** Some of the pages are no RAM. */
  public static final int MDL_IO_SPACE = 0x0800;

  /** The MDL describes a network header. */
  public static final int MDL_NETWORK_HEADER = 0x1000;

  /** A mapping that can't be made is answered by NULL. */
  public static final int MDL_MAPPING_CAN_FAIL = 0x2000;

  /** Nobody writes the pages; formerly MDL_ALLOCATED_MUST_SUCCEED. */
  public static final int MDL_PAGE_CONTENTS_INVARIANT = 0x4000;

  /** Used by the system. */
  public static final int MDL_INTERNAL = 0x8000;

  private MdlFlags() {}
}
