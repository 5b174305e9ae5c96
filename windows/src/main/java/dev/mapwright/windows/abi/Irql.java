package dev.mapwright.windows.abi;

/** Interrupt request levels of x64 (wdm.h). What runs at a level can't be interrupted by it. */
public final class Irql {
  /** Threads run; page faults are resolved, waiting is allowed. */
  public static final int PASSIVE_LEVEL = 0;

  /** As passive, but for asynchronous procedure calls. */
  public static final int APC_LEVEL = 1;

  /** The dispatcher does not run: no waiting and no page fault from here on. */
  public static final int DISPATCH_LEVEL = 2;

  /** The lowest level of a device's interrupt. */
  public static final int LOWEST_DEVICE_LEVEL = 3;

  /** The highest level of a device's interrupt. */
  public static final int HIGHEST_DEVICE_LEVEL = 11;

  /** Nothing interrupts. */
  public static final int HIGH_LEVEL = 15;

  private Irql() {}

  /**
   * {@return the name of a level as documents say it, for example {@code DISPATCH_LEVEL}}
   *
   * @param irql any number
   */
  public static String name(int irql) {
    return switch (irql) {
      case PASSIVE_LEVEL -> "PASSIVE_LEVEL";
      case APC_LEVEL -> "APC_LEVEL";
      case DISPATCH_LEVEL -> "DISPATCH_LEVEL";
      case HIGH_LEVEL -> "HIGH_LEVEL";
      default -> "IRQL " + irql;
    };
  }
}
