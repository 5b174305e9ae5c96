package dev.mapwright.windows.abi.iommu;

/** FAULT_INFORMATION_ARM64_TYPE, which is the type of an x64 fault, too: why it was refused. */
public final class FaultInformationType {
  /** The device is attached to no domain, or its domain translates nothing. */
  public static final int UNSUPPORTED_UPSTREAM_TRANSACTION = 0;

  /** The address is wider than the domain. */
  public static final int ADDRESS_SIZE_FAULT = 1;

  /** Two translations of one address. */
  public static final int TLB_MATCH_CONFLICT = 2;

  /** Memory could not be read, of a table or behind the translation. */
  public static final int EXTERNAL_FAULT = 3;

  /** The mapping does not allow the access. */
  public static final int PERMISSION_FAULT = 4;

  /** An access flag is not set. */
  public static final int ACCESS_FLAG_FAULT = 5;

  /** Nothing is mapped there. */
  public static final int TRANSLATION_FAULT = 6;

  /** The first number that is none. */
  public static final int MAX = 7;

  private FaultInformationType() {}

  /**
   * {@return the name in wdm.h, without its prefix}
   *
   * @param type one of the types
   */
  public static String name(int type) {
    return switch (type) {
      case UNSUPPORTED_UPSTREAM_TRANSACTION -> "UnsupportedUpstreamTransaction";
      case ADDRESS_SIZE_FAULT -> "AddressSizeFault";
      case TLB_MATCH_CONFLICT -> "TlbMatchConflict";
      case EXTERNAL_FAULT -> "ExternalFault";
      case PERMISSION_FAULT -> "PermissionFault";
      case ACCESS_FLAG_FAULT -> "AccessFlagFault";
      case TRANSLATION_FAULT -> "TranslationFault";
      default -> "MaxFaultType";
    };
  }
}
