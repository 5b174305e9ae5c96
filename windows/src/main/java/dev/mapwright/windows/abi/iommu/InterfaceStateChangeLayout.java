package dev.mapwright.windows.abi.iommu;

/** IOMMU_INTERFACE_STATE_CHANGE, and its IOMMU_INTERFACE_STATE_CHANGE_FIELDS. */
public final class InterfaceStateChangeLayout {
  /** {@code PresentFields}, 4 bytes: which of the others say something. */
  public static final int PRESENT_FIELDS = 0x0;

  /** {@code AvailableDomainTypes}, 4 bytes: a mask of {@link DmaDomainType#bit}. */
  public static final int AVAILABLE_DOMAIN_TYPES = 0x4;

  /** The size of the structure. */
  public static final int BYTES = 0x8;

  /** The bit of {@code AvailableDomainTypes}, the only one, in the fields. */
  public static final int AVAILABLE_DOMAIN_TYPES_FIELD = 1;

  private InterfaceStateChangeLayout() {}
}
