package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_set_size}, in the order in which they are checked. */
public enum VmoSetSize implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_set_size, return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmo_set_size, check 1",
      "the handle names nothing",
      "the handle"),
  /** The handle lacks the right WRITE. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmo_set_size, check 1",
      "the handle lacks the right WRITE",
      "rights needed and held"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_set_size, check 1",
      "the handle names an object of another type",
      "the handle"),
  /** A physical range has a fixed size. */
  FIXED_SIZE(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "vmo_set_size, check 2",
      "a physical range has a fixed size",
      ""),
  /** The size exceeds the largest one. */
  TOO_LARGE(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_set_size, check 3",
      "the size exceeds the largest one",
      "the size"),
  /** The embedding program has pinned a page that would go. */
  PINNED(
      MxStatus.MX_ERR_BAD_STATE,
      "this library",
      "the embedding program has pinned a page that would go",
      "the size");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  VmoSetSize(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.VMO_SET_SIZE;
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
