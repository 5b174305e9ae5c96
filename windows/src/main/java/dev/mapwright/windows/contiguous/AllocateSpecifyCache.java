package dev.mapwright.windows.contiguous;

import static dev.mapwright.windows.abi.NodeRequirement.MM_ANY_NODE_OK;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.answer.MmAllocateContiguousMemory;
import dev.mapwright.windows.answer.MmAllocateContiguousMemorySpecifyCache;
import dev.mapwright.windows.answer.MmAllocateContiguousMemorySpecifyCacheNode;
import dev.mapwright.windows.context.NtContext;

/**
 * MmAllocateContiguousMemory, MmAllocateContiguousMemorySpecifyCache and
 * MmAllocateContiguousMemorySpecifyCacheNode. What they allocate can always be executed.
 */
final class AllocateSpecifyCache {
  private AllocateSpecifyCache() {}

  static long run(NtContext c, long bytes, long highest) {
    // Is anything asked for?
    if (bytes == 0) {
      c.misuse(MmAllocateContiguousMemory.ZERO_BYTES, highest, 0, 0);
      return 0;
    }
    long address =
        AllocateContiguous.run(
            c,
            bytes,
            0,
            highest,
            0,
            MM_ANY_NODE_OK,
            Permissions.ALL,
            CachePolicy.CACHED,
            MmAllocateContiguousMemory.NOT_AT_THIS_IRQL,
            MmAllocateContiguousMemory.NO_MEMORY);
    if (address != 0) {
      c.done(MmAllocateContiguousMemory.DONE);
    }
    return address;
  }

  static long runCache(
      NtContext c, long bytes, long lowest, long highest, long boundary, int cacheType) {
    // Is anything asked for, and possible as it is?
    if (bytes == 0) {
      c.misuse(MmAllocateContiguousMemorySpecifyCache.ZERO_BYTES, highest, 0, 0);
      return 0;
    }
    if (AllocateContiguous.badLimits(lowest, highest)) {
      c.refuse(MmAllocateContiguousMemorySpecifyCache.BAD_LIMITS, lowest, highest);
      return 0;
    }
    if (AllocateContiguous.badBoundary(boundary, bytes)) {
      c.refuse(MmAllocateContiguousMemorySpecifyCache.BAD_BOUNDARY, boundary, bytes);
      return 0;
    }
    if (!MemoryCachingType.forDrivers(cacheType)) {
      long type = cacheType & 0xFFFF_FFFFL;
      c.refuse(MmAllocateContiguousMemorySpecifyCache.BAD_CACHE_TYPE, type, 0);
      return 0;
    }
    long address =
        AllocateContiguous.run(
            c,
            bytes,
            lowest,
            highest,
            boundary,
            MM_ANY_NODE_OK,
            Permissions.ALL,
            MemoryCachingType.policy(cacheType),
            MmAllocateContiguousMemorySpecifyCache.NOT_AT_THIS_IRQL,
            MmAllocateContiguousMemorySpecifyCache.NO_MEMORY);
    if (address != 0) {
      c.done(MmAllocateContiguousMemorySpecifyCache.DONE);
    }
    return address;
  }

  static long runCacheNode(
      NtContext c, long bytes, long lowest, long highest, long boundary, int cacheType, int node) {
    // Is anything asked for, and possible as it is?
    if (bytes == 0) {
      c.misuse(MmAllocateContiguousMemorySpecifyCacheNode.ZERO_BYTES, highest, 0, 0);
      return 0;
    }
    if (AllocateContiguous.badLimits(lowest, highest)) {
      c.refuse(MmAllocateContiguousMemorySpecifyCacheNode.BAD_LIMITS, lowest, highest);
      return 0;
    }
    if (AllocateContiguous.badBoundary(boundary, bytes)) {
      c.refuse(MmAllocateContiguousMemorySpecifyCacheNode.BAD_BOUNDARY, boundary, bytes);
      return 0;
    }
    if (!MemoryCachingType.forDrivers(cacheType)) {
      long type = cacheType & 0xFFFF_FFFFL;
      c.refuse(MmAllocateContiguousMemorySpecifyCacheNode.BAD_CACHE_TYPE, type, 0);
      return 0;
    }
    if (AllocateContiguous.badNode(c, node)) {
      c.refuse(MmAllocateContiguousMemorySpecifyCacheNode.BAD_NODE, node & 0xFFFF_FFFFL, 0);
      return 0;
    }
    long address =
        AllocateContiguous.run(
            c,
            bytes,
            lowest,
            highest,
            boundary,
            node,
            Permissions.ALL,
            MemoryCachingType.policy(cacheType),
            MmAllocateContiguousMemorySpecifyCacheNode.NOT_AT_THIS_IRQL,
            MmAllocateContiguousMemorySpecifyCacheNode.NO_MEMORY);
    if (address != 0) {
      c.done(MmAllocateContiguousMemorySpecifyCacheNode.DONE);
    }
    return address;
  }
}
