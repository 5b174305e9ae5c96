package dev.mapwright.windows.bugcheck;

/**
 * A bug check: the system has stopped. Windows would show a blue screen here. What is known about
 * it is data, in the {@link #report}; the exception carries it out of the call that was misused,
 * and out of every later call, which raises the same one.
 */
public final class BugCheck extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient BugCheckReport report;

  /**
   * Carries a report.
   *
   * @param report what has happened
   */
  public BugCheck(BugCheckReport report) {
    super(report.headline(), null, false, true);
    this.report = report;
  }

  /** {@return what has happened, whose fault it is, and what to do} */
  public BugCheckReport report() {
    return report;
  }

  /** {@return the code, one of {@link dev.mapwright.windows.abi.BugCheckCode}} */
  public int code() {
    return report.code();
  }

  /**
   * {@return a parameter of the bug check}
   *
   * @param number which one, 1 .. 4
   * @throws IndexOutOfBoundsException for another number
   */
  public long parameter(int number) {
    return report.parameters().get(number - 1);
  }
}
