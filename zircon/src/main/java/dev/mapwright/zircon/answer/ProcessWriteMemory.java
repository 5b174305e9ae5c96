package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/**
 * The documented answers of {@code mx_process_write_memory}, in the order in which they are
 * checked.
 */
public enum ProcessWriteMemory implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "kernel of 2017, sys_process_write_memory", "the call was carried out", ""),
  /** No buffer is given. */
  NO_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_process_write_memory",
      "no buffer is given",
      ""),
  /** The length is 0 or more than 64 MiB. */
  LENGTH(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_process_write_memory",
      "the length is 0 or more than 64 MiB",
      "the length"),
  /** The process handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "errors.md, Parameter errors",
      "the process handle names nothing",
      "the handle"),
  /** The process handle lacks the right WRITE. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "kernel of 2017, sys_process_write_memory",
      "the process handle lacks the right WRITE",
      "rights needed and held"),
  /** The process handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "errors.md, Parameter errors",
      "the process handle names an object of another type",
      "the handle"),
  /** Nothing is mapped at the address. */
  NOT_MAPPED(
      MxStatus.MX_ERR_NO_MEMORY,
      "kernel of 2017, sys_process_write_memory",
      "nothing is mapped at the address",
      "the address"),
  /** A physical range is mapped there, which can not be written this way. */
  PHYSICAL(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "kernel of 2017, sys_process_write_memory",
      "a physical range is mapped there, which can not be written this way",
      "the address"),
  /** The offset in the mapped object plus the length reaches 2^64. */
  RANGE_WRAPS(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "kernel of 2017, sys_process_write_memory",
      "the offset in the mapped object plus the length reaches 2^64",
      "offset and length"),
  /** The address shows a place beyond the end of its object. */
  BEYOND_END(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "kernel of 2017, sys_process_write_memory",
      "the address shows a place beyond the end of its object",
      "offset and size"),
  /** The buffer can not be accessed. */
  BAD_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_process_write_memory",
      "the buffer can not be accessed",
      "buffer and length"),
  /** A page of the range could not be committed. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "errors.md, General errors",
      "a page of the range could not be committed",
      "the address"),
  /** Actual can not be written; the bytes are transferred nevertheless. */
  BAD_ACTUAL_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "errors.md, Parameter errors",
      "actual can not be written; the bytes are transferred nevertheless",
      "the pointer");

  private final Answer answer;

  ProcessWriteMemory(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.PROCESS_WRITE_MEMORY, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
