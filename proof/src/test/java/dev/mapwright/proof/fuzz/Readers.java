package dev.mapwright.proof.fuzz;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.maps.MapsEntry;
import dev.mapwright.linux.maps.MapsReader;
import dev.mapwright.linux.strace.StraceReader;
import dev.mapwright.linux.strace.TraceEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads anything, and holds what a reader promises: the input is read whole, or refused with a line
 * and what was expected there. Everything else that comes out of it is a defect.
 */
final class Readers {
  private Readers() {}

  /** How reading ended. */
  record End(long items, @Nullable InputFormatException refusal) {
    String message() {
      return refusal == null ? "" : String.valueOf(refusal.getMessage());
    }
  }

  static End recording(byte[] bytes) {
    return recording(new ByteArrayInputStream(bytes));
  }

  static End recording(InputStream in) {
    long events = 0;
    try (StraceReader reader = StraceReader.of(in, "input")) {
      long line = 0;
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        if (event.line() <= line) {
          throw new AssertionError("line " + event.line() + " after line " + line);
        }
        line = event.line();
        events++;
        if (event.toString().isEmpty()) {
          throw new AssertionError("an event that says nothing");
        }
      }
      return new End(events, null);
    } catch (InputFormatException refusal) {
      return refused(events, refusal);
    } catch (IOException e) {
      throw new AssertionError("the stream does not fail", e);
    }
  }

  static End maps(byte[] bytes) {
    return maps(new ByteArrayInputStream(bytes));
  }

  static End maps(InputStream in) {
    try {
      List<MapsEntry> entries = MapsReader.read(in, "input");
      for (int i = 1; i < entries.size(); i++) {
        if (Long.compareUnsigned(entries.get(i - 1).last(), entries.get(i).first()) >= 0) {
          throw new AssertionError(entries.get(i) + " is not above " + entries.get(i - 1));
        }
      }
      return new End(entries.size(), null);
    } catch (InputFormatException refusal) {
      return refused(0, refusal);
    } catch (IOException e) {
      throw new AssertionError("the stream does not fail", e);
    }
  }

  private static End refused(long items, InputFormatException refusal) {
    String message = String.valueOf(refusal.getMessage());
    // Damaged compression has no line.
    String place = refusal.line() == 0 ? "input: " : "input:" + refusal.line() + ": ";
    boolean clear =
        message.startsWith(place + "expected " + refusal.expected()) && message.length() < 1000;
    if (!clear) {
      throw new AssertionError("an error that is not clear: " + refusal.getMessage(), refusal);
    }
    return new End(items, refusal);
  }
}
