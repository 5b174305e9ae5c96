package dev.mapwright.zircon.call;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import java.lang.foreign.MemorySegment;

/**
 * Moves bytes between an object and the caller's memory, piece by piece through the context's
 * buffer, and tells how it went. The caller has probed its memory and compared the range with the
 * object's size; another thread may still change either.
 */
enum Copy {
  /** All bytes were moved. */
  DONE,
  /** A part of the caller's memory went away meanwhile. */
  BAD_BUFFER,
  /** The object was shrunk meanwhile. */
  BEYOND_END,
  /** The pages to be written could not all be committed; none of them was written. */
  OUT_OF_MEMORY;

  /** From the object to the caller's memory. */
  static Copy out(MxContext c, MemoryObject memory, long offset, long pointer, long bytes) {
    MemorySegment scratch = c.transfer();
    long chunk;
    for (long done = 0; done < bytes; done += chunk) {
      chunk = Math.min(scratch.byteSize(), bytes - done);
      Outcome outcome = memory.read(offset + done, scratch, 0, chunk);
      if (outcome != Outcome.OK) {
        return failed(outcome);
      }
      if (!UserMemory.write(c, pointer + done, chunk)) {
        return BAD_BUFFER;
      }
    }
    return DONE;
  }

  /**
   * From the caller's memory to the object. All pages are committed before the first is written.
   */
  static Copy in(MxContext c, MemoryObject memory, long offset, long pointer, long bytes) {
    if (bytes == 0) {
      return DONE;
    }
    long first = Pages.of(offset);
    long last = Pages.of(offset + (bytes - 1));
    Outcome outcome = memory.commit(first, last - first + 1);
    MemorySegment scratch = c.transfer();
    long chunk;
    for (long done = 0; done < bytes && outcome == Outcome.OK; done += chunk) {
      chunk = Math.min(scratch.byteSize(), bytes - done);
      if (!UserMemory.read(c, pointer + done, chunk)) {
        return BAD_BUFFER;
      }
      outcome = memory.write(offset + done, scratch, 0, chunk);
    }
    return outcome == Outcome.OK ? DONE : failed(outcome);
  }

  /** Between the object and a buffer of the embedding program. */
  static Copy direct(
      MemoryObject memory, long offset, MemorySegment segment, long bytes, boolean read) {
    Outcome outcome =
        read ? memory.read(offset, segment, 0, bytes) : memory.write(offset, segment, 0, bytes);
    return outcome == Outcome.OK ? DONE : failed(outcome);
  }

  private static Copy failed(Outcome outcome) {
    return switch (outcome) {
      case OUTSIDE -> BEYOND_END;
      case OUT_OF_FRAMES, OUT_OF_RECORDS -> OUT_OF_MEMORY;
      default -> throw MxContext.unexpected(outcome);
    };
  }
}
