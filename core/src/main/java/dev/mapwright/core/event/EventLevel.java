package dev.mapwright.core.event;

/** How much of what happens is recorded. */
public enum EventLevel {
  /** Nothing. Faults then can't say what was mapped before. */
  OFF,
  /** The last events of each source, as fixed records that allocate nothing. The default. */
  RING,
  /** As {@link #RING}, and every event goes to the listeners, with a number and its call site. */
  FULL
}
