package dev.mapwright.proof.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.HoldSettler;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.sim.SimulatedMachine;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Frames whose counts reach their top again and again, while somebody settles them. A frame was
 * freed by its owner; as long as anybody holds it, it must not become free.
 */
class HoldSettlerRaceTest {
  private static final int USERS = 3;
  private static final int ROUNDS = 20;

  private final Machine machine = SimulatedMachine.create(4L << 20);
  private final Frames frames = machine.frames();

  /** Holds one frame more or less often; its monitor makes the hold and the note of it one. */
  private final class User implements FrameUser {
    long pfn;
    long held;

    synchronized void hold(long times) {
      for (long i = 0; i < times; i++) {
        frames.hold(pfn);
      }
      held += times;
    }

    synchronized void letGo(long times) {
      held -= times;
      for (long i = 0; i < times; i++) {
        frames.unhold(pfn);
      }
    }

    @Override
    public boolean forEachHeld(HeldVisitor visitor) {
      long times;
      synchronized (this) {
        times = held;
      }
      for (long i = 0; i < times; i++) {
        visitor.held(pfn, 1);
      }
      return true;
    }

    @Override
    public long tables() {
      return 0;
    }

    @Override
    public String describe() {
      return "a user";
    }
  }

  @Test
  void a_frame_that_somebody_holds_never_becomes_free_by_settling() {
    AtomicInteger settled = new AtomicInteger();
    AtomicInteger inVain = new AtomicInteger();
    User base = new User();
    machine.census().enter(base);
    User[] users = new User[USERS];
    for (int i = 0; i < USERS; i++) {
      users[i] = new User();
      machine.census().enter(users[i]);
    }
    for (int round = 0; round < ROUNDS; round++) {
      long pfn = frames.allocate(FrameOwner.POOL, round);
      base.pfn = pfn;
      base.hold(Frames.MOST_HOLDS - 2);
      assertThat(frames.free(pfn)).isFalse();
      try (Racers racers = new Racers()) {
        AtomicInteger begun = new AtomicInteger();
        for (User user : users) {
          user.pfn = pfn;
          racers.loop(
              "user",
              () -> {
                int times = 1 + ThreadLocalRandom.current().nextInt(3);
                user.hold(times);
                assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
                begun.incrementAndGet();
                user.letGo(times);
              });
        }
        racers.loop(
            "settler", () -> (HoldSettler.settle(machine) ? settled : inVain).incrementAndGet());
        racers.await(() -> begun.get() > 20);
        // Now only those who race hold it, and not for ever.
        for (User user : users) {
          user.hold(1);
        }
        base.letGo(Frames.MOST_HOLDS - 2);
        int then = begun.get();
        racers.await(() -> begun.get() > then + 20);
      }
      assertThat(HoldSettler.settle(machine)).isTrue();
      assertThat(frames.holds(pfn)).isEqualTo(USERS);
      assertThat(Invariants.violations(machine)).isEmpty();
      for (User user : users) {
        user.letGo(1);
      }
      assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.FREE);
    }
    assertThat(settled.get()).isPositive();
    machine.close();
  }
}
