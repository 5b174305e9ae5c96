package dev.mapwright.windows.abi.iommu;

/** DOMAIN_CONFIGURATION_ARCH. */
public final class DomainConfigurationArch {
  /** Tables of ARM64. */
  public static final int ARM64 = 0;

  /** Tables of x64; reserved for the system. */
  public static final int X64 = 1;

  /** The first number that is none. */
  public static final int INVALID = 2;

  private DomainConfigurationArch() {}
}
