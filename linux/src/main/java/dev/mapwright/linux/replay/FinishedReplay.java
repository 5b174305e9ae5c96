package dev.mapwright.linux.replay;

import dev.mapwright.linux.LinuxSpace;

/** A replay that is over, with the address space that was compared still there. */
public final class FinishedReplay implements AutoCloseable {

  private final ReplayReport report;
  private final LinuxSpace space;
  private final ProcessTable table;

  FinishedReplay(ReplayReport report, LinuxSpace space, ProcessTable table) {
    this.report = report;
    this.space = space;
    this.table = table;
  }

  /**
   * What was found.
   *
   * @return the report
   */
  public ReplayReport report() {
    return report;
  }

  /**
   * The space that was compared, as the last call left it.
   *
   * @return the space; it is gone when this object is closed
   */
  public LinuxSpace space() {
    return space;
  }

  /** Gives all spaces and objects back to the machine. */
  @Override
  public void close() {
    table.close();
  }
}
