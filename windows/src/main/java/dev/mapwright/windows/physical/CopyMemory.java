package dev.mapwright.windows.physical;

import static dev.mapwright.windows.abi.MmCopyFlags.MM_COPY_MEMORY_PHYSICAL;
import static dev.mapwright.windows.abi.MmCopyFlags.MM_COPY_MEMORY_VIRTUAL;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.MmCopyMemory;
import dev.mapwright.windows.context.NtContext;
import org.jspecify.annotations.Nullable;

/**
 * MmCopyMemory: page by page of the source, through a buffer, from the frame that the page has at
 * the moment. So registers of a device are never read, and nothing that happens to the source
 * meanwhile can make an access of the target look like one of the source.
 */
final class CopyMemory {
  private CopyMemory() {}

  static int run(NtContext c, long target, long source, long bytes, int flags, long transferred) {
    // Is it said what kind of address the source is?
    if (flags != MM_COPY_MEMORY_PHYSICAL && flags != MM_COPY_MEMORY_VIRTUAL) {
      return c.refuse(MmCopyMemory.BAD_FLAGS, flags & 0xFFFF_FFFFL, 0);
    }
    // Is there somewhere to write the count?
    if (transferred == 0) {
      return c.refuse(MmCopyMemory.NO_RESULT, bytes, 0);
    }
    boolean physical = flags == MM_COPY_MEMORY_PHYSICAL;
    try {
      // How much of the source can be read, and can the target and the count be written?
      long readable = readable(c, source, bytes, physical);
      if (readable != 0) {
        require(c.cpu().probe(target, readable, Access.WRITE));
      }
      require(c.cpu().probe(transferred, 8, Access.WRITE));
      long copied = copy(c, target, source, readable, physical);
      c.cpu().store(transferred, 8, copied);
      if (copied != bytes) {
        return c.refuse(MmCopyMemory.INVALID_SOURCE, copied, source + copied);
      }
      c.done(MmCopyMemory.DONE);
      return NtStatus.STATUS_SUCCESS;
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return NtStatus.STATUS_UNSUCCESSFUL;
    }
  }

  private static void require(@Nullable Fault fault) {
    if (fault != null) {
      throw new MemoryFault(fault);
    }
  }

  /** How many bytes from the first on can be read; pages that are out are brought in. */
  private static long readable(NtContext c, long source, long bytes, boolean physical) {
    long done = 0;
    while (done != bytes && frame(c, source + done, physical) != Frames.NONE) {
      long inPage = (long) Pages.BYTES - Pages.offset(source + done);
      done += Long.compareUnsigned(bytes - done, inPage) < 0 ? bytes - done : inPage;
      if (source + done == 0) {
        break; // the end of all addresses
      }
    }
    return done;
  }

  /** The frame of RAM that a byte of the source is in; {@link Frames#NONE} for none. */
  private static long frame(NtContext c, long address, boolean physical) {
    Frames frames = c.kernel().machine().frames();
    long pfn = Pages.of(address);
    if (!physical) {
      if (c.cpu().probe(address, 1, Access.READ) != null) {
        return Frames.NONE;
      }
      pfn = ResidentPage.pfn(c, address);
    }
    return pfn != Frames.NONE && frames.isRam(pfn) ? pfn : Frames.NONE;
  }

  private static long copy(NtContext c, long target, long source, long bytes, boolean physical) {
    if (!c.scratch().begin(Pages.BYTES / Long.BYTES)) {
      return 0;
    }
    long done = 0;
    while (done < bytes) {
      long pfn = frame(c, source + done, physical);
      if (pfn == Frames.NONE) {
        return done; // it went meanwhile
      }
      int offset = Pages.offset(source + done);
      int count = (int) Math.min(bytes - done, Pages.BYTES - offset);
      c.kernel().machine().memory().read(pfn, offset, c.scratch().segment(), 0, count);
      require(c.cpu().write(target + done, c.scratch().segment(), 0, count));
      done += count;
    }
    return done;
  }
}
