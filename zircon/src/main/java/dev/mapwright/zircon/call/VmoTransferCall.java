package dev.mapwright.zircon.call;

import dev.mapwright.core.Access;
import dev.mapwright.core.Outcome;
import dev.mapwright.zircon.abi.MxRights;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.VmoRead;
import dev.mapwright.zircon.answer.VmoWrite;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmo;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * mx_vmo_read and mx_vmo_write. The whole buffer is touched first, so a bad one is found before the
 * range is looked at, even in a part that a trimmed transfer would not use.
 */
final class VmoTransferCall {
  /** The answers of one of the two routines, and the right it needs. */
  record Answers(
      int right,
      Access bufferAccess,
      Condition badHandle,
      Condition lacksRight,
      Condition wrongType,
      Condition badBuffer,
      Condition physical,
      Condition rangeWraps,
      Condition beyondEnd,
      @Nullable Condition outOfMemory) {}

  static final Answers READ =
      new Answers(
          MxRights.MX_RIGHT_READ,
          Access.WRITE,
          VmoRead.BAD_HANDLE,
          VmoRead.LACKS_RIGHT,
          VmoRead.WRONG_TYPE,
          VmoRead.BAD_BUFFER,
          VmoRead.PHYSICAL,
          VmoRead.RANGE_WRAPS,
          VmoRead.BEYOND_END,
          null);

  static final Answers WRITE =
      new Answers(
          MxRights.MX_RIGHT_WRITE,
          Access.READ,
          VmoWrite.BAD_HANDLE,
          VmoWrite.LACKS_RIGHT,
          VmoWrite.WRONG_TYPE,
          VmoWrite.BAD_BUFFER,
          VmoWrite.PHYSICAL,
          VmoWrite.RANGE_WRAPS,
          VmoWrite.BEYOND_END,
          VmoWrite.OUT_OF_MEMORY);

  private VmoTransferCall() {}

  static int run(MxContext c, Answers answers, int vmoHandle, long buffer, long offset, long len) {
    Handle handle =
        Lookup.find(
            c,
            vmoHandle,
            ObjectType.VMO,
            answers.right(),
            answers.badHandle(),
            answers.lacksRight(),
            answers.wrongType());
    if (handle == null) {
      return c.refused();
    }
    if (!UserMemory.accessible(c, buffer, len, answers.bufferAccess())) {
      return c.refuse(answers.badBuffer(), buffer, len);
    }
    return on(c, answers, handle, buffer, offset, len, null);
  }

  /** The same for a buffer of the embedding program, which is always accessible. */
  static int run(MxContext c, Answers answers, int vmoHandle, long offset, MemorySegment segment) {
    Handle handle =
        Lookup.find(
            c,
            vmoHandle,
            ObjectType.VMO,
            answers.right(),
            answers.badHandle(),
            answers.lacksRight(),
            answers.wrongType());
    return handle == null
        ? c.refused()
        : on(c, answers, handle, 0, offset, segment.byteSize(), segment);
  }

  private static int on(
      MxContext c,
      Answers answers,
      Handle handle,
      long buffer,
      long offset,
      long len,
      @Nullable MemorySegment segment) {
    MxVmo vmo = (MxVmo) handle.object();
    if (vmo.physical()) {
      return c.refuse(answers.physical());
    }
    if (!c.hold(vmo)) {
      return c.refuse(answers.badHandle(), handle.value(), 0);
    }
    try {
      synchronized (vmo) {
        return inRange(c, answers, vmo, buffer, offset, len, segment);
      }
    } finally {
      c.release(vmo);
    }
  }

  private static int inRange(
      MxContext c,
      Answers answers,
      MxVmo vmo,
      long buffer,
      long offset,
      long len,
      @Nullable MemorySegment segment) {
    long size = vmo.bytes();
    if (Long.compareUnsigned(offset + len, offset) < 0) {
      return c.refuse(answers.rangeWraps(), offset, len);
    }
    if (Long.compareUnsigned(offset, size) > 0) {
      return c.refuse(answers.beyondEnd(), offset, size);
    }
    long left = size - offset;
    boolean whole = Long.compareUnsigned(len, left) <= 0;
    if (!whole && !c.policy.transfersAreTrimmed()) {
      return c.refuse(answers.beyondEnd(), offset, size);
    }
    long bytes = whole ? len : left;
    boolean read = answers == READ;
    Copy copy;
    if (segment != null) {
      copy = Copy.direct(vmo.memory(), offset, segment, bytes, read);
    } else if (read) {
      copy = Copy.out(c, vmo.memory(), offset, buffer, bytes);
    } else {
      copy = Copy.in(c, vmo.memory(), offset, buffer, bytes);
    }
    return switch (copy) {
      case DONE -> {
        c.bytes = bytes;
        yield MxStatus.MX_OK;
      }
      case BAD_BUFFER -> c.refuse(answers.badBuffer(), buffer, len);
      case BEYOND_END -> c.refuse(answers.beyondEnd(), offset, size);
      case OUT_OF_MEMORY -> c.refuse(outOfMemory(answers), offset, len);
    };
  }

  /** Reading commits nothing, so only writing runs out of memory. */
  private static Condition outOfMemory(Answers answers) {
    Condition condition = answers.outOfMemory();
    if (condition == null) {
      throw MxContext.unexpected(Outcome.OUT_OF_FRAMES);
    }
    return condition;
  }
}
