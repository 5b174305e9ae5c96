package dev.mapwright.proof.zircon;

/**
 * An address as an operation names it: a base that is only known when the operation runs, and a
 * distance from it.
 *
 * @param base one of the constants, or a register counted from them
 * @param delta bytes from the base
 */
record Place(int base, long delta) {
  /** The delta is the address itself; 0 makes a null pointer. */
  static final int ABSOLUTE = 0;

  /**
   * Base ADDRESS + n: the address that register n holds, for n below {@link Registers#ADDRESSES}.
   */
  static final int ADDRESS = 1;

  /** Base REGION + n: the first address of the region whose handle is in register n. */
  static final int REGION = ADDRESS + Registers.ADDRESSES;

  /** Cells for out-parameters in the caller's scratch. */
  static final int CELL = REGION + Registers.REGIONS;

  /** The part of the caller's scratch that data is moved through. */
  static final int BUFFER = CELL + 1;

  /** The caller's read-only input. */
  static final int INPUT = CELL + 2;

  /** A place next to the scratch where nothing is mapped in the beginning. */
  static final int HOLE = CELL + 3;

  static final int BASES = CELL + 4;

  static final Place NULL = new Place(ABSOLUTE, 0);

  static Place cell(int n) {
    return new Place(CELL, n * 16L);
  }

  @Override
  public String toString() {
    String from;
    if (base == ABSOLUTE) {
      return "0x" + Long.toHexString(delta);
    } else if (base < REGION) {
      from = "address" + (base - ADDRESS);
    } else if (base < CELL) {
      from = "base(h" + (base - REGION) + ")";
    } else {
      from = new String[] {"cells", "buffer", "input", "hole"}[base - CELL];
    }
    return delta == 0
        ? from
        : from + (delta < 0 ? "-0x" + Long.toHexString(-delta) : "+0x" + Long.toHexString(delta));
  }
}
