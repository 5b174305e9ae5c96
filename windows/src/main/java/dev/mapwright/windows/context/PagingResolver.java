package dev.mapwright.windows.context;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Translated;
import dev.mapwright.windows.abi.Irql;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the page faults of one processor in one address space, as its IRQL allows: from
 * DISPATCH_LEVEL on nothing is brought in, nor made.
 */
final class PagingResolver implements FaultResolver {
  private final Processor processor;
  private final AddressSpace space;

  PagingResolver(Processor processor, AddressSpace space) {
    this.processor = processor;
    this.space = space;
  }

  @Override
  public Translation translation() {
    return space.translation();
  }

  @Override
  public long firstPage() {
    return space.firstPage();
  }

  @Override
  public @Nullable Fault resolve(long address, Access access) {
    if (processor.irql() >= Irql.DISPATCH_LEVEL) {
      Translated would = space.translate(address, access);
      if (would.reason() == null && (would.commits() || would.pfn() == Frames.NONE)) {
        return new Fault(address, 1, access, address, FaultReason.SOURCE_FAILED, null);
      }
    }
    return space.resolve(address, access);
  }
}
