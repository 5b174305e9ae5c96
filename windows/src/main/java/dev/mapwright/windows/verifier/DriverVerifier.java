package dev.mapwright.windows.verifier;

import dev.mapwright.core.machine.RandomStream;
import dev.mapwright.core.machine.SeedBook;
import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Routine;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Driver Verifier as a switch.
 *
 * <p><b>Special checks.</b> While it is {@linkplain #on on}, uses that are only tolerated, and
 * misuse that Windows would not notice otherwise, end in a bug check.
 *
 * <p><b>DMA verification</b> (flag 0x80) looks at what is mapped for devices: what is mapped twice,
 * unmapped twice, left behind, or freed while a device may reach it. It is part of the special
 * checks, as it is of the standard settings of Windows, and can be {@linkplain #setDma turned on}
 * alone. What it looks for costs a search through all domains.
 *
 * <p><b>Low resources.</b> Allocations can be made to fail, independently of the special checks: at
 * random, as Windows does it (Driver Verifier, Low Resources Simulation), or each of them once for
 * each distinct stack of calls that leads to it, until there is none left that has not failed. The
 * reserved mappings are not among them, since they allocate nothing.
 *
 * <p>Thread-safe. A call that is under way may still see what was before.
 */
public final class DriverVerifier {
  /** How many of {@link #SCALE} allocations fail at random unless another number is set. */
  public static final int DEFAULT_PROBABILITY = 600;

  /** What the probability is counted in. */
  public static final int SCALE = 10_000;

  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final String LIBRARY = "dev.mapwright.";

  private final SeedBook seeds;

  /** What time it is, in steps of the machine's clock. */
  private final LongSupplier now;

  private volatile boolean on;

  /** Whether DMA verification is on by itself. */
  private volatile boolean dma;

  /** Whether anything may fail: read by every routine. */
  private volatile boolean injecting;

  /** Guarded by this object, as everything below. Null when nothing fails at random. */
  private @Nullable RandomStream random;

  private int probability;
  private long fromStep;

  /** Stacks of calls whose allocation has failed; null when stacks do not count. */
  private @Nullable Set<String> failedStacks;

  private long injected;

  /**
   * Makes one that is off.
   *
   * @param seeds what random failures are drawn from
   * @param now what time it is, in steps of the machine's clock
   */
  public DriverVerifier(SeedBook seeds, LongSupplier now) {
    this.seeds = seeds;
    this.now = now;
  }

  /** {@return whether special checks are on} */
  public boolean on() {
    return on;
  }

  /**
   * Turns special checks on or off.
   *
   * @param checks whether they are on
   */
  public void setOn(boolean checks) {
    on = checks;
  }

  /** {@return whether DMA verification is on, by itself or with the special checks} */
  public boolean dma() {
    return dma || on;
  }

  /**
   * Turns DMA verification on or off; it stays on while the special checks are.
   *
   * @param checks whether it is on
   */
  public void setDma(boolean checks) {
    dma = checks;
  }

  /**
   * {@return whether a misuse is a bug check now}
   *
   * @param condition which answer it is
   */
  public boolean stops(Condition condition) {
    return switch (condition.effect()) {
      case BUG_CHECK, DMA_VERIFIER -> true;
      case VERIFIER, DISCOURAGED ->
          condition.answer().code() == BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION ? dma() : on;
      default -> false;
    };
  }

  /** Lets 600 of 10,000 allocations fail at random from now on. */
  public void simulateLowResources() {
    simulateLowResources(DEFAULT_PROBABILITY, 0);
  }

  /**
   * Lets allocations fail at random.
   *
   * @param outOfTenThousand how many of 10,000 fail, 0 .. 10,000
   * @param delaySteps how many steps of the machine's clock nothing fails yet
   * @throws IllegalArgumentException for another number
   */
  public synchronized void simulateLowResources(int outOfTenThousand, long delaySteps) {
    if (outOfTenThousand < 0 || outOfTenThousand > SCALE || delaySteps < 0) {
      throw new IllegalArgumentException(
          outOfTenThousand + " of 10,000, after " + delaySteps + " steps");
    }
    random = seeds.stream("low resources", injected);
    probability = outOfTenThousand;
    fromStep = now.getAsLong() + delaySteps;
    failedStacks = null;
    injecting = true;
  }

  /**
   * Lets each allocation fail once for each distinct stack of calls that leads to it. A test that
   * is repeated until {@link #injected} stays the same has seen each of its allocations fail.
   */
  public synchronized void failEachCallStackOnce() {
    random = null;
    failedStacks = new HashSet<>();
    injecting = true;
  }

  /** Lets nothing fail any more. */
  public synchronized void stopSimulating() {
    random = null;
    failedStacks = null;
    injecting = false;
  }

  /** {@return how many allocations have failed on purpose} */
  public synchronized long injected() {
    return injected;
  }

  /** {@return whether any allocation may fail on purpose} */
  public boolean injecting() {
    return injecting;
  }

  /**
   * Asked by a routine that allocates, before it does anything.
   *
   * @param routine which one
   * @return whether it has to fail
   */
  public synchronized boolean fails(Routine routine) {
    RandomStream stream = random;
    Set<String> stacks = failedStacks;
    boolean fails;
    if (stream != null) {
      fails = now.getAsLong() >= fromStep && stream.below(SCALE) < probability;
    } else {
      fails = stacks != null && stacks.add(routine.documentedName() + stack());
    }
    injected += fails ? 1 : 0;
    return fails;
  }

  /** The callers outside the library, each with its line. */
  private static String stack() {
    StringBuilder text = new StringBuilder(200);
    WALKER.forEach(frame -> {
      if (!frame.getClassName().startsWith(LIBRARY)) {
        text.append('\n').append(frame.getClassName()).append(':').append(frame.getLineNumber());
      }
    });
    return text.toString();
  }
}
