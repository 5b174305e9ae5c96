package dev.mapwright.linux.maps;

import dev.mapwright.linux.input.InputFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/**
 * Entry point for a fuzzer: any bytes are a list of ranges or bad input with a line, and nothing
 * else happens.
 */
public final class MapsReaderFuzz {

  private MapsReaderFuzz() {}

  /** Reads the bytes as maps; what is read is ascending and equal to itself. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      List<MapsEntry> entries = MapsReader.read(new ByteArrayInputStream(data), "fuzz");
      for (int i = 1; i < entries.size(); i++) {
        if (Long.compareUnsigned(entries.get(i - 1).last(), entries.get(i).first()) >= 0) {
          throw new AssertionError(entries.get(i) + " is not above " + entries.get(i - 1));
        }
      }
      List<MappedRange> facts = entries.stream().map(MapsEntry::facts).toList();
      if (!MapsComparison.of(facts, facts, 1).equal()) {
        throw new AssertionError("a list that differs from itself");
      }
    } catch (InputFormatException e) {
      if (e.expected().isEmpty() || e.source().isEmpty()) {
        throw new AssertionError("an error that says nothing", e);
      }
    } catch (IOException e) {
      throw new AssertionError("an array cannot fail", e);
    }
  }
}
