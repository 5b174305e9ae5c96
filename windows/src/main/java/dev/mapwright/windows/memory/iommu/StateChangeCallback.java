package dev.mapwright.windows.memory.iommu;

/** A driver's routine that is told of changes of the interface's state. */
public final class StateChangeCallback extends DriverRoutine {
  private final int fields;

  /**
   * Makes one that is not being called.
   *
   * @param address the address of the routine
   * @param context what it is passed
   * @param fields what it wants to know, IOMMU_INTERFACE_STATE_CHANGE_FIELDS
   */
  public StateChangeCallback(long address, long context, int fields) {
    super(address, context);
    this.fields = fields;
  }

  /** {@return what it wants to know} */
  public int fields() {
    return fields;
  }
}
