package dev.mapwright.windows.iommu;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * Makes domains, the sets of logical addresses that devices are attached to, and ends them; and
 * what there is to do with domains of which the driver owns the tables.
 *
 * <p>Handles and pointers are {@code long}, 0 is NULL; a BOOLEAN is a {@code boolean}. The
 * documented answers of each routine, in the order of its checks, are the constants of the enum of
 * its name in {@link dev.mapwright.windows.answer}. An argument that leads to memory which can't be
 * accessed is the bug check that this is. Thread-safe; each context is used by one thread at a
 * time.
 */
public final class DomainCalls {
  private DomainCalls() {}

  /**
   * CreateDomain, of the first version: a domain without an allocator.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param osManagedPageTable whether the system owns the tables, so that drivers map; else it is
   *     unmanaged
   * @param out where the handle is put
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.CreateDomain} says
   *     (wdm.h, nc-wdm-iommu_domain_create, Return value)
   */
  public static int createDomain(NtContext c, boolean osManagedPageTable, long out) {
    if (!c.enterDma(Routine.CREATE_DOMAIN)) {
      return c.failureStatus();
    }
    try {
      return DomainCreation.run(c, osManagedPageTable, out);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * CreateDomainEx: a domain of any type, with an allocator of logical addresses or without.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param type see {@link dev.mapwright.windows.abi.iommu.DmaDomainType}
   * @param flags 0
   * @param config IOMMU_DMA_LOGICAL_ALLOCATOR_CONFIG; 0 for no allocator
   * @param regions the first IOMMU_DMA_RESERVED_REGION of a list; 0 for none
   * @param out where the handle is put
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.CreateDomainEx} says
   *     (wdm.h, nc-wdm-iommu_domain_create_ex, Return value)
   */
  public static int createDomainEx(
      NtContext c, int type, long flags, long config, long regions, long out) {
    if (!c.enterDma(Routine.CREATE_DOMAIN_EX)) {
      return c.failureStatus();
    }
    try {
      return DomainCreation.runEx(c, type, flags, config, regions, out);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * DeleteDomain: ends a domain to which nothing is attached and of which no token lives.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param domain the handle of the domain
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.DeleteDomain} says
   *     (wdm.h, nc-wdm-iommu_domain_delete, Return value)
   */
  public static int deleteDomain(NtContext c, long domain) {
    if (!c.enterDma(Routine.DELETE_DOMAIN)) {
      return c.failureStatus();
    }
    try {
      return DomainDeletion.run(c, domain);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * ConfigureDomain: says where the tables of an unmanaged domain are. On x64 it is not supported.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param domain the handle of the domain
   * @param configuration DOMAIN_CONFIGURATION
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.ConfigureDomain}
   *     says (wdm.h, nc-wdm-iommu_domain_configure, Return value)
   */
  public static int configureDomain(NtContext c, long domain, long configuration) {
    if (!c.enterDma(Routine.CONFIGURE_DOMAIN)) {
      return c.failureStatus();
    }
    try {
      return UnmanagedDomain.configure(c, domain, configuration);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * FlushDomain: forgets what is remembered of the tables of an unmanaged domain.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.FlushDomain} says
   *     (wdm.h, nc-wdm-iommu_flush_domain, Return value)
   */
  public static int flushDomain(NtContext c, long domain) {
    if (!c.enterDma(Routine.FLUSH_DOMAIN)) {
      return c.failureStatus();
    }
    try {
      return UnmanagedDomain.flush(c, domain);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * FlushDomainByVaList: forgets what is remembered of some addresses of an unmanaged domain.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @param lastLevel whether only leaves have changed
   * @param number how many addresses
   * @param vaList where they stand; not read on x64, where nothing is remembered
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.FlushDomainByVaList}
   *     says (wdm.h, nc-wdm-iommu_flush_domain_va_list, Return value)
   */
  public static int flushDomainByVaList(
      NtContext c, long domain, boolean lastLevel, int number, long vaList) {
    if (!c.enterDma(Routine.FLUSH_DOMAIN_BY_VA_LIST)) {
      return c.failureStatus();
    }
    try {
      return UnmanagedDomain.flush(c, domain, number, vaList);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }
}
