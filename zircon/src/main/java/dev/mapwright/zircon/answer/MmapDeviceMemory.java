package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/**
 * The documented answers of {@code mx_mmap_device_memory}, in the order in which they are checked.
 */
public enum MmapDeviceMemory implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "mmap_device_memory, return value", "the call was carried out", ""),
  /** The resource handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "mmap_device_memory, check 1",
      "the resource handle names nothing",
      "the handle"),
  /** The resource handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "mmap_device_memory, check 1",
      "the resource handle names an object of another type",
      "the handle"),
  /** The cache policy is unknown. */
  POLICY(
      MxStatus.MX_ERR_INVALID_ARGS,
      "mmap_device_memory, check 2",
      "the cache policy is unknown",
      "the policy"),
  /** The physical address is not a multiple of the page size. */
  ADDRESS_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "mmap_device_memory, check 3",
      "the physical address is not a multiple of the page size",
      "the address"),
  /** The length is 0, or so large that rounding it up to pages gives 0. */
  LENGTH_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "mmap_device_memory, check 3",
      "the length is 0, or so large that rounding it up to pages gives 0",
      "the length"),
  /** The range reaches beyond what physical addresses can express. */
  NOT_PHYSICAL(
      MxStatus.MX_ERR_INVALID_ARGS,
      "mmap_device_memory, check 4",
      "the range reaches beyond what physical addresses can express",
      "address and length"),
  /** The root region is destroyed. */
  DEAD(
      MxStatus.MX_ERR_BAD_STATE, "mmap_device_memory, check 5", "the root region is destroyed", ""),
  /** The length exceeds the root region. */
  OUTSIDE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "mmap_device_memory, check 6",
      "the length exceeds the root region",
      "the length"),
  /** No gap of the root region is large enough. */
  NO_ROOM(
      MxStatus.MX_ERR_NO_MEMORY,
      "mmap_device_memory, check 7",
      "no gap of the root region is large enough",
      "the length"),
  /** Memory for the mapping could not be acquired. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "mmap_device_memory, check 7",
      "memory for the mapping could not be acquired",
      ""),
  /** Vaddr can not be written; the mapping is removed again. */
  BAD_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "mmap_device_memory, check 8",
      "vaddr can not be written; the mapping is removed again",
      "the pointer");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  MmapDeviceMemory(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.MMAP_DEVICE_MEMORY;
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
