package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each bug check means, and what a driver can do about it, in words: what tools print beside
 * the {@link Condition}s that raise it. What is known of one kind of misuse alone, {@link Advice}
 * says. There is one constant for each code of {@link BugCheckCode}, under its name.
 */
public enum BugCheckGuide {
  /** See {@link BugCheckCode#MEMORY_MANAGEMENT}. */
  MEMORY_MANAGEMENT(
      BugCheckCode.MEMORY_MANAGEMENT,
      "The bookkeeping of pages contradicts the call. The first parameter says how.",
      "Lock the pages before they are mapped, and keep the MDL as the routines left it."),
  /** See {@link BugCheckCode#NO_MORE_SYSTEM_PTES}. */
  NO_MORE_SYSTEM_PTES(
      BugCheckCode.NO_MORE_SYSTEM_PTES,
      "A mapping into system space had to succeed, and no run of free system PTEs is long "
          + "enough.",
      "Call the variant that may fail: with a priority and MdlMappingNoExecute, without "
          + "BugCheckOnFailure. Then handle NULL.",
      "Unmap what is mapped: many small mappings that are never given back are the usual "
          + "cause."),
  /** See {@link BugCheckCode#PFN_LIST_CORRUPT}. */
  PFN_LIST_CORRUPT(
      BugCheckCode.PFN_LIST_CORRUPT,
      "The book of pages contradicts the call: pages are unlocked more often than locked, or "
          + "freed while locked.",
      "Pair each MmProbeAndLockPages with one MmUnlockPages, and free the MDL after it.",
      "Did the driver write into the PFN array of the MDL?"),
  /** See {@link BugCheckCode#PAGE_FAULT_IN_NONPAGED_AREA}. */
  PAGE_FAULT_IN_NONPAGED_AREA(
      BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA,
      "An invalid system address was accessed.",
      "Look at where the address comes from: it was unmapped, freed, or never was one."),
  /** See {@link BugCheckCode#PROCESS_HAS_LOCKED_PAGES}. */
  PROCESS_HAS_LOCKED_PAGES(
      BugCheckCode.PROCESS_HAS_LOCKED_PAGES,
      "A process ends with pages that a driver has locked, or pages are unlocked that are not "
          + "locked.",
      "Unlock in the completion and in the cancel routine; every path of a request ends with "
          + "MmUnlockPages."),
  /** See {@link BugCheckCode#ATTEMPTED_WRITE_TO_READONLY_MEMORY}. */
  ATTEMPTED_WRITE_TO_READONLY_MEMORY(
      BugCheckCode.ATTEMPTED_WRITE_TO_READONLY_MEMORY,
      "A driver wrote to memory that is mapped read-only.",
      "Map the memory writable if it is to be written; otherwise find the pointer that led "
          + "there."),
  /** See {@link BugCheckCode#BAD_POOL_CALLER}. */
  BAD_POOL_CALLER(
      BugCheckCode.BAD_POOL_CALLER,
      "Pool is freed twice, with another tag, at an address that is none of pool, or "
          + "contiguous memory wrongly. The first parameter says which.",
      "Free each block once, with the tag that it was allocated with, by the routine that "
          + "belongs to its allocation."),
  /** See {@link BugCheckCode#DRIVER_VERIFIER_DETECTED_VIOLATION}. */
  DRIVER_VERIFIER_DETECTED_VIOLATION(
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      "Driver Verifier has found that a driver breaks a rule. The first parameter says which; "
          + "without the verifier it would have gone unnoticed for a while.",
      "Mend the call: what the verifier forbids is wrong without it as well."),
  /** See {@link BugCheckCode#DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS}. */
  DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS(
      BugCheckCode.DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS,
      "A driver has not unlocked pages of a process whose request it has completed.",
      "Unlock before the request is completed."),
  /** See {@link BugCheckCode#DRIVER_IRQL_NOT_LESS_OR_EQUAL}. */
  DRIVER_IRQL_NOT_LESS_OR_EQUAL(
      BugCheckCode.DRIVER_IRQL_NOT_LESS_OR_EQUAL,
      "Memory that is paged out was accessed at DISPATCH_LEVEL or above, where nobody can "
          + "bring it in.",
      "Lock pageable memory before it is used at this IRQL, or use it below DISPATCH_LEVEL.",
      "Holding a spin lock raises the IRQL to DISPATCH_LEVEL."),
  /** See {@link BugCheckCode#SYSTEM_PTE_MISUSE}. */
  SYSTEM_PTE_MISUSE(
      BugCheckCode.SYSTEM_PTE_MISUSE,
      "System PTEs, of which mappings and reservations are made, are used wrongly. The first "
          + "parameter says how.",
      "Keep address, tag and size of each reservation together, and use all three as they were"
          + " given."),
  /** See {@link BugCheckCode#DRIVER_VERIFIER_DMA_VIOLATION}. */
  DRIVER_VERIFIER_DMA_VIOLATION(
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      "Driver Verifier has found a violation in DMA, or the IOMMU has refused an access of a device, "
          + "which needs no verifier. The first parameter says which.",
      "Mend the call: what the verifier forbids is wrong without it as well.",
      "A refused access is explained in the report: what is mapped near it, and who has unmapped "
          + "what was there."),
  /** See {@link BugCheckCode#ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY}. */
  ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY(
      BugCheckCode.ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY,
      "A driver executed memory that does not allow it.",
      "Map the memory executable if it is code; otherwise find the pointer that led there."),
  /** See {@link BugCheckCode#ILLEGAL_IOMMU_PAGE_FAULT}. */
  ILLEGAL_IOMMU_PAGE_FAULT(
      BugCheckCode.ILLEGAL_IOMMU_PAGE_FAULT,
      "A device has accessed memory under an address space that there is not, or no longer.",
      "Wait for all requests of the device before its domain or its PASID is deleted."),
  /** See {@link BugCheckCode#HAL_ILLEGAL_IOMMU_PAGE_FAULT}. */
  HAL_ILLEGAL_IOMMU_PAGE_FAULT(
      BugCheckCode.HAL_ILLEGAL_IOMMU_PAGE_FAULT,
      "A device has accessed memory under an address space from which it was detached: requests "
          + "were in flight.",
      "Stop the device and wait for its requests before it is detached; detaching does not wait "
          + "for requests that the device has not made yet.");

  private final int code;
  private final String meaning;

  /** The pieces, with line ends between. */
  private final String advice;

  BugCheckGuide(int code, String meaning, String... advice) {
    this.code = code;
    this.meaning = meaning;
    this.advice = String.join("\n", advice);
  }

  /** {@return the code, one of {@link BugCheckCode}} */
  public int code() {
    return code;
  }

  /** {@return what it says, in sentences with final periods} */
  public String meaning() {
    return meaning;
  }

  /** {@return what a driver can do: at least one piece of advice, each in whole sentences} */
  public List<String> advice() {
    return List.of(advice.split("\n", -1));
  }

  /**
   * Finds the guide to a code.
   *
   * @param code any number
   * @return its guide, or null when {@link BugCheckCode} has no such code
   */
  public static @Nullable BugCheckGuide of(int code) {
    for (BugCheckGuide guide : values()) {
      if (guide.code == code) {
        return guide;
      }
    }
    return null;
  }
}
