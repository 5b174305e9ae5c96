package dev.mapwright.sim.tables;

import dev.mapwright.core.machine.Translation;

/** Has tests divide a translation's tables as threads that meet would. */
public final class Stripes {
  /** The most that there ever are. */
  public static final int MOST = TableStripes.MOST;

  private Stripes() {}

  /** Puts so many stripes there, a power of two, if there are fewer. */
  public static void divide(Translation translation, int count) {
    ((PageTables) translation).divide(count);
  }
}
