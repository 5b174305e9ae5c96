package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code QueryInputMappings}, in the order in which they are checked. */
public enum QueryInputMappings implements Condition {
  /** The input mappings are in the buffer (only on ARM64). */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_QUERY_INPUT_MAPPINGS, Return value",
      "the input mappings are in the buffer (only on ARM64)",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** The buffer is too small for the input mappings (only on ARM64). */
  BUFFER_TOO_SMALL(
      Effect.STATUS,
      NtStatus.STATUS_BUFFER_TOO_SMALL,
      Answer.NO_PARAMETER,
      "IOMMU_QUERY_INPUT_MAPPINGS, Return value",
      "the buffer is too small for the input mappings (only on ARM64)",
      "bytes needed"),
  /** Only ARM64 has input mappings. */
  NOT_ARM64(
      Effect.STATUS,
      NtStatus.STATUS_UNSUCCESSFUL,
      Answer.NO_PARAMETER,
      "IOMMU_QUERY_INPUT_MAPPINGS, Remarks",
      "only ARM64 has input mappings",
      "device object");

  private final Answer answer;

  QueryInputMappings(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.QUERY_INPUT_MAPPINGS, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
