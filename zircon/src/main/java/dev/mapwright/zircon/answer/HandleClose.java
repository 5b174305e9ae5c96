package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_handle_close}, in the order in which they are checked. */
public enum HandleClose implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "handle_close.md, Return value", "the call was carried out", ""),
  /** The handle names nothing; 0 is no exception. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "handle_close.md, Errors",
      "the handle names nothing; 0 is no exception",
      "the handle");

  private final Answer answer;

  HandleClose(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.HANDLE_CLOSE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
