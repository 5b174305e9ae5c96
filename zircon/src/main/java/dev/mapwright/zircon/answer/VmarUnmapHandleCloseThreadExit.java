package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/**
 * The documented answers of {@code mx_vmar_unmap_handle_close_thread_exit}, in the order in which
 * they are checked.
 */
public enum VmarUnmapHandleCloseThreadExit implements Condition {
  /** The range is unmapped, the handle closed, the thread has exited and does not return. */
  DONE(
      MxStatus.MX_OK,
      "vmar_unmap_handle_close_thread_exit.md, Return value",
      "the range is unmapped, the handle closed, the thread has exited and does not return",
      ""),
  /** The region handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmar_unmap_handle_close_thread_exit.md, Errors",
      "the region handle names nothing",
      "the handle"),
  /** The region handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmar_unmap_handle_close_thread_exit.md, Errors",
      "the region handle names an object of another type",
      "the handle"),
  /** The address is not a multiple of the page size. */
  ADDRESS_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_unmap_handle_close_thread_exit.md, Errors",
      "the address is not a multiple of the page size",
      "the address"),
  /** The length is 0, or so large that rounding it up to pages gives 0. */
  LENGTH_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_unmap_handle_close_thread_exit.md, Errors",
      "the length is 0, or so large that rounding it up to pages gives 0",
      "the length"),
  /** The region is destroyed. */
  DEAD(
      MxStatus.MX_ERR_BAD_STATE,
      "vmar_unmap_handle_close_thread_exit.md, Errors",
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
      "vmar_unmap_handle_close_thread_exit.md, Errors",
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
      "address and length"),
  /**
   * The range is unmapped, the handle names nothing: the thread took a trap and does not return.
   */
  TRAPPED(
      MxStatus.MX_OK,
      "vmar_unmap_handle_close_thread_exit.md, Description",
      "the range is unmapped, the handle names nothing: the thread took a trap and does not return",
      "the handle");

  private final Answer answer;

  VmarUnmapHandleCloseThreadExit(int status, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.VMAR_UNMAP_HANDLE_CLOSE_THREAD_EXIT, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
