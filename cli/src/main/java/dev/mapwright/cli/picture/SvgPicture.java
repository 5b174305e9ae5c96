package dev.mapwright.cli.picture;

import dev.mapwright.cli.text.Sizes;
import dev.mapwright.core.Pages;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;

/**
 * A picture as SVG: low addresses on top, a box for each mapping that grows with the logarithm of
 * its size, a dotted line for each gap however large, a frame around each region, and a bracket
 * with the name beside neighbours that show the same thing. Few such neighbours, the segments of a
 * library say, share one row, the lowest on the left: a row for each would make the picture of a
 * process with many libraries twice as tall and tell no more.
 *
 * <p>It goes through the rows twice, because frames and brackets lie behind what they hold and end
 * where it ends: once to give each row its place, once to draw.
 */
public final class SvgPicture {
  /** A picture of more rows is cut: no viewer shows it, and nobody reads it. */
  static final int MOST_ROWS = 5_000;

  private static final int WIDTH = 1080;
  private static final int MARGIN = 32;
  private static final int ADDRESS_END = 172;
  private static final int BOX_START = 188;
  private static final int BOX_END = 660;
  private static final int NAME_START = 690;
  private static final int INDENT = 14;
  private static final int DEEPEST_INDENT = 10;
  private static final int TOP = 128;
  private static final int GAP_HEIGHT = 26;
  private static final int SHARED_HEIGHT = 40;
  private static final int NARROWEST_BOX = 76;
  private static final int REGION_START_HEIGHT = 28;
  private static final int REGION_END_HEIGHT = 10;
  private static final int MOST_NAME = 46;

  /** A longer title is written smaller. */
  private static final int LONGEST_TITLE = 76;

  private final Picture picture;
  private final String title;
  private final PrintWriter out;
  private final List<Row> rows;

  /** The top of each row, and behind them the bottom of the last. */
  private final int[] tops;

  private SvgPicture(Picture picture, String title, PrintWriter out) {
    this.picture = picture;
    this.title = title;
    this.out = out;
    this.rows =
        picture.rows().size() <= MOST_ROWS ? picture.rows() : picture.rows().subList(0, MOST_ROWS);
    this.tops = new int[rows.size() + 1];
    tops[0] = TOP;
    for (int i = 0; i < rows.size(); ) {
      int end = i + sharing(i);
      int bottom = tops[i] + (end == i + 1 ? height(rows.get(i)) : SHARED_HEIGHT);
      while (i < end) {
        i++;
        tops[i] = bottom;
      }
    }
  }

  /** How many mappings, from one on, are drawn side by side; 1 if it has its own row. */
  private int sharing(int first) {
    if (!(rows.get(first) instanceof Row.Mapping begin) || begin.part() != Row.Part.FIRST) {
      return 1;
    }
    int most = (boxEnd(begin.depth()) - boxStart(begin.depth())) / NARROWEST_BOX;
    for (int i = first; i < Math.min(first + most, rows.size()); i++) {
      if (!(rows.get(i) instanceof Row.Mapping mapping) || mapping.entries().large() > 0) {
        break;
      }
      if (mapping.part() == Row.Part.LAST) {
        return i - first + 1;
      }
    }
    return 1;
  }

  /**
   * Writes a picture.
   *
   * @param picture what to show
   * @param title the heading
   * @param out where to
   */
  public static void print(Picture picture, String title, PrintWriter out) {
    new SvgPicture(picture, title, out).print(0);
  }

  /**
   * Writes pictures into one, below each other.
   *
   * @param pictures what to show, at least one
   * @param out where to
   */
  public static void printAll(List<Titled> pictures, PrintWriter out) {
    if (pictures.size() == 1) {
      print(pictures.getFirst().picture(), pictures.getFirst().title(), out);
      return;
    }
    List<SvgPicture> all = new ArrayList<>();
    int height = 0;
    for (Titled titled : pictures) {
      SvgPicture one = new SvgPicture(titled.picture(), titled.title(), out);
      all.add(one);
      height += one.height();
    }
    out.println(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + height)
            + ("\" viewBox=\"0 0 " + WIDTH + " " + height + "\">"));
    int top = 0;
    for (SvgPicture one : all) {
      one.print(top);
      top += one.height();
    }
    out.println("</svg>");
  }

  /**
   * A picture and its heading.
   *
   * @param title the heading
   * @param picture what is below it
   */
  public record Titled(String title, Picture picture) {}

  private boolean cut() {
    return rows.size() < picture.rows().size();
  }

  private int height() {
    return tops[rows.size()] + MARGIN + (cut() ? 24 : 0);
  }

  private static int height(Row row) {
    return switch (row) {
      case Row.RegionStart start -> REGION_START_HEIGHT;
      case Row.RegionEnd end -> REGION_END_HEIGHT;
      case Row.Gap gap -> GAP_HEIGHT;
      case Row.Mapping mapping ->
          24 + Math.min(40, 2 * (63 - Long.numberOfLeadingZeros(mapping.piece().pages())));
    };
  }

  /** Prints it, so far below the top of what is around it. */
  private void print(int y) {
    int height = height();
    out.println(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\"" + (y == 0 ? "" : " y=\"" + y + "\""))
            + (" width=\"" + WIDTH + "\" height=\"" + height)
            + ("\" viewBox=\"0 0 " + WIDTH + " " + height + "\" font-size=\"12\"")
            + " font-family=\"ui-sans-serif, system-ui, 'DejaVu Sans', sans-serif\">");
    out.println("<title>" + escaped(title) + "</title>");
    out.println(
        "<style>.m{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}"
            + ".e{text-anchor:end}.c{text-anchor:middle}.q{fill:#7a8490}</style>");
    out.println("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
    heading();
    frames();
    for (int i = 0; i < rows.size(); ) {
      int count = sharing(i);
      if (count > 1) {
        sideBySide(i, count);
      } else {
        switch (rows.get(i)) {
          case Row.RegionStart start -> regionStart(start, tops[i]);
          case Row.RegionEnd end -> {}
          case Row.Gap gap -> gap(gap, tops[i]);
          case Row.Mapping mapping -> mapping(mapping, tops[i], tops[i + 1]);
        }
      }
      i += count;
    }
    names();
    if (cut()) {
      text(
          BOX_START,
          tops[rows.size()] + 22,
          "q",
          Sizes.grouped(picture.rows().size() - rows.size()) + " further rows are left out");
    }
    out.println("</svg>");
  }

  private void heading() {
    int size = Math.clamp(20 * LONGEST_TITLE / Math.max(1, title.length()), 8, 20);
    out.println(
        ("<text x=\"" + MARGIN + "\" y=\"44\" font-size=\"" + size + "\" font-weight=\"600\"")
            + (" fill=\"#1d2329\">" + escaped(title) + "</text>"));
    text(
        MARGIN,
        68,
        "q",
        picture.contents()
            + "; a box grows by a step when its size doubles; what shows one file may share a row");
    if (!picture.entries().isEmpty()) {
      text(MARGIN, 120, "q", "entries: " + picture.entries());
    }
    EnumSet<Paint> used = EnumSet.noneOf(Paint.class);
    for (Row row : rows) {
      if (row instanceof Row.Mapping mapping) {
        used.add(Paint.of(mapping.piece().permissions()));
      }
    }
    int x = MARGIN;
    for (Paint paint : used) {
      out.println(
          ("<rect x=\"" + x + "\" y=\"86\" width=\"14\" height=\"14\" rx=\"3\" fill=\"")
              + (paint.soft + "\" stroke=\"" + paint.strong + "\"/>"));
      text(x + 20, 97, "", paint.meaning);
      x += 42 + 7 * paint.meaning.length();
    }
  }

  /** Frames of regions, the outer ones first. */
  private void frames() {
    Deque<Integer> open = new ArrayDeque<>();
    int[] ends = new int[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i) instanceof Row.RegionStart) {
        open.push(i);
        ends[i] = tops[rows.size()];
      } else if (rows.get(i) instanceof Row.RegionEnd && !open.isEmpty()) {
        ends[open.pop()] = tops[i + 1] - 4;
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i) instanceof Row.RegionStart start) {
        int x = boxStart(start.depth()) - 8;
        int right = boxEnd(start.depth()) + 8;
        out.println(
            ("<rect x=\"" + x + "\" y=\"" + (tops[i] + 2) + "\" width=\"" + (right - x))
                + ("\" height=\"" + (ends[i] - tops[i] - 2) + "\" rx=\"8\" fill=\"#f6f7f9\"")
                + " stroke=\"#8d98a5\" stroke-width=\"1.5\"/>");
      }
    }
  }

  private void regionStart(Row.RegionStart region, int top) {
    address(region.firstPage(), top + 19);
    int x = boxStart(region.depth()) + 4;
    text(
        x,
        top + 19,
        "q",
        region.kind() + ", " + Sizes.ofPages(region.pages()) + ", " + region.note());
  }

  private void gap(Row.Gap gap, int top) {
    int x = (boxStart(gap.depth()) + boxEnd(gap.depth())) / 2;
    String label = Sizes.ofPages(gap.pages()) + " " + gap.what();
    int half = 4 * label.length() + 8;
    int y = top + GAP_HEIGHT / 2;
    out.println(
        ("<path d=\"M" + (boxStart(gap.depth()) + 6) + " " + y + "H" + (x - half) + "M")
            + ((x + half) + " " + y + "H" + (boxEnd(gap.depth()) - 6))
            + "\" stroke=\"#b6bec7\" stroke-dasharray=\"2 5\" fill=\"none\"/>");
    text(x, y + 4, "q c", label);
  }

  private void mapping(Row.Mapping mapping, int top, int bottom) {
    Piece piece = mapping.piece();
    Paint paint = Paint.of(piece.permissions());
    int x = boxStart(mapping.depth());
    int right = boxEnd(mapping.depth());
    int y = (top + bottom) / 2 + 4;
    address(piece.firstPage(), y);
    out.println(
        ("<rect x=\"" + x + "\" y=\"" + (top + 1) + "\" width=\"" + (right - x))
            + ("\" height=\"" + (bottom - top - 2) + "\" rx=\"4\" fill=\"" + paint.soft)
            + ("\" stroke=\"" + paint.strong + "\"/>"));
    out.println(
        ("<text class=\"m\" x=\"" + (x + 12) + "\" y=\"" + y + "\" fill=\"" + paint.strong)
            + ("\" font-weight=\"600\">" + escaped(piece.letters()) + "</text>"));
    text(right - 12, y, "e", Sizes.ofPages(piece.pages()));
    Row.Entries entries = mapping.entries();
    if (entries.large() > 0) {
      badge(
          x + 60,
          (top + bottom) / 2,
          entries.large() + " × " + Sizes.ofPages(entries.largestPages()),
          paint);
    } else if (entries.small() > 0) {
      text(x + 60, y, "q", entries(entries.small()));
    }
  }

  /** Neighbours in one row; where each lies and what the tables hold of it, a viewer shows. */
  private void sideBySide(int first, int count) {
    int top = tops[first];
    for (int i = 0; i < count; i++) {
      Row.Mapping mapping = (Row.Mapping) rows.get(first + i);
      Piece piece = mapping.piece();
      Paint paint = Paint.of(piece.permissions());
      int width = boxEnd(mapping.depth()) - boxStart(mapping.depth());
      int x = boxStart(mapping.depth()) + width * i / count;
      int right = boxStart(mapping.depth()) + width * (i + 1) / count;
      if (i == 0) {
        address(piece.firstPage(), top + SHARED_HEIGHT / 2 + 4);
      }
      out.println(
          ("<g><title>" + Long.toHexString(Pages.address(piece.firstPage())))
              + (", " + entries(mapping.entries().small()) + "</title>"));
      out.println(
          ("<rect x=\""
                  + x
                  + "\" y=\""
                  + (top + 1)
                  + "\" width=\""
                  + (i == count - 1 ? right - x : right - x - 2))
              + ("\" height=\"" + (SHARED_HEIGHT - 2) + "\" rx=\"4\" fill=\"" + paint.soft)
              + ("\" stroke=\"" + paint.strong + "\"/>"));
      out.println(
          ("<text class=\"m\" x=\"" + (x + 10) + "\" y=\"" + (top + 17) + "\" fill=\"")
              + (paint.strong + "\" font-weight=\"600\">" + escaped(piece.letters()) + "</text>"));
      text(x + 10, top + 32, "", Sizes.ofPages(piece.pages()));
      out.println("</g>");
    }
  }

  private static String entries(long count) {
    return Sizes.count(count, "entry", "entries");
  }

  private void badge(int x, int middle, String label, Paint paint) {
    out.println(
        ("<rect x=\"" + x + "\" y=\"" + (middle - 9) + "\" width=\"" + (16 + 7 * label.length()))
            + ("\" height=\"18\" rx=\"9\" fill=\"" + paint.strong + "\"/>"));
    out.println(
        ("<text x=\"" + (x + 8) + "\" y=\"" + (middle + 4) + "\" fill=\"#ffffff\">")
            + (escaped(label) + "</text>"));
  }

  /** A bracket and a name beside each run of neighbours, a name alone beside a single one. */
  private void names() {
    int runTop = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (!(rows.get(i) instanceof Row.Mapping mapping)) {
        continue;
      }
      boolean begins = mapping.part() == Row.Part.ALONE || mapping.part() == Row.Part.FIRST;
      boolean ends = mapping.part() == Row.Part.ALONE || mapping.part() == Row.Part.LAST;
      runTop = begins ? tops[i] : runTop;
      if (!mapping.piece().name().isEmpty() && (ends || i == rows.size() - 1)) {
        int bottom = tops[i + 1];
        out.println(
            ("<path d=\"M" + (BOX_END + 14) + " " + (runTop + 4) + "h5V" + (bottom - 4) + "h-5\"")
                + " stroke=\"#8d98a5\" fill=\"none\"/>");
        text(NAME_START, (runTop + bottom) / 2 + 4, "", shortened(mapping.piece().name()));
      }
    }
  }

  /** A long path loses its beginning, which says least. */
  private static String shortened(String name) {
    return name.length() <= MOST_NAME ? name : "…" + name.substring(name.length() - MOST_NAME + 1);
  }

  private void address(long page, int y) {
    text(ADDRESS_END, y, "m e q", Long.toHexString(Pages.address(page)));
  }

  private void text(int x, int y, String classes, String text) {
    out.println(
        ("<text x=\"" + x + "\" y=\"" + y + "\"")
            + (classes.isEmpty() ? " fill=\"#1d2329\"" : " class=\"" + classes + "\"")
            + (">" + escaped(text) + "</text>"));
  }

  private static int boxStart(int depth) {
    return BOX_START + INDENT * Math.min(depth, DEEPEST_INDENT);
  }

  private static int boxEnd(int depth) {
    return BOX_END - INDENT * Math.min(depth, DEEPEST_INDENT);
  }

  /** Names come from recordings, so they may hold anything: also what XML forbids. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        case '"' -> escaped.append("&quot;");
        default ->
            escaped.append(
                c < ' ' || c >= '\uD800' && c <= '\uDFFF' || c >= '\uFFFE' ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }
}
