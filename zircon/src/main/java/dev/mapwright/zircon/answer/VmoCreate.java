package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmo_create}, in the order in which they are checked. */
public enum VmoCreate implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmo_create.md, Return value", "the call was carried out", ""),
  /** No option exists. */
  OPTIONS(MxStatus.MX_ERR_INVALID_ARGS, "vmo_create.md, Errors", "no option exists", "the options"),
  /** The size exceeds the largest one. */
  TOO_LARGE(
      MxStatus.MX_ERR_NO_MEMORY,
      "kernel of 2017, sys_vmo_create",
      "the size exceeds the largest one",
      "the size"),
  /** Memory for the object or its handle could not be acquired. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmo_create.md, Errors",
      "memory for the object or its handle could not be acquired",
      ""),
  /** Out can not be written; no object is left. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmo_create.md, Errors",
      "out can not be written; no object is left",
      "the pointer");

  private final Answer answer;

  VmoCreate(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMO_CREATE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
