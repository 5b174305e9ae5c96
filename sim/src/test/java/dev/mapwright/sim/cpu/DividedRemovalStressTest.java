package dev.mapwright.sim.cpu;

import dev.mapwright.sim.tables.Stripes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The same where removers of different lowest tables go on side by side, and tell only those who
 * have walked there; and where they come to do so while everything is going on.
 */
class DividedRemovalStressTest extends RemovalStressTest {
  private static final long MILLIS = 700;

  private CompletableFuture<Void> later = CompletableFuture.completedFuture(null);

  @BeforeEach
  void divide() {
    Stripes.divide(space.translation(), 8);
    later =
        CompletableFuture.runAsync(
            () -> Stripes.divide(space.translation(), Stripes.MOST),
            CompletableFuture.delayedExecutor(MILLIS, TimeUnit.MILLISECONDS));
  }

  @AfterEach
  void join() {
    try {
      later.join();
    } catch (CompletionException closed) {
      // the test was over before
    }
  }
}
