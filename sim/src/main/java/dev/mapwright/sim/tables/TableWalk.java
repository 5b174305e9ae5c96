package dev.mapwright.sim.tables;

/** What a walk for an access found. One CPU's scratch space; not thread-safe. */
public final class TableWalk {
  /** How a walk ended. */
  public enum Result {
    /** The access may go on. */
    OK,
    /** No entry is present. */
    ABSENT,
    /** The entry does not allow the access. */
    DENIED,
    /** An entry has reserved bits set, or leads to a table outside RAM. */
    RESERVED
  }

  /** The frame of the page walked for. */
  public long pfn;

  /** log2 of the pages that the leaf translates. */
  public int leafLog2Pages;

  /** What the walk allows. */
  public int permissions;
}
