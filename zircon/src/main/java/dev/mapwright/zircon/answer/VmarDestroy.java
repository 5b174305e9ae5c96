package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmar_destroy}, in the order in which they are checked. */
public enum VmarDestroy implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmar_destroy.md, Return value", "the call was carried out", ""),
  /** The region handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmar_destroy.md, Errors",
      "the region handle names nothing",
      "the handle"),
  /** The region handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmar_destroy.md, Errors",
      "the region handle names an object of another type",
      "the handle"),
  /** The region is destroyed already. */
  DEAD(
      MxStatus.MX_ERR_BAD_STATE,
      "vmar_destroy.md, Errors",
      "the region is destroyed already",
      "base and length it had"),
  /** A lease that the embedding program opened lies in the region. */
  LEASED(
      MxStatus.MX_ERR_BAD_STATE,
      "this library",
      "a lease that the embedding program opened lies in the region",
      "base and length");

  private final Answer answer;

  VmarDestroy(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMAR_DESTROY, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
