package dev.mapwright.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.CallerTables;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.format.VtdSecondStage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Devices that write all the time while what they write through is taken away: when that has
 * returned, nothing of theirs lands any more.
 */
@Timeout(120)
class PortRemovalTest {
  private static final int ROUNDS = 600;
  private static final int REQUESTER = 3;
  private static final long PAGE = 0x123;

  /** Ways of taking a page away, and of giving it back. */
  enum Way {
    REMOVE,
    BARE_ENTRY,
    DETACH,
    OTHER_TABLES,
    FLUSH,
    CLOSE
  }

  /** A thread that writes ones to a page again and again. */
  private static final class Device implements Runnable {
    final DmaPort port;
    final AtomicLong landed = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    volatile boolean stop;
    volatile boolean failed;

    Device(DmaPort port) {
      this.port = port;
    }

    @Override
    public void run() {
      byte[] ones = new byte[64];
      Arrays.fill(ones, (byte) 1);
      MemorySegment from = MemorySegment.ofArray(ones);
      failed = true;
      for (int i = 0; !stop; i++) {
        long address = (PAGE << 12) + (i & 63) * 64L;
        if (port.write(address, from, 0, 64) == null) {
          landed.incrementAndGet();
        } else {
          refused.incrementAndGet();
        }
      }
      failed = false;
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothing_lands_after_it_was_taken_away(Way way) throws InterruptedException {
    IommuMode mode = way == Way.BARE_ENTRY ? IommuMode.SCALABLE : IommuMode.LEGACY;
    try (SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, 256).iommu(mode, 39).build()) {
      Iommu iommu = Objects.requireNonNull(machine.iommu());
      long pfn = machine.frames().allocate(FrameOwner.OBJECT, 1);
      Taker taker = new Taker(machine, iommu, way, pfn);
      List<Device> devices = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Device device = new Device(machine.newDmaPort(REQUESTER, DmaFault.NO_PASID));
        devices.add(device);
        threads.add(new Thread(device));
      }
      threads.forEach(Thread::start);
      taker.give();
      await(() -> devices.stream().allMatch(device -> device.landed.get() > 0));
      taker.take();
      await(() -> devices.stream().allMatch(device -> device.refused.get() > 0));
      for (int round = 0; round < ROUNDS; round++) {
        taker.give();
        long landed = devices.getFirst().landed.get();
        for (int i = 0; i < 2000 && devices.getFirst().landed.get() == landed; i++) {
          Thread.onSpinWait();
        }
        taker.take();
        machine.memory().zeroFrame(pfn);
        for (int i = 0; i < 50; i++) {
          Thread.onSpinWait();
        }
        for (int word = 0; word < 512; word++) {
          assertThat(machine.memory().readLong((pfn << 12) + 8L * word)).isZero();
        }
      }
      for (Device device : devices) {
        device.stop = true;
      }
      for (Thread thread : threads) {
        thread.join();
      }
      for (Device device : devices) {
        assertThat(device.failed).isFalse();
      }
    }
  }

  /** Takes a page away and gives it back. */
  private static final class Taker {
    private final SimulatedMachine machine;
    private final Iommu iommu;
    private final Way way;
    private final long pfn;
    private Translation tables;
    private final Translation empty;
    private final CallerTables own;
    private final long leafAt;
    private final BareEntries entries;

    Taker(SimulatedMachine machine, Iommu iommu, Way way, long pfn) {
      this.machine = machine;
      this.iommu = iommu;
      this.way = way;
      this.pfn = pfn;
      tables = Objects.requireNonNull(iommu.newTranslation(39));
      empty = Objects.requireNonNull(iommu.newTranslation(39));
      tables.prepare(PAGE, 1);
      entries = Objects.requireNonNull(tables.preparedEntries(PAGE, 1));
      VtdSecondStage format = new VtdSecondStage(3, false, 52);
      long[] frames = new long[4];
      for (int level = 1; level <= 3; level++) {
        frames[level] = machine.frames().allocate(FrameOwner.OBJECT, 1);
        if (level > 1) {
          machine.memory().writeLong(frames[level] << 12, format.table(level, frames[level - 1]));
        }
      }
      leafAt = (frames[1] << 12) + 8 * PAGE;
      own = Objects.requireNonNull(iommu.callerTables(TableKind.SECOND_STAGE, 3, frames[3]));
      switch (way) {
        case REMOVE, BARE_ENTRY -> iommu.attach(REQUESTER, tables);
        case DETACH, OTHER_TABLES -> install();
        case FLUSH -> iommu.attach(REQUESTER, own);
        case CLOSE -> tables.unprepare(PAGE, 1);
      }
    }

    private void install() {
      assertThat(tables.installRun(PAGE, pfn, 1, Permissions.ALL, CachePolicy.CACHED)).isTrue();
    }

    void give() {
      switch (way) {
        case REMOVE -> install();
        case BARE_ENTRY -> entries.show(PAGE, pfn, Permissions.ALL, CachePolicy.CACHED);
        case DETACH, OTHER_TABLES -> iommu.attach(REQUESTER, tables);
        case FLUSH -> machine.memory().writeLong(leafAt, pfn << 12 | 3);
        case CLOSE -> {
          tables = Objects.requireNonNull(iommu.newTranslation(39));
          install();
          iommu.attach(REQUESTER, tables);
        }
      }
    }

    void take() {
      switch (way) {
        case REMOVE -> tables.remove(PAGE, PAGE);
        case BARE_ENTRY -> entries.take(PAGE);
        case DETACH -> iommu.detach(REQUESTER);
        case OTHER_TABLES -> iommu.attach(REQUESTER, empty);
        case FLUSH -> {
          machine.memory().writeLong(leafAt, 0);
          own.flush(PAGE, PAGE, true);
        }
        case CLOSE -> tables.close();
      }
    }
  }

  /** Both devices are at work before the race begins, however late their threads come. */
  private static void await(BooleanSupplier done) {
    while (!done.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
