package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_op_range}, in the order in which they are checked. */
public enum VmoOpRange implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_op_range.md, Return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmo_op_range.md, Errors",
      "the handle names nothing",
      "the handle"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_op_range.md, Errors",
      "the handle names an object of another type",
      "the handle"),
  /** The opcode is unknown. */
  UNKNOWN_OP(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_op_range.md, Errors",
      "the opcode is unknown",
      "the opcode"),
  /** Pages can not be locked or unlocked. */
  LOCK(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "vmo_op_range.md, Errors",
      "pages can not be locked or unlocked",
      "the opcode"),
  /** The pages of a physical range are always there: no commit, no decommit. */
  PHYSICAL(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "kernel of 2017, sys_vmo_op_range",
      "the pages of a physical range are always there: no commit, no decommit",
      "the opcode"),
  /** Commit and decommit: offset plus size reaches 2^64. */
  RANGE_WRAPS(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_op_range.md, Errors",
      "commit and decommit: offset plus size reaches 2^64",
      "offset and size"),
  /** Commit and decommit: the offset lies beyond the end of the object. */
  BEYOND_END(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_op_range.md, Errors",
      "commit and decommit: the offset lies beyond the end of the object",
      "offset and size of the object"),
  /** Commit: there are not enough frames for all pages, so none is committed. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_op_range.md, Errors",
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
      MxStatus.MX_ERR_INVALID_ARGS, "vmo_op_range.md, Errors", "lookup: no buffer is given", ""),
  /** Lookup: the buffer can not hold an address for each page. */
  LOOKUP_BUFFER_TOO_SMALL(
      MxStatus.MX_ERR_BUFFER_TOO_SMALL,
      "kernel of 2017, sys_vmo_op_range",
      "lookup: the buffer can not hold an address for each page",
      "bytes needed and given"),
  /** Lookup: the size is 0. */
  LOOKUP_SIZE_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_vmo_op_range",
      "lookup: the size is 0",
      ""),
  /** Lookup: the range does not lie inside the object; nothing is trimmed. */
  LOOKUP_OUT_OF_RANGE(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_op_range.md, Errors",
      "lookup: the range does not lie inside the object; nothing is trimmed",
      "offset and size"),
  /** Lookup: a page of the range has no frame. */
  LOOKUP_NOT_COMMITTED(
      MxStatus.MX_ERR_NO_MEMORY,
      "kernel of 2017, sys_vmo_op_range",
      "lookup: a page of the range has no frame",
      "its offset"),
  /** Lookup: the buffer can not be written. */
  LOOKUP_BAD_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_op_range.md, Errors",
      "lookup: the buffer can not be written",
      "the pointer"),
  /** Cache operations: the size is 0. */
  CACHE_SIZE_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_op_range.md, Errors",
      "cache operations: the size is 0",
      "the opcode"),
  /** Cache operations: the range does not lie inside the object; nothing is trimmed. */
  CACHE_OUT_OF_RANGE(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_op_range.md, Errors",
      "cache operations: the range does not lie inside the object; nothing is trimmed",
      "offset and size");

  private final Answer answer;

  VmoOpRange(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMO_OP_RANGE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
