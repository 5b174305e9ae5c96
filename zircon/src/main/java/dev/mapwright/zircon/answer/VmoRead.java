package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_read}, in the order in which they are checked. */
public enum VmoRead implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_read.md, Return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE, "vmo_read.md, Errors", "the handle names nothing", "the handle"),
  /** The handle lacks the right READ. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmo_read.md, Errors",
      "the handle lacks the right READ",
      "rights needed and held"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_read.md, Errors",
      "the handle names an object of another type",
      "the handle"),
  /** A part of the buffer can not be accessed, though the transfer may not have needed it. */
  BAD_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_read.md, Errors",
      "a part of the buffer can not be accessed, though the transfer may not have needed it",
      "buffer and length"),
  /** A physical range can not be read this way. */
  PHYSICAL(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "kernel of 2017, sys_vmo_read",
      "a physical range can not be read this way",
      ""),
  /** Offset plus length reaches 2^64. */
  RANGE_WRAPS(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "kernel of 2017, sys_vmo_read",
      "offset plus length reaches 2^64",
      "offset and length"),
  /** The offset lies beyond the end of the object. */
  BEYOND_END(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_read.md, Errors",
      "the offset lies beyond the end of the object",
      "offset and size"),
  /** Actual can not be written; the bytes are transferred nevertheless. */
  BAD_ACTUAL_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_read.md, Errors",
      "actual can not be written; the bytes are transferred nevertheless",
      "the pointer");

  private final Answer answer;

  VmoRead(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMO_READ, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
