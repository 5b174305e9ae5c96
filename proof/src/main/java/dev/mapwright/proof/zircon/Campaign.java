package dev.mapwright.proof.zircon;

import dev.mapwright.proof.Shrinker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs sequences of operations; when one fails, makes it as short as it gets. */
final class Campaign {
  private static final int EVERYTHING_EVERY = 1000;
  private static final int STEPS_WHEN_WORN = 20;

  private final LongFunction<? extends Subject> machines;
  final Tally tally = new Tally();
  final Spread spread = new Spread();

  /** Makes machines from the seeds of sequences; the same seed must make the same machine. */
  Campaign(LongFunction<? extends Subject> machines) {
    this.machines = machines;
  }

  /**
   * Runs one generated sequence; null when nothing diverged. It ends early some operations after
   * the caller has lost what it needs to make calls.
   */
  @Nullable Failure generate(long seed, Shape shape, int operations) {
    List<Operation> done = new ArrayList<>();
    try (Subject subject = machines.apply(seed)) {
      Driver driver = new Driver(subject);
      OperationGenerator generator = new OperationGenerator(seed, shape, driver);
      try {
        int left = STEPS_WHEN_WORN;
        for (int i = 1; i <= operations && left > 0; i++) {
          if (generator.worn()) {
            left--;
          }
          done.add(generator.next());
          driver.step(done.getLast());
          if (i % EVERYTHING_EVERY == 0 || i == operations || left == 0) {
            driver.comparison.everything();
          }
        }
        subject.endEverything();
        spread.add(driver.world.placement.spread);
        spread.judge();
      } catch (RuntimeException | AssertionError e) {
        return new Failure(seed, shape, done, e);
      } finally {
        tally.add(driver.tally);
      }
    }
    return null;
  }

  /** Runs a given sequence, comparing everything after each step; null when nothing diverged. */
  @Nullable Throwable run(long seed, List<Operation> operations) {
    try (Subject subject = machines.apply(seed)) {
      Driver driver = new Driver(subject);
      for (Operation operation : operations) {
        driver.step(operation);
        driver.comparison.everything();
      }
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }

  /** As {@link #run}, but compares everything only at the end. */
  private @Nullable Throwable runFast(long seed, List<Operation> operations) {
    try (Subject subject = machines.apply(seed)) {
      Driver driver = new Driver(subject);
      for (Operation operation : operations) {
        driver.step(operation);
      }
      driver.comparison.everything();
      subject.endEverything();
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }

  /** Takes out ever smaller pieces for as long as what is left still fails. */
  Failure shrink(Failure failure) {
    List<Operation> shortest =
        Shrinker.shrink(
            failure.operations(), operations -> runFast(failure.seed(), operations) != null);
    Throwable cause = runFast(failure.seed(), shortest);
    return new Failure(
        failure.seed(), failure.shape(), shortest, cause == null ? failure.cause() : cause);
  }

  /**
   * A sequence that diverged in its last operation.
   *
   * @param seed of the generator
   * @param shape of the sequence
   * @param operations all of them, to be run on a new machine
   * @param cause what went wrong
   */
  record Failure(long seed, Shape shape, List<Operation> operations, Throwable cause) {
    @Override
    public String toString() {
      return "%s%nseed %d, shape %s, %d operations:%n%s%nto run again: %s"
          .formatted(
              cause,
              seed,
              shape,
              operations.size(),
              operations.stream().map(one -> "  " + one).collect(Collectors.joining("\n")),
              OperationCodec.encodeHex(operations));
    }
  }
}
