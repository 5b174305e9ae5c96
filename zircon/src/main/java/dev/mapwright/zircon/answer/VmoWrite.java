package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_write}, in the order in which they are checked. */
public enum VmoWrite implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_write, return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE, "vmo_write, check 1", "the handle names nothing", "the handle"),
  /** The handle lacks the right WRITE. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmo_write, check 1",
      "the handle lacks the right WRITE",
      "rights needed and held"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_write, check 1",
      "the handle names an object of another type",
      "the handle"),
  /** A part of the buffer can not be accessed, though the transfer may not have needed it. */
  BAD_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_write, check 2",
      "a part of the buffer can not be accessed, though the transfer may not have needed it",
      "buffer and length"),
  /** A physical range can not be written this way. */
  PHYSICAL(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "vmo_write, check 3",
      "a physical range can not be written this way",
      ""),
  /** Offset plus length reaches 2^64. */
  RANGE_WRAPS(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_write, check 4",
      "offset plus length reaches 2^64",
      "offset and length"),
  /** The offset lies beyond the end of the object. */
  BEYOND_END(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_write, check 4",
      "the offset lies beyond the end of the object",
      "offset and size"),
  /** A page of the range could not be committed. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_write, check 5",
      "a page of the range could not be committed",
      "offset and length"),
  /** Actual can not be written; the bytes are transferred nevertheless. */
  BAD_ACTUAL_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_write, check 6",
      "actual can not be written; the bytes are transferred nevertheless",
      "the pointer");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  VmoWrite(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.VMO_WRITE;
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
