package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmar_allocate}, in the order in which they are checked. */
public enum VmarAllocate implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmar_allocate, return value", "the call was carried out", ""),
  /** The parent handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmar_allocate, check 1",
      "the parent handle names nothing",
      "the handle"),
  /** The parent handle lacks a right that a CAN_MAP flag needs. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_allocate, check 1",
      "the parent handle lacks a right that a CAN_MAP flag needs",
      "rights needed and held"),
  /** The parent handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmar_allocate, check 1",
      "the parent handle names an object of another type",
      "the handle"),
  /** A flag is unknown here. */
  UNKNOWN_FLAG(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate, check 2",
      "a flag is unknown here",
      "the flags"),
  /** A permission flag is of no use to a region. */
  PERMISSION_FLAG(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate, check 2",
      "a permission flag is of no use to a region",
      "the flags"),
  /** The size is not a multiple of the page size; nothing is rounded here. */
  SIZE_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate, check 3",
      "the size is not a multiple of the page size; nothing is rounded here",
      "the size"),
  /** A region can not overwrite. */
  OVERWRITE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate, check 4",
      "a region can not overwrite",
      "the flags"),
  /** The parent region is destroyed. */
  DEAD(
      MxStatus.MX_ERR_BAD_STATE,
      "vmar_allocate, check 5",
      "the parent region is destroyed",
      "base and length it had"),
  /** The size is 0. */
  SIZE_ZERO(MxStatus.MX_ERR_INVALID_ARGS, "vmar_allocate, check 6", "the size is 0", ""),
  /** The parent region does not have a CAN_MAP flag asked for. */
  EXCEEDS_PARENT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_allocate, check 7",
      "the parent region does not have a CAN_MAP flag asked for",
      "permissions asked for and had"),
  /** An offset is given without SPECIFIC. */
  OFFSET_WITHOUT_SPECIFIC(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate, check 8",
      "an offset is given without SPECIFIC",
      "the offset"),
  /** The parent region does not let callers say where. */
  SPECIFIC_NOT_ALLOWED(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_allocate, check 9",
      "the parent region does not let callers say where",
      "base and length of the parent"),
  /** Offset and size do not fit into the parent region. */
  OUTSIDE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate, check 10",
      "offset and size do not fit into the parent region",
      "offset and size"),
  /** The place is not a multiple of the page size. */
  OFFSET_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate, check 11",
      "the place is not a multiple of the page size",
      "the address"),
  /** The place is taken. */
  OCCUPIED(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmar_allocate, check 11",
      "the place is taken",
      "address and size"),
  /** No gap of the parent region is large enough. */
  NO_ROOM(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmar_allocate, check 11",
      "no gap of the parent region is large enough",
      "the size"),
  /** Memory for the region or its handle could not be acquired. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmar_allocate, check 11",
      "memory for the region or its handle could not be acquired",
      ""),
  /** Child_addr can not be written; the region is destroyed again. */
  BAD_ADDRESS_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate, check 12",
      "child_addr can not be written; the region is destroyed again",
      "the pointer"),
  /** Child can not be written; the region is destroyed again. */
  BAD_HANDLE_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate, check 12",
      "child can not be written; the region is destroyed again",
      "the pointer");

  private final int status;
  private final String source;
  private final String sentence;
  private final String numbers;

  VmarAllocate(int status, String source, String sentence, String numbers) {
    this.status = status;
    this.source = source;
    this.sentence = sentence;
    this.numbers = numbers;
  }

  @Override
  public Routine routine() {
    return Routine.VMAR_ALLOCATE;
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
