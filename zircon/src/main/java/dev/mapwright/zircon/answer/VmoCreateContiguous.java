package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/**
 * The documented answers of {@code mx_vmo_create_contiguous}, in the order in which they are
 * checked.
 */
public enum VmoCreateContiguous implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "kernel of 2017, sys_vmo_create_contiguous", "the call was carried out", ""),
  /** The size is 0. */
  SIZE_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_vmo_create_contiguous",
      "the size is 0",
      ""),
  /** The alignment is neither 0 nor 12 to 63. */
  ALIGNMENT(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_vmo_create_contiguous",
      "the alignment is neither 0 nor 12 to 63",
      "the logarithm"),
  /** The resource handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "errors.md, Parameter errors",
      "the resource handle names nothing",
      "the handle"),
  /** The resource handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "errors.md, Parameter errors",
      "the resource handle names an object of another type",
      "the handle"),
  /** The size exceeds the largest one. */
  TOO_LARGE(
      MxStatus.MX_ERR_NO_MEMORY,
      "kernel of 2017, sys_vmo_create_contiguous",
      "the size exceeds the largest one",
      "the size"),
  /** No run of free frames is long enough at this alignment, or no handle is left. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "kernel of 2017, sys_vmo_create_contiguous",
      "no run of free frames is long enough at this alignment, or no handle is left",
      "size and logarithm"),
  /** Out can not be written; no object is left. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "errors.md, Parameter errors",
      "out can not be written; no object is left",
      "the pointer");

  private final Answer answer;

  VmoCreateContiguous(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMO_CREATE_CONTIGUOUS, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
