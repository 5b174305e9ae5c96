package dev.mapwright.bench;

import java.util.List;

/**
 * What a pair costs over the number of mappings.
 *
 * @param side whose pair
 * @param points in ascending order of n
 */
record Curve(Side side, List<Point> points) {
  /**
   * One measured place of it.
   *
   * @param n how many mappings there are
   * @param nanos a pair's time
   */
  record Point(int n, Quartiles nanos) {}

  /** Who is compared. */
  enum Side {
    UNICORN("Unicorn 2, through JNI", "#7b3f8c"),
    KERNEL("Linux kernel: munmap + mmap", "#b4501b"),
    TREE_MAP("TreeMap, records alone", "#55761f"),
    SCATTERED("Mapwright, scattered", "#2f8fd0"),
    DENSE("Mapwright, dense", "#0a4a86");

    final String title;
    final String colour;

    Side(String title, String colour) {
      this.title = title;
      this.colour = colour;
    }
  }
}
