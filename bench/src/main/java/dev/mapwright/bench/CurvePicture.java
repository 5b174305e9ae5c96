package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Curves as SVG: both axes logarithmic, each curve with its quartiles as a band and its name at its
 * end, in its colour.
 */
final class CurvePicture {
  private static final int WIDTH = 1080;
  private static final int HEIGHT = 700;
  private static final int LEFT = 92;
  private static final int RIGHT = 846;
  private static final int TOP = 112;
  private static final int BOTTOM = 596;
  private static final int LABEL_HEIGHT = 36;

  /** Of the names, about; a curve that ends further right has its name above its end. */
  private static final double LETTER_WIDTH = 9;

  private final List<Curve> curves;
  private final LogAxis across;
  private final LogAxis up;
  private final StringBuilder out = new StringBuilder();

  private CurvePicture(List<Curve> curves) {
    this.curves = curves;
    double fastest =
        all(curves).stream().mapToDouble(point -> point.nanos().p25()).min().orElseThrow();
    double slowest =
        all(curves).stream().mapToDouble(point -> point.nanos().p75()).max().orElseThrow();
    int fewest = all(curves).stream().mapToInt(Curve.Point::n).min().orElseThrow();
    int most = all(curves).stream().mapToInt(Curve.Point::n).max().orElseThrow();
    across = LogAxis.around(fewest, most, LEFT, RIGHT);
    up = LogAxis.around(fastest, slowest, BOTTOM, TOP);
  }

  private static List<Curve.Point> all(List<Curve> curves) {
    return curves.stream().flatMap(curve -> curve.points().stream()).toList();
  }

  /**
   * Draws curves.
   *
   * @param curves at least one, each with a point
   * @param notes lines below the picture
   * @return the file's text
   */
  static String svg(List<Curve> curves, List<String> notes) {
    return new CurvePicture(curves).draw(notes);
  }

  private String draw(List<String> notes) {
    int height = HEIGHT + 18 * Math.max(0, notes.size() - 1);
    out.append(
        Table.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\" font-size=\"14\""
                + " font-family=\"ui-sans-serif, system-ui, 'DejaVu Sans', sans-serif\">\n",
            WIDTH, height, WIDTH, height));
    String title = "Unmapping one page at a random place and mapping it back";
    line("<title>%s</title>", title);
    line("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    text(LEFT, 40, "start", 21, "#1d2329", "600", title);
    text(
        LEFT,
        66,
        "start",
        14,
        "#5a6570",
        "400",
        "Time of a pair over the number of mappings in the space; both scales are logarithmic."
            + " Median, with the quartiles as a band.");
    grid();
    curves.forEach(this::band);
    curves.forEach(this::curve);
    labels();
    for (int i = 0; i < notes.size(); i++) {
      text(LEFT, HEIGHT - 20 + 18 * i, "start", 12, "#7a8490", "400", notes.get(i));
    }
    return out.append("</svg>\n").toString();
  }

  private void grid() {
    for (double n : across.between()) {
      vertical(n, "#f1f3f5");
    }
    for (double nanos : up.between()) {
      horizontal(nanos, "#f1f3f5");
    }
    for (double n : across.decades()) {
      vertical(n, "#d5dade");
      text(across.place(n), BOTTOM + 24, "middle", 14, "#3c464f", "400", Table.format("%,.0f", n));
    }
    for (double nanos : up.decades()) {
      horizontal(nanos, "#d5dade");
      text(LEFT - 10, up.place(nanos) + 5, "end", 14, "#3c464f", "400", time(nanos));
    }
    line(
        "<path d=\"M%d %dV%dH%d\" stroke=\"#8d98a5\" stroke-width=\"1.5\" fill=\"none\"/>",
        LEFT, TOP, BOTTOM, RIGHT);
    text((LEFT + RIGHT) / 2.0, BOTTOM + 50, "middle", 14, "#1d2329", "600", "mappings, n");
    text(LEFT - 72, TOP - 16, "start", 14, "#1d2329", "600", "time of a pair");
  }

  private void vertical(double n, String colour) {
    double x = across.place(n);
    line("<path d=\"M%.1f %dV%d\" stroke=\"%s\"/>", x, TOP, BOTTOM, colour);
  }

  private void horizontal(double nanos, String colour) {
    double y = up.place(nanos);
    line("<path d=\"M%d %.1fH%d\" stroke=\"%s\"/>", LEFT, y, RIGHT, colour);
  }

  private void band(Curve curve) {
    List<Curve.Point> points = curve.points();
    StringBuilder edge = new StringBuilder();
    for (Curve.Point point : points) {
      edge.append(corner(point.n(), point.nanos().p75()));
    }
    for (Curve.Point point : points.reversed()) {
      edge.append(corner(point.n(), point.nanos().p25()));
    }
    line(
        "<polygon points=\"%s\" fill=\"%s\" fill-opacity=\"0.16\"/>",
        edge.toString().strip(), curve.side().colour);
  }

  private void curve(Curve curve) {
    StringBuilder corners = new StringBuilder();
    for (Curve.Point point : curve.points()) {
      corners.append(corner(point.n(), point.nanos().median()));
    }
    line(
        "<polyline points=\"%s\" stroke=\"%s\" stroke-width=\"2.5\" stroke-linejoin=\"round\""
            + " fill=\"none\"/>",
        corners.toString().strip(), curve.side().colour);
    for (Curve.Point point : curve.points()) {
      line(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\" stroke=\"#ffffff\""
              + " stroke-width=\"1.5\"/>",
          across.place(point.n()), up.place(point.nanos().median()), curve.side().colour);
    }
  }

  private String corner(int n, double nanos) {
    return Table.format("%.1f,%.1f ", across.place(n), up.place(nanos));
  }

  /** A curve's name stands behind its end; names at the picture's edge make room for each other. */
  private void labels() {
    List<Curve> atEdge = new ArrayList<>();
    for (Curve curve : curves) {
      Curve.Point last = curve.points().getLast();
      if (across.place(last.n()) > RIGHT - 1) {
        atEdge.add(curve);
      } else {
        double x = across.place(last.n());
        double y = up.place(last.nanos().median());
        if (x + 14 + LETTER_WIDTH * curve.side().title.length() < RIGHT) {
          label(curve, x + 14, y - 16, "start");
        } else {
          label(curve, x, y - 32, "end");
        }
      }
    }
    atEdge.sort(Comparator.comparing(curve -> up.place(curve.points().getLast().nanos().median())));
    double[] places = new double[atEdge.size()];
    for (int i = 0; i < places.length; i++) {
      double own = up.place(atEdge.get(i).points().getLast().nanos().median());
      places[i] = i == 0 ? own : Math.max(own, places[i - 1] + LABEL_HEIGHT);
    }
    // Those that were pushed down pull the others up by half of it.
    double pushed = 0;
    for (int i = 0; i < places.length; i++) {
      double own = up.place(atEdge.get(i).points().getLast().nanos().median());
      pushed = Math.max(pushed, places[i] - own);
    }
    for (int i = 0; i < places.length; i++) {
      label(atEdge.get(i), RIGHT + 14, places[i] - pushed / 2, "start");
    }
  }

  private void label(Curve curve, double x, double y, String anchor) {
    Curve.Point last = curve.points().getLast();
    text(x, y, anchor, 14, curve.side().colour, "600", curve.side().title);
    text(
        x,
        y + 16,
        anchor,
        12,
        "#5a6570",
        "400",
        Table.format("%s at %,d", exactTime(last.nanos().median()), last.n()));
  }

  private void text(
      double x, double y, String anchor, int size, String colour, String weight, String text) {
    line(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\""
            + " font-weight=\"%s\" stroke=\"#ffffff\" stroke-width=\"4\" paint-order=\"stroke\""
            + " stroke-linejoin=\"round\">%s</text>",
        x, y, anchor, size, colour, weight, escaped(text));
  }

  private void line(String pattern, Object... values) {
    out.append(Table.format(pattern, values)).append('\n');
  }

  /** A round number of nanoseconds in the unit that makes it short. */
  static String time(double nanos) {
    return nanos >= 0.999e9
        ? Table.format("%,.0f s", nanos / 1e9)
        : nanos >= 0.999e6
            ? Table.format("%.0f ms", nanos / 1e6)
            : nanos >= 999 ? Table.format("%.0f µs", nanos / 1e3) : Table.format("%.0f ns", nanos);
  }

  private static String exactTime(double nanos) {
    return nanos >= 1e6
        ? Table.format("%.1f ms", nanos / 1e6)
        : nanos >= 1e3 ? Table.format("%.1f µs", nanos / 1e3) : Table.format("%.0f ns", nanos);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
