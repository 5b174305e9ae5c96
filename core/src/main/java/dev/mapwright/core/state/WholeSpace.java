package dev.mapwright.core.state;

import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.index.PageTrie;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import org.jspecify.annotations.Nullable;

/**
 * What an address space knows as a whole, whatever part of it an operation is about: its regions,
 * which of them are set aside, its leases, and what the CPUs see of it.
 *
 * <p><b>Who guards what.</b> Whoever changes something here holds the locks of all parts; so any of
 * them is enough to read it. The exception is {@link Tables}, which have locks of their own.
 */
final class WholeSpace {
  final Machine machine;
  final String name;
  final long firstPage;
  final long lastPage;
  final RegionList<RegionState> regions;
  final Leases leases = new Leases();
  final Tables tables;

  /** Where the nodes of the indexes in here and in regions come from. */
  final NodePool nodes;

  /** Regions that are set aside, by first page. */
  private final PageTrie reserved;

  /** Whether something is promised for {@link #reserved}. */
  private boolean promised;

  /** Whether the space has ended; nothing is mapped in it any more. */
  boolean closed;

  /** How many parts were ever made, so that each draws random numbers of its own. */
  int partsMade;

  WholeSpace(Machine machine, String name, long firstPage, long lastPage, Translation translation) {
    this.machine = machine;
    this.name = name;
    this.firstPage = firstPage;
    this.lastPage = lastPage;
    this.nodes = new NodePool(machine.failures());
    this.reserved = new PageTrie(nodes);
    this.regions = new RegionList<>(machine.failures());
    this.tables = new Tables(translation, new DirtyPages(machine.failures()));
  }

  boolean anyReserved() {
    return reserved.size() != 0;
  }

  boolean acquireReserved() {
    promised = reserved.ensure(1);
    return promised;
  }

  void enterReserved(RegionState region) {
    reserved.put(region.firstPage(), region.number());
    settle();
  }

  void leaveReserved(RegionState region) {
    reserved.remove(region.firstPage());
  }

  /** Ends an operation; one that acquired nothing in here writes nothing. */
  void settle() {
    if (promised) {
      reserved.settle();
      promised = false;
    }
  }

  /** Searches write nothing, so parts may search at the same time. */
  @Nullable RegionState reservedFrom(long page) {
    if (reserved.size() == 0) {
      return null;
    }
    int found = (int) reserved.floor(page);
    RegionState region = found == 0 ? null : regions.get(found);
    if (region != null && region.lastPage() >= page) {
      return region;
    }
    found = reserved.ceiling(page);
    return found == 0 ? null : regions.get(found);
  }
}
