package dev.mapwright.zircon;

import dev.mapwright.zircon.abi.MxInfo;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;

/** What the handles of a {@link Program} have in common. Used by the program's thread. */
public abstract sealed class NamedHandle implements AutoCloseable permits Vmar, Vmo {
  final Program program;
  final MxContext context;
  private final int value;

  NamedHandle(Program program, int value) {
    this.program = program;
    this.context = program.context();
    this.value = value;
  }

  /** {@return the handle's value: a positive number with bit 0 set} */
  public final int value() {
    return value;
  }

  /**
   * Whether the value still names an object. A region that was destroyed still has its handles.
   *
   * @return false once it was closed
   */
  public final boolean valid() {
    return MxRoutines.objectGetInfo(context, value, MxInfo.MX_INFO_HANDLE_VALID) == MxStatus.MX_OK;
  }

  final int duplicateValue(int rights) {
    MxException.check(context, MxRoutines.handleDuplicate(context, value, rights));
    return context.handle();
  }

  final int replaceValue(int rights) {
    MxException.check(context, MxRoutines.handleReplace(context, value, rights));
    return context.handle();
  }

  /**
   * Closes the handle. Mappings keep their object, and a region stays in its parent.
   *
   * @throws MxException see {@link dev.mapwright.zircon.answer.HandleClose}
   */
  @Override
  public final void close() {
    MxException.check(context, MxCalls.mxHandleClose(context, value));
  }
}
