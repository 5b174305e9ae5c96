package dev.mapwright.windows.abi;

import dev.mapwright.core.CachePolicy;
import org.jspecify.annotations.Nullable;

/**
 * MEMORY_CACHING_TYPE (wdm.h). The values 3 to 5 are reserved for the system; what they mean on x64
 * is said at each. {@code MmNotMapped} is -1 in the header, although the page lists it last.
 */
public final class MemoryCachingType {
  /** Not cached by the processor. */
  public static final int MM_NON_CACHED = 0;

  /** Cached by the processor. */
  public static final int MM_CACHED = 1;

  /** Not cached; writes may be combined. */
  public static final int MM_WRITE_COMBINED = 2;

  /** Reserved for the system; cached. */
  public static final int MM_HARDWARE_COHERENT_CACHED = 3;

  /** Reserved for the system; not cached. */
  public static final int MM_NON_CACHED_UNORDERED = 4;

  /** Reserved for the system; write-combined. */
  public static final int MM_USWC_CACHED = 5;

  /** One above the largest type. */
  public static final int MM_MAXIMUM_CACHE_TYPE = 6;

  /** No type: nothing is mapped. */
  public static final int MM_NOT_MAPPED = -1;

  private static final CachePolicy[] POLICIES = {
    CachePolicy.UNCACHED,
    CachePolicy.CACHED,
    CachePolicy.WRITE_COMBINING,
    CachePolicy.CACHED,
    CachePolicy.UNCACHED,
    CachePolicy.WRITE_COMBINING
  };

  private MemoryCachingType() {}

  /**
   * {@return whether it is a type that a mapping can have: 0 .. 5}
   *
   * @param type any number
   */
  public static boolean valid(int type) {
    return type >= 0 && type < MM_MAXIMUM_CACHE_TYPE;
  }

  /**
   * {@return whether it is one of the three types that drivers use: 0 .. 2}
   *
   * @param type any number
   */
  public static boolean forDrivers(int type) {
    return type >= 0 && type <= MM_WRITE_COMBINED;
  }

  /**
   * {@return how the memory is accessed}
   *
   * @param type a {@link #valid} type
   */
  public static CachePolicy policy(int type) {
    return POLICIES[type];
  }

  /**
   * {@return the type of a way to access memory; {@link #MM_NOT_MAPPED} for none}
   *
   * @param policy how memory is accessed; null for nothing that is mapped
   */
  public static int of(@Nullable CachePolicy policy) {
    if (policy == null) {
      return MM_NOT_MAPPED;
    }
    return switch (policy) {
      case CACHED -> MM_CACHED;
      case UNCACHED, UNCACHED_DEVICE -> MM_NON_CACHED;
      case WRITE_COMBINING -> MM_WRITE_COMBINED;
    };
  }
}
