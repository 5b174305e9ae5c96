package dev.mapwright.linux.strace;

import dev.mapwright.linux.input.InputFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Entry point for a fuzzer: any bytes are a recording or bad input with a line, and nothing else
 * happens.
 */
public final class StraceReaderFuzz {

  private StraceReaderFuzz() {}

  /** Reads the bytes as a recording, to the end or to the first error. */
  public static void fuzzerTestOneInput(byte[] data) {
    try (StraceReader reader = StraceReader.of(new ByteArrayInputStream(data), "fuzz")) {
      long line = 0;
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        if (event.line() <= line) {
          throw new AssertionError("line " + event.line() + " after line " + line);
        }
        line = event.line();
        if (event instanceof TraceEvent.Finished finished) {
          if (finished.startLine() > finished.line() || finished.call().toString().isEmpty()) {
            throw new AssertionError(finished.toString());
          }
        }
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
