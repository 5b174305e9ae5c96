package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IommuReplayTest {
  private static final Path RECORDING = Session.ROOT.resolve("examples/traces/iommu-nvme");
  private static final List<String> FILES =
      List.of(
          "tables.json", "tables.bin.gz", "live.txt", "live-maps.txt", "events-domains.trace.gz");

  @TempDir private Path folder;

  private static byte[] read(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return in.readAllBytes();
    }
  }

  private static String text(Path file) throws IOException {
    return new String(read(file), StandardCharsets.UTF_8);
  }

  /** A copy of the smaller recording. */
  private Path copy() throws IOException {
    for (String file : FILES) {
      Files.write(
          folder.resolve(file.replace(".gz", "")), read(RECORDING.resolve("scalable/" + file)));
    }
    return folder;
  }

  /** A copy of which one file's text is changed. */
  private Session changed(String file, UnaryOperator<String> change) throws IOException {
    Path changed = copy().resolve(file);
    String before = Files.readString(changed, StandardCharsets.UTF_8);
    String after = change.apply(before);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(changed, after);
    return Session.of("replay", folder.toString());
  }

  private static UnaryOperator<String> withoutLine(String part) {
    return text -> {
      int at = text.indexOf(part);
      int start = text.lastIndexOf('\n', at) + 1;
      return text.substring(0, start) + text.substring(text.indexOf('\n', at) + 1);
    };
  }

  @Test
  void what_a_kernel_did_with_an_iommu_is_confirmed() {
    Session session = Session.of("replay", RECORDING.toString());
    assertThat(session.err()).isEmpty();
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out())
        .contains("legacy mode, 20 tables, 5 devices; a CPU's, 461 tables")
        .contains("4,931 maps, 1,941 unmaps, 1,941 flushes, 5 attachments of devices, in 3 domains")
        .contains("live     all 15,463 pages")
        .contains("events   all 6,872 maps and unmaps")
        .contains("flushes  all 1,941 recorded unmaps")
        .contains("end      all 7,271 pages")
        .contains("maps     all 7,271 pages")
        .contains("own      all 7,271 pages")
        .contains("tlb      all 76,392 entries")
        .contains("mem      all 66,159 ranges")
        .endsWith("\nThe engine and the kernel agree.\n");
  }

  @Test
  void scalable_mode_is_confirmed_and_told_as_json() {
    Session session =
        Session.of("replay", RECORDING.resolve("scalable").toString(), "--format", "json");
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out())
        .contains("\"agrees\" : true")
        .contains("\"mode\" : \"scalable\"")
        .contains("\"maps\" : 4755")
        .contains("there is no cpu-tables.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // another frame, another permission, a page too many, none
        "live.txt|0x8c00000 r|0x8e00000 r|live",
        "live.txt|0x8c00000 r|0x8c00000 rw|live",
        "live.txt|00:1f.3|00:1e.3|live",
        "live-maps.txt|0x8c00000 0x5|0x8c00000 0x6|maps",
        "live-maps.txt|0x200000 0x8c00000|0x100000 0x8c00000|maps"
      })
  void what_a_list_says_otherwise_is_found(String file, String from, String to, String subject)
      throws IOException {
    Session session = changed(file, text -> text.replaceFirst(from, to));
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.out())
        .containsPattern("(?m)^" + subject + " .* DIFFER, for example:$")
        .endsWith("\nThe engine and the kernel DIFFER.\n");
  }

  @Test
  void a_map_that_was_not_recorded_is_found_by_its_unmap_or_in_the_end() throws IOException {
    Session session =
        changed(
            "events-domains.trace",
            text -> {
              String once = withoutLine("k_map: (__iommu_map").apply(text);
              once = withoutLine("k_mappages").apply(once);
              return withoutLine(" map: IOMMU").apply(once);
            });
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.out()).containsPattern("(?m)^end .* DIFFER");
  }

  @Test
  void a_flush_that_is_missing_is_found() throws IOException {
    Session session = changed("events-domains.trace", withoutLine("k_flush: "));
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.out())
        .contains("flushes  1,940 of 1,941 recorded unmaps")
        .contains("1 DIFFER")
        .containsPattern("line \\d+: the unmap at 0x[0-9a-f]+ is not flushed when line \\d+ maps");
  }

  @Test
  void a_flush_of_another_domain_or_beside_what_was_unmapped_does_not_count() throws IOException {
    Session session = changed("events-domains.trace", text -> text.replaceFirst("did=3", "did=4"));
    assertThat(session.out()).contains("flushes  1,940 of 1,941");
    session = changed("events-domains.trace", text -> text.replaceFirst("addr=0xf", "addr=0xe"));
    assertThat(session.out()).contains("flushes  1,940 of 1,941");
  }

  @Test
  void an_entry_that_was_changed_is_found_by_the_list_and_by_the_events() throws IOException {
    Path tables = copy().resolve("tables.bin");
    byte[] bytes = Files.readAllBytes(tables);
    int entry = 0;
    for (int at = 0; at < bytes.length; at += 8) {
      // A read-only leaf of 2 MiB.
      if ((bytes[at] & 0xFF) == 0x81 && bytes[at + 3] != 0 && bytes[at + 4] == 0) {
        entry = at;
      }
    }
    assertThat(entry).isPositive();
    bytes[entry] |= 2;
    Files.write(tables, bytes);
    Session session = Session.of("replay", folder.toString());
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.out())
        .containsPattern("(?m)^live .*512 DIFFER")
        .containsPattern("(?m)^end .*512 DIFFER")
        .containsPattern("(?m)^own .*512 DIFFER");
  }

  @Test
  void without_a_trace_the_tables_are_made_anew_and_compared() throws IOException {
    Files.delete(copy().resolve("events-domains.trace"));
    Session session = Session.of("replay", folder.toString());
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out())
        .contains("own      all 7,271 pages")
        .contains("not compared: maps and unmaps: there is no events-domains.trace");
  }

  @Test
  void events_that_name_no_domain_are_replayed_in_one() throws IOException {
    String events = text(RECORDING.resolve("scalable/events-domains.trace.gz"));
    Files.delete(copy().resolve("events-domains.trace"));
    StringBuilder plain = new StringBuilder();
    events
        .lines()
        .filter(line -> !line.contains(": k_"))
        .forEach(line -> plain.append(line).append('\n'));
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("events.trace.gz")))) {
      out.write(plain.toString().getBytes(StandardCharsets.UTF_8));
    }
    Session session = Session.of("replay", folder.toString());
    assertThat(session.out())
        .contains("in 1 domain")
        .contains("end      all 7,271 pages")
        .contains("not compared: flushes: the trace holds none");
    assertThat(session.code()).isEqualTo(Main.OK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tables.json|\"rtaddr\"|\"rootaddr\"",
        "tables.json|\"index\": 3,|\"index\": 30000,",
        "tables.json|\"pa\": \"0x|\"pa\": \"0xffffffff",
        "live.txt|00:03.0 |00:03.0 0x5 ",
        "live-maps.txt|0x5|five",
        "events-domains.trace|paddr=0x|paddr=x",
        "events-domains.trace|size=4096 unmapped|size=4097 unmapped",
        "events-domains.trace|k_map: |k_mop: ",
        "events-domains.trace|order=0|order=77",
        "events-domains.trace|entries-written: 2|entries-written: 1",
        "events-domains.trace|\\[001\\] |[001"
      })
  void what_is_not_as_described_is_refused_in_one_line(String file, String from, String to)
      throws IOException {
    Session session = changed(file, text -> text.replaceFirst(from, to));
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).contains(file).contains("expected ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tables.json",
        "tables.bin.gz",
        "live.txt",
        "live-maps.txt",
        "events-domains.trace.gz"
      })
  void a_truncated_or_empty_file_is_refused_in_one_line_or_differs(String file) throws IOException {
    for (String name : FILES) {
      byte[] bytes = Files.readAllBytes(RECORDING.resolve("scalable").resolve(name));
      Files.write(folder.resolve(name), bytes);
    }
    byte[] whole = Files.readAllBytes(folder.resolve(file));
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 9}) {
      Files.write(folder.resolve(file), java.util.Arrays.copyOf(whole, length));
      Session session = Session.of("replay", folder.toString());
      assertThat(session.code()).isIn(1, Main.USAGE);
      assertThat(session.err()).doesNotContain("\tat ");
      if (session.code() == Main.USAGE) {
        assertThat(session.err()).hasLineCount(1);
      } else {
        assertThat(session.out()).contains("DIFFER");
      }
    }
  }

  @Test
  void sizes_that_nobody_has_are_refused_before_memory_or_time_is_spent() throws IOException {
    String domain = "domain=0xffff8eec16fe6950";
    String line = "  init-1  [000] .....  20.000001: ";
    Session session =
        changed(
            "events-domains.trace",
            text ->
                text
                    + (line + "k_map: (f+0x0/0x1) " + domain)
                    + " iova=0x100000000000 paddr=0x0 size=0x400000000000 prot=0x3\n"
                    + (line + "map: IOMMU: iova=0x0000100000000000 - 0x0000500000000000")
                    + " paddr=0x0000000000000000 size=70368744177664\n");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("pages mapped at once").hasLineCount(1);
  }

  @Test
  void options_for_programs_are_refused() {
    Session session = Session.of("replay", RECORDING.toString(), "--pid", "1");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("--pid is for recordings of programs");
  }

  @Test
  void nothing_is_not_confirmed() throws IOException {
    Files.writeString(
        folder.resolve("tables.json"),
        "{\"rtaddr\": \"0x1000\", \"pages\": [], \"devices\": [{\"bdf\": \"00:03.0\"}]}");
    Files.write(folder.resolve("tables.bin"), new byte[0]);
    Session session = Session.of("replay", folder.toString());
    assertThat(session.code()).isNotEqualTo(Main.OK);
    assertThat(session.err() + session.out()).isNotEmpty();
  }
}
