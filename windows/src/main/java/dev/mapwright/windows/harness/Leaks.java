package dev.mapwright.windows.harness;

import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.windows.context.Driver;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.memory.iommu.CommonBuffer;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.FaultHandler;
import dev.mapwright.windows.memory.iommu.FaultHandlers;
import dev.mapwright.windows.memory.iommu.KnownAdapter;
import dev.mapwright.windows.memory.iommu.LogicalToken;
import dev.mapwright.windows.memory.iommu.PasidDevice;
import dev.mapwright.windows.memory.pool.Pool;
import dev.mapwright.windows.memory.pte.Makers;
import dev.mapwright.windows.memory.pte.PteUse;
import dev.mapwright.windows.memory.pte.ReservedRange;
import dev.mapwright.windows.memory.pte.SystemMapping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what a driver has not given back. */
public final class Leaks {
  private Leaks() {}

  /**
   * What a driver has made and not given back: locked pages, mappings, reservations, memory, and
   * what it has made for DMA. Who else uses the system meanwhile is not waited for.
   *
   * @param kernel the system
   * @param driver the driver
   * @return one leak a thing, by the line of the program that made it (where these are recorded),
   *     then by kind and address
   */
  public static List<Leak> of(Kernel kernel, Driver driver) {
    List<Leak> leaks = new ArrayList<>();
    Makers makers = kernel.makers();
    kernel.systemPtes().forEachUse(use -> add(leaks, makers, driver, kindOf(use), use));
    kernel.pageLocks().lock().lock();
    try {
      kernel
          .pageLocks()
          .register()
          .forEach((mdl, address, pages, process, maker, kind) ->
              add(leaks, makers, driver, Leak.Kind.LOCKED_PAGES, mdl, pages, maker));
    } finally {
      kernel.pageLocks().lock().unlock();
    }
    kernel
        .contiguousMemory()
        .forEachBlock(block -> {
          long address = Pages.address(block.firstPage());
          Leak.Kind kind = Leak.Kind.CONTIGUOUS;
          add(leaks, makers, driver, kind, address, block.bytes(), block.maker());
        });
    addDma(leaks, kernel, driver);
    for (Pool pool : kernel.pools().all()) {
      pool.forEachBlock((address, bytes, tag, maker) ->
          add(leaks, makers, driver, Leak.Kind.POOL, address, bytes, maker));
    }
    leaks.sort(
        Comparator.comparing((Leak leak) -> leak.maker().callSite())
            .thenComparing(Leak::kind)
            .thenComparing(Leak::address, Long::compareUnsigned));
    return List.copyOf(leaks);
  }

  private static void addDma(List<Leak> leaks, Kernel kernel, Driver driver) {
    Makers makers = kernel.makers();
    Set<DmaDomain> ofAdapters = new HashSet<>();
    for (KnownAdapter adapter : kernel.iommu().allAdapters()) {
      int buffers = adapter.buffers().size();
      add(
          leaks,
          makers,
          driver,
          Leak.Kind.DMA_ADAPTER,
          adapter.address(),
          buffers,
          adapter.maker());
      for (CommonBuffer buffer : adapter.buffers().values()) {
        long address = buffer.virtualAddress();
        Leak.Kind kind = Leak.Kind.COMMON_BUFFER;
        add(leaks, makers, driver, kind, address, buffer.pages(), buffer.maker());
      }
      DmaDomain own = adapter.own();
      if (own != null) {
        ofAdapters.add(own);
      }
    }
    for (FaultHandler handler : FaultHandlers.all(kernel.iommu())) {
      add(leaks, makers, driver, Leak.Kind.FAULT_HANDLER, handler.address(), 1, handler.maker());
    }
    for (DmaDomain domain : kernel.iommu().allDomains()) {
      if (ofAdapters.contains(domain)) {
        continue; // it goes with the adapter
      }
      Domain engine = domain.engine();
      long mappings = engine == null ? 0 : engine.mappings();
      long address = domain.address();
      add(leaks, makers, driver, Leak.Kind.DMA_DOMAIN, address, mappings, domain.maker());
    }
    for (DmaDevice device : kernel.iommu().allDevices()) {
      add(leaks, makers, driver, Leak.Kind.DMA_DEVICE, device.address(), 1, device.maker());
    }
    for (PasidDevice device : kernel.iommu().allPasidDevices()) {
      int pasid = device.pasid();
      add(leaks, makers, driver, Leak.Kind.DMA_PASID, device.address(), pasid, device.maker());
    }
    for (LogicalToken token : kernel.iommu().allTokens()) {
      long bytes = token.bytes();
      add(leaks, makers, driver, Leak.Kind.DMA_TOKEN, token.address(), bytes, token.maker());
    }
  }

  private static Leak.Kind kindOf(PteUse use) {
    return switch (use) {
      case ReservedRange _ -> Leak.Kind.RESERVATION;
      case SystemMapping mapping ->
          mapping.kind() == SystemMapping.Kind.MDL ? Leak.Kind.MDL_MAPPING : Leak.Kind.IO_MAPPING;
    };
  }

  private static void add(
      List<Leak> leaks, Makers makers, Driver driver, Leak.Kind kind, PteUse use) {
    long address = Pages.address(use.firstPage());
    add(leaks, makers, driver, kind, address, use.pages(), use.maker());
  }

  private static void add(
      List<Leak> leaks,
      Makers makers,
      Driver driver,
      Leak.Kind kind,
      long address,
      long amount,
      int maker) {
    Makers.Maker who = makers.maker(maker);
    if (who.driver().equals(driver.name())) {
      leaks.add(new Leak(kind, address, amount, who));
    }
  }
}
