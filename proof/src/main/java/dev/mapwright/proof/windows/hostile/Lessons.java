package dev.mapwright.proof.windows.hostile;

import dev.mapwright.proof.windows.hostile.Things.Sort;
import dev.mapwright.windows.answer.Routine;

/** What a driver learns from what a routine has returned, or has done. */
final class Lessons {
  private final Things things;
  private final Sight sight;
  private final long out;

  private final DmaLessons dma;

  Lessons(Things things, Sight sight, long out) {
    dma = new DmaLessons(things, sight);
    this.things = things;
    this.sight = sight;
    this.out = out;
  }

  /** A call was carried out, or has returned nothing. */
  void learn(Routine routine, long[] a, long result) {
    switch (routine) {
      case IO_ALLOCATE_MDL -> things.add(Sort.MDL, result, a[1], 0);
      case MM_INITIALIZE_MDL -> things.add(Sort.MDL, a[0], a[2], 0);
      case MM_ALLOCATE_PAGES_FOR_MDL,
          MM_ALLOCATE_PAGES_FOR_MDL_EX,
          MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX ->
          things.add(Sort.PAGES_MDL, result, a[3], 0);
      case MM_ALLOCATE_MAPPING_ADDRESS -> things.add(Sort.RESERVED, result, a[0], 0);
      case MM_ALLOCATE_MAPPING_ADDRESS_EX -> things.add(Sort.RESERVED, result, a[0], a[2] & 1);
      case MM_MAP_LOCKED_PAGES,
          MM_MAP_LOCKED_PAGES_SPECIFY_CACHE,
          MM_GET_SYSTEM_ADDRESS_FOR_MDL,
          MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE ->
          things.add(Sort.MDL_MAPPING, result, sight.bytesOf(a[0]), a[0]);
      case MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING -> {
        if (result != 0) {
          things.add(Sort.RESERVED_MAPPING, a[0], 0, a[2]);
        }
      }
      case MM_MAP_IO_SPACE, MM_MAP_IO_SPACE_EX -> things.add(Sort.IO_MAPPING, result, a[1], 0);
      case MM_ALLOCATE_MDL_FOR_IO_SPACE -> things.add(Sort.MDL, sight.load(out, 8), 0, 0);
      case EX_ALLOCATE_POOL2 ->
          things.add((a[0] & 0x100) != 0 ? Sort.PAGED_POOL : Sort.POOL, result, a[1], 0);
      case EX_ALLOCATE_POOL_WITH_TAG ->
          things.add(a[0] == 1 ? Sort.PAGED_POOL : Sort.POOL, result, a[1], 0);
      case MM_ALLOCATE_CONTIGUOUS_MEMORY, MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY ->
          things.add(Sort.CONTIGUOUS, result, a[0], 1);
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
          MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE ->
          things.add(Sort.CONTIGUOUS, result, a[0], a[4]);
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_EX -> {
        if (result == 0) {
          things.add(Sort.CONTIGUOUS, sight.load(out, 8), sight.load(a[0], 8), 1);
        }
      }
      case MM_ALLOCATE_NON_CACHED_MEMORY -> things.add(Sort.NON_CACHED, result, a[0], 0);
      case IO_ALLOCATE_IRP -> things.add(Sort.IRP, result, 0, 0);
      case MM_GET_PHYSICAL_ADDRESS -> things.add(Sort.PHYSICAL, result, 0, 0);
      default -> {
        if (Proper.dma(routine)) {
          dma.learn(routine, a);
        } else {
          forget(routine, a);
        }
      }
    }
  }

  /** Something may have been given back: it is not used any more, but by mistake. */
  private void forget(Routine routine, long[] a) {
    switch (routine) {
      case IO_FREE_MDL -> things.gone(Sort.MDL, a[0]);
      case MM_FREE_MAPPING_ADDRESS -> things.gone(Sort.RESERVED, a[0]);
      case MM_UNMAP_RESERVED_MAPPING -> things.gone(Sort.RESERVED_MAPPING, a[0]);
      case MM_UNMAP_LOCKED_PAGES -> things.gone(Sort.MDL_MAPPING, a[0]);
      case MM_UNMAP_IO_SPACE -> things.gone(Sort.IO_MAPPING, a[0]);
      case MM_FREE_CONTIGUOUS_MEMORY, MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE ->
          things.gone(Sort.CONTIGUOUS, a[0]);
      case MM_FREE_NON_CACHED_MEMORY -> things.gone(Sort.NON_CACHED, a[0]);
      case IO_FREE_IRP -> things.gone(Sort.IRP, a[0]);
      case EX_FREE_POOL, EX_FREE_POOL_WITH_TAG -> {
        things.gone(Sort.POOL, a[0]);
        things.gone(Sort.PAGED_POOL, a[0]);
        things.gone(Sort.PAGES_MDL, a[0]);
      }
      default -> {
        // nothing to remember
      }
    }
  }
}
