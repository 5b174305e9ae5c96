package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmar_allocate}, in the order in which they are checked. */
public enum VmarAllocate implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmar_allocate.md, Return value", "the call was carried out", ""),
  /** The parent handle names nothing. */
  BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmar_allocate.md, Errors",
      "the parent handle names nothing",
      "the handle"),
  /** The parent handle lacks a right that a CAN_MAP flag needs. */
  LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_allocate.md, Errors",
      "the parent handle lacks a right that a CAN_MAP flag needs",
      "rights needed and held"),
  /** The parent handle names an object of another type. */
  WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmar_allocate.md, Errors",
      "the parent handle names an object of another type",
      "the handle"),
  /** A flag is unknown here. */
  UNKNOWN_FLAG(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_vmar_allocate",
      "a flag is unknown here",
      "the flags"),
  /** A permission flag is of no use to a region. */
  PERMISSION_FLAG(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_vmar_allocate",
      "a permission flag is of no use to a region",
      "the flags"),
  /** The size is not a multiple of the page size; nothing is rounded here. */
  SIZE_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate.md, Errors",
      "the size is not a multiple of the page size; nothing is rounded here",
      "the size"),
  /** A region can not overwrite. */
  OVERWRITE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_vmar_allocate",
      "a region can not overwrite",
      "the flags"),
  /** The parent region is destroyed. */
  DEAD(
      MxStatus.MX_ERR_BAD_STATE,
      "vmar_allocate.md, Errors",
      "the parent region is destroyed",
      "base and length it had"),
  /** The size is 0. */
  SIZE_ZERO(MxStatus.MX_ERR_INVALID_ARGS, "vmar_allocate.md, Errors", "the size is 0", ""),
  /** The parent region does not have a CAN_MAP flag asked for. */
  EXCEEDS_PARENT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_allocate.md, Description",
      "the parent region does not have a CAN_MAP flag asked for",
      "permissions asked for and had"),
  /** An offset is given without SPECIFIC. */
  OFFSET_WITHOUT_SPECIFIC(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate.md, Errors",
      "an offset is given without SPECIFIC",
      "the offset"),
  /** The parent region does not let callers say where. */
  SPECIFIC_NOT_ALLOWED(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_allocate.md, Description",
      "the parent region does not let callers say where",
      "base and length of the parent"),
  /** Offset and size do not fit into the parent region. */
  OUTSIDE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate.md, Errors",
      "offset and size do not fit into the parent region",
      "offset and size"),
  /** The place is not a multiple of the page size. */
  OFFSET_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate.md, Errors",
      "the place is not a multiple of the page size",
      "the address"),
  /** The place is taken. */
  OCCUPIED(
      MxStatus.MX_ERR_NO_MEMORY,
      "kernel of 2017, sys_vmar_allocate",
      "the place is taken",
      "address and size"),
  /** No gap of the parent region is large enough. */
  NO_ROOM(
      MxStatus.MX_ERR_NO_MEMORY,
      "kernel of 2017, sys_vmar_allocate",
      "no gap of the parent region is large enough",
      "the size"),
  /** Memory for the region or its handle could not be acquired. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmar_allocate.md, Errors",
      "memory for the region or its handle could not be acquired",
      ""),
  /** Child_addr can not be written; the region is destroyed again. */
  BAD_ADDRESS_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate.md, Errors",
      "child_addr can not be written; the region is destroyed again",
      "the pointer"),
  /** Child can not be written; the region is destroyed again. */
  BAD_HANDLE_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_allocate.md, Errors",
      "child can not be written; the region is destroyed again",
      "the pointer");

  private final Answer answer;

  VmarAllocate(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMAR_ALLOCATE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
