package dev.mapwright.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * The measuring thread's own time on a CPU, in the program and in the kernel. Unlike the wall's
 * clock it stands still while the machine runs somebody else, so that a batch of a few milliseconds
 * means the same on a busy machine; what others do to caches and to a shared core it still shows.
 */
final class Clock {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  static final boolean CPU_TIME = THREADS.isCurrentThreadCpuTimeSupported();

  private Clock() {}

  static long nanos() {
    return CPU_TIME ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
