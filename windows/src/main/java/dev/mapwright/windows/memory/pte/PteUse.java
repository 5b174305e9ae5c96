package dev.mapwright.windows.memory.pte;

/** Something that has a run of system PTEs: a reservation, or a mapping. */
public sealed interface PteUse permits ReservedRange, SystemMapping {
  /** {@return the first page that it shows or may show} */
  long firstPage();

  /** {@return how many pages it shows or may show; guards are not counted} */
  long pages();

  /** {@return how many system PTEs it takes, guards included} */
  long ptes();

  /** {@return who made it, as a number of {@link Makers}} */
  int maker();
}
