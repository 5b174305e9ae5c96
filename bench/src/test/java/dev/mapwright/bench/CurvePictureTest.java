package dev.mapwright.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class CurvePictureTest {
  private static final List<Curve> CURVES =
      List.of(
          curve(Curve.Side.KERNEL, 2_000, 10, 100, 60_000),
          curve(Curve.Side.DENSE, 150, 10, 1_000_000),
          curve(Curve.Side.SCATTERED, 155, 10, 1_000_000));

  @Test
  void the_picture_has_every_point_at_its_place() throws Exception {
    List<Element> points = elements("circle");
    assertThat(points).hasSize(7);
    // The horizontal axis has five decades: 100 lies at a fifth of it, and 10 at its beginning.
    double ten = number(points.get(0), "cx");
    double hundred = number(points.get(1), "cx");
    double million = number(points.get(4), "cx");
    assertThat(hundred - ten).isCloseTo((million - ten) / 5, within(0.2));
    assertThat(number(points.get(3), "cx")).isEqualTo(ten);
    // Faster is lower.
    assertThat(number(points.get(3), "cy")).isGreaterThan(number(points.get(0), "cy"));
  }

  @Test
  void axes_are_labelled_in_units_and_curves_by_name() throws Exception {
    assertThat(texts())
        .contains("10", "100", "100,000", "1,000,000", "100 ns", "1 µs", "mappings, n")
        .contains("Mapwright, dense", "Mapwright, scattered", "2.0 µs at 60,000", "a < b & c");
  }

  @Test
  void names_do_not_lie_upon_each_other() throws Exception {
    List<Element> names =
        elements("text").stream()
            .filter(text -> text.getTextContent().startsWith("Mapwright"))
            .toList();
    assertThat(Math.abs(number(names.get(0), "y") - number(names.get(1), "y")))
        .isGreaterThanOrEqualTo(36);
  }

  @Test
  void an_axis_gives_each_decade_the_same_room() {
    LogAxis axis = new LogAxis(50, 5_000_000, 600, 100);
    assertThat(axis.place(50)).isEqualTo(600);
    assertThat(axis.place(5_000_000)).isEqualTo(100);
    assertThat(axis.place(5_000)).isCloseTo(400, within(1e-6));
    assertThat(axis.decades()).containsExactly(100.0, 1e3, 1e4, 1e5, 1e6);
    assertThat(axis.between())
        .startsWith(50.0, 60.0)
        .contains(90.0)
        .endsWith(4e6, 5e6)
        .doesNotContain(40.0, 1e3);
  }

  @Test
  void an_axis_begins_and_ends_at_round_values_around_what_is_on_it() {
    LogAxis axis = LogAxis.around(79, 2_700_000, 0, 1);
    assertThat(axis.low()).isCloseTo(50, within(1e-6));
    assertThat(axis.high()).isCloseTo(5_000_000, within(1e-3));
    LogAxis round = LogAxis.around(10, 1_000_000, 0, 1);
    assertThat(round.low()).isCloseTo(10, within(1e-6));
    assertThat(round.high()).isCloseTo(1_000_000, within(1e-3));
  }

  @Test
  void times_are_in_the_unit_that_is_short() {
    assertThat(List.of(10.0, 1e3, 1e5, 1e6, 1e9).stream().map(CurvePicture::time))
        .containsExactly("10 ns", "1 µs", "100 µs", "1 ms", "1 s");
  }

  @Test
  void points_go_from_ten_to_a_million_and_of_unicorn_one_a_decade_to_a_thousand() {
    assertThat(Curves.COUNTS).isSorted().startsWith(10).endsWith(1_000_000);
    assertThat(Curves.COUNTS).contains(100, 1_000, 10_000, 60_000, 100_000);
    assertThat(Curves.COUNTS.stream().filter(n -> Curves.wanted(Curve.Side.UNICORN, n)))
        .containsExactly(10, 100, 1_000);
    for (Curve.Side side : List.of(Curve.Side.DENSE, Curve.Side.SCATTERED, Curve.Side.KERNEL)) {
      assertThat(Curves.COUNTS).allMatch(n -> Curves.wanted(side, n));
    }
  }

  private static Curve curve(Curve.Side side, double nanos, int... counts) {
    List<Curve.Point> points = new ArrayList<>();
    for (int n : counts) {
      points.add(new Curve.Point(n, new Quartiles(nanos * 0.9, nanos, nanos * 1.1)));
    }
    return new Curve(side, points);
  }

  private static Document picture() throws Exception {
    String svg = CurvePicture.svg(CURVES, List.of("a < b & c"));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> elements(String tag) throws Exception {
    NodeList nodes = picture().getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<String> texts() throws Exception {
    return elements("text").stream().map(Element::getTextContent).toList();
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }
}
