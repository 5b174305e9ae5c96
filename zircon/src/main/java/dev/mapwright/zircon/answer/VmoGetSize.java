package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_get_size}, in the order in which they are checked. */
public enum VmoGetSize implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_get_size.md, Return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmo_get_size.md, Errors",
      "the handle names nothing",
      "the handle"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_get_size.md, Errors",
      "the handle names an object of another type",
      "the handle"),
  /** Size can not be written. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_get_size.md, Errors",
      "size can not be written",
      "the pointer");

  private final Answer answer;

  VmoGetSize(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMO_GET_SIZE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
