package dev.mapwright.core.object;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.PhysicalMemory;
import dev.mapwright.core.memory.ObjectKind;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Copies bytes between an object and a buffer, page by page. The family's lock is held. */
final class Transfer {
  private Transfer() {}

  private static Outcome bounds(Member object, long offset, long bytes) {
    if (object.ended()) {
      return Outcome.DEAD;
    }
    if (object.kind == ObjectKind.PHYSICAL) {
      return Outcome.UNSUPPORTED;
    }
    long size = object.pages << Pages.SHIFT; // at most 2^64 - 4096
    boolean inside =
        bytes >= 0
            && Long.compareUnsigned(offset, size) <= 0
            && Long.compareUnsigned(bytes, size - offset) <= 0;
    return inside ? Outcome.OK : Outcome.OUTSIDE;
  }

  /**
   * Whether a buffer can take part, asked before anything is changed.
   *
   * @throws RuntimeException when it is too small, read-only, closed, or another thread's
   */
  static void require(MemorySegment buffer, long at, long bytes, boolean written) {
    if (bytes < 0) {
      return; // refused as outside the object
    }
    Objects.checkFromIndexSize(at, bytes, buffer.byteSize());
    if (written && buffer.isReadOnly()) {
      throw new IllegalArgumentException("the destination is read-only");
    }
    if (!buffer.scope().isAlive() || !buffer.isAccessibleBy(Thread.currentThread())) {
      throw new IllegalStateException("the buffer is closed, or another thread's");
    }
  }

  static Outcome read(Member object, long offset, MemorySegment into, long intoBytes, long bytes) {
    Outcome bounds = bounds(object, offset, bytes);
    if (bounds != Outcome.OK) {
      return bounds;
    }
    PhysicalMemory memory = object.machine.memory();
    for (long done = 0; done < bytes; ) {
      int within = Pages.offset(offset + done);
      int chunk = (int) Math.min(Pages.BYTES - within, bytes - done);
      long pfn = Supply.supply(object, Pages.of(offset + done), false, null);
      if (pfn == Frames.NONE) {
        into.asSlice(intoBytes + done, chunk).fill((byte) 0);
      } else if (pfn < Frames.NONE) {
        return Supply.refusal(pfn);
      } else {
        memory.read(pfn, within, into, intoBytes + done, chunk);
      }
      done += chunk;
    }
    return Outcome.OK;
  }

  static Outcome write(Member object, long offset, MemorySegment from, long fromBytes, long bytes) {
    Outcome bounds = bounds(object, offset, bytes);
    if (bounds != Outcome.OK || bytes == 0) {
      return bounds;
    }
    long first = Pages.of(offset);
    Outcome committed = Supply.commit(object, first, Pages.of(offset + bytes - 1) - first + 1);
    if (committed != Outcome.OK) {
      return committed;
    }
    PhysicalMemory memory = object.machine.memory();
    for (long done = 0; done < bytes; ) {
      int within = Pages.offset(offset + done);
      int chunk = (int) Math.min(Pages.BYTES - within, bytes - done);
      long pfn = Supply.supply(object, Pages.of(offset + done), true, null);
      memory.write(pfn, within, from, fromBytes + done, chunk);
      done += chunk;
    }
    return Outcome.OK;
  }
}
