package dev.mapwright.sim.memory;

import java.util.Comparator;

/** A range of the physical map. */
sealed interface PhysicalRange permits RamRange, DeviceRange {
  /** Its first page. */
  long firstPfn();

  /** A class and no lambda: the first lambda of a process costs milliseconds. */
  final class ByPlace implements Comparator<PhysicalRange> {
    @Override
    public int compare(PhysicalRange left, PhysicalRange right) {
      return Long.compare(left.firstPfn(), right.firstPfn());
    }
  }
}
