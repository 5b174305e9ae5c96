package dev.mapwright.cli.picture;

import java.util.List;

/**
 * What is drawn: rows from the lowest address to the highest.
 *
 * @param rows everything there is to see
 * @param contents what that is altogether, in words
 * @param entries what the counted page table entries are, in words; empty if that is plain
 */
public record Picture(List<Row> rows, String contents, String entries) {
  /**
   * A picture in which it is plain what is counted.
   *
   * @param rows everything there is to see
   * @param contents what that is altogether, in words
   */
  public Picture(List<Row> rows, String contents) {
    this(rows, contents, "");
  }
}
