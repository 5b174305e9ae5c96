package dev.mapwright.windows.answer;

/** The C kind of a parameter or result, as far as a caller has to know it to pass a value. */
public enum Kind {
  /** Nothing; only as a result. */
  VOID(0),
  /** PVOID, PMDL, PIRP and other pointers to data. */
  POINTER(8),
  /** A pointer to a function. */
  FUNCTION(8),
  /** PHYSICAL_ADDRESS, a structure of one LONGLONG that is passed by value; MM_COPY_ADDRESS. */
  PHYSICAL_ADDRESS(8),
  /** SIZE_T and other unsigned numbers of 8 bytes. */
  SIZE_T(8),
  /** ULONG64 and POOL_FLAGS. */
  ULONG64(8),
  /** ULONG, NODE_REQUIREMENT. */
  ULONG(4),
  /** An enumeration: MEMORY_CACHING_TYPE, LOCK_OPERATION, POOL_TYPE. */
  ENUM(4),
  /** NTSTATUS; only as a result. */
  NTSTATUS(4),
  /** USHORT. */
  USHORT(2),
  /** UCHAR, CCHAR, KIRQL, KPROCESSOR_MODE. */
  UCHAR(1),
  /** BOOLEAN. */
  BOOLEAN(1);

  private final int bytes;

  Kind(int bytes) {
    this.bytes = bytes;
  }

  /** {@return the size of a value in bytes; 0 for {@link #VOID}} */
  public int bytes() {
    return bytes;
  }
}
