package dev.mapwright.windows.abi.iommu;

/** FAULT_INFORMATION with FAULT_INFORMATION_X64: what a fault handler is told. */
public final class FaultInformationLayout {
  /** {@code Type}, 4 bytes; see {@link FaultInformationArch}. */
  public static final int TYPE = 0x00;

  /** {@code IsStage1}, 1 byte: whether the first stage refused it. */
  public static final int IS_STAGE1 = 0x04;

  /** {@code X64.DomainHandle}, 8 bytes; 0 for none. */
  public static final int X64_DOMAIN_HANDLE = 0x08;

  /** {@code X64.FaultAddress}, 8 bytes: the first byte that could not be accessed. */
  public static final int X64_FAULT_ADDRESS = 0x10;

  /** {@code X64.Flags}, 4 bytes; see {@link #FAULT_ADDRESS_VALID}. */
  public static final int X64_FLAGS = 0x18;

  /** {@code X64.Type}, 4 bytes; see {@link FaultInformationType}. */
  public static final int X64_TYPE = 0x1C;

  /** {@code X64.IommuBaseAddress}, 8 bytes. */
  public static final int X64_IOMMU_BASE_ADDRESS = 0x20;

  /** {@code X64.PciSegment}, 4 bytes. */
  public static final int X64_PCI_SEGMENT = 0x28;

  /** In the flags: the address means something. */
  public static final int FAULT_ADDRESS_VALID = 1;

  /** The size of the structure, that of the larger part of its union. */
  public static final int BYTES = 0x38;

  private FaultInformationLayout() {}
}
