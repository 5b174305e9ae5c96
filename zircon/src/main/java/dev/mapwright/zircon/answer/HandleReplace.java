package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_handle_replace}, in the order in which they are checked. */
public enum HandleReplace implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "handle_replace.md, Return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "handle_replace.md, Errors",
      "the handle names nothing",
      "the handle"),
  /** A right is asked for that the handle does not have; the handle stays. */
  NOT_A_SUBSET(
      MxStatus.MX_ERR_INVALID_ARGS,
      "handle_replace.md, Errors",
      "a right is asked for that the handle does not have; the handle stays",
      "rights asked for and held"),
  /** No handle is left; the handle stays. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "handle_replace.md, Errors",
      "no handle is left; the handle stays",
      ""),
  /** Out can not be written; the handle and its replacement are both lost. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "handle_replace.md, Errors",
      "out can not be written; the handle and its replacement are both lost",
      "the pointer");

  private final Answer answer;

  HandleReplace(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.HANDLE_REPLACE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
