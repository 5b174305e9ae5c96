package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmar_protect}, in the order in which they are checked. */
public enum VmarProtect implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmar_protect.md, Return value", "the call was carried out", ""),
  /** The region handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmar_protect.md, Errors",
      "the region handle names nothing",
      "the handle"),
  /** The region handle lacks a right that a permission needs. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_protect.md, Errors",
      "the region handle lacks a right that a permission needs",
      "rights needed and held"),
  /** The region handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmar_protect.md, Errors",
      "the region handle names an object of another type",
      "the handle"),
  /** PERM_READ is missing: write-only, execute-only and no access do not exist. */
  NOT_READABLE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_protect.md, Errors",
      "PERM_READ is missing: write-only, execute-only and no access do not exist",
      "the flags"),
  /** The address is not a multiple of the page size. */
  ADDRESS_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_protect.md, Errors",
      "the address is not a multiple of the page size",
      "the address"),
  /** Only permission flags can be given. */
  UNKNOWN_FLAG(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_protect.md, Errors",
      "only permission flags can be given",
      "the flags"),
  /** The length is 0, or so large that rounding it up to pages gives 0. */
  LENGTH_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_protect.md, Errors",
      "the length is 0, or so large that rounding it up to pages gives 0",
      "the length"),
  /** The region is destroyed. */
  DEAD(
      MxStatus.MX_ERR_BAD_STATE,
      "kernel of 2017, sys_vmar_protect",
      "the region is destroyed",
      "base and length it had"),
  /** The range does not lie inside the region. */
  OUTSIDE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_vmar_protect",
      "the range does not lie inside the region",
      "address and length"),
  /** A page of the range is not mapped. */
  NOT_MAPPED(
      MxStatus.MX_ERR_NOT_FOUND,
      "vmar_protect.md, Errors",
      "a page of the range is not mapped",
      "address and length"),
  /** A child region lies in the range. */
  REGION_IN_RANGE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_protect.md, Errors",
      "a child region lies in the range",
      "address and length"),
  /** A mapping in the range was made by handles that do not allow these permissions. */
  EXCEEDS_MAXIMUM(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_protect.md, Errors",
      "a mapping in the range was made by handles that do not allow these permissions",
      "address and permissions"),
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

  VmarProtect(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMAR_PROTECT, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
