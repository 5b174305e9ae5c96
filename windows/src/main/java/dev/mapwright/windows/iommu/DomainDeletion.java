package dev.mapwright.windows.iommu;

import dev.mapwright.core.dma.Domain;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.DeleteDomain;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.Domains;

/** DeleteDomain. */
final class DomainDeletion {
  private DomainDeletion() {}

  static int run(NtContext c, long address) {
    DmaDomain domain = c.kernel().iommu().domain(address);
    if (domain == null) {
      return c.refuse(DeleteDomain.NO_DOMAIN, address, 0);
    }
    Domain engine = domain.engine();
    // Does DMA verification find mappings in it? Only of a domain that could be deleted otherwise.
    if (engine != null
        && domain.attached() == 0
        && engine.reservations() == 0
        && !domain.ofAdapter()
        && DmaChecks.leaves(c, address, engine.mappings())) {
      return c.failureStatus();
    }
    return switch (Domains.end(c.kernel().iommu(), domain)) {
      case DEAD -> c.refuse(DeleteDomain.NO_DOMAIN, address, 0);
      case ATTACHED -> c.refuse(DeleteDomain.ATTACHED, address, domain.attached());
      case RESERVED ->
          c.refuse(DeleteDomain.RESERVED, address, engine == null ? 0 : engine.reservations());
      case OF_ADAPTER -> c.refuse(DeleteDomain.OF_ADAPTER, address, 0);
      case DONE -> {
        c.done(DeleteDomain.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
    };
  }
}
