package dev.mapwright.zircon.object;

import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.handle.ObjectType;

/**
 * The permission to use the machine's physical resources: contiguous frames and device memory.
 * Whoever has a handle to one has it all.
 */
public final class MxResource extends KernelObject {
  /**
   * Makes a resource.
   *
   * @param system the system
   */
  public MxResource(MxSystem system) {
    super(ObjectType.RESOURCE, system.machine().census().nextNumber());
  }

  @Override
  protected boolean endsWithLastHandle() {
    return false;
  }

  @Override
  protected void end(Fallen fallen) {
    throw new IllegalStateException("a resource does not end");
  }
}
