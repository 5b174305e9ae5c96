package dev.mapwright.core.domain;

import dev.mapwright.core.index.LinkedTree;

/**
 * A range that excludes others: a reserved region, or a reservation. Immutable but for its links.
 */
final class DomainRange extends LinkedTree.Node<DomainRange> {
  final long firstPage;
  final long lastPage;

  /** Whether it is a reservation; otherwise a reserved region. */
  final boolean reservation;

  DomainRange(long firstPage, long lastPage, boolean reservation) {
    this.firstPage = firstPage;
    this.lastPage = lastPage;
    this.reservation = reservation;
  }
}
