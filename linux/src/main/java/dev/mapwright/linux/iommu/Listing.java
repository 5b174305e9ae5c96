package dev.mapwright.linux.iommu;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.LineSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A listing that another walker has printed, compared line by line with what ours finds, both in
 * ascending order of the address that a line begins with. Neither is held in memory.
 */
final class Listing implements Closeable {
  private static final int DIGITS = 16;

  private final FindingMaker into;
  private final LineSource lines;

  /** The next line, and its address; null behind the last. */
  private @Nullable String line;

  private long address;

  Listing(Path file, FindingMaker into) throws IOException {
    this.into = into;
    lines = LineSource.open(file);
    advance();
    if (line == null) {
      throw new InputFormatException(lines.name(), 0, "lines of a listing", "none");
    }
  }

  private void advance() throws IOException {
    do {
      line = lines.next() ? lines.text().strip() : null;
    } while (line != null && line.isEmpty());
    String text = line;
    if (text != null) {
      long before = address;
      boolean first = lines.line() == 1;
      try {
        address = Long.parseUnsignedLong(text, 0, Math.min(DIGITS, text.length()), 16);
      } catch (NumberFormatException none) {
        throw new InputFormatException(
            lines.name(), lines.line(), "an address of 16 hexadecimal digits", text);
      }
      if (!first && Long.compareUnsigned(address, before) <= 0) {
        throw new InputFormatException(lines.name(), lines.line(), "ascending addresses", text);
      }
    }
  }

  /** Takes a line that our walker makes; later ones have higher addresses. */
  void take(long itsAddress, String text) throws IOException {
    passOver(itsAddress);
    if (line == null || address != itsAddress) {
      into.differs(1, "only in the tables: " + text);
    } else {
      if (text.equals(line)) {
        into.matches(1);
      } else {
        into.differs(1, "line " + lines.line() + " says " + line + ", the tables " + text);
      }
      advance();
    }
  }

  /** Lines with lower addresses are not in the tables. */
  private void passOver(long itsAddress) throws IOException {
    while (line != null && Long.compareUnsigned(address, itsAddress) < 0) {
      onlyListed();
    }
  }

  private void onlyListed() throws IOException {
    into.differs(1, "only in line " + lines.line() + ": " + line);
    advance();
  }

  /** Ends the comparison: no more lines come from the tables. */
  void end() throws IOException {
    while (line != null) {
      onlyListed();
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
