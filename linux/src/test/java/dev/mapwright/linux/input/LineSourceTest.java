package dev.mapwright.linux.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineSourceTest {

  @Test
  void lines_end_with_a_line_feed_or_with_the_text() throws IOException {
    assertThat(lines("a\nbc\r\n\nd".getBytes(StandardCharsets.UTF_8)))
        .containsExactly("a", "bc", "", "d");
    assertThat(lines(new byte[0])).isEmpty();
    assertThat(lines("\n".getBytes(StandardCharsets.UTF_8))).containsExactly("");
  }

  @Test
  void lines_longer_than_the_first_buffer_come_whole() throws IOException {
    String longLine = "x".repeat(300_000);
    assertThat(lines(("a\n" + longLine + "\nb\n").getBytes(StandardCharsets.UTF_8)))
        .containsExactly("a", longLine, "b");
    String longest = "y".repeat(LineSource.MAX_LINE_BYTES);
    assertThat(lines(("a\n" + longest + "\nb").getBytes(StandardCharsets.UTF_8)))
        .containsExactly("a", longest, "b");
  }

  @Test
  void a_file_comes_whole_whatever_its_length_says(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("text");
    String longLine = "x".repeat(300_000);
    for (String text : List.of("", "a", "ab", "\n\n", "one\ntwo\n", "a\n" + longLine + "\nb")) {
      List<String> whole = lines(text.getBytes(StandardCharsets.UTF_8));
      Files.writeString(file, text);
      assertThat(lines(LineSource.open(file))).isEqualTo(whole);
      Files.write(file, gzip(text));
      assertThat(lines(LineSource.open(file))).isEqualTo(whole);
    }
    // The system says of these that they have no length.
    assertThat(lines(LineSource.open(Path.of("/proc/self/status")))).hasSizeGreaterThan(20);
  }

  @Test
  void gzip_is_recognised_by_its_contents() throws IOException {
    assertThat(lines(gzip("one\ntwo\n"))).containsExactly("one", "two");
  }

  @Test
  void damaged_gzip_is_bad_input_and_not_a_failing_disk() throws IOException {
    byte[] whole = gzip("one\ntwo\n".repeat(1000));
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() -> lines(half))
        .withMessageContaining("complete gzip data");
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() -> lines(new byte[] {0x1f, (byte) 0x8b}))
        .withMessageContaining("complete gzip data");
  }

  @Test
  void a_line_without_an_end_is_refused_after_reading_little_more_than_the_limit() {
    Endless endless = new Endless();
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() -> drain(endless))
        .withMessageContaining("junk:1: expected a line of at most 1048576 bytes")
        .satisfies(e -> assertThat(e.line()).isEqualTo(1));
    assertThat(endless.given).isLessThan(LineSource.MAX_LINE_BYTES + (1 << 18));
  }

  @Test
  void binary_junk_is_refused_with_its_line() {
    byte[] junk = "fine\nx\0y\n".getBytes(StandardCharsets.UTF_8);
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() -> lines(junk))
        .withMessage("junk:2: expected a line of text, found the byte 0x0");
  }

  private static List<String> lines(byte[] bytes) throws IOException {
    return drain(new ByteArrayInputStream(bytes));
  }

  private static List<String> drain(InputStream in) throws IOException {
    return lines(new LineSource(in, "junk"));
  }

  private static List<String> lines(LineSource opened) throws IOException {
    List<String> lines = new ArrayList<>();
    try (LineSource source = opened) {
      while (source.next()) {
        lines.add(source.text());
        assertThat(source.line()).isEqualTo(lines.size());
      }
    }
    return lines;
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  /** The letter a, for ever. */
  private static final class Endless extends InputStream {
    private long given;

    @Override
    public int read() {
      given++;
      return 'a';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      Arrays.fill(bytes, offset, offset + length, (byte) 'a');
      given += length;
      return length;
    }
  }
}
