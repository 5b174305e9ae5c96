package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Several threads at once, by the wall's clock. */
final class Together {
  private static final long NANOS = 60_000_000;

  private Together() {}

  /** How often all of them together do what they do, a nanosecond. */
  static double operationsPerNano(List<Runnable> all) {
    AtomicLong done = new AtomicLong();
    CountDownLatch ready = new CountDownLatch(all.size());
    List<Thread> threads = new ArrayList<>();
    for (Runnable one : all) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
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
                done.addAndGet(count);
              }));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return (double) done.get() / NANOS;
  }
}
