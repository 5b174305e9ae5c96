package dev.mapwright.core.domain;

import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.state.BareFrames;
import dev.mapwright.core.state.PageBits;
import org.jspecify.annotations.Nullable;

/**
 * What a domain knows of the pages of one lowest table, which is there as long as this is. Guarded
 * by the domain's lock; the number and the entries are immutable.
 */
final class DomainTable {
  /** Which table: its first page shifted by {@link DomainTables#log2Pages}. */
  final long number;

  /** The entries, and the frames that they show. */
  final BareFrames frames;

  /** Pages that are mapped, in a reservation or outside. */
  final PageBits mapped;

  /** Pages at which a mapping begins. */
  final PageBits begins;

  /** Pages that belong to a reservation or to a reserved region; others are free-form. */
  final PageBits owned;

  /** How many pages are mapped. */
  int mappedPages;

  /** How many pages are not mapped any more, but wait for a flush: their entries are withdrawn. */
  int waitingPages;

  /** Whether one large leaf translates all of them; they are mapped, then. */
  boolean wide;

  /** How many reservations and operations need the table. */
  int keepers;

  /** Neighbours among the idle tables; null at the ends, and outside that list. */
  @Nullable DomainTable earlier;

  @Nullable DomainTable later;

  /** Whether it is among the idle tables. */
  boolean idle;

  DomainTable(long number, int pages, Frames frames, BareEntries entries) {
    this.number = number;
    this.frames = new BareFrames(frames, entries);
    mapped = new PageBits(pages);
    begins = new PageBits(pages);
    owned = new PageBits(pages);
  }

  boolean needed() {
    return mappedPages != 0 || waitingPages != 0 || keepers != 0;
  }
}
