package dev.mapwright.sim.device;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.MachineBuilder;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A machine with memory that a device can reach, by physical addresses or behind an IOMMU. */
final class DmaWorld implements AutoCloseable {
  /** How the device's addresses become physical ones. */
  enum Wiring {
    PHYSICAL,
    LEGACY,
    SCALABLE
  }

  static final int REQUESTER = 0x18;

  private static final long FIRST_LOGICAL_PAGE = 0x4000;
  private static final long LAST_LOGICAL_PAGE = 0xFFFF;

  final SimulatedMachine machine;
  final List<DmaFault> told = new ArrayList<>();

  /** The requester's; null without an IOMMU. */
  final @Nullable AddressSpace space;

  private final Map<Long, Long> frames = new HashMap<>();
  private long nextPage;

  DmaWorld(Wiring wiring, long seed) {
    MachineBuilder builder = SimulatedMachine.builder().ram(0, 4096).seed(seed);
    if (wiring != Wiring.PHYSICAL) {
      builder.iommu(wiring == Wiring.LEGACY ? IommuMode.LEGACY : IommuMode.SCALABLE, 48);
    }
    machine = builder.build();
    Iommu iommu = machine.iommu();
    if (iommu == null) {
      space = null;
      nextPage = 0x400;
    } else {
      Translation tables = Objects.requireNonNull(iommu.newTranslation(48));
      space =
          AddressSpace.create(machine, "dma", FIRST_LOGICAL_PAGE, LAST_LOGICAL_PAGE, tables).get();
      nextPage = FIRST_LOGICAL_PAGE;
      iommu.attach(REQUESTER, tables);
      iommu.listen(told::add);
    }
  }

  /** Memory for the device; where it sees it. */
  long map(int pages) {
    return map(pages, Permissions.READ_WRITE);
  }

  long map(int pages, int permissions) {
    long first = nextPage;
    nextPage += pages + 1; // a page between, where nothing is mapped
    mapAt(first, pages, permissions);
    return first << 12;
  }

  void mapAt(long first, int pages, int permissions) {
    for (int i = 0; i < pages; i++) {
      long pfn = space == null ? first + i : machine.frames().allocate(FrameOwner.OBJECT, 1);
      frames.put(first + i, pfn);
    }
    if (space != null) {
      MapRequest request = new MapRequest().pages(pages).permissions(permissions);
      request.where().at(first);
      Outcome outcome =
          space.root().mapFrames(request, i -> Objects.requireNonNull(frames.get(first + i)));
      if (outcome != Outcome.OK) {
        throw new AssertionError(outcome);
      }
    }
  }

  void unmap(long address, int pages) {
    Objects.requireNonNull(space).root().unmap(Pages.of(address), pages);
  }

  private long pfn(long address) {
    return Objects.requireNonNull(frames.get(Pages.of(address)), "no memory there");
  }

  /** What is in memory, where the device sees it at an address. */
  byte[] get(long address, int bytes) {
    byte[] all = new byte[bytes];
    MemorySegment into = MemorySegment.ofArray(all);
    for (int done = 0; done < bytes; ) {
      int offset = (int) (address + done & 0xFFF);
      int piece = Math.min(bytes - done, 4096 - offset);
      machine.memory().read(pfn(address + done), offset, into, done, piece);
      done += piece;
    }
    return all;
  }

  void put(long address, byte... all) {
    MemorySegment from = MemorySegment.ofArray(all);
    for (int done = 0; done < all.length; ) {
      int offset = (int) (address + done & 0xFFF);
      int piece = Math.min(all.length - done, 4096 - offset);
      machine.memory().write(pfn(address + done), offset, from, done, piece);
      done += piece;
    }
  }

  long getLong(long address) {
    return machine.memory().readLong((pfn(address) << 12) + (address & 0xFFF));
  }

  void putLong(long address, long value) {
    machine.memory().writeLong((pfn(address) << 12) + (address & 0xFFF), value);
  }

  /** Bytes that differ from their neighbours. */
  static byte[] pattern(int bytes, int start) {
    byte[] all = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      all[i] = (byte) (start + 7 * i + (i >> 8) + 1);
    }
    return all;
  }

  /** Lets time pass until nothing is due any more. */
  void rest() {
    while (machine.clock().next() != Long.MAX_VALUE) {
      machine.clock().advance(machine.clock().next() - machine.clock().now());
    }
  }

  /**
   * Lets time pass on another thread until it waits for the device's lock, to tell it that a
   * request is over; then something is done to the device first.
   */
  @SuppressWarnings("ThreadPriorityCheck") // yields only pass the time
  void overtakeTelling(Object device, long steps, Runnable first) throws InterruptedException {
    Thread time = new Thread(() -> machine.clock().advance(steps));
    synchronized (device) {
      time.start();
      while (time.getState() != Thread.State.BLOCKED) {
        Thread.yield();
      }
      first.run();
    }
    time.join();
  }

  @Override
  public void close() {
    machine.close();
  }
}
