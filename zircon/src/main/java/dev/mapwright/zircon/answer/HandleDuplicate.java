package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/**
 * The documented answers of {@code mx_handle_duplicate}, in the order in which they are checked.
 */
public enum HandleDuplicate implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "handle_duplicate.md, Return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "handle_duplicate.md, Errors",
      "the handle names nothing",
      "the handle"),
  /** The handle lacks the right DUPLICATE. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "handle_duplicate.md, Errors",
      "the handle lacks the right DUPLICATE",
      "rights needed and held"),
  /** A right is asked for that the handle does not have. */
  NOT_A_SUBSET(
      MxStatus.MX_ERR_INVALID_ARGS,
      "handle_duplicate.md, Errors",
      "a right is asked for that the handle does not have",
      "rights asked for and held"),
  /** No handle is left. */
  OUT_OF_MEMORY(MxStatus.MX_ERR_NO_MEMORY, "handle_duplicate.md, Errors", "no handle is left", ""),
  /** Out can not be written; no duplicate is left. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "handle_duplicate.md, Errors",
      "out can not be written; no duplicate is left",
      "the pointer");

  private final Answer answer;

  HandleDuplicate(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.HANDLE_DUPLICATE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
