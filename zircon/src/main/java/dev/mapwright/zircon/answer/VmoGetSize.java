package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_get_size}, in the order in which they are checked. */
public enum VmoGetSize implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_get_size, return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmo_get_size, check 1",
      "the handle names nothing",
      "the handle"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_get_size, check 1",
      "the handle names an object of another type",
      "the handle"),
  /** Size can not be written. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_get_size, check 2",
      "size can not be written",
      "the pointer");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  VmoGetSize(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.VMO_GET_SIZE;
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
