package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmUnmapReservedMapping}, in the order in which they are checked.
 */
public enum MmUnmapReservedMapping implements Condition {
  /** The pages are unmapped. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmUnmapReservedMapping, Description",
      "the pages are unmapped",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmUnmapReservedMapping, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** No reservation begins at this address. */
  NOT_RESERVED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x109,
      "Bug Check 0xDA, 0x109",
      "no reservation begins at this address",
      "address, caller's tag"),
  /** The reservation belongs to another tag. */
  WRONG_TAG(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x108,
      "Bug Check 0xDA, 0x108",
      "the reservation belongs to another tag",
      "address, caller's tag, owner's tag"),
  /** The MDL has more pages than the reservation. */
  TOO_MANY_PAGES(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x10A,
      "Bug Check 0xDA, 0x10A",
      "the MDL has more pages than the reservation",
      "address, pages of the reservation, pages to unmap"),
  /** A page to unmap is not mapped. */
  NOT_MAPPED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x10B,
      "Bug Check 0xDA, 0x10B",
      "a page to unmap is not mapped",
      "address, caller's tag, pages to unmap"),
  /** The pages to unmap are mapped, but as a part of more, or by several mappings. */
  TOO_FEW_PAGES(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x10C,
      "Bug Check 0xDA, 0x10C",
      "the pages to unmap are mapped, but they are not the whole of one mapping",
      "address, caller's tag, pages to unmap");

  private final Answer answer;

  MmUnmapReservedMapping(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_UNMAP_RESERVED_MAPPING, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
