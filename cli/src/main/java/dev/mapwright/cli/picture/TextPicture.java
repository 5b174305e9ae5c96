package dev.mapwright.cli.picture;

import dev.mapwright.cli.text.Paragraph;
import dev.mapwright.cli.text.Sizes;
import dev.mapwright.core.Pages;
import java.io.PrintWriter;
import java.util.EnumSet;

/**
 * A picture for a terminal: a line for each mapping, with a bar as long as the logarithm of its
 * size, so that a page and a gibibyte fit into one picture; gaps are one line however large.
 */
public final class TextPicture {
  private static final String DIM = "\033[2m";
  private static final String BOLD = "\033[1m";
  private static final String PLAIN = "\033[0m";

  /**
   * Characters of a line between margin and bar: address, permissions, size, and the spaces
   * between.
   */
  private static final int BEFORE_BAR = 16 + 2 + 4 + 2 + 8 + 2;

  private static final int DEEPEST_RAIL = 8;
  private static final int FEWEST_BAR = 8;
  private static final int FEWEST_NAME = 14;
  private static final int MOST_BAR = 40;

  private final Picture picture;
  private final PrintWriter out;
  private final boolean colours;
  private final int width;
  private final int marginWidth;
  private final int barWidth;
  private final int entriesWidth;
  private final double largestLog2;

  private TextPicture(Picture picture, int width, boolean colours, PrintWriter out) {
    this.picture = picture;
    this.out = out;
    this.colours = colours;
    this.width = width;
    long largest = 1;
    int widestEntries = 0;
    int longestName = 0;
    int deepest = 0;
    for (Row row : picture.rows()) {
      deepest = Math.max(deepest, row.depth());
      if (row instanceof Row.Mapping mapping) {
        largest = Math.max(largest, mapping.piece().pages());
        widestEntries = Math.max(widestEntries, entries(mapping.entries()).length());
        longestName = Math.max(longestName, mapping.piece().name().length());
      }
    }
    this.largestLog2 = Math.max(1, log2(largest));
    this.marginWidth = 2 * Math.clamp(deepest, 1, DEEPEST_RAIL);
    // A narrow terminal has no room for the entries, and some pictures have none. Bars get what
    // names leave.
    int left = width - marginWidth - BEFORE_BAR - FEWEST_BAR - 2 - FEWEST_NAME;
    int column = Math.max("entries".length(), widestEntries) + 2;
    this.entriesWidth = widestEntries > 0 && left >= column ? column : 0;
    int besideBar = marginWidth + BEFORE_BAR + 2 + entriesWidth + Math.max(4, longestName + 2);
    this.barWidth = Math.clamp(width - besideBar, FEWEST_BAR, MOST_BAR);
  }

  /**
   * Prints a picture.
   *
   * @param picture what to show
   * @param title the first line
   * @param width how many characters fit into a line
   * @param colours whether to use a terminal's colours
   * @param out where to
   */
  public static void print(
      Picture picture, String title, int width, boolean colours, PrintWriter out) {
    new TextPicture(picture, width, colours, out).print(title);
  }

  private void print(String title) {
    out.println(coloured(BOLD, title));
    out.println(picture.contents());
    out.println();
    out.println(
        coloured(
            DIM,
            (margin(0) + padded("address", 16) + "  perm  " + "    size  ")
                + padded("log size", barWidth)
                + ("  " + column("entries") + "what")));
    for (Row row : picture.rows()) {
      switch (row) {
        case Row.RegionStart start -> regionStart(start);
        case Row.RegionEnd end -> out.println(coloured(DIM, rails(end.depth() - 1) + "└─"));
        case Row.Mapping mapping -> mapping(mapping);
        case Row.Gap gap -> gap(gap);
      }
    }
    out.println();
    legend();
  }

  private void regionStart(Row.RegionStart region) {
    out.println(
        coloured(DIM, rails(region.depth() - 1) + "┌─ ")
            + (region.kind() + " " + hex(region.firstPage()) + "-")
            + Long.toHexString(Pages.lastAddress(region.lastPage()))
            + (", " + Sizes.ofPages(region.pages()) + ", " + region.note()));
  }

  private void mapping(Row.Mapping mapping) {
    Piece piece = mapping.piece();
    Paint paint = Paint.of(piece.permissions());
    String address = padded(hex(piece.firstPage()), 16);
    int length =
        piece.pages() == 1
            ? 1
            : Math.max(1, (int) Math.round(log2(piece.pages()) / largestLog2 * barWidth));
    String bar = padded(String.valueOf(paint.shade).repeat(length), barWidth);
    String size = Sizes.ofPages(piece.pages());
    String line =
        (coloured(DIM, margin(mapping.depth())) + address + "  ")
            + coloured(paint.escape, padded(piece.letters(), 4))
            + ("  " + " ".repeat(Math.max(0, 8 - size.length())) + size + "  ")
            + (coloured(paint.escape, bar) + "  ")
            + coloured(DIM, column(entries(mapping.entries())));
    int used = marginWidth + BEFORE_BAR + barWidth + 2 + entriesWidth;
    out.println((line + name(mapping, Math.max(FEWEST_NAME, width - used))).stripTrailing());
  }

  /** The name, with a bracket around neighbours that show the same thing. */
  private String name(Row.Mapping mapping, int room) {
    String name = mapping.piece().name();
    return switch (mapping.part()) {
      case ALONE -> name.isEmpty() ? "" : "─ " + shortened(name, room - 2);
      case FIRST -> "┌ " + shortened(name, room - 2);
      case MIDDLE -> "│";
      case LAST -> "└";
    };
  }

  /** A long path loses its beginning, which says least, up to a slash if one is near. */
  private static String shortened(String name, int room) {
    if (name.length() <= room) {
      return name;
    }
    String end = name.substring(name.length() - room + 1);
    int slash = end.indexOf('/');
    return "…" + (slash > 0 && slash < end.length() / 2 ? end.substring(slash) : end);
  }

  private void gap(Row.Gap gap) {
    out.println(
        coloured(
            DIM,
            (margin(gap.depth()) + "┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  ")
                + (Sizes.ofPages(gap.pages()) + " " + gap.what())));
  }

  /** The column of entries, with the spaces behind it; nothing when there is no room for it. */
  private String column(String text) {
    return entriesWidth == 0 ? "" : padded(text, entriesWidth);
  }

  /** Which large leaves and how many small ones the page tables hold. */
  private static String entries(Row.Entries entries) {
    String small = entries.small() > 0 ? Sizes.grouped(entries.small()) : "";
    if (entries.large() == 0) {
      return small;
    }
    return entries.large()
        + ("×" + Sizes.ofPages(entries.largestPages()))
        + (small.isEmpty() ? "" : " + " + small);
  }

  private void legend() {
    EnumSet<Paint> used = EnumSet.noneOf(Paint.class);
    for (Row row : picture.rows()) {
      if (row instanceof Row.Mapping mapping) {
        used.add(Paint.of(mapping.piece().permissions()));
      }
    }
    StringBuilder line = new StringBuilder("  ");
    for (Paint paint : used) {
      line.append(coloured(paint.escape, String.valueOf(paint.shade).repeat(3)));
      line.append(' ').append(paint.meaning).append("   ");
    }
    out.println(line.toString().stripTrailing());
    if (entriesWidth > 0 && !picture.entries().isEmpty()) {
      Paragraph.print("  entries: ", picture.entries(), out);
    }
  }

  /** The lines of the regions around a row, two characters each. */
  private static String rails(int depth) {
    return "│ ".repeat(Math.clamp(depth, 0, DEEPEST_RAIL));
  }

  /** The lines of the regions around a row, filled up so that columns stay below each other. */
  private String margin(int depth) {
    return padded(rails(depth), marginWidth);
  }

  private static double log2(long value) {
    return Math.log(value) / Math.log(2);
  }

  private static String hex(long page) {
    return Long.toHexString(Pages.address(page));
  }

  private String coloured(String escape, String text) {
    return colours ? escape + text + PLAIN : text;
  }

  private static String padded(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }
}
