package dev.mapwright.proof.concurrency;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that race against the test's own thread. The first failure stops everybody and is the
 * test's failure; whoever does not come to an end in a minute is taken for deadlocked, and
 * everybody's stack is the message.
 */
@SuppressWarnings("ThreadPriorityCheck") // yields only pass the time
final class Racers implements AutoCloseable {
  private static final long LONGEST_NANOS = 60_000_000_000L;

  /** What a racer does. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;
  private volatile @Nullable Throwable failure;

  /** Starts a racer that runs until it ends by itself. */
  void start(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (Throwable problem) {
                failed(problem);
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** Starts a racer that repeats something until everybody is stopped. */
  void loop(String name, Body body) {
    start(
        name,
        () -> {
          while (!stopped) {
            body.run();
          }
        });
  }

  private synchronized void failed(Throwable problem) {
    if (failure == null) {
      failure = problem;
    }
    stopped = true;
  }

  /** Waits for a condition that another racer brings about. */
  void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    for (int spins = 0; !condition.getAsBoolean(); spins++) {
      rethrow();
      if (spins < 100) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
      if ((spins & 0xFFF) == 0xFFF && System.nanoTime() - start > LONGEST_NANOS) {
        throw new AssertionError("waited for too long\n" + stacks());
      }
    }
  }

  /** Throws what a racer failed with. */
  void rethrow() {
    Throwable problem = failure;
    if (problem != null) {
      throw new AssertionError("a racing thread failed: " + problem, problem);
    }
  }

  /** Stops the loops, waits for everybody and throws what anybody failed with. */
  @Override
  public void close() {
    stopped = true;
    join();
    rethrow();
  }

  /** Waits for those that end by themselves. */
  void join() {
    long start = System.nanoTime();
    for (Thread thread : threads) {
      long left = LONGEST_NANOS - (System.nanoTime() - start);
      try {
        thread.join(Math.max(1, left / 1_000_000));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (thread.isAlive()) {
        throw new AssertionError(thread.getName() + " does not end\n" + stacks());
      }
    }
  }

  private static String stacks() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      text.append(entry.getKey()).append(' ').append(entry.getKey().getState()).append('\n');
      for (StackTraceElement element : entry.getValue()) {
        text.append("    ").append(element).append('\n');
      }
    }
    return text.toString();
  }
}
