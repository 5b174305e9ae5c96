package dev.mapwright.sim.tables;

import dev.mapwright.core.machine.Translation;

/** Has tests divide a translation's tables as threads that meet would. */
public final class Stripes {
  private Stripes() {}

  /** Puts as many stripes there as there ever are. */
  public static void divide(Translation translation) {
    ((PageTables) translation).divide(TableStripes.MOST);
  }
}
