package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_object_get_info}, in the order in which they are checked. */
public enum ObjectGetInfo implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "object_get_info.md, Return value", "the call was carried out", ""),
  /** The topic is not answered. */
  UNKNOWN_TOPIC(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "object_get_info.md, Errors",
      "the topic is not answered",
      "the topic"),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "object_get_info.md, Errors",
      "the handle names nothing",
      "the handle"),
  /** The handle names an object of another type than the topic. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "object_get_info.md, Errors",
      "the handle names an object of another type than the topic",
      "the handle"),
  /** The buffer can not be written. */
  BAD_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "object_get_info.md, Errors",
      "the buffer can not be written",
      "the pointer"),
  /** Actual can not be written. */
  BAD_ACTUAL_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "object_get_info.md, Errors",
      "actual can not be written",
      "the pointer"),
  /** Avail can not be written. */
  BAD_AVAIL_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "object_get_info.md, Errors",
      "avail can not be written",
      "the pointer"),
  /** The buffer does not hold one record; actual is 0 and avail 1. */
  BUFFER_TOO_SMALL(
      MxStatus.MX_ERR_BUFFER_TOO_SMALL,
      "object_get_info.md, Errors",
      "the buffer does not hold one record; actual is 0 and avail 1",
      "bytes needed and given");

  private final Answer answer;

  ObjectGetInfo(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.OBJECT_GET_INFO, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
