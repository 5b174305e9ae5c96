package dev.mapwright.core.machine;

import dev.mapwright.core.CachePolicy;

/**
 * A table entry as the engine sees it, packed into a {@code long} so that reading one allocates
 * nothing. It is independent of any format: bit 0 present, bits 1-3 permissions, bits 4-5 cache
 * policy, bit 6 accessed, bit 7 dirty, bit 8 bare, bits 9-11 the permissions asked for a bare one,
 * from bit 12 on the pfn. Absent is 0; an entry that is bare and withdrawn is neither absent nor
 * present.
 */
public final class TranslationEntry {
  /** No entry. */
  public static final long ABSENT = 0;

  private static final int PERMISSIONS_SHIFT = 1;
  private static final int CACHE_SHIFT = 4;
  private static final long ACCESSED = 1 << 6;
  private static final long DIRTY = 1 << 7;
  private static final long BARE = 1 << 8;
  private static final int ASKED_SHIFT = 9;
  private static final int PFN_SHIFT = 12;

  private TranslationEntry() {}

  /**
   * Packs an entry.
   *
   * @param pfn the frame
   * @param permissions what is allowed
   * @param cache the cache policy
   * @param accessed whether the accessed bit is set
   * @param dirty whether the dirty bit is set
   * @return the packed entry, never 0
   */
  public static long of(
      long pfn, int permissions, CachePolicy cache, boolean accessed, boolean dirty) {
    return 1
        | (long) permissions << PERMISSIONS_SHIFT
        | (long) cache.ordinal() << CACHE_SHIFT
        | (accessed ? ACCESSED : 0)
        | (dirty ? DIRTY : 0)
        | pfn << PFN_SHIFT;
  }

  /**
   * Packs a bare entry, see {@link BareEntries}.
   *
   * @param pfn the frame
   * @param present whether it is present, and not withdrawn
   * @param permissions what is allowed; nothing when it is withdrawn
   * @param asked the permissions that were asked for
   * @param cache the cache policy
   * @param accessed whether it is marked as accessed
   * @param dirty whether it is marked as written
   * @return the packed entry, never 0
   */
  public static long bare(
      long pfn,
      boolean present,
      int permissions,
      int asked,
      CachePolicy cache,
      boolean accessed,
      boolean dirty) {
    return of(pfn, permissions, cache, accessed, dirty) & (present ? -1L : ~1L)
        | BARE
        | (long) asked << ASKED_SHIFT;
  }

  /**
   * {@return whether the hardware finds an entry: false for {@link #ABSENT} and for one that is
   * withdrawn}
   *
   * @param entry a packed entry
   */
  public static boolean present(long entry) {
    return (entry & 1) != 0;
  }

  /**
   * {@return whether it is an entry of a frame that belongs to somebody else}
   *
   * @param entry a packed entry
   */
  public static boolean bare(long entry) {
    return (entry & BARE) != 0;
  }

  /**
   * {@return the permissions that were asked for, of a bare entry}
   *
   * @param entry a packed entry
   */
  public static int asked(long entry) {
    return (int) (entry >>> ASKED_SHIFT) & 7;
  }

  /**
   * {@return the pfn of the frame}
   *
   * @param entry a packed entry
   */
  public static long pfn(long entry) {
    return entry >>> PFN_SHIFT;
  }

  /**
   * {@return the permissions, a set of {@link dev.mapwright.core.Permissions}; 0 when absent}
   *
   * @param entry a packed entry
   */
  public static int permissions(long entry) {
    return (int) (entry >>> PERMISSIONS_SHIFT) & 7;
  }

  /**
   * {@return the cache policy}
   *
   * @param entry a packed entry
   */
  public static CachePolicy cache(long entry) {
    return CachePolicy.of((int) (entry >>> CACHE_SHIFT) & 3);
  }

  /**
   * {@return whether the accessed bit is set}
   *
   * @param entry a packed entry
   */
  public static boolean accessed(long entry) {
    return (entry & ACCESSED) != 0;
  }

  /**
   * {@return whether the dirty bit is set}
   *
   * @param entry a packed entry
   */
  public static boolean dirty(long entry) {
    return (entry & DIRTY) != 0;
  }
}
