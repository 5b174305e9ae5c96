package dev.mapwright.proof.windows;

import dev.mapwright.core.CachePolicy;
import org.jspecify.annotations.Nullable;

/** MEMORY_CACHING_TYPE in words of the engine: 3 to 5 are what x64 makes of them. */
final class Types {
  private Types() {}

  /** How memory of a type is accessed; null for a number that is no type. */
  static @Nullable CachePolicy policy(int type) {
    return switch (type) {
      case 0, 4 -> CachePolicy.UNCACHED;
      case 1, 3 -> CachePolicy.CACHED;
      case 2, 5 -> CachePolicy.WRITE_COMBINING;
      default -> null;
    };
  }

  /** The type of a page's attribute. */
  static int type(@Nullable ModelPage page) {
    return type(page == null ? null : page.policy());
  }

  /** The type of an attribute; -1 for none. */
  static int type(@Nullable CachePolicy policy) {
    if (policy == null) {
      return -1;
    }
    return switch (policy) {
      case UNCACHED, UNCACHED_DEVICE -> 0;
      case CACHED -> 1;
      case WRITE_COMBINING -> 2;
    };
  }
}
