package dev.mapwright.linux;

import dev.mapwright.core.Pages;

/** The kernel's usual decisions, without randomness. */
final class TopDownChoices implements Choices {

  static final TopDownChoices INSTANCE = new TopDownChoices();

  /**
   * mmap_base with a stack limit of 8 MiB and no randomisation: the gap below the stack is 128 MiB
   * at least.
   */
  private static final long BASE = LinuxSpace.TASK_BYTES - (128L << 20);

  private static final long HEAP = 0x5555_5575_5000L;

  private TopDownChoices() {}

  @Override
  public long place(LinuxSpace space, WantedPlace wanted) {
    boolean wholeHugePages =
        wanted.object().isEmpty()
            && wanted.hint() == 0
            && (wanted.bytes() & PlaceRule.HUGE_BYTES - 1) == 0;
    PlaceRule rule = wholeHugePages ? PlaceRule.HUGE : PlaceRule.PLAIN;
    long place = rule.place(space, BASE, wanted);
    return place < 0 ? anyPlace(space, wanted.bytes(), wanted.alignment()) : place;
  }

  /** The highest place at which nothing is, where no rule has an answer. */
  private static long anyPlace(LinuxSpace space, long bytes, long alignment) {
    long end = BASE;
    while (end - bytes >= LinuxSpace.LOWEST_ADDRESS) {
      long address = end - bytes & -alignment;
      Area obstacle = space.areas().firstIn(Pages.of(address), Pages.of(end - 1));
      if (obstacle == null) {
        return address;
      }
      end = Pages.address(obstacle.first());
    }
    return NO_PLACE;
  }

  @Override
  public long heapStart(LinuxSpace space) {
    return HEAP;
  }

  @Override
  public boolean joined(LinuxSpace space, long address) {
    return true;
  }
}
