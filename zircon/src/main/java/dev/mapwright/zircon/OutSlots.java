package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;

import dev.mapwright.core.Pages;
import dev.mapwright.zircon.call.MxContext;
import java.util.Objects;

/**
 * A page of a program's memory for what the calls of {@link dev.mapwright.zircon.call.MxCalls}
 * store through pointers: 512 slots of 8 bytes.
 *
 * <pre>{@code
 * OutSlots out = program.newOutSlots();
 * if (MxCalls.mxVmoCreate(c, 4096, 0, out.pointer(0)) == MX_OK) {
 *   int vmo = out.handle(0);
 * }
 * }</pre>
 *
 * <p>It is ordinary memory of the process: other threads see it, and a program that unmaps it gets
 * refusals and faults. Used by the program's thread.
 */
public final class OutSlots implements AutoCloseable {
  /** How many there are. */
  public static final int SLOTS = Pages.BYTES / Long.BYTES;

  private final Program program;
  private final long base;
  private boolean open = true;

  OutSlots(Program program) {
    this.program = program;
    try (Vmo memory = program.createVmo(Pages.BYTES)) {
      base =
          program.root().map(memory, 0, Pages.BYTES, MX_VM_FLAG_PERM_READ | MX_VM_FLAG_PERM_WRITE);
    }
  }

  /**
   * Where a call is to store a result.
   *
   * @param slot 0 .. {@link #SLOTS} - 1
   * @return an address of the process
   */
  public long pointer(int slot) {
    return base + (long) Objects.checkIndex(slot, SLOTS) * Long.BYTES;
  }

  /**
   * The handle that a call has stored.
   *
   * @param slot the slot that the call was given
   * @return the 4 bytes there
   */
  public int handle(int slot) {
    return (int) program.cpu().load(pointer(slot), Integer.BYTES);
  }

  /**
   * The address or size that a call has stored.
   *
   * @param slot the slot that the call was given
   * @return the 8 bytes there
   */
  public long number(int slot) {
    return program.cpu().load(pointer(slot), Long.BYTES);
  }

  /** Unmaps the page, unless the thread or its process is gone. Does nothing the second time. */
  @Override
  public void close() {
    MxContext context = program.context();
    if (open && context.state() == MxContext.State.RUNNING && !program.process().ended()) {
      program.root().unmap(base, Pages.BYTES);
    }
    open = false;
  }
}
