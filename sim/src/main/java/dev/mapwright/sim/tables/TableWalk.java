package dev.mapwright.sim.tables;

/**
 * What a walk of one page found, and where it ended. One walker's scratch space; not thread-safe.
 */
public final class TableWalk {
  /** How a walk ended. */
  public enum Result {
    /** At a leaf that allows the access. */
    OK,
    /** At an entry that is not present. */
    ABSENT,
    /** At a leaf that does not allow the access; for an IOMMU, at any such entry. */
    DENIED,
    /** At an entry with bits set that the format reserves, or one that no table can follow. */
    RESERVED,
    /** At an entry that leads to a table outside RAM. */
    OUTSIDE_RAM,
    /** Only when going along a range: at an entry that leads back to a table above it. */
    LOOP
  }

  /** The frame of the page walked for; after {@link Result#OK}. */
  public long pfn;

  /** log2 of the pages that the leaf translates; after {@link Result#OK}. */
  public int leafLog2Pages;

  /** The frame of the table that the leaf stands in; after {@link Result#OK}. */
  public long table;

  /** log2 of the pages that this table translates. */
  public int tableLog2Pages;

  /** What the entries on the way to this table allow. */
  public int tablePermissions;

  /** What the walk allows; after {@link Result#OK} and {@link Result#DENIED}. */
  public int permissions;

  /** The level of the table that the last entry stands in. */
  public int level;

  /** The last entry. */
  public long bits;
}
