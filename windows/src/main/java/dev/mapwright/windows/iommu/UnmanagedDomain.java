package dev.mapwright.windows.iommu;

import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.DomainConfigurationArch;
import dev.mapwright.windows.answer.ConfigureDomain;
import dev.mapwright.windows.answer.FlushDomain;
import dev.mapwright.windows.answer.FlushDomainByVaList;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDomain;

/**
 * ConfigureDomain, FlushDomain and FlushDomainByVaList. On x64 no configuration is supported: that
 * of x64 is reserved for the system. So an unmanaged domain lets nothing through, nothing of it is
 * remembered anywhere, and flushing it has nothing to do.
 */
final class UnmanagedDomain {
  private UnmanagedDomain() {}

  static int configure(NtContext c, long address, long configuration) {
    DmaDomain domain = c.kernel().iommu().domain(address);
    if (domain == null) {
      return c.refuse(ConfigureDomain.NO_DOMAIN, address, 0);
    }
    if (domain.type() != DmaDomainType.UNMANAGED) {
      return c.refuse(ConfigureDomain.NOT_UNMANAGED, address, domain.type());
    }
    if (configuration == 0) {
      return c.refuse(ConfigureDomain.BAD_CONFIGURATION, 0, 0);
    }
    int arch = (int) c.cpu().load(configuration, 4);
    if (Integer.compareUnsigned(arch, DomainConfigurationArch.INVALID) >= 0) {
      return c.refuse(ConfigureDomain.BAD_CONFIGURATION, configuration, arch & 0xFFFF_FFFFL);
    }
    return c.refuse(ConfigureDomain.NOT_HERE, arch, 0);
  }

  static int flush(NtContext c, long address) {
    DmaDomain domain = c.kernel().iommu().domain(address);
    if (domain == null) {
      return c.refuse(FlushDomain.NO_DOMAIN, address, 0);
    }
    if (domain.type() != DmaDomainType.UNMANAGED) {
      return c.refuse(FlushDomain.NOT_UNMANAGED, address, domain.type());
    }
    c.done(FlushDomain.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  static int flush(NtContext c, long address, int number, long list) {
    DmaDomain domain = c.kernel().iommu().domain(address);
    if (domain == null) {
      return c.refuse(FlushDomainByVaList.NO_DOMAIN, address, 0);
    }
    if (domain.type() != DmaDomainType.UNMANAGED) {
      return c.refuse(FlushDomainByVaList.NOT_UNMANAGED, address, domain.type());
    }
    if (number != 0 && list == 0) {
      return c.refuse(FlushDomainByVaList.NO_LIST, number & 0xFFFF_FFFFL, 0);
    }
    c.done(FlushDomainByVaList.DONE);
    return NtStatus.STATUS_SUCCESS;
  }
}
