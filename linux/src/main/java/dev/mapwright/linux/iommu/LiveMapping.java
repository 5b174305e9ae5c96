package dev.mapwright.linux.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.LineSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A mapping that was live at the end of a trace: a line of {@code live-maps.txt}, {@code DOMAIN
 * BDF,BDF ADDRESS SIZE PHYSICAL PROT}, for example {@code 0xffff8d6ad2f13e90 00:03.0 0xff5fe000
 * 0x1000 0x1fd5f000 0x5}.
 *
 * @param domain the domain, as the trace calls it
 * @param firstPage the first page
 * @param pages how many
 * @param pfn the first frame; the others follow
 * @param prot what was asked for: 1 reading, 2 writing
 */
record LiveMapping(long domain, long firstPage, long pages, long pfn, int prot) {
  private static final int MOST_LINES = 1 << 20;

  /** Reads a file. */
  static List<LiveMapping> read(Path file) throws IOException {
    List<LiveMapping> mappings = new ArrayList<>();
    try (LineSource lines = LineSource.open(file)) {
      while (lines.next()) {
        if (mappings.size() == MOST_LINES) {
          throw new InputFormatException(
              lines.name(), lines.line(), "at most " + MOST_LINES + " lines", lines.text());
        }
        mappings.add(mapping(lines.name(), lines.line(), lines.text()));
      }
    }
    return mappings;
  }

  private static LiveMapping mapping(String source, long line, String text)
      throws InputFormatException {
    String[] words = text.split(" ", -1);
    if (words.length != 6) {
      throw new InputFormatException(source, line, "six words", text);
    }
    long domain = RecordedNumbers.address(source, line, words[0]);
    long address = RecordedNumbers.address(source, line, words[2]);
    long size = RecordedNumbers.address(source, line, words[3]);
    long physical = RecordedNumbers.address(source, line, words[4]);
    long prot = RecordedNumbers.address(source, line, words[5]);
    boolean whole = Pages.aligned(address) && Pages.aligned(size) && Pages.aligned(physical);
    boolean inside = address >= 0 && size > 0 && address <= Long.MAX_VALUE - size && physical >= 0;
    if (!whole || !inside) {
      throw new InputFormatException(source, line, "a range of whole pages", text);
    }
    return new LiveMapping(
        domain, Pages.of(address), Pages.of(size), Pages.of(physical), (int) prot);
  }
}
