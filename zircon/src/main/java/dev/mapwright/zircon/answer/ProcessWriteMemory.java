package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/**
 * The documented answers of {@code mx_process_write_memory}, in the order in which they are
 * checked.
 */
public enum ProcessWriteMemory implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "process_write_memory, return value", "the call was carried out", ""),
  /** No buffer is given. */
  NO_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS, "process_write_memory, check 1", "no buffer is given", ""),
  /** The length is 0 or more than 64 MiB. */
  LENGTH(
      MxStatus.MX_ERR_INVALID_ARGS,
      "process_write_memory, check 2",
      "the length is 0 or more than 64 MiB",
      "the length"),
  /** The process handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "process_write_memory, check 3",
      "the process handle names nothing",
      "the handle"),
  /** The process handle lacks the right WRITE. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "process_write_memory, check 3",
      "the process handle lacks the right WRITE",
      "rights needed and held"),
  /** The process handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "process_write_memory, check 3",
      "the process handle names an object of another type",
      "the handle"),
  /** Nothing is mapped at the address. */
  NOT_MAPPED(
      MxStatus.MX_ERR_NO_MEMORY,
      "process_write_memory, check 4",
      "nothing is mapped at the address",
      "the address"),
  /** A physical range is mapped there, which can not be written this way. */
  PHYSICAL(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "process_write_memory, check 5",
      "a physical range is mapped there, which can not be written this way",
      "the address"),
  /** The offset in the mapped object plus the length reaches 2^64. */
  RANGE_WRAPS(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "process_write_memory, check 6",
      "the offset in the mapped object plus the length reaches 2^64",
      "offset and length"),
  /** The address shows a place beyond the end of its object. */
  BEYOND_END(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "process_write_memory, check 6",
      "the address shows a place beyond the end of its object",
      "offset and size"),
  /** The buffer can not be accessed. */
  BAD_BUFFER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "process_write_memory, check 7",
      "the buffer can not be accessed",
      "buffer and length"),
  /** A page of the range could not be committed. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "process_write_memory, check 8",
      "a page of the range could not be committed",
      "the address"),
  /** Actual can not be written; the bytes are transferred nevertheless. */
  BAD_ACTUAL_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "process_write_memory, check 9",
      "actual can not be written; the bytes are transferred nevertheless",
      "the pointer");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  ProcessWriteMemory(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.PROCESS_WRITE_MEMORY;
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
