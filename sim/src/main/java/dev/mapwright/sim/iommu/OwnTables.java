package dev.mapwright.sim.iommu;

import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.tables.PageTables;
import dev.mapwright.sim.tables.TranslationUser;

/**
 * A domain of the machine's own tables. As their one user it passes on to its ports what is removed
 * from them; when they are closed, whoever is attached to them is detached first.
 */
final class OwnTables extends Domain implements TranslationUser {
  private final SimulatedIommu iommu;
  private final PageTables tables;

  OwnTables(SimulatedIommu iommu, PageTables tables) {
    super(TableKind.SECOND_STAGE, tables.format().levels());
    this.iommu = iommu;
    this.tables = tables;
  }

  @Override
  long root() {
    return tables.rootPfn();
  }

  @Override
  Translation translation() {
    return tables;
  }

  boolean closed() {
    return tables.closed();
  }

  @Override
  public void forget(long firstPage, long lastPage) {
    tell(firstPage, lastPage);
  }

  /** Waits for accesses, which wait for nobody who could wait for this. */
  @Override
  public void detach() {
    iommu.closed(this);
  }

  /** A port walks by itself. */
  @Override
  public boolean walksByCall() {
    return false;
  }

  @Override
  public void awaitQuiescence() {
    awaitUsers();
  }
}
