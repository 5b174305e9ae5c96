package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code IoFreeMdl}, in the order in which they are checked. */
public enum IoFreeMdl implements Condition {
  /** The MDL is freed. */
  DONE(Effect.DONE, 0, Answer.NO_PARAMETER, "IoFreeMdl, Description", "the MDL is freed", ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoFreeMdl, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** The MDL was freed before. */
  FREED_TWICE(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0x7,
      "Bug Check 0xC2, 0x07",
      "the MDL was freed before",
      "0, 0, MDL"),
  /** No allocated MDL begins at this address. */
  NOT_ALLOCATED(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0x46,
      "Bug Check 0xC2, 0x46",
      "no allocated MDL begins at this address",
      "MDL"),
  /** The memory was not allocated as an MDL. */
  WRONG_TAG(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0xA,
      "Bug Check 0xC2, 0x0A",
      "the memory was not allocated as an MDL",
      "MDL, tag of the memory, tag of MDLs"),
  /** There is no memory to read so many pages. */
  NO_MEMORY(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory to read so many pages",
      "MDL, pages"),
  /** The MDL is partial and says that it is mapped, and no mapping that goes with it is there. */
  MAPPING_CHANGED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x6,
      "Bug Check 0xDA, 0x06",
      "the MDL is partial and says that it is mapped, and no mapping that goes with it is there",
      "MDL, MappedSystemVa, pages"),
  /** The MDL is still mapped to system space; the mapping stays. */
  STILL_MAPPED(
      Effect.DISCOURAGED,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB8,
      "Bug Check 0xC4, 0xB8",
      "the MDL is still mapped to system space; the mapping stays",
      "MDL, flags"),
  /** The memory of the MDL itself is locked. */
  IN_LOCKED_MEMORY(
      Effect.BUG_CHECK,
      BugCheckCode.PFN_LIST_CORRUPT,
      0x9A,
      "Bug Check 0x4E, 0x9A",
      "the memory of the MDL itself is locked",
      "PFN, 0, locks"),
  /** The pages of the MDL are still locked, and stay so. */
  STILL_LOCKED(
      Effect.NOTED,
      0,
      Answer.NO_PARAMETER,
      "IoFreeMdl, Remarks",
      "the pages of the MDL are still locked, and stay so",
      "MDL, pages");

  private final Answer answer;

  IoFreeMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.IO_FREE_MDL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
