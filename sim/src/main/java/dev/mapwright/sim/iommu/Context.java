package dev.mapwright.sim.iommu;

import org.jspecify.annotations.Nullable;

/**
 * What a requester's context entry says, as far as it has been read; {@link ContextEntry} and
 * {@link ScalableContextEntry} name the manual. One walker's scratch space, or one port's memory of
 * it; not thread-safe.
 */
final class Context {
  /** Why there is none; null when there is. */
  @Nullable VtdReason refusal;

  /** Whether the root table is one of scalable mode, so that PASIDs lead on. */
  boolean scalable;

  /** Whether faults are not to be told. */
  boolean quiet;

  /** The frame of the context table, any number. */
  long tablePfn;

  // In scalable mode:

  long directoryPfn;
  int log2Directory;
  int ridPasid;
}
