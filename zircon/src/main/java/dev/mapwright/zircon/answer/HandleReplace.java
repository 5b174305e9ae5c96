package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_handle_replace}, in the order in which they are checked. */
public enum HandleReplace implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "handle_replace, return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "handle_replace, check 1",
      "the handle names nothing",
      "the handle"),
  /** A right is asked for that the handle does not have; the handle stays. */
  NOT_A_SUBSET(
      MxStatus.MX_ERR_INVALID_ARGS,
      "handle_replace, check 2",
      "a right is asked for that the handle does not have; the handle stays",
      "rights asked for and held"),
  /** No handle is left; the handle stays. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "handle_replace, check 3",
      "no handle is left; the handle stays",
      ""),
  /** Out can not be written; the handle and its replacement are both lost. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "handle_replace, check 4",
      "out can not be written; the handle and its replacement are both lost",
      "the pointer");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  HandleReplace(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.HANDLE_REPLACE;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public String sentence() {
    return sentence;
  }

  @Override
  public String numbers() {
    return numbers;
  }
}
