package dev.mapwright.core.state;

import java.util.ArrayList;
import java.util.List;

/**
 * The open leases of an address space. There are few at a time: a list is searched, and not even
 * that when it is empty. The space's lock guards it.
 */
public final class Leases {
  private final List<LeaseRange> open = new ArrayList<>();

  Leases() {}

  /** Notes a lease that was opened. */
  public void add(LeaseRange lease) {
    open.add(lease);
  }

  /** Notes that a lease was closed. */
  public void remove(LeaseRange lease) {
    open.remove(lease);
  }

  /** Whether a page of a range is leased. */
  public boolean overlap(long first, long last) {
    for (int i = 0; i < open.size(); i++) {
      LeaseRange lease = open.get(i);
      if (lease.firstPage() <= last && lease.lastPage() >= first) {
        return true;
      }
    }
    return false;
  }

  /** How many are open. */
  public int size() {
    return open.size();
  }
}
