package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_vmar_map}, in the order in which they are checked. */
public enum VmarMap implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "vmar_map.md, Return value", "the call was carried out", ""),
  /** The region handle names nothing. */
  VMAR_BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmar_map.md, Errors",
      "the region handle names nothing",
      "the handle"),
  /** The region handle names an object of another type. */
  VMAR_WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmar_map.md, Errors",
      "the region handle names an object of another type",
      "the handle"),
  /** The memory object handle names nothing. */
  VMO_BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "vmar_map.md, Errors",
      "the memory object handle names nothing",
      "the handle"),
  /** The memory object handle names an object of another type. */
  VMO_WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "vmar_map.md, Errors",
      "the memory object handle names an object of another type",
      "the handle"),
  /** The memory object handle lacks the right MAP. */
  VMO_LACKS_MAP(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_map.md, Errors",
      "the memory object handle lacks the right MAP",
      "rights held"),
  /** PERM_READ is missing: write-only, execute-only and no access do not exist. */
  NOT_READABLE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "PERM_READ is missing: write-only, execute-only and no access do not exist",
      "the flags"),
  /** A CAN_MAP flag is not the caller's to give. */
  CAN_MAP_FLAG(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "a CAN_MAP flag is not the caller's to give",
      "the flags"),
  /** The memory object handle lacks a right that a permission needs. */
  VMO_LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_map.md, Description",
      "the memory object handle lacks a right that a permission needs",
      "rights needed and held"),
  /** The region handle lacks a right that a permission needs. */
  VMAR_LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_map.md, Description",
      "the region handle lacks a right that a permission needs",
      "rights needed and held"),
  /** A flag is unknown here. */
  UNKNOWN_FLAG(
      MxStatus.MX_ERR_INVALID_ARGS, "vmar_map.md, Errors", "a flag is unknown here", "the flags"),
  /** COMPACT and CAN_MAP_SPECIFIC are of no use to a mapping. */
  REGION_FLAG(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "COMPACT and CAN_MAP_SPECIFIC are of no use to a mapping",
      "the flags"),
  /** The region does not have the CAN_MAP flag of a permission. */
  EXCEEDS_REGION(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_map.md, Description",
      "the region does not have the CAN_MAP flag of a permission",
      "permissions asked for and had"),
  /** The offset in the memory object is not a multiple of the page size. */
  VMO_OFFSET_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "the offset in the memory object is not a multiple of the page size",
      "the offset"),
  /** The offset in the memory object plus the length reaches 2^64. */
  VMO_OFFSET_WRAPS(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "the offset in the memory object plus the length reaches 2^64",
      "offset and length"),
  /** The region is destroyed. */
  DEAD(
      MxStatus.MX_ERR_BAD_STATE,
      "vmar_map.md, Errors",
      "the region is destroyed",
      "base and length it had"),
  /** The length is 0, or so large that rounding it up to pages gives 0. */
  LENGTH_ZERO(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "the length is 0, or so large that rounding it up to pages gives 0",
      "the length"),
  /** An offset is given without SPECIFIC or SPECIFIC_OVERWRITE. */
  OFFSET_WITHOUT_SPECIFIC(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "an offset is given without SPECIFIC or SPECIFIC_OVERWRITE",
      "the offset"),
  /** The region does not let callers say where. */
  SPECIFIC_NOT_ALLOWED(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "vmar_map.md, Description",
      "the region does not let callers say where",
      "base and length of the region"),
  /** Offset and length do not fit into the region. */
  OUTSIDE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "offset and length do not fit into the region",
      "offset and length"),
  /** The place is not a multiple of the page size. */
  OFFSET_MISALIGNED(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "the place is not a multiple of the page size",
      "the address"),
  /** The place is taken and SPECIFIC does not replace. */
  OCCUPIED(
      MxStatus.MX_ERR_NO_MEMORY,
      "kernel of 2017, sys_vmar_map",
      "the place is taken and SPECIFIC does not replace",
      "address and length"),
  /** A child region lies in the range, and only mappings can be overwritten. */
  REGION_IN_RANGE(
      MxStatus.MX_ERR_INVALID_ARGS,
      "kernel of 2017, sys_vmar_map",
      "a child region lies in the range, and only mappings can be overwritten",
      "address and length"),
  /** No gap of the region is large enough. */
  NO_ROOM(
      MxStatus.MX_ERR_NO_MEMORY,
      "kernel of 2017, sys_vmar_map",
      "no gap of the region is large enough",
      "the length"),
  /** Memory for the mapping could not be acquired. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "vmar_map.md, Errors",
      "memory for the mapping could not be acquired",
      ""),
  /** A lease that the embedding program opened lies in the range to be overwritten. */
  LEASED(
      MxStatus.MX_ERR_BAD_STATE,
      "this library",
      "a lease that the embedding program opened lies in the range to be overwritten",
      "address and length"),
  /** Mapped_addr can not be written; the mapping is removed again. */
  BAD_ADDRESS_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "vmar_map.md, Errors",
      "mapped_addr can not be written; the mapping is removed again",
      "the pointer");

  private final Answer answer;

  VmarMap(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.VMAR_MAP, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
