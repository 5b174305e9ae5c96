package dev.mapwright.core.memory;

/** What a child shows of pages that it has not written. */
public enum ChildKind {
  /**
   * The parent's page as it is now: later writes to the parent are visible in the child until the
   * child writes the page itself.
   */
  LIVE_VIEW,
  /** The parent's page as it was when the child was made; neither sees the other's later writes. */
  SNAPSHOT
}
