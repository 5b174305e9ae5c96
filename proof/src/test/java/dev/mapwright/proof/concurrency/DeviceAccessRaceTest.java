package dev.mapwright.proof.concurrency;

import static dev.mapwright.proof.concurrency.RaceWorld.ADDRESS;
import static dev.mapwright.proof.concurrency.RaceWorld.AT;
import static dev.mapwright.proof.concurrency.RaceWorld.POISON;
import static dev.mapwright.proof.concurrency.RaceWorld.map;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Fault;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.proof.contract.Substrate;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * CPUs are in the middle of accesses to slow registers while another thread takes away what the
 * rest of the access needs and gives the frame to somebody else.
 *
 * <p>There are registers on both sides of one page of memory. The handler parks, yields, or answers
 * at once; a thread that is parked in it is waited for by nobody.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.mapwright.proof.contract.Substrate#concurrent")
class DeviceAccessRaceTest {
  private static final long DEVICE_PFN = 0x8_0000L;
  private static final long BELOW = ADDRESS - Pages.BYTES;
  private static final long ABOVE = ADDRESS + Pages.BYTES;

  /** What the registers hold. */
  private static final long VALUE = 0x66;

  /** Slow registers that know what they may be told. */
  @SuppressWarnings("ThreadPriorityCheck") // yields only pass the time
  private static final class SlowRegisters implements DeviceHandler {
    private final AtomicInteger calls = new AtomicInteger();
    volatile boolean gone;

    private void called() {
      if (gone) {
        throw new AssertionError("a handler was called after its mapping was removed");
      }
      switch (calls.incrementAndGet() % 8) {
        case 0, 1 -> LockSupport.parkNanos(60_000);
        case 2, 5 -> Thread.yield();
        default -> Thread.onSpinWait();
      }
    }

    @Override
    public long read(long offsetBytes, int bytes) {
      called();
      return VALUE;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      called();
      if (value != 0 && value != VALUE) {
        throw new AssertionError(
            "0x" + Long.toHexString(value) + " comes from a page that is not mapped");
      }
    }
  }

  private final SlowRegisters registers = new SlowRegisters();
  private final RaceWorld world;
  private final MemoryObject device;

  DeviceAccessRaceTest(Substrate substrate) {
    world = new RaceWorld(substrate);
    ((SimulatedMachine) world.machine).addDevice("slow", DEVICE_PFN, 2, registers);
    device = MemoryObject.physical(world.machine, DEVICE_PFN, 2, CachePolicy.UNCACHED).get();
    mapRegisters();
  }

  @AfterEach
  void close() {
    device.release();
    world.close();
  }

  private void mapRegisters() {
    map(world.space, device, 0, 1, AT - 1).orThrow();
    map(world.space, device, 1, 1, AT + 1).orThrow();
  }

  private interface Access {
    @Nullable Fault make(Cpu cpu, MemorySegment bytes);
  }

  private static void loaded(long value) {
    for (int at = 0; at < 64; at += 8) {
      long each = value >>> at & 0xFF;
      if (each != 0 && each != VALUE) {
        throw new AssertionError(
            "0x" + Long.toHexString(value) + " comes from a page that is not mapped");
      }
    }
  }

  /** A CPU that makes accesses one after the other, half of the time in brackets. */
  private void race(String name, Access... accesses) {
    Cpu cpu = world.cpu();
    MemorySegment bytes = MemorySegment.ofArray(new long[2]);
    AtomicInteger rounds = new AtomicInteger();
    world.racers.loop(
        name,
        () -> {
          boolean bracket = rounds.incrementAndGet() % 2 == 0;
          if (bracket) {
            cpu.enter();
          }
          for (Access access : accesses) {
            boolean faulted;
            try {
              faulted = access.make(cpu, bytes) != null;
            } catch (MemoryFault fault) {
              faulted = true;
            }
            (faulted ? world.faulted : world.passed).incrementAndGet();
          }
          if (bracket) {
            cpu.exit();
          }
        });
  }

  private void assertBothHappened() {
    assertThat(world.passed.get()).as("accesses that went through").isPositive();
    assertThat(world.faulted.get()).as("accesses that faulted").isPositive();
  }

  /** Takes the page of memory away and gives its frame to somebody else, again and again. */
  private void takeMemoryAway() {
    for (int round = 1; world.more(round); round++) {
      MemoryObject object = MemoryObject.paged(world.machine, 1).get();
      map(world.space, object, 0, 1, AT).orThrow();
      object.release();
      world.letThemRun(16);
      world.space.root().unmap(AT, 1).orThrow();
      MemoryObject victim = world.reuse(3);
      world.letThemRun(6);
      RaceWorld.assertUntouched(victim);
    }
    assertThat(POISON & 0xFF).isNotIn(0L, VALUE);
    assertBothHappened();
  }

  @Test
  void what_a_slow_register_holds_never_reaches_a_frame_that_was_reused() {
    for (String name : new String[] {"one", "other"}) {
      race(
          name,
          (cpu, bytes) -> cpu.copy(BELOW, ADDRESS, 8),
          (cpu, bytes) -> cpu.copy(ABOVE - 4, ABOVE - 8, 8),
          (cpu, bytes) -> cpu.copy(BELOW + 0x800, ADDRESS + 0x800, 8),
          (cpu, bytes) -> {
            cpu.store(ABOVE - 4, 8, 0x6666_6666_6666_6666L);
            return null;
          },
          (cpu, bytes) -> {
            cpu.store(ADDRESS - 4, 8, 0x6666_6666_6666_6666L);
            return null;
          });
    }
    takeMemoryAway();
  }

  @Test
  void what_is_in_a_frame_that_was_reused_never_reaches_a_slow_register() {
    for (String name : new String[] {"one", "other"}) {
      race(
          name,
          (cpu, bytes) -> cpu.copy(ADDRESS, BELOW, 8),
          (cpu, bytes) -> cpu.copy(ADDRESS - 4, ADDRESS - 1, 8),
          (cpu, bytes) -> {
            loaded(cpu.load(ADDRESS - 4, 8));
            return null;
          },
          (cpu, bytes) -> {
            Fault fault = cpu.read(ADDRESS - 8, bytes, 0, 16);
            if (fault == null) {
              loaded(bytes.get(ValueLayout.JAVA_LONG, 8));
            }
            return fault;
          });
    }
    takeMemoryAway();
  }

  @Test
  void a_handler_is_not_called_once_the_mapping_of_its_registers_was_removed() {
    MemoryObject memory = world.object(1);
    map(world.space, memory, 0, 1, AT).orThrow();
    for (String name : new String[] {"one", "other"}) {
      race(
          name,
          (cpu, bytes) -> {
            cpu.load(BELOW, 4);
            return null;
          },
          (cpu, bytes) -> {
            cpu.store(ABOVE - 4, 8, 0);
            return null;
          },
          (cpu, bytes) -> cpu.read(BELOW, bytes, 0, 16),
          (cpu, bytes) -> cpu.write(ABOVE, bytes.fill((byte) 0), 0, 16),
          (cpu, bytes) -> cpu.copy(BELOW, ADDRESS, 8),
          (cpu, bytes) -> cpu.copy(BELOW, ABOVE, 8));
    }
    for (int round = 1; world.more(round); round++) {
      world.letThemRun(16);
      world.space.root().unmap(AT - 1, 1).orThrow();
      world.space.root().unmap(AT + 1, 1).orThrow();
      registers.gone = true;
      world.letThemRun(8);
      registers.gone = false;
      mapRegisters();
    }
    assertBothHappened();
  }

  /** Registers that answer at once, and know since when nobody may reach them. */
  private static final class FastRegisters implements DeviceHandler {
    final AtomicInteger calls = new AtomicInteger();
    volatile boolean gone;
    final AtomicInteger callsWhenGone = new AtomicInteger();

    private long called() {
      calls.incrementAndGet();
      if (gone) {
        callsWhenGone.incrementAndGet();
      }
      return VALUE;
    }

    @Override
    public long read(long offsetBytes, int bytes) {
      return called();
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      called();
    }
  }

  private static final long FAST_PFN = 0x9_0000L;

  /** A CPU that does nothing but loads and stores of one device, and counts its brackets. */
  private void loop(String name, AtomicInteger brackets) {
    Cpu cpu = world.cpu();
    world.racers.loop(
        name,
        () -> {
          cpu.enter();
          for (int i = 0; i < 1000; i++) {
            try {
              cpu.load(ADDRESS, 4);
              cpu.store(ADDRESS + 8, 4, i);
              world.passed.incrementAndGet();
            } catch (MemoryFault fault) {
              world.faulted.incrementAndGet();
            }
          }
          cpu.exit();
          brackets.incrementAndGet();
        });
  }

  @Test
  void registers_that_a_tight_loop_has_cached_are_not_called_once_they_were_unmapped() {
    FastRegisters fast = new FastRegisters();
    ((SimulatedMachine) world.machine).addDevice("fast", FAST_PFN, 1, fast);
    MemoryObject object =
        MemoryObject.physical(world.machine, FAST_PFN, 1, CachePolicy.UNCACHED).get();
    AtomicInteger ones = new AtomicInteger();
    AtomicInteger others = new AtomicInteger();
    loop("one", ones);
    loop("other", others);
    for (int round = 1; world.more(round); round++) {
      map(world.space, object, 0, 1, AT).orThrow();
      int before = fast.calls.get();
      world.racers.await(() -> fast.calls.get() > before + 500);
      world.space.root().unmap(AT, 1).orThrow();
      fast.gone = true;
      world.letThemRun(100);
      fast.gone = false;
      assertThat(fast.callsWhenGone.get()).as("calls after the unmapping").isZero();
    }
    assertBothHappened();
    object.release();
  }

  @Test
  void a_device_pulled_out_under_a_tight_loop_answers_nothing_that_begins_afterwards() {
    SimulatedMachine machine = (SimulatedMachine) world.machine;
    MemoryObject object =
        MemoryObject.physical(world.machine, FAST_PFN, 1, CachePolicy.UNCACHED).get();
    map(world.space, object, 0, 1, AT).orThrow();
    AtomicInteger ones = new AtomicInteger();
    AtomicInteger others = new AtomicInteger();
    loop("one", ones);
    loop("other", others);
    for (int round = 1; world.more(round); round++) {
      FastRegisters fast = new FastRegisters();
      machine.addDevice("fast " + round, FAST_PFN, 1, fast);
      world.racers.await(() -> fast.calls.get() > 500);
      machine.removeDevice(FAST_PFN);
      fast.gone = true;
      int one = ones.get();
      int other = others.get();
      world.racers.await(() -> ones.get() > one && others.get() > other);
      // At most the one access of each CPU that was under way.
      int late = fast.callsWhenGone.get();
      assertThat(late).isLessThanOrEqualTo(2);
      world.letThemRun(100);
      assertThat(fast.callsWhenGone.get()).isEqualTo(late);
    }
    assertThat(world.faulted.get()).as("a hole is no fault").isZero();
    object.release();
  }
}
