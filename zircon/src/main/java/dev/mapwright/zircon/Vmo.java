package dev.mapwright.zircon;

import dev.mapwright.zircon.abi.MxVmoOps;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxRoutines;
import java.lang.foreign.MemorySegment;

/**
 * A handle to a memory object.
 *
 * <p>Used by the program's thread.
 */
public final class Vmo extends NamedHandle {
  Vmo(Program program, int value) {
    super(program, value);
  }

  /**
   * The size.
   *
   * @return bytes, exact, unsigned
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmoGetSize}
   */
  public long bytes() {
    MxException.check(context, MxRoutines.vmoGetSize(context, value()));
    return context.bytes();
  }

  /**
   * Changes the size.
   *
   * @param bytes the new size, unsigned
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmoSetSize}
   */
  public void setBytes(long bytes) {
    MxException.check(context, MxCalls.mxVmoSetSize(context, value(), bytes));
  }

  /**
   * Reads.
   *
   * @param offset the first byte
   * @param into where the bytes go; its size is how many are wanted
   * @return how many there were before the object's end
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmoRead}
   */
  public long read(long offset, MemorySegment into) {
    MxException.check(context, MxRoutines.vmoRead(context, value(), offset, into));
    return context.bytes();
  }

  /**
   * Writes.
   *
   * @param offset the first byte
   * @param from where the bytes come from; its size is how many there are
   * @return how many fitted before the object's end
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmoWrite}
   */
  public long write(long offset, MemorySegment from) {
    MxException.check(context, MxRoutines.vmoWrite(context, value(), offset, from));
    return context.bytes();
  }

  /**
   * Gives every page of a range a frame.
   *
   * @param offset the first byte
   * @param bytes how many; cut off at the object's end
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmoOpRange}
   */
  public void commit(long offset, long bytes) {
    MxException.check(
        context,
        MxCalls.mxVmoOpRange(context, value(), MxVmoOps.MX_VMO_OP_COMMIT, offset, bytes, 0, 0));
  }

  /**
   * Takes the frames of a range back; they read as zeros, or as the parent's, afterwards.
   *
   * @param offset the first byte
   * @param bytes how many; cut off at the object's end
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmoOpRange}
   */
  public void decommit(long offset, long bytes) {
    MxException.check(
        context,
        MxCalls.mxVmoOpRange(context, value(), MxVmoOps.MX_VMO_OP_DECOMMIT, offset, bytes, 0, 0));
  }

  /**
   * Makes an object that shows a range of this one until it is written, page by page.
   *
   * @param offset this object's byte that is the clone's first, a multiple of the page size
   * @param bytes the clone's size, unsigned
   * @return a handle to the clone
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmoClone}
   */
  public Vmo cloneRange(long offset, long bytes) {
    MxException.check(
        context,
        MxRoutines.vmoClone(context, value(), MxVmoOps.MX_VMO_CLONE_COPY_ON_WRITE, offset, bytes));
    return new Vmo(program, context.handle());
  }

  /**
   * Makes another handle to the object.
   *
   * @param rights a subset of this one's, see {@link dev.mapwright.zircon.abi.MxRights}
   * @return the other handle
   * @throws MxException see {@link dev.mapwright.zircon.answer.HandleDuplicate}
   */
  public Vmo duplicate(int rights) {
    return new Vmo(program, duplicateValue(rights));
  }

  /**
   * Makes another handle to the object and closes this one.
   *
   * @param rights a subset of this one's, see {@link dev.mapwright.zircon.abi.MxRights}
   * @return the other handle
   * @throws MxException see {@link dev.mapwright.zircon.answer.HandleReplace}
   */
  public Vmo replace(int rights) {
    return new Vmo(program, replaceValue(rights));
  }
}
