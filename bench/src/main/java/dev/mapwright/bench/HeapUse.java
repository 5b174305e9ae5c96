package dev.mapwright.bench;

import java.lang.management.ManagementFactory;

/** The heap in use when nothing dead is left on it, as far as four collections can tell. */
final class HeapUse {
  private HeapUse() {}

  static long bytes() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What the calling thread has allocated since it began; asking allocates nothing. */
  static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
