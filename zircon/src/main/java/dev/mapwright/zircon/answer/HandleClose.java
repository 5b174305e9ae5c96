package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_handle_close}, in the order in which they are checked. */
public enum HandleClose implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "handle_close, return value", "the call was carried out", ""),
  /** The handle names nothing; 0 is no exception. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "handle_close, check 1",
      "the handle names nothing; 0 is no exception",
      "the handle");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  HandleClose(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.HANDLE_CLOSE;
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
