package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_op_range}, in the order in which they are checked. */
public enum VmoOpRange implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_op_range, return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmo_op_range, check 1",
      "the handle names nothing",
      "the handle"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_op_range, check 1",
      "the handle names an object of another type",
      "the handle"),
  /** The opcode is unknown. */
  UNKNOWN_OP(
      MxStatus.MX_ERR_INVALID_ARGS, "vmo_op_range, check 2", "the opcode is unknown", "the opcode"),
  /** Pages can not be locked or unlocked. */
  LOCK(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "vmo_op_range, check 2",
      "pages can not be locked or unlocked",
      "the opcode"),
  /** The pages of a physical range are always there: no commit, no decommit. */
  PHYSICAL(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "vmo_op_range, check 3",
      "the pages of a physical range are always there: no commit, no decommit",
      "the opcode"),
  /** Commit and decommit: offset plus size reaches 2^64. */
  RANGE_WRAPS(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_op_range, check 4",
      "commit and decommit: offset plus size reaches 2^64",
      "offset and size"),
  /** Commit and decommit: the offset lies beyond the end of the object. */
  BEYOND_END(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_op_range, check 4",
      "commit and decommit: the offset lies beyond the end of the object",
      "offset and size of the object"),
  /** Commit: there are not enough frames for all pages, so none is committed. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_op_range, check 5",
      "commit: there are not enough frames for all pages, so none is committed",
      "offset and size"),
  /** The embedding program has pinned a page that decommit would take. */
  PINNED(
      MxStatus.MX_ERR_BAD_STATE,
      "this library",
      "the embedding program has pinned a page that decommit would take",
      "offset and size"),
  /** Lookup: no buffer is given. */
  LOOKUP_NO_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS, "vmo_op_range, check 6", "lookup: no buffer is given", ""),
  /** Lookup: the buffer can not hold an address for each page. */
  LOOKUP_BUFFER_TOO_SMALL(
      MxStatus.MX_ERR_BUFFER_TOO_SMALL,
      "vmo_op_range, check 6",
      "lookup: the buffer can not hold an address for each page",
      "bytes needed and given"),
  /** Lookup: the size is 0. */
  LOOKUP_SIZE_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS, "vmo_op_range, check 6", "lookup: the size is 0", ""),
  /** Lookup: the range does not lie inside the object; nothing is trimmed. */
  LOOKUP_OUT_OF_RANGE(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_op_range, check 6",
      "lookup: the range does not lie inside the object; nothing is trimmed",
      "offset and size"),
  /** Lookup: a page of the range has no frame. */
  LOOKUP_NOT_COMMITTED(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_op_range, check 6",
      "lookup: a page of the range has no frame",
      "its offset"),
  /** Lookup: the buffer can not be written. */
  LOOKUP_BAD_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_op_range, check 6",
      "lookup: the buffer can not be written",
      "the pointer"),
  /** Cache operations: the size is 0. */
  CACHE_SIZE_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_op_range, check 7",
      "cache operations: the size is 0",
      "the opcode"),
  /** Cache operations: the range does not lie inside the object; nothing is trimmed. */
  CACHE_OUT_OF_RANGE(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_op_range, check 7",
      "cache operations: the range does not lie inside the object; nothing is trimmed",
      "offset and size");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  VmoOpRange(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.VMO_OP_RANGE;
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
