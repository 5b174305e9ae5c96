package dev.mapwright.zircon.object;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.handle.ObjectType;

/**
 * A virtual memory object: the engine's object, which counts pages, and a size that is exact to the
 * byte.
 *
 * <p>The handles of all processes share one reference to the engine's object, given back with the
 * last of them; mappings and clones hold their own. The monitor is held by whoever changes the size
 * or transfers bytes, so that those calls are whole against each other; the size may be read
 * without.
 */
public final class MxVmo extends KernelObject {
  private final MxSystem system;
  private final MemoryObject memory;
  private final VmoSize size;

  /**
   * Takes an object of the engine over, with the caller's reference.
   *
   * @param system the system
   * @param memory the engine's object
   * @param bytes its size, exact to the byte; the engine's object has as many pages as hold it
   */
  public MxVmo(MxSystem system, MemoryObject memory, long bytes) {
    super(ObjectType.VMO, memory.number());
    this.system = system;
    this.memory = memory;
    this.size = system.newSize(memory, bytes);
  }

  /** {@return the engine's object} */
  public MemoryObject memory() {
    return memory;
  }

  /** {@return its size in bytes, exact, unsigned} */
  public long bytes() {
    return size.bytes();
  }

  /**
   * {@return whether the object is a range of physical addresses, which has no contents of its own}
   */
  public boolean physical() {
    return memory.kind() == ObjectKind.PHYSICAL;
  }

  /**
   * Changes the size. Pages beyond the new size go; the rest of the last page stays as it is.
   *
   * @param bytes the new size, at most {@link dev.mapwright.zircon.abi.MxLimits#MX_VMO_MAX_SIZE}
   * @return how the engine answered; nothing has changed unless it is {@link Outcome#OK}
   */
  public synchronized Outcome resize(long bytes) {
    long exact = system.policy().sizeOf(bytes);
    Outcome outcome = memory.resize(Pages.countFor(exact));
    if (outcome == Outcome.OK) {
      size.set(exact);
    }
    return outcome;
  }

  /** Gives the engine's object up when no handle was ever made. */
  public void abandon() {
    memory.release();
  }

  @Override
  protected boolean endsWithLastHandle() {
    return true;
  }

  @Override
  protected void end(Fallen fallen) {
    memory.release();
  }

  @Override
  public String toString() {
    return "memory object " + koid() + " of " + Long.toUnsignedString(bytes()) + " bytes";
  }
}
