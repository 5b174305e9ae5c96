package dev.mapwright.windows.memory.user;

import dev.mapwright.windows.memory.pte.Makers;

/**
 * An MDL that is mapped into a process. Guarded by the lock of {@link UserMappings}, which uses
 * records again: so a record is nobody's outside of that lock.
 */
public final class UserMapping {
  /** Whether something is mapped; the other fields mean nothing otherwise. */
  boolean used;

  long firstPage;
  long pages;
  long mdl;
  int maker;

  /** Whether it shows pages without a cache attribute of their own. */
  boolean floating;

  /** The mapping's number for the engine: the record's position and 1. */
  final int tag;

  UserMapping(int tag) {
    this.tag = tag;
  }

  /** {@return the first page that it shows something at} */
  public long firstPage() {
    return firstPage;
  }

  /** {@return how many pages it shows} */
  public long pages() {
    return pages;
  }

  /** {@return the MDL that was mapped} */
  public long mdl() {
    return mdl;
  }

  /** {@return who has mapped it, a number of {@link Makers}} */
  public int maker() {
    return maker;
  }
}
