package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code MmProtectMdlSystemAddress}, in the order in which they are
 * checked.
 */
public enum MmProtectMdlSystemAddress implements Condition {
  /** The pages are protected. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmProtectMdlSystemAddress, Return value",
      "the pages are protected",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmProtectMdlSystemAddress, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** The protection is none that the pages of an MDL can have. */
  BAD_PROTECTION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PAGE_PROTECTION,
      Answer.NO_PARAMETER,
      "MmProtectMdlSystemAddress, Return value",
      "the protection is none that the pages of an MDL can have",
      "protection"),
  /** The MDL has no system mapping. */
  NOT_MAPPED(
      Effect.STATUS,
      NtStatus.STATUS_NOT_MAPPED_VIEW,
      Answer.NO_PARAMETER,
      "MmProtectMdlSystemAddress, Return value",
      "the MDL has no system mapping",
      "MDL, flags"),
  /** The MDL says that it is mapped, and is not mapped there. */
  INVALID_MAPPING(
      Effect.BUG_CHECK,
      BugCheckCode.MEMORY_MANAGEMENT,
      0x1235,
      "Bug Check 0x1A, 0x1235",
      "the MDL says that it is mapped, and is not mapped there",
      "MDL, MappedSystemVa, pages"),
  /** There is no memory to protect a part of a mapping. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory to protect a part of a mapping",
      "MDL, pages");

  private final Answer answer;

  MmProtectMdlSystemAddress(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_PROTECT_MDL_SYSTEM_ADDRESS,
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
