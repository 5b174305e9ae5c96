package dev.mapwright.linux;

import dev.mapwright.core.Pages;

/**
 * How kernels choose a place top down: the rules that they were seen to follow, of which version
 * and file system decide ({@code arch_get_unmapped_area_topdown}, {@code
 * thp_get_unmapped_area_vmflags}, {@code shmem_get_unmapped_area}). Every one takes a hint whose
 * range is free, and else the highest gap below a ceiling (mmap_base).
 */
public enum PlaceRule {
  /** The end of the highest gap that is large enough. */
  PLAIN {
    @Override
    public long place(LinuxSpace space, long ceiling, WantedPlace wanted) {
      return plain(space, ceiling, wanted, wanted.bytes(), wanted.alignment());
    }
  },
  /**
   * Aligned for huge pages: 2 MiB more are looked for, and of them the highest place at which huge
   * pages of memory are huge pages of the object. Large anonymous memory since 6.7, whole huge
   * pages only since 6.12; files of ext4, xfs and others.
   */
  HUGE {
    @Override
    public long place(LinuxSpace space, long ceiling, WantedPlace wanted) {
      return huge(space, ceiling, wanted, HUGE_BYTES);
    }
  },
  /** The same with the lowest such place, as before 6.8. */
  HUGE_LOW {
    @Override
    public long place(LinuxSpace space, long ceiling, WantedPlace wanted) {
      return huge(space, ceiling, wanted, 0);
    }
  },
  /** Shared memory where huge pages are switched on for it: moved up from a larger gap. */
  SHARED_HUGE {
    @Override
    public long place(LinuxSpace space, long ceiling, WantedPlace wanted) {
      long plain = PLAIN.place(space, ceiling, wanted);
      long bytes = wanted.bytes();
      long offset = wanted.offset() & HUGE_BYTES - 1;
      if (plain < 0
          || bytes < HUGE_BYTES
          || offset != 0 && offset + bytes < 2 * HUGE_BYTES
          || plain == wanted.hint()
          || (plain & HUGE_BYTES - 1) == offset) {
        return plain;
      }
      long larger = bytes + HUGE_BYTES - Pages.BYTES;
      long gap = plain(space, ceiling, wanted, larger, Pages.BYTES);
      return gap < 0 ? plain : gap + (offset - gap & HUGE_BYTES - 1);
    }
  },
  /** Whole huge pages of 2 MiB: a file on hugetlbfs. */
  ALIGNED_2M {
    @Override
    public long place(LinuxSpace space, long ceiling, WantedPlace wanted) {
      return plain(space, ceiling, wanted, wanted.bytes(), HUGE_BYTES);
    }
  },
  /** Whole huge pages of 1 GiB. */
  ALIGNED_1G {
    @Override
    public long place(LinuxSpace space, long ceiling, WantedPlace wanted) {
      return plain(space, ceiling, wanted, wanted.bytes(), 1L << 30);
    }
  };

  /** The size of a huge page (PMD_SIZE). */
  public static final long HUGE_BYTES = 2L << 20;

  /** The place depends on what nobody knows: how far a stack has grown, or a random number. */
  public static final long UNKNOWN = -2;

  /**
   * Chooses.
   *
   * @param space the space
   * @param ceiling where the highest place may end, page-aligned
   * @param wanted what is wanted
   * @return the address, {@link Choices#NO_PLACE} or {@link #UNKNOWN}
   */
  public abstract long place(LinuxSpace space, long ceiling, WantedPlace wanted);

  /**
   * {@return whether huge pages fit into what is wanted, so that rules for them may choose another
   * place than {@link #PLAIN}}
   *
   * @param wanted what is wanted
   */
  public static boolean holdsHugePage(WantedPlace wanted) {
    long offset = wanted.object().isEmpty() ? 0 : wanted.offset();
    long first = offset + (HUGE_BYTES - 1) & -HUGE_BYTES;
    return Long.compareUnsigned(offset + wanted.bytes(), first) > 0
        && offset + wanted.bytes() - first >= HUGE_BYTES;
  }

  /**
   * {@return whether the hint's range is free, so that it is taken}
   *
   * @param space the space
   * @param wanted what is wanted
   */
  public static boolean takesHint(LinuxSpace space, WantedPlace wanted) {
    return wanted.hint() != 0 && hint(space, wanted, wanted.bytes(), wanted.alignment()) >= 0;
  }

  private static long plain(
      LinuxSpace space, long ceiling, WantedPlace wanted, long bytes, long alignment) {
    long hint =
        wanted.hint() == 0 || wanted.below2Gib() ? -1 : hint(space, wanted, bytes, alignment);
    if (hint >= 0) {
      return space.stackAbove(hint + bytes) ? UNKNOWN : hint;
    }
    if (wanted.below2Gib()) {
      return UNKNOWN; // from a random address upwards
    }
    long pages = Pages.of(bytes + alignment - Pages.BYTES);
    long end = space.areas().gaps().highest(Pages.of(ceiling), pages);
    return end < 0 ? end : Pages.address(end) - bytes & -alignment;
  }

  /** The hint if its range is inside and free; otherwise -1. */
  private static long hint(LinuxSpace space, WantedPlace wanted, long bytes, long alignment) {
    long address = wanted.hint() + (alignment - 1) & -alignment;
    boolean inside = address > 0 && bytes <= LinuxSpace.TASK_BYTES - address;
    return inside && space.isFree(address, bytes) && !space.stackJustAbove(address + bytes)
        ? address
        : -1;
  }

  private static long huge(LinuxSpace space, long ceiling, WantedPlace wanted, long atTop) {
    long larger = wanted.bytes() + HUGE_BYTES;
    if (!holdsHugePage(wanted)) {
      return PLAIN.place(space, ceiling, wanted);
    }
    long gap = plain(space, ceiling, wanted, larger, Pages.BYTES);
    if (gap == UNKNOWN) {
      return UNKNOWN;
    }
    if (gap < 0) {
      return PLAIN.place(space, ceiling, wanted);
    }
    if (gap == wanted.hint()) {
      return gap;
    }
    long offset = wanted.object().isEmpty() ? 0 : wanted.offset();
    long up = offset - gap & HUGE_BYTES - 1;
    return gap + (up == 0 ? atTop : up);
  }
}
