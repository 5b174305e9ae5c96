package dev.mapwright.zircon.abi;

/** The opcodes of vmo_op_range, the option of vmo_clone and the cache policies. */
public final class MxVmoOps {
  /** Give every page of the range a frame. */
  public static final int MX_VMO_OP_COMMIT = 1;

  /** Take the frames of the range back. */
  public static final int MX_VMO_OP_DECOMMIT = 2;

  /** Never supported. */
  public static final int MX_VMO_OP_LOCK = 3;

  /** Never supported. */
  public static final int MX_VMO_OP_UNLOCK = 4;

  /** Write down the physical addresses of the pages. */
  public static final int MX_VMO_OP_LOOKUP = 5;

  /** Make instruction and data caches agree. */
  public static final int MX_VMO_OP_CACHE_SYNC = 6;

  /** Forget cached data. */
  public static final int MX_VMO_OP_CACHE_INVALIDATE = 7;

  /** Write cached data back. */
  public static final int MX_VMO_OP_CACHE_CLEAN = 8;

  /** Write cached data back and forget them. */
  public static final int MX_VMO_OP_CACHE_CLEAN_INVALIDATE = 9;

  /** The clone shows its parent until it is written. */
  public static final int MX_VMO_CLONE_COPY_ON_WRITE = 1;

  /** Ordinary memory. */
  public static final int MX_CACHE_POLICY_CACHED = 0;

  /** Strongly ordered, nothing gathered. */
  public static final int MX_CACHE_POLICY_UNCACHED = 1;

  /** Device memory, writes acknowledged early. */
  public static final int MX_CACHE_POLICY_UNCACHED_DEVICE = 2;

  /** Uncached, writes may be merged. */
  public static final int MX_CACHE_POLICY_WRITE_COMBINING = 3;

  /** All bits of a cache policy. */
  public static final int MX_CACHE_POLICY_MASK = 3;

  private MxVmoOps() {}
}
