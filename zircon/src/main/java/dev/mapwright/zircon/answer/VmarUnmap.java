package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmar_unmap}, in the order in which they are checked. */
public enum VmarUnmap implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmar_unmap.md, Return value", "the call was carried out", ""),
  /** The region handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmar_unmap.md, Errors",
      "the region handle names nothing",
      "the handle"),
  /** The region handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmar_unmap.md, Errors",
      "the region handle names an object of another type",
      "the handle"),
  /** The address is not a multiple of the page size. */
  ADDRESS_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_unmap.md, Errors",
      "the address is not a multiple of the page size",
      "the address"),
  /** The length is 0, or so large that rounding it up to pages gives 0. */
  LENGTH_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_unmap.md, Errors",
      "the length is 0, or so large that rounding it up to pages gives 0",
      "the length"),
  /** The region is destroyed. */
  DEAD(
      MxStatus.MX_ERR_BAD_STATE,
      "vmar_unmap.md, Errors",
      "the region is destroyed",
      "base and length it had"),
  /** The range does not lie inside the region. */
  OUTSIDE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_vmar_unmap",
      "the range does not lie inside the region",
      "address and length"),
  /** A child region lies only partly in the range. */
  REGION_CUT(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_unmap.md, Errors",
      "a child region lies only partly in the range",
      "address and length"),
  /** Splitting a mapping needs a record, and there is none. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "errors.md, General errors",
      "splitting a mapping needs a record, and there is none",
      "address and length"),
  /** A lease that the embedding program opened lies in the range. */
  LEASED(
      MxStatus.MX_ERR_BAD_STATE,
      "this library",
      "a lease that the embedding program opened lies in the range",
      "address and length");

  private final Answer answer;

  VmarUnmap(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMAR_UNMAP, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
