package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/**
 * The documented answers of {@code mx_handle_duplicate}, in the order in which they are checked.
 */
public enum HandleDuplicate implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "handle_duplicate, return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "handle_duplicate, check 1",
      "the handle names nothing",
      "the handle"),
  /** The handle lacks the right DUPLICATE. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "handle_duplicate, check 2",
      "the handle lacks the right DUPLICATE",
      "rights needed and held"),
  /** A right is asked for that the handle does not have. */
  NOT_A_SUBSET(
      MxStatus.MX_ERR_INVALID_ARGS,
      "handle_duplicate, check 3",
      "a right is asked for that the handle does not have",
      "rights asked for and held"),
  /** No handle is left. */
  OUT_OF_MEMORY(MxStatus.MX_ERR_NO_MEMORY, "handle_duplicate, check 4", "no handle is left", ""),
  /** Out can not be written; no duplicate is left. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "handle_duplicate, check 5",
      "out can not be written; no duplicate is left",
      "the pointer");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  HandleDuplicate(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.HANDLE_DUPLICATE;
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
