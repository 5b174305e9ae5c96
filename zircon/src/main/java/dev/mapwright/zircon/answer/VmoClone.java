package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_clone}, in the order in which they are checked. */
public enum VmoClone implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_clone.md, Return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "errors.md, Parameter errors",
      "the handle names nothing",
      "the handle"),
  /** The handle lacks the right DUPLICATE or READ. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmo_clone.md, Errors",
      "the handle lacks the right DUPLICATE or READ",
      "rights needed and held"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_clone.md, Errors",
      "the handle names an object of another type",
      "the handle"),
  /** Exactly the option COPY_ON_WRITE has to be given. */
  OPTIONS(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_clone.md, Description",
      "exactly the option COPY_ON_WRITE has to be given",
      "the options"),
  /** A physical range can not be cloned. */
  PHYSICAL(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "kernel of 2017, sys_vmo_clone",
      "a physical range can not be cloned",
      ""),
  /** The size exceeds the largest one. */
  TOO_LARGE(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "kernel of 2017, sys_vmo_clone",
      "the size exceeds the largest one",
      "the size"),
  /** The offset is not a multiple of the page size. */
  OFFSET_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_clone.md, Errors",
      "the offset is not a multiple of the page size",
      "the offset"),
  /** Offset plus size reaches 2^64. */
  RANGE_WRAPS(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_clone.md, Errors",
      "offset plus size reaches 2^64",
      "offset and size"),
  /** Memory for the object or its handle could not be acquired. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_clone.md, Errors",
      "memory for the object or its handle could not be acquired",
      ""),
  /** Out can not be written; no clone is left. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_clone.md, Errors",
      "out can not be written; no clone is left",
      "the pointer");

  private final Answer answer;

  VmoClone(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMO_CLONE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
