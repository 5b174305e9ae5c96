package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_create}, in the order in which they are checked. */
public enum VmoCreate implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_create, return value", "the call was carried out", ""),
  /** No option exists. */
  OPTIONS(MxStatus.MX_ERR_INVALID_ARGS, "vmo_create, check 1", "no option exists", "the options"),
  /** The size exceeds the largest one. */
  TOO_LARGE(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_create, check 2",
      "the size exceeds the largest one",
      "the size"),
  /** Memory for the object or its handle could not be acquired. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_create, check 3",
      "memory for the object or its handle could not be acquired",
      ""),
  /** Out can not be written; no object is left. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_create, check 4",
      "out can not be written; no object is left",
      "the pointer");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  VmoCreate(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.VMO_CREATE;
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
