package dev.mapwright.windows.memory.iommu;

/** A driver's routine that is told of the faults of a device: IOMMU_DEVICE_FAULT_HANDLER. */
public final class FaultHandler extends DriverRoutine {
  private final long driverObject;

  /**
   * Makes one that is not being called.
   *
   * @param address the address of the routine
   * @param context what it is passed
   * @param driverObject the DRIVER_OBJECT of whose routine it is
   */
  public FaultHandler(long address, long context, long driverObject) {
    super(address, context);
    this.driverObject = driverObject;
  }

  /** {@return the DRIVER_OBJECT of whose routine it is} */
  public long driverObject() {
    return driverObject;
  }
}
