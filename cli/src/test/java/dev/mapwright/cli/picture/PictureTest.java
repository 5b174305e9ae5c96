package dev.mapwright.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

class PictureTest {
  private final SimulatedMachine machine = SimulatedMachine.create(64L << 20);
  private final AddressSpace space = AddressSpace.create(machine, "space", 1, 0x7FFFFFFFEL).get();

  @TempDir Path folder;

  @AfterEach
  void close() {
    space.close();
    machine.close();
  }

  private static String printed(Consumer<PrintWriter> picture) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    picture.accept(out);
    out.flush();
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  private static Region region(Region parent, long first, long pages, int capability) {
    RegionRequest request = new RegionRequest().pages(pages).capability(capability);
    request.where().at(first);
    parent.allocate(request).orThrow();
    return request.region();
  }

  private static void map(Region region, MemoryObject object, long first, int permissions) {
    MapRequest request =
        new MapRequest()
            .object(object, 0)
            .pages(object.pages())
            .permissions(permissions)
            .installPresent(true);
    request.where().at(first);
    region.map(request).orThrow();
    object.release();
  }

  /** A space with regions in regions, a large leaf, every kind of permission, and gaps. */
  private List<Piece> furnish() {
    Region outer = region(space.root(), 0x100000, 0x1000, Permissions.READ_WRITE);
    Region inner = region(outer, 0x100800, 0x100, Permissions.READ);
    map(space.root(), MemoryObject.paged(machine, 1).get(), 0x10, Permissions.ALL);
    map(outer, MemoryObject.paged(machine, 4).get(), 0x100000, Permissions.READ_WRITE);
    map(inner, MemoryObject.paged(machine, 0x80).get(), 0x100800, Permissions.READ);
    Frames.RunRequest run = new Frames.RunRequest(1024, 9, 0, Pages.LAST_PAGE, 0, Frames.ANY_NODE);
    map(
        space.root(),
        MemoryObject.contiguous(machine, run).get(),
        0x200000,
        Permissions.READ_EXECUTE);
    map(space.root(), MemoryObject.paged(machine, 1).get(), 0x7FFFFFFFEL, Permissions.NONE);
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    cpu.store(0x10000, 8, 1);
    cpu.attach(null);
    return SpacePicture.pieces(space);
  }

  @Test
  void regions_mappings_gaps_and_large_leaves_are_in_the_picture_for_a_terminal() {
    Picture picture = SpacePicture.of(space, furnish());
    String text = printed(out -> TextPicture.print(picture, "a space", 100, false, out));
    assertThat(text).isEqualTo(EXPECTED);
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  private static final String EXPECTED =
      """
      a space
      5 mappings in 2 regions, 4.5 MiB of 128 TiB

          address           perm      size  log size                                  entries  what
          ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  60 KiB free
          10000             rwx      4 KiB  ▚                                         1        ─ object 2
          ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  4 GiB free
      ┌─ region 100000000-100ffffff, 16 MiB, may hold rw-
      │   100000000         rw-     16 KiB  ████████                                           ─ object 4
      │   ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  8 MiB free
      │ ┌─ region 100800000-1008fffff, 1 MiB, may hold r--
      │ │ 100800000         r--    512 KiB  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░                       ─ object 6
      │ │ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  512 KiB free
      │ └─
      │   ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  7 MiB free
      └─
          ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  4 GiB free
          200000000         r-x      4 MiB  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓  2×2 MiB  ─ object 8
          ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  128 TiB free
          7fffffffe000      ---      4 KiB  ·                                                  ─ object 10

        ··· no access   ░░░ read   ███ read and write   ▓▓▓ code   ▚▚▚ writable code
      """;

  @Test
  void colours_are_escape_sequences_and_nothing_else_differs() {
    Picture picture = SpacePicture.of(space, furnish());
    String plain = printed(out -> TextPicture.print(picture, "a space", 120, false, out));
    String coloured = printed(out -> TextPicture.print(picture, "a space", 120, true, out));
    assertThat(plain).doesNotContain("\033");
    assertThat(coloured).contains("\033[");
    assertThat(coloured.replaceAll("\033\\[\\d+m", "").replaceAll("(?m) +$", ""))
        .isEqualTo(plain.replaceAll("(?m) +$", ""));
  }

  @Test
  void an_svg_is_xml_and_holds_every_mapping_region_and_gap() throws Exception {
    Picture picture = SpacePicture.of(space, furnish());
    String svg = printed(out -> SvgPicture.print(picture, "a <space> & more", out));
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertThat(document.getDocumentElement().getTextContent())
        .contains("a <space> & more")
        .contains("region, 16 MiB, may hold rw-")
        .contains("region, 1 MiB, may hold r--")
        .contains("2 × 2 MiB")
        .contains("object ")
        .contains(" free");
    save(svg);
  }

  /** Kept for people who want to see it; the build folder is never in git. */
  private static void save(String svg) throws IOException {
    Path target = Path.of("target");
    if (Files.isDirectory(target)) {
      Files.writeString(target.resolve("picture.svg"), svg);
    }
  }

  @Test
  void the_segments_of_a_library_share_a_row_of_an_svg_and_many_neighbours_do_not() {
    int one = heightOf(segments(1));
    int five = heightOf(segments(5));
    assertThat(five).isLessThan(one + 30);
    assertThat(heightOf(segments(7))).isGreaterThan(one + 6 * 20);

    String svg = svgOf(segments(5));
    assertThat(svg.split("<rect x=\"\\d+\" y=\"\\d+\" width=\"9[0-9]\"", -1)).hasSize(5 + 1);
    assertThat(svg).contains("<title>104000, 0 entries</title>").containsOnlyOnce(">lib.so<");
  }

  private static List<Piece> segments(int count) {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int permissions = i % 2 == 0 ? Permissions.READ : Permissions.READ_EXECUTE;
      pieces.add(new Piece(0x100 + i, 0x100 + i, permissions, "r-" + i, "lib.so"));
    }
    return pieces;
  }

  private String svgOf(List<Piece> pieces) {
    return printed(out -> SvgPicture.print(SpacePicture.of(space, pieces), "x", out));
  }

  private int heightOf(List<Piece> pieces) {
    return Integer.parseInt(svgOf(pieces).replaceAll("(?s)^<svg [^>]* height=\"(\\d+)\".*", "$1"));
  }

  @Test
  void a_picture_of_very_many_mappings_is_cut_in_svg_and_says_so() {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      pieces.add(new Piece(0x100 + 2L * i, 0x100 + 2L * i, Permissions.READ, "r--", "x"));
    }
    String svg = printed(out -> SvgPicture.print(SpacePicture.of(space, pieces), "many", out));
    assertThat(svg).contains("3,001 further rows are left out");
  }

  @Test
  void names_that_xml_forbids_are_made_harmless() {
    assertThat(SvgPicture.escaped("a<b>&\"\u0001\uD800")).isEqualTo("a&lt;b&gt;&amp;&quot;��");
  }

  @Test
  void an_empty_space_is_one_gap() {
    Picture picture = SpacePicture.of(space, List.of());
    assertThat(picture.rows()).containsExactly(new Row.Gap(0, 1, 0x7FFFFFFFEL, "free"));
    assertThat(printed(out -> TextPicture.print(picture, "empty", 80, false, out)))
        .contains("0 mappings, 0 KiB of 128 TiB")
        .contains("128 TiB free");
  }

  @Test
  void a_walk_shows_each_level_down_to_the_leaf() {
    List<Piece> pieces = furnish();
    String walk =
        printed(out -> WalkPicture.print(space, 0x10008, pieces.getFirst(), "x86-64", out));
    assertThat(walk)
        .contains("  000000000   000000000   000000000   000010000   000000001000\n")
        .containsPattern("\n  4 .* table at 0x")
        .containsPattern("\n  1 .* leaf at 0x[0-9a-f]+ rwx cached, accessed, dirty")
        .contains("a write    succeeds by this entry");
  }

  @Test
  void a_walk_that_ends_early_says_why() {
    List<Piece> pieces = furnish();
    String absent =
        printed(out -> WalkPicture.print(space, 0x100001008L, pieces.get(1), "x86-64", out));
    assertThat(absent)
        .contains("not present")
        .contains("physical   none yet")
        .contains("a read     succeeds, after a fault that ")
        .contains("a fetch    faults: the mapping's permissions do not allow it");
    String nothing = printed(out -> WalkPicture.print(space, 0x30000, null, "x86-64", out));
    assertThat(nothing).contains("mapping    none").doesNotContain("physical");
    String odd = printed(out -> WalkPicture.print(space, 1L << 60, null, "x86-64", out));
    assertThat(odd).contains("it is not canonical");
  }

  @Test
  void a_walk_to_a_large_leaf_is_shorter() {
    List<Piece> pieces = furnish();
    String walk =
        printed(out -> WalkPicture.print(space, 0x200000123L, pieces.get(3), "x86-64", out));
    assertThat(walk).containsPattern("\n  2 .* 2 MiB +leaf at 0x").doesNotContain("\n  1 ");
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 70, 80, 100, 160, 240})
  void no_line_is_wider_than_the_terminal(int width) {
    String name =
        "/usr/lib/some/where/deep/in/the/file/system/with/a/very/long/name/libexample.so.6";
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      long first = 0x7FF00000L + (1L << 2 * i + 2);
      pieces.add(new Piece(first, first + (1L << i) - 1, i % 8, "rwxp", i % 3 == 0 ? "" : name));
    }
    Picture picture = SpacePicture.of(space, pieces);
    String text = printed(out -> TextPicture.print(picture, "wide", width, false, out));
    List<String> lines = text.lines().toList();
    assertThat(lines.subList(0, lines.size() - 1)) // the legend wraps harmlessly
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
    assertThat(text).contains("libexample.so.6".substring(5)).contains("░");
  }
}
