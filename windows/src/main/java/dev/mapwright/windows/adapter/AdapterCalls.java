package dev.mapwright.windows.adapter;

import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.answer.IoGetDmaAdapter;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.Adapters;
import dev.mapwright.windows.memory.iommu.Attachments;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.Domains;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.KnownAdapter;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;
import dev.mapwright.windows.memory.iommu.RegionList;
import org.jspecify.annotations.Nullable;

/** Gets the adapter of a device. */
public final class AdapterCalls {
  /** DEVICE_DESCRIPTION_VERSION3. */
  public static final int VERSION_3 = 3;

  private AdapterCalls() {}

  /**
   * IoGetDmaAdapter. Where DMA of the device is remapped now, the device is attached to a domain of
   * the adapter's own; where it only may pass through, to one that does that; else it stays as it
   * is.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param pdo the DEVICE_OBJECT of the device (PDO)
   * @param version the {@code Version} of the DEVICE_DESCRIPTION, of which nothing else is looked
   *     at
   * @return the adapter; null for NULL, as {@link IoGetDmaAdapter} says
   */
  public static @Nullable DmaAdapter ioGetDmaAdapter(NtContext c, long pdo, int version) {
    if (!c.enterDma(Routine.IO_GET_DMA_ADAPTER)) {
      return null;
    }
    IommuState state = c.kernel().iommu();
    PhysicalDevice device = state.physicalDevice(pdo);
    if (device == null) {
      c.refuse(IoGetDmaAdapter.NO_DEVICE, pdo, 0);
      return null;
    }
    if (version != VERSION_3) {
      c.refuse(IoGetDmaAdapter.OTHER_VERSION, version & 0xFFFF_FFFFL, 0);
      return null;
    }
    DmaDomain before = device.domain();
    if (before != null) {
      c.refuse(IoGetDmaAdapter.ATTACHED, pdo, before.address());
      return null;
    }
    return make(c, state, device);
  }

  private static @Nullable DmaAdapter make(NtContext c, IommuState state, PhysicalDevice device) {
    int types = state.availableTypes(device);
    boolean translated = (types & DmaDomainType.bit(DmaDomainType.TRANSLATE)) != 0;
    boolean through = (types & DmaDomainType.bit(DmaDomainType.PASS_THROUGH)) != 0;
    DmaDomain own = translated || through ? domain(c, state, translated) : null;
    if (own == null && (translated || through)) {
      c.refuse(IoGetDmaAdapter.NO_MEMORY, 0, 0);
      return null;
    }
    KnownAdapter known = Adapters.enter(state, device, own, c.maker());
    Attachments.Result attached = attach(state, known, device);
    if (known == null || attached != Attachments.Result.DONE) {
      giveUp(state, known, own);
      boolean wanting = attached == Attachments.Result.NO_MEMORY;
      c.refuse(
          wanting ? IoGetDmaAdapter.NO_MEMORY : IoGetDmaAdapter.ATTACHED,
          wanting ? 0 : device.pdo(),
          0);
      return null;
    }
    c.done(IoGetDmaAdapter.DONE);
    return new DmaAdapter(known);
  }

  private static Attachments.Result attach(
      IommuState state, @Nullable KnownAdapter known, PhysicalDevice device) {
    if (known == null) {
      return Attachments.Result.NO_MEMORY;
    }
    DmaDomain own = known.own();
    return own == null ? Attachments.Result.DONE : Attachments.attach(state, own, device);
  }

  private static @Nullable DmaDomain domain(NtContext c, IommuState state, boolean translated) {
    int type = translated ? DmaDomainType.TRANSLATE : DmaDomainType.PASS_THROUGH;
    int width = translated && state.iommu() != null ? state.iommu().addressBits() : 0;
    return Domains.make(state, type, width, new RegionList(), c.maker());
  }

  private static void giveUp(
      IommuState state, @Nullable KnownAdapter known, @Nullable DmaDomain own) {
    if (known != null) {
      if (Adapters.beginToEnd(state, known)) { // or else a driver uses what it has guessed
        Adapters.end(state, known);
      }
    } else if (own != null) {
      Domains.end(state, own);
    }
  }
}
