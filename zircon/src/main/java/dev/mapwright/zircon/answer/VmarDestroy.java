package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmar_destroy}, in the order in which they are checked. */
public enum VmarDestroy implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmar_destroy, return value", "the call was carried out", ""),
  /** The region handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmar_destroy, check 1",
      "the region handle names nothing",
      "the handle"),
  /** The region handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmar_destroy, check 1",
      "the region handle names an object of another type",
      "the handle"),
  /** The region is destroyed already. */
  DEAD(
      MxStatus.MX_ERR_BAD_STATE,
      "vmar_destroy, check 2",
      "the region is destroyed already",
      "base and length it had"),
  /** A lease that the embedding program opened lies in the region. */
  LEASED(
      MxStatus.MX_ERR_BAD_STATE,
      "this library",
      "a lease that the embedding program opened lies in the region",
      "base and length");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  VmarDestroy(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.VMAR_DESTROY;
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
