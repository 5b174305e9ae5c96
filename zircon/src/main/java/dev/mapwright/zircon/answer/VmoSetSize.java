package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_set_size}, in the order in which they are checked. */
public enum VmoSetSize implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_set_size.md, Return value", "the call was carried out", ""),
  /** The handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmo_set_size.md, Errors",
      "the handle names nothing",
      "the handle"),
  /** The handle lacks the right WRITE. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmo_set_size.md, Errors",
      "the handle lacks the right WRITE",
      "rights needed and held"),
  /** The handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmo_set_size.md, Errors",
      "the handle names an object of another type",
      "the handle"),
  /** A physical range has a fixed size. */
  FIXED_SIZE(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "kernel of 2017, sys_vmo_set_size",
      "a physical range has a fixed size",
      ""),
  /** The size exceeds the largest one. */
  TOO_LARGE(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "vmo_set_size.md, Errors",
      "the size exceeds the largest one",
      "the size"),
  /** The embedding program has pinned a page that would go. */
  PINNED(
      MxStatus.MX_ERR_BAD_STATE,
      "this library",
      "the embedding program has pinned a page that would go",
      "the size");

  private final Answer answer;

  VmoSetSize(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMO_SET_SIZE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
