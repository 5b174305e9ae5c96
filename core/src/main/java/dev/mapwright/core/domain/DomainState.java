package dev.mapwright.core.domain;

import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.LogicalAllocator;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import org.jspecify.annotations.Nullable;

/**
 * What a domain is made of. It decides nothing.
 *
 * <p><b>What is stored where.</b> Which frame a page shows, and with which permissions, is in its
 * table entry and nowhere else. Beside each lowest table stand three bits a page ({@link
 * DomainTable}): it is mapped, a mapping begins there, it belongs to a reservation or a reserved
 * region. There are no records of mappings. Ranges that exclude others are in a tree ({@link
 * DomainRanges}); free addresses are the allocator's business, and a domain without one has none.
 *
 * <p><b>Who guards what.</b> {@link #lock} guards everything here, the allocator included; what is
 * final and immutable may be read by anybody.
 */
final class DomainState {
  final Machine machine;
  final String name;
  final Translation translation;
  final long lastPage;

  /** Null when callers choose addresses. */
  final @Nullable LogicalAllocator allocator;

  final EngineLock lock;
  final DomainHistory history;
  final DomainTables tables;
  final DomainPages pages;
  final DomainRanges ranges = new DomainRanges();

  /** How many pages may be in quarantine; 0 for no quarantine. */
  final long mostQuarantined;

  /** Freed, and not yet the allocator's. */
  final WaitingRanges quarantine;

  /** Unmapped and not flushed: their entries are withdrawn, their frames held. */
  final WaitingRanges unflushed;

  /** How many reservations there are. */
  int reservations;

  /** How many mappings are in reservations and in reserved regions. */
  long ownedMappings;

  /** Whether it has not ended. */
  boolean live = true;

  DomainState(
      Machine machine,
      String name,
      Translation translation,
      long lastPage,
      @Nullable LogicalAllocator allocator,
      DomainOptions options) {
    this.machine = machine;
    this.name = name;
    this.translation = translation;
    this.lastPage = lastPage;
    this.allocator = allocator;
    lock =
        new EngineLock(EngineLock.Rank.SPACE, machine.events().callbacks(), machine.concurrent());
    history = new DomainHistory(machine, name);
    tables = new DomainTables(machine, translation, lastPage);
    pages = new DomainPages(tables, options.largeLeaves() ? translation : null);
    mostQuarantined = allocator == null ? 0 : options.quarantinePages();
    quarantine =
        new WaitingRanges((int) Math.min(mostQuarantined, DomainOptions.MOST_QUARANTINED_RANGES));
    unflushed = new WaitingRanges(options.deferredRanges());
  }

  /** Whether the domain has all pages of a range. */
  boolean has(long first, long count) {
    return first >= 0 && first <= lastPage && count - 1 <= lastPage - first;
  }
}
