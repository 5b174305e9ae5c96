package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/**
 * The documented answers of {@code mx_vmo_create_contiguous}, in the order in which they are
 * checked.
 */
public enum VmoCreateContiguous implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_create_contiguous, return value", "the call was carried out", ""),
  /** The size is 0. */
  SIZE_ZERO(MxStatus.MX_ERR_INVALID_ARGS, "vmo_create_contiguous, check 1", "the size is 0", ""),
  /** The alignment is neither 0 nor 12 to 63. */
  ALIGNMENT(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_create_contiguous, check 1",
      "the alignment is neither 0 nor 12 to 63",
      "the logarithm"),
  /** The resource handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmo_create_contiguous, check 2",
      "the resource handle names nothing",
      "the handle"),
  /** The resource handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_create_contiguous, check 2",
      "the resource handle names an object of another type",
      "the handle"),
  /** The size exceeds the largest one. */
  TOO_LARGE(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_create_contiguous, check 3",
      "the size exceeds the largest one",
      "the size"),
  /** No run of free frames is long enough at this alignment, or no handle is left. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_create_contiguous, check 4",
      "no run of free frames is long enough at this alignment, or no handle is left",
      "size and logarithm"),
  /** Out can not be written; no object is left. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_create_contiguous, check 5",
      "out can not be written; no object is left",
      "the pointer");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  VmoCreateContiguous(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.VMO_CREATE_CONTIGUOUS;
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
