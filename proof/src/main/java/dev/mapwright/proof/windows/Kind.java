package dev.mapwright.proof.windows;

import dev.mapwright.proof.SplitMix;

/** The kinds of steps, with how often each is drawn in relation to the others. */
enum Kind {
  // What a driver does by itself
  FILL_MDL(10),
  OVERWRITE_MDL(2),
  COPY_MDL(1),
  LOCK_BY_ANOTHER_DRIVER(4),
  UNLOCK_BY_ANOTHER_DRIVER(3),
  ACCESS(4),
  PUT_OUT(3),
  ALLOCATE_POOL(3),
  FREE_POOL(3),
  ALLOCATE_CONTIGUOUS(4),
  FREE_CONTIGUOUS(4),
  LOW_RESOURCES(1),
  // MDLs
  ALLOCATE_MDL(4),
  FREE_MDL(3),
  INITIALIZE_MDL(8),
  PROBE_AND_LOCK(14),
  UNLOCK(9),
  BUILD_FOR_NONPAGED(3),
  MAP_LOCKED_PAGES(14),
  UNMAP_LOCKED_PAGES(10),
  BUILD_PARTIAL(8),
  PREPARE_FOR_REUSE(2),
  PROTECT(4),
  ADVANCE(4),
  ALLOCATE_PAGES(5),
  FREE_PAGES(4),
  // I/O space
  MAP_IO_SPACE(6),
  UNMAP_IO_SPACE(5),
  ALLOCATE_MDL_FOR_IO_SPACE(3),
  // Reserved mappings
  ALLOCATE_MAPPING_ADDRESS(5),
  FREE_MAPPING_ADDRESS(4),
  MAP_RESERVED(14),
  UNMAP_RESERVED(12);

  private static final int TOTAL = total();

  private final int weight;

  Kind(int weight) {
    this.weight = weight;
  }

  private static int total() {
    int total = 0;
    for (Kind kind : values()) {
      total += kind.weight;
    }
    return total;
  }

  static Kind draw(SplitMix random) {
    int left = random.below(TOTAL);
    for (Kind kind : values()) {
      left -= kind.weight;
      if (left < 0) {
        return kind;
      }
    }
    throw new AssertionError();
  }

  /** Draws a step. */
  static Step step(SplitMix random) {
    return new Step(draw(random), random.next());
  }
}
