package dev.mapwright.proof.windows.hostile;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The device of a hostile driver: it reads anywhere, and writes where it reaches memory that was
 * set aside for that. In what else its driver may map lie the tables of the machine, too, as on any
 * other.
 */
final class HostileDevice {
  private static final long PAGE = 4096;
  private static final MemorySegment NUMBERS = MemorySegment.ofArray(new long[1000]);

  private final Kernel kernel;
  private final SplitMix random;
  private final long pdo;
  private final DmaPort port;
  private final long ownPfn;
  private final int ownPages;
  private final MemorySegment word = MemorySegment.ofArray(new long[1]);

  HostileDevice(
      Kernel kernel, SplitMix random, long pdo, int requester, long ownPfn, int ownPages) {
    this.kernel = kernel;
    this.random = random;
    this.pdo = pdo;
    this.port = kernel.machine().newDmaPort(requester, DmaFault.NO_PASID);
    this.ownPfn = ownPfn;
    this.ownPages = ownPages;
  }

  void read() {
    port.read(random.below(128) * PAGE, NUMBERS, 0, NUMBERS.byteSize());
  }

  /** Writes a word, unless it would get through to memory of somebody else. */
  void write() {
    long page = random.chance(50) ? random.below(128) : ownPfn + random.below(ownPages);
    long target = target(page);
    if (target >= 0 && (target < ownPfn || target >= ownPfn + ownPages)) {
      return;
    }
    long value = random.next();
    long offset = 8L * random.below(512);
    word.set(ValueLayout.JAVA_LONG, 0, value);
    DmaFault fault = port.write(Pages.address(page) + offset, word, 0, 8);
    if (fault == null != target >= 0) {
      throw new AssertionError("page " + page + " leads to " + target + ", but: " + fault);
    }
    if (target >= 0
        && kernel.machine().memory().readLong(Pages.address(target) + offset) != value) {
      throw new AssertionError("what was written to page " + page + " is not at " + target);
    }
  }

  /** The frame that a write to a page reaches; -1 for none. */
  private long target(long page) {
    PhysicalDevice device = kernel.iommu().physicalDevice(pdo);
    @Nullable DmaDomain domain = device == null ? null : device.domain();
    if (domain == null) {
      return -1;
    }
    if (domain.type() == DmaDomainType.PASS_THROUGH) {
      return page;
    }
    Domain engine = domain.engine();
    long entry = engine == null ? TranslationEntry.ABSENT : engine.entry(page);
    boolean writable =
        entry != TranslationEntry.ABSENT
            && TranslationEntry.bare(entry)
            && (TranslationEntry.asked(entry) & Permissions.WRITE) != 0;
    return writable ? TranslationEntry.pfn(entry) : -1;
  }
}
