package dev.mapwright.proof.windows.hostile;

import dev.mapwright.proof.SplitMix;

/** What a driver knows of: things that live, of each sort the last, and things that are gone. */
final class Things {
  /** What a thing may be. */
  enum Sort {
    /** An MDL that was allocated; the bytes of its buffer are of no interest. */
    MDL,
    /** An MDL with the pages that it owns. */
    PAGES_MDL,
    /** A reservation; extra is 1 where it is divisible. */
    RESERVED,
    /** An MDL mapped in a reservation; extra is the MDL. */
    RESERVED_MAPPING,
    /** A mapping of an MDL, in system space or in the process; extra is the MDL. */
    MDL_MAPPING,
    /** A mapping of registers. */
    IO_MAPPING,
    /** A block of nonpaged pool. */
    POOL,
    /** A block of paged pool. */
    PAGED_POOL,
    /** Contiguous memory; extra is how it is cached. */
    CONTIGUOUS,
    /** Non-cached memory. */
    NON_CACHED,
    /** An IRP. */
    IRP,
    /** Memory of the process. */
    USER,
    /** A physical address, of a device or of RAM. */
    PHYSICAL,
    /** A domain of devices; extra is its type, and whether an allocator chooses addresses. */
    DMA_DOMAIN,
    /** A handle of a device. */
    DMA_DEVICE,
    /** A device of a PASID. */
    PASID_DEVICE,
    /** A token of reserved logical addresses; extra is the domain. */
    TOKEN,
    /**
     * What is mapped at a logical address, which is one less; bytes are pages, extra the domain.
     */
    DMA_MAPPING,
    /** Something that was given back. */
    DEAD
  }

  /**
   * One thing.
   *
   * @param address where it is; 0 for nothing
   * @param bytes how large it is
   * @param extra what its sort says
   */
  record Thing(long address, long bytes, long extra) {}

  private static final Thing NOTHING = new Thing(0, 0, 0);
  private static final int REMEMBERED = 24;
  private static final Sort[] SORTS = Sort.values();

  /** The things of each sort, by its ordinal; the first of each {@link #counts} mean something. */
  private final Thing[][] things = new Thing[SORTS.length][REMEMBERED];

  private final int[] counts = new int[SORTS.length];
  private final SplitMix random;

  Things(SplitMix random) {
    this.random = random;
  }

  /** Remembers a thing, if it is one. Where there are too many, any other is forgotten for it. */
  void add(Sort sort, long address, long bytes, long extra) {
    if (address == 0) {
      return;
    }
    int kind = sort.ordinal();
    int at = counts[kind] < REMEMBERED ? counts[kind]++ : random.below(REMEMBERED);
    things[kind][at] = new Thing(address, bytes, extra);
  }

  int count(Sort sort) {
    return counts[sort.ordinal()];
  }

  /** One of a sort; nothing, at address 0, when there is none. */
  Thing any(Sort sort) {
    int count = count(sort);
    return count == 0 ? NOTHING : things[sort.ordinal()][random.below(count)];
  }

  /** One of any sort. */
  Thing any() {
    return any(SORTS[random.below(SORTS.length)]);
  }

  /** A thing was given back. */
  void gone(Sort sort, long address) {
    int kind = sort.ordinal();
    for (int i = 0; i < counts[kind]; i++) {
      if (things[kind][i].address == address) {
        add(Sort.DEAD, address, things[kind][i].bytes, 0);
        things[kind][i] = things[kind][--counts[kind]];
        return;
      }
    }
  }
}
