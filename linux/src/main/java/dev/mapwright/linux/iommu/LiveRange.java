package dev.mapwright.linux.iommu;

import dev.mapwright.core.Permissions;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.LineSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of logical addresses that a recorded IOMMU translates: a line of {@code live.txt}, {@code
 * 00:03.0 0xff600000 0xff600fff 0x1fd59000 rw}.
 *
 * @param requester whose addresses they are
 * @param firstAddress the first one
 * @param lastAddress the last one, inclusive
 * @param physicalAddress where the first one leads; the others follow
 * @param permissions what is allowed, a set of {@link Permissions}: reading, writing or both
 */
public record LiveRange(
    int requester, long firstAddress, long lastAddress, long physicalAddress, int permissions) {
  private static final int MOST_LINES = 1 << 20;
  private static final int PAGE_BYTES = 4096;

  /**
   * Reads a file.
   *
   * @param file the file, which may be compressed with gzip
   * @return its lines, at most 1,048,576
   * @throws InputFormatException if a line is not as above, or its range is not of whole pages
   * @throws IOException if reading fails
   */
  public static List<LiveRange> read(Path file) throws IOException {
    List<LiveRange> ranges = new ArrayList<>();
    try (LineSource lines = LineSource.open(file)) {
      while (lines.next()) {
        if (ranges.size() == MOST_LINES) {
          throw new InputFormatException(
              lines.name(), lines.line(), "at most " + MOST_LINES + " lines", lines.text());
        }
        ranges.add(range(lines.name(), lines.line(), lines.text()));
      }
    }
    return ranges;
  }

  private static LiveRange range(String source, long line, String text)
      throws InputFormatException {
    String[] words = text.split(" ", -1);
    if (words.length != 5) {
      throw new InputFormatException(source, line, "five words", text);
    }
    long first = RecordedNumbers.address(source, line, words[1]);
    long last = RecordedNumbers.address(source, line, words[2]);
    long physical = RecordedNumbers.address(source, line, words[3]);
    boolean whole = first % PAGE_BYTES == 0 && (last + 1) % PAGE_BYTES == 0;
    if (!whole || physical % PAGE_BYTES != 0 || first < 0 || physical < 0 || last < first) {
      throw new InputFormatException(source, line, "a range of whole pages", text);
    }
    int permissions =
        switch (words[4]) {
          case "r" -> Permissions.READ;
          case "w" -> Permissions.WRITE;
          case "rw" -> Permissions.READ_WRITE;
          default -> throw new InputFormatException(source, line, "r, w or rw", words[4]);
        };
    return new LiveRange(
        RecordedNumbers.requester(source, line, words[0]), first, last, physical, permissions);
  }
}
