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
  public long place(LinuxSpace space, long hint, long bytes, long alignment) {
    if (hint != 0
        && (hint & alignment - 1) == 0
        && hint <= LinuxSpace.TASK_BYTES - bytes
        && space.isFree(hint, bytes)) {
      return hint;
    }
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
