package dev.mapwright.linux.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Permissions;
import dev.mapwright.linux.input.InputFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedTablesTest {
  private static final String GOOD =
      """
      {"rtaddr": "0x76b5400", "mode": "scalable", "more": [true, false, null, {"a\\u0041\\n": -7}],
       "pages": [{"pa": "0x2000", "index": 1}, {"pa": "0x1000", "index": 0, "kind": "root"}],
       "devices": [{"bdf": "00:1f.2"}, {"bdf": "ff:00.7"}]}
      """;

  @TempDir private Path folder;

  private void write(String description, int tables) throws IOException {
    Files.writeString(folder.resolve("tables.json"), description);
    byte[] bytes = new byte[4096 * tables];
    for (int i = 0; i < tables; i++) {
      bytes[4096 * i] = (byte) (i + 1);
    }
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    Files.write(folder.resolve("tables.bin.gz"), compressed.toByteArray());
  }

  @Test
  void a_recording_is_read_whole() throws IOException {
    assertThat(RecordedTables.isIn(folder)).isFalse();
    write(GOOD, 2);
    assertThat(RecordedTables.isIn(folder)).isTrue();
    RecordedTables read = RecordedTables.read(folder);
    assertThat(read.register()).isEqualTo(0x76b5400);
    assertThat(read.requesters()).containsExactly(0xFA, 0xFF07);
    assertThat(read.tables()).hasSize(2);
    assertThat(read.tables().getFirst().physicalAddress()).isEqualTo(0x2000);
    assertThat(read.tables().getFirst().bytes()[0]).isEqualTo((byte) 2);
    assertThat(read.tables().getLast().bytes()).hasSize(4096);
    Files.write(folder.resolve("tables.bin"), new byte[8192]);
    assertThat(RecordedTables.read(folder).tables().getFirst().bytes()[0]).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"rtaddr\": \"0x1000\"}",
        "{\"rtaddr\": 4096, \"pages\": [], \"devices\": []}",
        "{\"rtaddr\": \"0xfffff00000000000000\", \"pages\": [], \"devices\": []}",
        "{\"rtaddr\": \"0x1000\", \"pages\": {}, \"devices\": []}",
        "{\"rtaddr\": \"0x1000\", \"pages\": [7], \"devices\": []}",
        "{\"rtaddr\": \"0x1000\", \"pages\": [], \"devices\": [7]}",
        "{\"rtaddr\": \"0x1000\", \"pages\": [], \"devices\": [{\"bdf\": \"00:20.0\"}]}",
        "{\"rtaddr\": \"0x1000\", \"pages\": [{\"pa\": \"0x10\", \"index\": 0}], \"devices\": []}",
        "{\"rtaddr\": \"0x1000\", \"pages\": [{\"pa\": \"0x0\", \"index\": 2}], \"devices\": []}",
        "{\"rtaddr\": \"0x1000\", \"pages\": [{\"pa\": \"0x0\", \"index\": -1}], \"devices\": []}",
        "{\"rtaddr\": \"0x1000\", \"pages\": [{\"pa\": \"0x0\", \"index\": \"0\"}], \"devices\": []}",
        "{\"rtaddr\": \"0x1000\", \"pages\": [{\"pa\": \"0x0\", \"index\": 0}, {\"pa\": \"0x0\","
            + " \"index\": 0}], \"devices\": []}",
        "{\"rtaddr\": \"0x1000\", \"rtaddr\": \"0x1000\"}",
        "{\"rtaddr\": \"0x1000\"} 5",
        "{\"rtaddr\": 1.5}",
        "{\"a\": \"\\x\"}",
        "{\"a\": \"\\u12\"}",
        "{\"a\": \"",
        "{\"a\" 5}",
        "[1 2]",
        "nul"
      })
  void what_is_no_recording_is_refused_with_its_place(String description) throws IOException {
    write(description, 2);
    assertThatThrownBy(() -> RecordedTables.read(folder))
        .isInstanceOf(InputFormatException.class)
        .hasMessageContaining("tables.json")
        .hasMessageContaining("expected");
  }

  @Test
  void deep_nesting_and_too_much_of_anything_is_refused() throws IOException {
    write("[".repeat(100_000), 1);
    assertThatThrownBy(() -> RecordedTables.read(folder))
        .isInstanceOf(InputFormatException.class)
        .hasMessageContaining("inside each other");
    write("{\"rtaddr\": \"0x0\", \"pages\": [" + "0,".repeat(1 << 14) + "0], \"devices\": []}", 1);
    assertThatThrownBy(() -> RecordedTables.read(folder))
        .isInstanceOf(InputFormatException.class)
        .hasMessageContaining("16384 pages");
  }

  @Test
  void a_missing_file_is_an_error_of_reading() throws IOException {
    assertThatThrownBy(() -> RecordedTables.read(folder)).isInstanceOf(IOException.class);
    Files.writeString(folder.resolve("tables.json"), GOOD);
    assertThatThrownBy(() -> RecordedTables.read(folder)).isInstanceOf(IOException.class);
    Files.writeString(folder.resolve("tables.bin.gz"), "\u001f\u008b short");
    assertThatThrownBy(() -> RecordedTables.read(folder)).isInstanceOf(IOException.class);
  }

  @Test
  void random_changes_of_a_description_are_read_or_refused() throws IOException {
    Random random = new Random(2);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder(GOOD);
      for (int change = 0; change <= random.nextInt(3); change++) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, (char) random.nextInt(128));
          default -> text.setCharAt(at, "{}[]\",:0x\\u".charAt(random.nextInt(11)));
        }
      }
      try {
        assertThat(Json.read("text", text.toString())).isInstanceOfAny(Map.class, List.class);
      } catch (InputFormatException refused) {
        assertThat(refused).hasMessageContaining("expected");
      }
    }
  }

  @Test
  void live_ranges_are_read_line_by_line() throws IOException {
    Path file = folder.resolve("live.txt");
    Files.writeString(
        file,
        "00:03.0 0x1000 0x2fff 0x7000 rw\n00:03.1 0x0 0xfff 0x0 r\n01:00.0 0x0 0xfff 0x0 w\n");
    List<LiveRange> read = LiveRange.read(file);
    assertThat(read)
        .containsExactly(
            new LiveRange(0x18, 0x1000, 0x2FFF, 0x7000, Permissions.READ_WRITE),
            new LiveRange(0x19, 0, 0xFFF, 0, Permissions.READ),
            new LiveRange(0x100, 0, 0xFFF, 0, Permissions.WRITE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00:03.0 0x1000 0x1fff 0x7000",
        "00:03.0 0x1000 0x1fff 0x7000 rw more",
        "00:03.8 0x1000 0x1fff 0x7000 rw",
        "00:03.0 1000 0x1fff 0x7000 rw",
        "00:03.0 0x 0x1fff 0x7000 rw",
        "00:03.0 0x1001 0x1fff 0x7000 rw",
        "00:03.0 0x1000 0x1ffe 0x7000 rw",
        "00:03.0 0x1000 0xfff 0x7000 rw",
        "00:03.0 0x1000 0x1fff 0x7001 rw",
        "00:03.0 0x1000 0xffffffffffffffff 0x7000 rw",
        "00:03.0 0x1000 0x1fff 0x7000 x"
      })
  void a_line_that_is_no_live_range_is_refused_with_its_number(String line) throws IOException {
    Path file = folder.resolve("live.txt");
    Files.writeString(file, "00:03.0 0x1000 0x2fff 0x7000 rw\n" + line + "\n");
    assertThatThrownBy(() -> LiveRange.read(file))
        .isInstanceOf(InputFormatException.class)
        .hasMessageContaining("live.txt:2");
  }
}
