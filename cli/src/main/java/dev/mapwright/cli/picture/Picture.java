package dev.mapwright.cli.picture;

import java.util.List;

/**
 * What is drawn: rows from the lowest address to the highest.
 *
 * @param rows everything there is to see
 * @param contents what that is altogether, in words
 */
public record Picture(List<Row> rows, String contents) {}
