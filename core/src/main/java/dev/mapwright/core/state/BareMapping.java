package dev.mapwright.core.state;

import dev.mapwright.core.CachePolicy;

/** A mapping in a reservation, as a look-up found it: scratch of whoever looks. */
public final class BareMapping {
  /** Its first page. */
  public long first;

  /** Its last page, inclusive. */
  public long last;

  /** What was asked for. */
  public int permissions;

  /** How it is accessed. */
  public CachePolicy cache = CachePolicy.CACHED;
}
