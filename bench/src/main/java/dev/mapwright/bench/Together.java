package dev.mapwright.bench;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Several threads at once, by the wall's clock. */
final class Together {
  private static final long NANOS = 60_000_000;

  private Together() {}

  /** How often all of them together do what they do, a nanosecond. */
  static double operationsPerNano(List<Runnable> all) {
    return Arrays.stream(each(all)).sum();
  }

  /** How often each of them does what it does, a nanosecond. */
  static double[] each(List<Runnable> all) {
    long[] done = new long[all.size()];
    CountDownLatch ready = new CountDownLatch(all.size());
    Thread[] threads = new Thread[all.size()];
    for (int i = 0; i < threads.length; i++) {
      int number = i;
      threads[i] =
          Thread.ofPlatform()
              .start(() -> {
                Runnable one = all.get(number);
                one.run();
                ready.countDown();
                try {
                  ready.await();
                } catch (InterruptedException e) {
                  return;
                }
                long end = System.nanoTime() + NANOS;
                long count = 0;
                while (System.nanoTime() < end) {
                  one.run();
                  count++;
                }
                done[number] = count;
              });
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return Arrays.stream(done).mapToDouble(count -> (double) count / NANOS).toArray();
  }
}
