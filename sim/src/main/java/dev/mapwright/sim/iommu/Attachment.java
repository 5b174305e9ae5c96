package dev.mapwright.sim.iommu;

import org.jspecify.annotations.Nullable;

/**
 * What a requester, or its PASID, is attached to, as the structures in memory say. One walker's
 * scratch space, or one port's memory of it; not thread-safe.
 */
public final class Attachment {
  /** Ways to get from a logical address to a physical one. */
  public enum Kind {
    /** They are the same. */
    PASS_THROUGH,
    /** Through tables of the second stage. */
    SECOND_STAGE,
    /** Through tables of the first stage. */
    FIRST_STAGE
  }

  /** Why there is none; null when there is. The rest is of one that there is. */
  public @Nullable VtdReason refusal;

  /** Whether faults are not to be told. */
  public boolean quiet;

  /** How addresses are translated. */
  public Kind kind = Kind.PASS_THROUGH;

  /** The domain's number, by which caches are told what to forget. */
  public int domain;

  /** How many levels the tables have. */
  public int levels;

  /** Whether the tables of the second stage are marked when they are used. */
  public boolean marking;

  /** The frame of the root table, any number. */
  public long rootPfn;

  /** Whether a PASID led here. */
  boolean scalable;

  /** The PASID that led here; 0 in legacy mode. */
  int pasid;
}
