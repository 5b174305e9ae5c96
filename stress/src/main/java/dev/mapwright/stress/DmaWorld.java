package dev.mapwright.stress;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the states share in which devices access memory: one domain, and a device for each actor.
 */
final class DmaWorld {
  private static final int REQUESTER = 0x18;
  private static final int WIDTH = 39;

  static final SimulatedMachine MACHINE =
      SimulatedMachine.builder().ram(0x100, 1 << 16).iommu(IommuMode.LEGACY, WIDTH).build();
  static final Domain DOMAIN = domain();

  /** Driven by the first actor. */
  static final DmaPort FIRST = MACHINE.newDmaPort(REQUESTER, DmaFault.NO_PASID);

  /** What a read gives when it is refused; nobody writes it. */
  static final int FAULT = -1;

  private static final AtomicLong NEXT_PAGE = new AtomicLong(0x1000);

  private DmaWorld() {}

  private static Domain domain() {
    Iommu iommu = Objects.requireNonNull(MACHINE.iommu());
    Domain domain =
        Domain.create(
                MACHINE,
                "stress",
                Objects.requireNonNull(iommu.newTranslation(WIDTH)),
                (1L << WIDTH - Pages.SHIFT) - 1,
                null)
            .get();
    if (!iommu.attach(REQUESTER, domain.translation())) {
      throw new IllegalStateException("the device can't be attached");
    }
    return domain;
  }

  /** A page that no other state uses. Neighbours are near, so they share tables. */
  static long newPage() {
    return NEXT_PAGE.getAndAdd(2) & (1L << WIDTH - Pages.SHIFT) - 1;
  }

  /** A frame whose first word has a value. */
  static long frame(int value) {
    long pfn = MACHINE.frames().allocate(FrameOwner.POOL, 1);
    if (pfn < 0) {
      throw new IllegalStateException("no frame is left");
    }
    write(pfn, value);
    return pfn;
  }

  /** Gives a frame back, which nobody may hold any more. */
  static void free(long pfn) {
    if (!MACHINE.frames().free(pfn)) {
      throw new IllegalStateException("the frame is in use");
    }
  }

  static void write(long pfn, int value) {
    MACHINE.memory().writeLong(Pages.address(pfn), value);
  }

  static int read(long pfn) {
    return (int) MACHINE.memory().readLong(Pages.address(pfn));
  }

  static Outcome map(long page, long pfn) {
    return DOMAIN.map(new DomainRequest().pages(1).at(page), index -> pfn);
  }

  static DomainReservation reserve(long page) {
    return DOMAIN.reserve(new DomainRequest().pages(1).at(page)).get();
  }

  static Outcome map(DomainReservation reservation, long pfn) {
    return reservation.map(0, 1, index -> pfn, Permissions.READ_WRITE);
  }

  /** Whether a page shows nothing, and nobody holds a frame. */
  static boolean isGone(long page, long pfn) {
    return DOMAIN.entry(page) == TranslationEntry.ABSENT && MACHINE.frames().holds(pfn) == 0;
  }

  /** The value at the beginning of a page as a device reads it, or {@link #FAULT}. */
  static int deviceRead(DmaPort port, long page) {
    MemorySegment into = MemorySegment.ofArray(new long[1]);
    return port.read(Pages.address(page), into, 0, 8) == null
        ? (int) into.get(ValueLayout.JAVA_LONG, 0)
        : FAULT;
  }

  /** Writes a value at the beginning of a page as a device; whether it got there. */
  static boolean deviceWrite(DmaPort port, long page, int value) {
    return port.write(Pages.address(page), MemorySegment.ofArray(new long[] {value}), 0, 8) == null;
  }
}
