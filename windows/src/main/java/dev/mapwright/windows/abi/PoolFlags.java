package dev.mapwright.windows.abi;

/**
 * POOL_FLAG_ values of ExAllocatePool2, and the POOL_TYPE values of ExAllocatePoolWithTag (wdm.h).
 */
public final class PoolFlags {
  /** The contents of the block are left as they are; without it the block is zeroed. */
  public static final long POOL_FLAG_UNINITIALIZED = 0x2;

  /** Failure is raised as an exception. */
  public static final long POOL_FLAG_RAISE_ON_FAILURE = 0x20;

  /** Nonpaged pool that can't be executed. */
  public static final long POOL_FLAG_NON_PAGED = 0x40;

  /** Nonpaged pool that can be executed. */
  public static final long POOL_FLAG_NON_PAGED_EXECUTE = 0x80;

  /** Paged pool. */
  public static final long POOL_FLAG_PAGED = 0x100;

  /** The flags that choose a pool: exactly one of them is set. */
  public static final long POOLS =
      POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED;

  /** All flags that ExAllocatePool2 takes here. */
  public static final long KNOWN = POOLS | POOL_FLAG_UNINITIALIZED | POOL_FLAG_RAISE_ON_FAILURE;

  /** POOL_TYPE: nonpaged pool that can be executed. */
  public static final int NON_PAGED_POOL = 0;

  /** POOL_TYPE: paged pool. */
  public static final int PAGED_POOL = 1;

  /** POOL_TYPE: nonpaged pool that can't be executed. */
  public static final int NON_PAGED_POOL_NX = 0x200;

  private PoolFlags() {}
}
