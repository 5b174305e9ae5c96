package dev.mapwright.windows.memory.iommu;

/** A driver's routine that is told of the faults of a device: IOMMU_DEVICE_FAULT_HANDLER. */
public final class FaultHandler extends DriverRoutine {
  private final long driverObject;
  private final int maker;

  /**
   * Makes one that is not being called.
   *
   * @param address the address of the routine
   * @param context what it is passed
   * @param driverObject the DRIVER_OBJECT of whose routine it is
   * @param maker who has set it
   */
  public FaultHandler(long address, long context, long driverObject, int maker) {
    super(address, context);
    this.driverObject = driverObject;
    this.maker = maker;
  }

  /** {@return the DRIVER_OBJECT of whose routine it is} */
  public long driverObject() {
    return driverObject;
  }

  /** {@return who has set it} */
  public int maker() {
    return maker;
  }
}
