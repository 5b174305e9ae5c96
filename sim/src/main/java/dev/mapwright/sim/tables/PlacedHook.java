package dev.mapwright.sim.tables;

import dev.mapwright.core.Access;
import dev.mapwright.core.machine.AccessHook;
import dev.mapwright.core.machine.Hook;
import java.util.Set;

/** A hook that was set for a range of addresses of a translation. */
@SuppressWarnings("ReferenceEquality") // of the hooks of translations
public final class PlacedHook implements Hook {
  private final TableHooks all;
  private final long firstAddress;
  private final long lastAddress;
  private final Set<Access> kinds;
  private final AccessHook told;

  /** How many were set on this translation before it. */
  final long number;

  PlacedHook(
      TableHooks all,
      long number,
      long firstAddress,
      long lastAddress,
      Set<Access> kinds,
      AccessHook told) {
    this.all = all;
    this.number = number;
    this.firstAddress = firstAddress;
    this.lastAddress = lastAddress;
    this.kinds = kinds;
    this.told = told;
  }

  @Override
  public long firstAddress() {
    return firstAddress;
  }

  @Override
  public long lastAddress() {
    return lastAddress;
  }

  @Override
  public Set<Access> kinds() {
    return kinds;
  }

  /** Who is told. */
  public AccessHook told() {
    return told;
  }

  /** Whether it was set before another one, as far as both are of one address space. */
  public boolean setBefore(PlacedHook other) {
    return all == other.all && number < other.number;
  }

  /** Whether it has an address of a range. */
  boolean touches(long first, long last) {
    return Long.compareUnsigned(firstAddress, last) <= 0
        && Long.compareUnsigned(first, lastAddress) <= 0;
  }

  /** The order of first addresses, and of setting where they are the same. */
  int compareBegin(PlacedHook other) {
    int order = Long.compareUnsigned(firstAddress, other.firstAddress);
    return order != 0 ? order : Long.compare(number, other.number);
  }

  @Override
  public void close() {
    all.remove(this);
  }
}
