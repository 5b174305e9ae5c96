package dev.mapwright.windows.abi.iommu;

/** FAULT_INFORMATION_ARCH: which part of the union of FAULT_INFORMATION counts. */
public final class FaultInformationArch {
  /** None. */
  public static final int INVALID = 0;

  /** FAULT_INFORMATION_ARM64. */
  public static final int ARM64 = 1;

  /** FAULT_INFORMATION_X64. */
  public static final int X64 = 2;

  private FaultInformationArch() {}
}
