package dev.mapwright.windows.adapter;

import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.answer.IoGetDmaAdapter;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.Attachments;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.Domains;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;
import dev.mapwright.windows.memory.iommu.RegionList;
import org.jspecify.annotations.Nullable;

/** Gets the adapter of a device. */
public final class AdapterCalls {
  /** DEVICE_DESCRIPTION_VERSION3. */
  public static final int VERSION_3 = 3;

  /** Bytes of a block that only its address is used of. */
  private static final int BLOCK_BYTES = 16;

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
    long address = state.takeShown(BLOCK_BYTES);
    DmaDomain own = null;
    if (address != 0 && (translated || through)) {
      own = domain(c, state, translated);
    }
    if (address == 0 || own == null && (translated || through)) {
      return shortOf(c, state, address, null);
    }
    Attachments.Result attached =
        own == null ? Attachments.Result.DONE : Attachments.attach(state, own, device);
    if (attached == Attachments.Result.NO_MEMORY) {
      return shortOf(c, state, address, own);
    }
    if (attached != Attachments.Result.DONE) {
      giveUp(state, address, own);
      c.refuse(IoGetDmaAdapter.ATTACHED, device.pdo(), 0);
      return null;
    }
    c.done(IoGetDmaAdapter.DONE);
    return new DmaAdapter(address, device, own);
  }

  private static @Nullable DmaDomain domain(NtContext c, IommuState state, boolean translated) {
    int type = translated ? DmaDomainType.TRANSLATE : DmaDomainType.PASS_THROUGH;
    int width = translated && state.iommu() != null ? state.iommu().addressBits() : 0;
    return Domains.make(state, type, width, new RegionList(), c.maker());
  }

  private static @Nullable DmaAdapter shortOf(
      NtContext c, IommuState state, long address, @Nullable DmaDomain own) {
    giveUp(state, address, own);
    c.refuse(IoGetDmaAdapter.NO_MEMORY, 0, 0);
    return null;
  }

  private static void giveUp(IommuState state, long address, @Nullable DmaDomain own) {
    if (own != null) {
      Domains.end(state, own);
    }
    if (address != 0) {
      state.giveShown(address);
    }
  }
}
