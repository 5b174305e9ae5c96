package dev.mapwright.sim;

/** How an IOMMU (VT-d) finds the tables of a requester. */
public enum IommuMode {
  /** A context entry for each requester, which leads to its second-stage tables. */
  LEGACY,
  /** A table of PASIDs for each requester; first-stage tables are known, too. */
  SCALABLE
}
