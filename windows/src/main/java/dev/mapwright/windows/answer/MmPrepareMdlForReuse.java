package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmPrepareMdlForReuse}, in the order in which they are checked.
 */
public enum MmPrepareMdlForReuse implements Condition {
  /** The MDL can be used again. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmPrepareMdlForReuse, Description",
      "the MDL can be used again",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmPrepareMdlForReuse, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** The MDL says that it is mapped, and no mapping that goes with it is there. */
  MAPPING_CHANGED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x6,
      "Bug Check 0xDA, 0x06",
      "the MDL says that it is mapped, and no mapping that goes with it is there",
      "MDL, MappedSystemVa, pages");

  private final Answer answer;

  MmPrepareMdlForReuse(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_PREPARE_MDL_FOR_REUSE, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
