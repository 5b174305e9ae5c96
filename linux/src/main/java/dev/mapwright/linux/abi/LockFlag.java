package dev.mapwright.linux.abi;

/** The flags of mlock2(2) and mlockall(2). */
public final class LockFlag {

  /** mlock2: pages are locked when they are touched, and not made present now. */
  public static final int MLOCK_ONFAULT = 1;

  /** mlockall: everything that is mapped now. */
  public static final int MCL_CURRENT = 1;

  /** mlockall: everything that will be mapped. */
  public static final int MCL_FUTURE = 2;

  /** mlockall: with the others, as MLOCK_ONFAULT. */
  public static final int MCL_ONFAULT = 4;

  private LockFlag() {}
}
