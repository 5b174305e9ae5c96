package dev.mapwright.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.event.Event;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.Refusal;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Two processors that do something at the same moment, again and again: what every test of races
 * stands on. The second processor is a thread that waits for its turn; both begin a round within a
 * few instructions of each other, with a pause of random length before.
 */
abstract class RaceTest extends MdlTest {
  /** How long one race lasts. */
  static final long NANOS =
      "long".equals(System.getProperty("mapwright.campaign")) ? 20_000_000_000L : 400_000_000L;

  /** How long it may last where other programs leave no two processors free at once. */
  private static final long MOST_NANOS = 3 * NANOS;

  /** In how many rounds both are to be at work at the same moment, if there is time. */
  private static final int ENOUGH_OVERLAPS = 200;

  /** Rounds in one system; the reports of misuse are kept as long as it lives. */
  private static final int ROUNDS_PER_SYSTEM = 1500;

  private static final int FEWEST_ROUNDS = 60;
  private static final int WARM_UP = 20;
  private static final int LONGEST_PAUSE = 300;
  private static final int SPINS = 500;

  /** One event of so many lets the other processor go on. */
  private static final int YIELDS = 3;

  final Random random = new Random(20_260);

  /** The second processor. */
  NtContext other = kernel.newContext(driver);

  /** The IRQL of both while they race. */
  int level = Irql.PASSIVE_LEVEL;

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicReference<Throwable> failed = new AtomicReference<>();

  /** What the second processor does in this round; written before {@link #begun}. */
  private Runnable second = () -> {};

  private int secondsPause;

  /** When the second began its round; written before {@link #ended}. */
  private long secondsStart;

  /** In how many rounds one had begun before the other had ended. */
  private int overlaps;

  /** Counts events; several threads count, and nobody needs the number to be right. */
  private int yields;

  /** Does a round again and again, in systems that are booted anew; each leaves nothing behind. */
  void race(Runnable stage, Runnable round) {
    Thread thread = new Thread(this::beTheSecond);
    thread.setDaemon(true);
    thread.start();
    long start = System.nanoTime();
    overlaps = 0;
    try {
      do {
        boot(KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse());
        kernel.observe(null);
        machine.events().listen(this::interleave);
        process = enter("raced");
        other = kernel.newContext(driver);
        other.processor().attach(process);
        stage.run();
        for (int i = 0; i < WARM_UP; i++) {
          round.run();
        }
        String before = image();
        for (int i = 0; i < ROUNDS_PER_SYSTEM; i++) {
          if (i >= FEWEST_ROUNDS && enough(start)) {
            break;
          }
          round.run();
        }
        assertThat(image()).isEqualTo(before);
        Invariants.verify(machine);
      } while (!enough(start));
    } finally {
      begun.set(-1);
    }
  }

  private boolean enough(long start) {
    long nanos = System.nanoTime() - start;
    return nanos >= NANOS && (overlaps >= ENOUGH_OVERLAPS || nanos >= MOST_NANOS);
  }

  private void beTheSecond() {
    int mine = 1;
    while (true) {
      int now;
      for (int spins = 0; (now = begun.get()) != mine; spins++) {
        if (now < 0) {
          return;
        }
        pause(spins);
      }
      secondsStart = System.nanoTime();
      run(other, second, secondsPause);
      ended.set(mine++);
    }
  }

  /**
   * Events happen in the middle of changes, mostly with locks held. There the other processor gets
   * a chance, also where this machine has no two processors free: so a lock that is missing shows.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private void interleave(Event event) {
    if ((event.kind().ordinal() + yields++) % YIELDS == 0) {
      Thread.yield();
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // the other may need this processor to go on
  private static void pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  /** Lets both processors act at once; returns when both have ended. */
  void both(Runnable first, Runnable itsRival) {
    second = itsRival;
    secondsPause = random.nextInt(LONGEST_PAUSE);
    int round = begun.incrementAndGet();
    run(c, first, random.nextInt(LONGEST_PAUSE));
    long firstsEnd = System.nanoTime();
    boolean overlap = ended.get() != round;
    for (int spins = 0; ended.get() != round; spins++) {
      pause(spins);
    }
    overlaps += overlap && secondsStart - firstsEnd < 0 ? 1 : 0;
    Throwable wrong = failed.get();
    if (wrong != null) {
      throw new AssertionError("a processor failed", wrong);
    }
  }

  private void run(NtContext processor, Runnable action, int pause) {
    try {
      processor.processor().setIrql(level);
      for (int i = 0; i < pause; i++) {
        Thread.onSpinWait();
      }
      action.run();
    } catch (NtStatusException raised) {
      // an answer like others: succeeded() says so
    } catch (Throwable wrong) {
      failed.set(wrong);
    } finally {
      processor.processor().setIrql(Irql.PASSIVE_LEVEL);
    }
  }

  /** Whether the last call of a processor was carried out. */
  static boolean succeeded(NtContext processor) {
    Refusal refusal = processor.lastRefusal();
    return refusal == null
        || refusal.condition().effect() == Effect.NOTED
        || refusal.condition().effect() == Effect.DISCOURAGED;
  }

  /** A call outside a race, that has to be carried out. */
  void carriedOut(Runnable call) {
    call.run();
    assertThat(succeeded(c)).as("%s", c.lastRefusal()).isTrue();
  }
}
