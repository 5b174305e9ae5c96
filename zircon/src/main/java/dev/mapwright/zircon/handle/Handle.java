package dev.mapwright.zircon.handle;

import dev.mapwright.zircon.abi.MxRights;

/**
 * A handle: an object, the rights to it, and the number by which its process names it. Immutable,
 * so that a call which looked it up sees object and rights of the same handle whatever happens to
 * the table meanwhile.
 */
public final class Handle {
  private final KernelObject object;
  private final int rights;
  private final int value;
  final int slot;

  Handle(KernelObject object, int rights, int value, int slot) {
    this.object = object;
    this.rights = rights;
    this.value = value;
    this.slot = slot;
  }

  /** {@return the object that it names} */
  public KernelObject object() {
    return object;
  }

  /** {@return what it allows: a set of {@link MxRights}} */
  public int rights() {
    return rights;
  }

  /** {@return its number in its process: positive, with bit 0 set} */
  public int value() {
    return value;
  }

  /**
   * Whether it carries certain rights.
   *
   * @param wanted a set of {@link MxRights}
   * @return true when none of them is missing
   */
  public boolean allows(int wanted) {
    return MxRights.within(wanted, rights);
  }
}
