package dev.mapwright.core.domain;

import dev.mapwright.core.dma.DomainPast;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.Machine;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a domain last: its ring of events, and beside each when it was and who did it.
 * All of it is there from the beginning, so noting something acquires nothing. Guarded by the
 * domain's lock.
 */
@SuppressWarnings("ReferenceEquality") // of labels, which only saves work
final class DomainHistory {
  /** How many events are kept; a power of two. */
  private static final int KEPT = 256;

  private final EventRing events;
  private final Clock clock;

  /** When the events were, by their sequence numbers modulo {@link #KEPT}. */
  private final long[] steps = new long[KEPT];

  /** Who did it, likewise; null when nobody said. */
  private final @Nullable String[] labels = new String[KEPT];

  DomainHistory(Machine machine, String name) {
    events = machine.events().newFixedRing(name, KEPT);
    clock = machine.clock();
  }

  EventRing events() {
    return events;
  }

  void record(
      EventKind kind, long firstPage, long pages, long detail1, long detail2, @Nullable String by) {
    long before = events.recorded();
    events.record(kind, firstPage, pages, detail1, detail2);
    if (events.recorded() != before) {
      int at = (int) (before + 1) & KEPT - 1;
      steps[at] = clock.now();
      // Nearly always the same one as before; a reference that is written costs a fence.
      if (labels[at] != by) {
        labels[at] = by;
      }
    }
  }

  /** The last removal of a mapping of a page; null when none is remembered. */
  @Nullable DomainPast lastRemoval(long page) {
    return past(events.lastRemovalOf(page));
  }

  /** The last release of a reservation of a page; null when none is remembered. */
  @Nullable DomainPast lastRelease(long page) {
    return past(events.lastReleaseOf(page));
  }

  /** The last mapping of a page before a removal, or with null of all; null for none. */
  @Nullable DomainPast lastMapping(long page, @Nullable DomainPast removal) {
    long before = removal == null ? Long.MAX_VALUE : removal.sequence();
    return past(events.lastMappingOf(page, before));
  }

  private @Nullable DomainPast past(@Nullable Event event) {
    if (event == null) {
      return null;
    }
    int at = (int) event.sequence() & KEPT - 1;
    return new DomainPast(
        event.firstPage(),
        event.pages(),
        (int) (event.detail1() & ~EventKind.SCATTERED),
        event.sequence(),
        steps[at],
        labels[at]);
  }
}
