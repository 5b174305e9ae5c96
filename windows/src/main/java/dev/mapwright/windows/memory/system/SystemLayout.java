package dev.mapwright.windows.memory.system;

import dev.mapwright.core.Pages;

/**
 * Where system space lies and how large its parts are. The border between user and system is {@link
 * #base}: whatever is below it is a process's. Nothing tests the highest bit of an address, so that
 * a machine that can only show the lower half can put system space there.
 *
 * @param base the first address of system space, a multiple of 2 MiB
 * @param highestUserAddress the highest address of a process, inclusive (MmHighestUserAddress)
 * @param systemPtes how many system PTEs there are: what can be mapped to system space at a time,
 *     in pages
 * @param nonPagedPoolPages the largest size of each nonpaged pool (executable and not), in pages
 * @param pagedPoolPages the largest size of the paged pool, in pages
 * @param contiguousPages how many pages of contiguous and non-cached memory can be mapped at a time
 * @param pageFilePages how many pages can be out at a time
 */
public record SystemLayout(
    long base,
    long highestUserAddress,
    long systemPtes,
    long nonPagedPoolPages,
    long pagedPoolPages,
    long contiguousPages,
    int pageFilePages) {
  /** The page that Windows shares with all processes; nothing is ever placed there. */
  public static final long SHARED_USER_DATA = 0xFFFF_F780_0000_0000L;

  /** What x64 Windows has, with parts of 4 GiB each. */
  public static final SystemLayout X64 =
      new SystemLayout(
          0xFFFF_8000_0000_0000L,
          0x0000_7FFF_FFFE_FFFFL,
          1 << 20,
          1 << 20,
          1 << 20,
          1 << 20,
          1 << 16);

  private static final long ALIGNMENT_BYTES = 2L << 20;

  /**
   * Checks that it is possible.
   *
   * @throws IllegalArgumentException when it is not; the message says why
   */
  public SystemLayout {
    require(base % ALIGNMENT_BYTES == 0 && base != 0, "base is not a multiple of 2 MiB", base);
    require(
        Long.compareUnsigned(highestUserAddress, base) < 0
            && Long.compareUnsigned(highestUserAddress, 0x3_0000) >= 0
            && Pages.offset(highestUserAddress) == Pages.BYTES - 1,
        "highest user address is no last byte of a page between 192 KiB and the base",
        highestUserAddress);
    requireSize(systemPtes, "system PTEs");
    requireSize(nonPagedPoolPages, "pages of nonpaged pool");
    requireSize(pagedPoolPages, "pages of paged pool");
    requireSize(contiguousPages, "pages of contiguous memory");
    require(pageFilePages >= 0, "pages of page file below 0", pageFilePages);
  }

  private static void requireSize(long pages, String what) {
    require(pages >= 1 && pages <= 1L << 34, what + ": from 1 to 2^34", pages);
  }

  private static void require(boolean holds, String what, long value) {
    if (!holds) {
      throw new IllegalArgumentException(what + ": 0x" + Long.toHexString(value));
    }
  }

  /**
   * {@return the same with system space elsewhere}
   *
   * @param first the first address of system space
   * @param highestUser the highest address of a process, inclusive
   */
  public SystemLayout at(long first, long highestUser) {
    return new SystemLayout(
        first,
        highestUser,
        systemPtes,
        nonPagedPoolPages,
        pagedPoolPages,
        contiguousPages,
        pageFilePages);
  }

  /**
   * {@return the same with another number of system PTEs}
   *
   * @param count how many, at least 1
   */
  public SystemLayout withSystemPtes(long count) {
    return new SystemLayout(
        base,
        highestUserAddress,
        count,
        nonPagedPoolPages,
        pagedPoolPages,
        contiguousPages,
        pageFilePages);
  }

  /**
   * {@return the same with pools of other sizes}
   *
   * @param nonPaged pages of each nonpaged pool, at least 1
   * @param paged pages of paged pool, at least 1
   */
  public SystemLayout withPools(long nonPaged, long paged) {
    return new SystemLayout(
        base, highestUserAddress, systemPtes, nonPaged, paged, contiguousPages, pageFilePages);
  }

  /**
   * {@return the same with another page file}
   *
   * @param pages how many pages can be out at a time
   */
  public SystemLayout withPageFile(int pages) {
    return new SystemLayout(
        base,
        highestUserAddress,
        systemPtes,
        nonPagedPoolPages,
        pagedPoolPages,
        contiguousPages,
        pages);
  }
}
