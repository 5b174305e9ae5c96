package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import org.jspecify.annotations.Nullable;

/**
 * Makes domains and ends them. A domain in which drivers map has as many addresses as both its
 * allocator and the IOMMU have; the addresses that mean interrupts to the IOMMU are set aside.
 */
public final class Domains {
  /** The first page of 0xFEE00000 .. 0xFEEFFFFF: what a device writes there is an interrupt. */
  public static final long FIRST_INTERRUPT_PAGE = 0xFEE00;

  /** The last page of that range, inclusive. */
  public static final long LAST_INTERRUPT_PAGE = 0xFEEFF;

  /** Bytes of a block that only its address is used of. */
  private static final int BLOCK_BYTES = 16;

  /** What came of ending a domain. */
  public enum Ended {
    /** It has ended. */
    DONE,
    /** It had ended before. */
    DEAD,
    /** A device is attached to it. */
    ATTACHED,
    /** A token of it lives. */
    RESERVED,
    /** It is an adapter's. */
    OF_ADAPTER
  }

  private Domains() {}

  /**
   * {@return the last page of a domain}
   *
   * @param iommu the machine's IOMMU
   * @param width how many bits the allocator's addresses have; 0 for no allocator
   */
  public static long lastPage(Iommu iommu, int width) {
    return (1L << bits(iommu, width) - Pages.SHIFT) - 1;
  }

  private static int bits(Iommu iommu, int width) {
    return width == 0 ? iommu.addressBits() : Math.min(width, iommu.addressBits());
  }

  /**
   * Makes a domain.
   *
   * @param state the system's
   * @param type one of the types of {@link DmaDomainType} that can be made now
   * @param width how many bits its allocator's addresses have; 0 for no allocator
   * @param regions what is set aside in it, checked before
   * @param maker who makes it
   * @return the domain; null when memory is short
   */
  public static @Nullable DmaDomain make(
      IommuState state, int type, int width, RegionList regions, int maker) {
    Domain engine = null;
    if (type == DmaDomainType.TRANSLATE) {
      engine = engine(state, width);
      if (engine == null || !regions.setAside(engine)) {
        close(engine);
        return null;
      }
    }
    long address = state.blocks().take(BLOCK_BYTES);
    if (address != 0) {
      try {
        DmaDomain domain = new DmaDomain(address, type, engine, maker);
        state.domains().add(address, domain);
        return domain;
      } catch (OutOfMemoryError full) {
        state.blocks().give(address);
      }
    }
    close(engine);
    return null;
  }

  private static void close(@Nullable Domain engine) {
    if (engine != null) {
      engine.close();
    }
  }

  /** The domain of the engine, with the addresses of interrupts set aside; null without memory. */
  private static @Nullable Domain engine(IommuState state, int width) {
    Iommu iommu = state.iommu();
    if (iommu == null) {
      throw new IllegalStateException("a domain without an IOMMU");
    }
    int bits = bits(iommu, width);
    try {
      BuddyAllocator allocator =
          width == 0 ? null : new BuddyAllocator(bits, state.machine().failures());
      return Domain.create(state.machine(), state.nextName(), bits, allocator, DomainOptions.USUAL)
          .made();
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  /**
   * Ends a domain to which nothing is attached and of which no token lives. What is mapped in it
   * goes with it.
   *
   * @param state the system's
   * @param domain the domain
   * @return what came of it; nothing has changed unless DONE
   */
  public static Ended end(IommuState state, DmaDomain domain) {
    Domain engine = domain.engine();
    state.lock().lock();
    try {
      if (!domain.live()) {
        return Ended.DEAD;
      }
      if (domain.attached() != 0) {
        return Ended.ATTACHED;
      }
      if (engine != null && engine.reservations() != 0) {
        return Ended.RESERVED;
      }
      if (domain.ofAdapter()) {
        return Ended.OF_ADAPTER;
      }
      domain.setLive(false);
    } finally {
      state.lock().unlock();
    }
    remove(state, domain);
    return Ended.DONE;
  }

  /** Takes a domain away that lives no more, so that nobody attaches or reserves anything there. */
  static void remove(IommuState state, DmaDomain domain) {
    state.domains().remove(domain.address());
    close(domain.engine());
    state.blocks().give(domain.address());
  }
}
