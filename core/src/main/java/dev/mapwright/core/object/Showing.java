package dev.mapwright.core.object;

import org.jspecify.annotations.Nullable;

/**
 * That a part of a space has mappings of an object: a link of the list in which the object finds
 * out how many there are. While it is in the list it holds the object, as one reference, however
 * many mappings it stands for.
 */
public abstract class Showing {
  /** Its neighbours in the object's list; guarded by the list's monitor. */
  @Nullable Showing before;

  @Nullable Showing after;

  /** For whoever counts mappings. */
  protected Showing() {}

  /** How many mappings there are, read by any thread: an old number while they change. */
  protected abstract int mappings();
}
