package dev.mapwright.proof.windows.hostile;

import dev.mapwright.proof.SplitMix;
import dev.mapwright.windows.answer.Routine;

/** What routines have returned: addresses of things that live, lived, or never did. */
final class Things {
  /** What an address may be of. */
  enum Sort {
    /** An MDL. */
    MDL,
    /** A reservation, or what is mapped in it. */
    RESERVED,
    /** A mapping in system space. */
    MAPPED,
    /** A block of pool. */
    POOL,
    /** Contiguous memory. */
    CONTIGUOUS,
    /** An IRP. */
    IRP,
    /** Memory of a process. */
    USER,
    /** A physical address. */
    PHYSICAL
  }

  private static final int REMEMBERED = 24;

  /** The last of each sort, by its ordinal. */
  private final long[][] addresses = new long[Sort.values().length][REMEMBERED];

  private final int[] counts = new int[Sort.values().length];

  void add(Sort sort, long address) {
    addresses[sort.ordinal()][counts[sort.ordinal()]++ % REMEMBERED] = address;
  }

  /** One of the last of a sort; 0 when there is none. */
  long any(Sort sort, SplitMix random) {
    int count = Math.min(REMEMBERED, counts[sort.ordinal()]);
    return count == 0 ? 0 : addresses[sort.ordinal()][random.below(count)];
  }

  /** One of any sort. */
  long any(SplitMix random) {
    return any(Sort.values()[random.below(Sort.values().length)], random);
  }

  /** Remembers what a routine has returned. */
  void learn(Routine routine, long result) {
    if (result == 0) {
      return;
    }
    switch (routine) {
      case IO_ALLOCATE_MDL,
          MM_ALLOCATE_PAGES_FOR_MDL,
          MM_ALLOCATE_PAGES_FOR_MDL_EX,
          MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX ->
          add(Sort.MDL, result);
      case MM_ALLOCATE_MAPPING_ADDRESS, MM_ALLOCATE_MAPPING_ADDRESS_EX ->
          add(Sort.RESERVED, result);
      case MM_MAP_IO_SPACE,
          MM_MAP_IO_SPACE_EX,
          MM_MAP_LOCKED_PAGES,
          MM_MAP_LOCKED_PAGES_SPECIFY_CACHE,
          MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE,
          MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING ->
          add(Sort.MAPPED, result);
      case EX_ALLOCATE_POOL2, EX_ALLOCATE_POOL_WITH_TAG -> add(Sort.POOL, result);
      case MM_ALLOCATE_CONTIGUOUS_MEMORY,
          MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
          MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE,
          MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY,
          MM_ALLOCATE_NON_CACHED_MEMORY ->
          add(Sort.CONTIGUOUS, result);
      case IO_ALLOCATE_IRP -> add(Sort.IRP, result);
      case MM_GET_PHYSICAL_ADDRESS -> add(Sort.PHYSICAL, result);
      default -> {
        // nothing to remember
      }
    }
  }

  /** The sort that a routine's first pointer should be of. */
  static Sort expected(Routine routine) {
    return switch (routine) {
      case MM_FREE_MAPPING_ADDRESS,
          MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING,
          MM_UNMAP_RESERVED_MAPPING ->
          Sort.RESERVED;
      case MM_UNMAP_IO_SPACE, MM_UNMAP_LOCKED_PAGES, MM_GET_PHYSICAL_ADDRESS, MM_IS_ADDRESS_VALID ->
          Sort.MAPPED;
      case EX_FREE_POOL, EX_FREE_POOL_WITH_TAG, IO_ALLOCATE_MDL, MM_INITIALIZE_MDL -> Sort.POOL;
      case MM_FREE_CONTIGUOUS_MEMORY,
          MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
          MM_FREE_NON_CACHED_MEMORY ->
          Sort.CONTIGUOUS;
      case IO_FREE_IRP -> Sort.IRP;
      default -> routine.name().contains("REGISTER") ? Sort.MAPPED : Sort.MDL;
    };
  }
}
