package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code MmMapIoSpaceEx}, in the order in which they are checked. */
public enum MmMapIoSpaceEx implements Condition {
  /** The range is mapped. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmMapIoSpaceEx, Return value",
      "the range is mapped",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x73,
      "Bug Check 0xC4, 0x73",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, physical address, bytes"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the verifier lets it fail on purpose",
      ""),
  /** No byte is asked for. */
  ZERO_BYTES(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmMapIoSpaceEx, Parameters",
      "no byte is asked for",
      "physical address"),
  /** The range does not end below 2^52, the limit of physical addresses. */
  BEYOND_MEMORY(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the range does not end below 2^52, the limit of physical addresses",
      "physical address, bytes"),
  /** The protection is not one of the five, with at most one modifier. */
  BAD_PROTECTION(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmMapIoSpaceEx, Parameters",
      "the protection is not one of the five, with at most one modifier",
      "protection"),
  /** The protection allows execution. */
  EXECUTABLE(
      Effect.DISCOURAGED,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x2001,
      "Bug Check 0xC4, 0x2001",
      "the protection allows execution",
      "0, protection"),
  /** There are not enough system PTEs in a row. */
  NO_SYSTEM_PTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmMapIoSpaceEx, Return value",
      "there are not enough system PTEs in a row",
      "PTEs needed, PTEs free"),
  /** The range has a page table of the system in it. */
  PAGE_TABLE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the range has a page table of the system in it",
      "PFN"),
  /** The range has RAM in it that no MDL has locked, and that is not the driver's own. */
  NOT_LOCKED(
      Effect.DISCOURAGED,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x83,
      "Bug Check 0xC4, 0x83",
      "the range has RAM in it that no MDL has locked, and that is not the driver's own",
      "physical address, bytes, first PFN"),
  /** A page outside RAM is mapped with another caching type. */
  CACHE_CONFLICT(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MEMORY_CACHING_TYPE, Remarks",
      "a page outside RAM is mapped with another caching type",
      "PFN, its caching type, the one asked for"),
  /** There is no memory for page tables or records. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory for page tables or records",
      "pages");

  private final Answer answer;

  MmMapIoSpaceEx(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.MM_MAP_IO_SPACE_EX, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
