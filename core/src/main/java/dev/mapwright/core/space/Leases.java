package dev.mapwright.core.space;

import java.util.ArrayList;
import java.util.List;

/**
 * The open leases of an address space. There are few at a time: a list is searched, and not even
 * that when it is empty. The space's lock guards it.
 */
final class Leases {
  private final List<Lease> open = new ArrayList<>();

  void add(Lease lease) {
    open.add(lease);
  }

  void remove(Lease lease) {
    open.remove(lease);
  }

  boolean overlap(long first, long last) {
    for (int i = 0; i < open.size(); i++) {
      Lease lease = open.get(i);
      if (lease.firstPage() <= last && lease.lastPage() >= first) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return open.size();
  }

  List<Lease> all() {
    return List.copyOf(open);
  }
}
