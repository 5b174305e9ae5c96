package dev.mapwright.core.state;

/** The pages of an open lease. Immutable. */
public abstract class LeaseRange {
  private final long firstPage;
  private final long lastPage;

  /** Makes a range of pages of the space, the last one included. */
  protected LeaseRange(long firstPage, long lastPage) {
    this.firstPage = firstPage;
    this.lastPage = lastPage;
  }

  public final long firstPage() {
    return firstPage;
  }

  public final long lastPage() {
    return lastPage;
  }
}
