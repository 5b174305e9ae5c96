package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_write}, in the order in which they are checked. */
public enum VmoWrite implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_write.md, Return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE, "vmo_write.md, Errors", "the handle names nothing", "the handle"),
  /** The handle lacks the right WRITE. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmo_write.md, Errors",
      "the handle lacks the right WRITE",
      "rights needed and held"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_write.md, Errors",
      "the handle names an object of another type",
      "the handle"),
  /** A part of the buffer can not be accessed, though the transfer may not have needed it. */
  BAD_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_write.md, Errors",
      "a part of the buffer can not be accessed, though the transfer may not have needed it",
      "buffer and length"),
  /** A physical range can not be written this way. */
  PHYSICAL(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "kernel of 2017, sys_vmo_write",
      "a physical range can not be written this way",
      ""),
  /** Offset plus length reaches 2^64. */
  RANGE_WRAPS(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "kernel of 2017, sys_vmo_write",
      "offset plus length reaches 2^64",
      "offset and length"),
  /** The offset lies beyond the end of the object. */
  BEYOND_END(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_write.md, Errors",
      "the offset lies beyond the end of the object",
      "offset and size"),
  /** A page of the range could not be committed. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_write.md, Errors",
      "a page of the range could not be committed",
      "offset and length"),
  /** Actual can not be written; the bytes are transferred nevertheless. */
  BAD_ACTUAL_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_write.md, Errors",
      "actual can not be written; the bytes are transferred nevertheless",
      "the pointer");

  private final Answer answer;

  VmoWrite(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMO_WRITE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
