package dev.mapwright.sim.memory;

/** A range of the physical map. */
sealed interface PhysicalRange permits RamRange, DeviceRange {
  /** Its first page. */
  long firstPfn();
}
