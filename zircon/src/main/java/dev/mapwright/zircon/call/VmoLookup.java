package dev.mapwright.zircon.call;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.VmoOpRange;
import dev.mapwright.zircon.object.MxVmo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The look-up of mx_vmo_op_range: the physical address of each page that a range touches, as 64-bit
 * numbers in the caller's buffer. Nothing is written unless all of it can be. The monitor of the
 * object is held.
 */
final class VmoLookup {
  private static final ValueLayout.OfLong ADDRESS =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  private VmoLookup() {}

  static int run(MxContext c, MxVmo vmo, long offset, long size, long buffer, long bufferSize) {
    if (buffer == 0) {
      return c.refuse(VmoOpRange.LOOKUP_NO_BUFFER);
    }
    long pages = pagesTouched(offset, size);
    boolean tooSmall = Long.compareUnsigned(pages, bufferSize >>> 3) > 0;
    // A range of physical addresses looks at the buffer's size last, every other object first.
    if (tooSmall && !vmo.physical()) {
      return bufferTooSmall(c, pages, bufferSize);
    }
    if (size == 0) {
      return c.refuse(VmoOpRange.LOOKUP_SIZE_ZERO);
    }
    if (!VmoOpRangeCall.inside(vmo, offset, size)) {
      return c.refuse(VmoOpRange.LOOKUP_OUT_OF_RANGE, offset, size);
    }
    if (tooSmall) {
      return bufferTooSmall(c, pages, bufferSize);
    }
    long first = Pages.of(offset);
    long missing = firstMissing(vmo.memory(), first, pages);
    if (missing >= 0) {
      return notCommitted(c, missing);
    }
    return UserMemory.accessible(c, buffer, pages * Long.BYTES, Access.WRITE)
        ? write(c, vmo.memory(), first, pages, buffer)
        : c.refuse(VmoOpRange.LOOKUP_BAD_BUFFER, buffer, 0);
  }

  private static int notCommitted(MxContext c, long page) {
    return c.refuse(VmoOpRange.LOOKUP_NOT_COMMITTED, page << Pages.SHIFT, 0);
  }

  private static int bufferTooSmall(MxContext c, long pages, long bufferSize) {
    return c.refuse(VmoOpRange.LOOKUP_BUFFER_TOO_SMALL, pages * Long.BYTES, bufferSize);
  }

  /** How many pages a range touches, also one that goes around the end of the 64-bit range. */
  private static long pagesTouched(long offset, long size) {
    if (size == 0) {
      return 0;
    }
    long within = Pages.offset(offset);
    long whole = size >>> Pages.SHIFT;
    return whole + Pages.countFor((size & (Pages.BYTES - 1)) + within);
  }

  /** The first page of a range without a frame, or -1. */
  private static long firstMissing(MemoryObject memory, long first, long pages) {
    for (long page = first; page - first < pages; page++) {
      if (memory.frameOf(page) == Frames.NONE) {
        return page;
      }
    }
    return -1;
  }

  /** Another holder of the pages may take one meanwhile: then there is no address for it. */
  private static int write(MxContext c, MemoryObject memory, long first, long pages, long buffer) {
    MemorySegment scratch = c.transfer();
    long perChunk = scratch.byteSize() / Long.BYTES;
    long chunk;
    for (long done = 0; done < pages; done += chunk) {
      chunk = Math.min(perChunk, pages - done);
      for (long i = 0; i < chunk; i++) {
        long pfn = memory.frameOf(first + done + i);
        if (pfn == Frames.NONE) {
          return notCommitted(c, first + done + i);
        }
        scratch.setAtIndex(ADDRESS, i, Pages.address(pfn));
      }
      if (!UserMemory.write(c, buffer + done * Long.BYTES, chunk * Long.BYTES)) {
        return c.refuse(VmoOpRange.LOOKUP_BAD_BUFFER, buffer, 0);
      }
    }
    return MxStatus.MX_OK;
  }
}
