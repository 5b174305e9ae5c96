package dev.mapwright.windows.abi;

/** Codes of bug checks (bugcodes.h) that the routines raise. */
public final class BugCheckCode {
  /** Memory management: bookkeeping of pages contradicts the call. */
  public static final int MEMORY_MANAGEMENT = 0x1A;

  /** A mapping was demanded and no system PTE is left. */
  public static final int NO_MORE_SYSTEM_PTES = 0x3F;

  /** The book of pages contradicts the call: unlocked too often, or freed while locked. */
  public static final int PFN_LIST_CORRUPT = 0x4E;

  /** An invalid system address was accessed. */
  public static final int PAGE_FAULT_IN_NONPAGED_AREA = 0x50;

  /** A process ends with locked pages, or pages of one that are not locked are unlocked. */
  public static final int PROCESS_HAS_LOCKED_PAGES = 0x76;

  /** Read-only memory was written. */
  public static final int ATTEMPTED_WRITE_TO_READONLY_MEMORY = 0xBE;

  /** Pool or contiguous memory is freed wrongly. */
  public static final int BAD_POOL_CALLER = 0xC2;

  /** Driver Verifier has found a violation. */
  public static final int DRIVER_VERIFIER_DETECTED_VIOLATION = 0xC4;

  /** A driver left locked pages in a process. */
  public static final int DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS = 0xCB;

  /** A page that is not there was accessed at DISPATCH_LEVEL or above. */
  public static final int DRIVER_IRQL_NOT_LESS_OR_EQUAL = 0xD1;

  /** System PTEs are used wrongly. */
  public static final int SYSTEM_PTE_MISUSE = 0xDA;

  /** A violation in DMA: Driver Verifier has found it, or the IOMMU has refused an access. */
  public static final int DRIVER_VERIFIER_DMA_VIOLATION = 0xE6;

  /** Memory that can't be executed was executed. */
  public static final int ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY = 0xFC;

  /** A device has accessed memory under an ASID that there is not. */
  public static final int ILLEGAL_IOMMU_PAGE_FAULT = 0x158;

  /** A device has accessed memory under an ASID that is being freed. */
  public static final int HAL_ILLEGAL_IOMMU_PAGE_FAULT = 0x159;

  private BugCheckCode() {}

  /**
   * {@return the documented name of a code; {@code BUGCHECK} for one that is none of these}
   *
   * @param code any number
   */
  public static String name(int code) {
    return switch (code) {
      case MEMORY_MANAGEMENT -> "MEMORY_MANAGEMENT";
      case NO_MORE_SYSTEM_PTES -> "NO_MORE_SYSTEM_PTES";
      case PFN_LIST_CORRUPT -> "PFN_LIST_CORRUPT";
      case PAGE_FAULT_IN_NONPAGED_AREA -> "PAGE_FAULT_IN_NONPAGED_AREA";
      case PROCESS_HAS_LOCKED_PAGES -> "PROCESS_HAS_LOCKED_PAGES";
      case ATTEMPTED_WRITE_TO_READONLY_MEMORY -> "ATTEMPTED_WRITE_TO_READONLY_MEMORY";
      case BAD_POOL_CALLER -> "BAD_POOL_CALLER";
      case DRIVER_VERIFIER_DETECTED_VIOLATION -> "DRIVER_VERIFIER_DETECTED_VIOLATION";
      case DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS -> "DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS";
      case DRIVER_IRQL_NOT_LESS_OR_EQUAL -> "DRIVER_IRQL_NOT_LESS_OR_EQUAL";
      case SYSTEM_PTE_MISUSE -> "SYSTEM_PTE_MISUSE";
      case DRIVER_VERIFIER_DMA_VIOLATION -> "DRIVER_VERIFIER_DMA_VIOLATION";
      case ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY -> "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY";
      case ILLEGAL_IOMMU_PAGE_FAULT -> "ILLEGAL_IOMMU_PAGE_FAULT";
      case HAL_ILLEGAL_IOMMU_PAGE_FAULT -> "HAL_ILLEGAL_IOMMU_PAGE_FAULT";
      default -> "BUGCHECK";
    };
  }
}
