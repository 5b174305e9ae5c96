package dev.mapwright.linux.abi;

/** What of prctl(2) is about memory that is written and executed. */
public final class PrctlFlag {

  /** The operation. */
  public static final int PR_SET_MDWE = 65;

  /** Nothing may be executable that was not when it was mapped, or that can be written. */
  public static final int PR_MDWE_REFUSE_EXEC_GAIN = 1;

  /** A child does not inherit it, nor does a program that is executed. */
  public static final int PR_MDWE_NO_INHERIT = 2;

  private PrctlFlag() {}
}
