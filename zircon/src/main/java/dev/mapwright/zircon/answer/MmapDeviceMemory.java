package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/**
 * The documented answers of {@code mx_mmap_device_memory}, in the order in which they are checked.
 */
public enum MmapDeviceMemory implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "kernel of 2017, sys_mmap_device_memory", "the call was carried out", ""),
  /** The resource handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "errors.md, Parameter errors",
      "the resource handle names nothing",
      "the handle"),
  /** The resource handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "errors.md, Parameter errors",
      "the resource handle names an object of another type",
      "the handle"),
  /** The cache policy is unknown. */
  POLICY(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_mmap_device_memory",
      "the cache policy is unknown",
      "the policy"),
  /** The physical address is not a multiple of the page size. */
  ADDRESS_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "this library",
      "the physical address is not a multiple of the page size",
      "the address"),
  /** The length is 0, or so large that rounding it up to pages gives 0. */
  LENGTH_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "this library",
      "the length is 0, or so large that rounding it up to pages gives 0",
      "the length"),
  /** The range reaches beyond what physical addresses can express. */
  NOT_PHYSICAL(
      MxStatus.MX_ERR_INVALID_ARGS,
      "this library",
      "the range reaches beyond what physical addresses can express",
      "address and length"),
  /** The root region is destroyed. */
  DEAD(MxStatus.MX_ERR_BAD_STATE, "this library", "the root region is destroyed", ""),
  /** The length exceeds the root region. */
  OUTSIDE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "this library",
      "the length exceeds the root region",
      "the length"),
  /** No gap of the root region is large enough. */
  NO_ROOM(
      MxStatus.MX_ERR_NO_MEMORY,
      "this library",
      "no gap of the root region is large enough",
      "the length"),
  /** Memory for the mapping could not be acquired. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "errors.md, General errors",
      "memory for the mapping could not be acquired",
      ""),
  /** Vaddr can not be written; the mapping is removed again. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "errors.md, Parameter errors",
      "vaddr can not be written; the mapping is removed again",
      "the pointer");

  private final Answer answer;

  MmapDeviceMemory(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.MMAP_DEVICE_MEMORY, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
