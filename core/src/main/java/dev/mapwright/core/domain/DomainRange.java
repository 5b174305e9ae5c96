package dev.mapwright.core.domain;

import dev.mapwright.core.index.LinkedTree;

/**
 * A range that excludes others: a reserved region, or a reservation. Immutable but for its links.
 */
class DomainRange extends LinkedTree.Node<DomainRange> {
  final long firstPage;
  final long lastPage;

  DomainRange(long firstPage, long lastPage) {
    this.firstPage = firstPage;
    this.lastPage = lastPage;
  }
}
