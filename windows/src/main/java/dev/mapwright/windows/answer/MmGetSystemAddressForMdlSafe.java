package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmGetSystemAddressForMdlSafe}, in the order in which they are
 * checked.
 */
public enum MmGetSystemAddressForMdlSafe implements Condition {
  /** The pages are mapped. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmGetSystemAddressForMdlSafe, Return value",
      "the pages are mapped",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x76,
      "Bug Check 0xC4, 0x76",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, MDL, access mode"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "Driver Verifier, Low Resources Simulation",
      "the verifier lets it fail on purpose",
      ""),
  /** The MDL says that it was mapped as a partial one, and nothing of where. */
  ALREADY_MAPPED(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB2,
      "Bug Check 0xC4, 0xB2",
      "the MDL says that it was mapped as a partial one, and nothing of where",
      "MDL, flags, flags that are wrong"),
  /** The MDL describes pages that are not locked. */
  NEVER_LOCKED_UNDER_VERIFIER(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB3,
      "Bug Check 0xC4, 0xB3",
      "the MDL describes pages that are not locked",
      "MDL, flags, flags of which one is missing"),
  /** The MDL describes pages that are not locked. */
  NEVER_LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.MEMORY_MANAGEMENT,
      0x1233,
      "Bug Check 0x1A, 0x1233",
      "the MDL describes pages that are not locked",
      "first PFN"),
  /** The MDL describes no byte. */
  ZERO_BYTES(
      Effect.MISUSE, 0, Answer.NO_PARAMETER, "this library", "the MDL describes no byte", "MDL"),
  /** The mapping can be executed. */
  EXECUTABLE(
      Effect.DISCOURAGED,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x2002,
      "Bug Check 0xC4, 0x2002",
      "the mapping can be executed",
      "0, priority"),
  /** There is no memory for the mapping. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmGetSystemAddressForMdlSafe, Return value",
      "there is no memory for the mapping",
      "pages"),
  /** A page is no RAM, and the MDL does not say so. */
  NOT_MARKED_AS_IO(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x89,
      "Bug Check 0xC4, 0x89",
      "a page is no RAM, and the MDL does not say so",
      "MDL, address of the PFN, PFN"),
  /** A page that the MDL names is not locked. */
  PAGE_NOT_LOCKED_UNDER_VERIFIER(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x85,
      "Bug Check 0xC4, 0x85",
      "a page that the MDL names is not locked",
      "MDL, pages, PFN"),
  /** A page that the MDL names is not locked. */
  PAGE_NOT_LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.MEMORY_MANAGEMENT,
      0x1233,
      "Bug Check 0x1A, 0x1233",
      "a page that the MDL names is not locked",
      "PFN"),
  /** A page outside RAM is mapped with another caching type. */
  CACHE_CONFLICT(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MEMORY_CACHING_TYPE, Remarks",
      "a page outside RAM is mapped with another caching type",
      "PFN, caching type asked for"),
  /** There are too few system PTEs left for this priority. */
  LOW_PRIORITY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmGetSystemAddressForMdlSafe, Parameters",
      "there are too few system PTEs left for this priority",
      "pages, free PTEs, PTEs"),
  /** There are not enough system PTEs in a row. */
  NO_SYSTEM_PTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmGetSystemAddressForMdlSafe, Return value",
      "there are not enough system PTEs in a row",
      "pages, free PTEs");

  private final Answer answer;

  MmGetSystemAddressForMdlSafe(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE,
            effect,
            code,
            parameter1,
            source,
            sentence,
            numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
