package dev.mapwright.sim.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.CallerTables;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.core.machine.Translation;
import org.jspecify.annotations.Nullable;

/** A domain of tables that the caller owns. Ports remember nothing but leaves. */
final class ForeignTables extends Domain implements CallerTables {
  /** Who took them. */
  final SimulatedIommu iommu;

  private final long root;

  ForeignTables(SimulatedIommu iommu, TableKind kind, int levels, long root) {
    super(kind, levels);
    this.iommu = iommu;
    this.root = root;
  }

  @Override
  long root() {
    return root;
  }

  @Override
  @Nullable Translation translation() {
    return null;
  }

  @Override
  public long rootPfn() {
    return root;
  }

  @Override
  public void flush() {
    flushPages(0, Pages.LAST_PAGE);
  }

  @Override
  public void flush(long firstPage, long lastPage, boolean leavesOnly) {
    if (firstPage <= lastPage) {
      flushPages(firstPage, lastPage);
    }
  }
}
