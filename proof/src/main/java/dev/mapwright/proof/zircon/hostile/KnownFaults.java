package dev.mapwright.proof.zircon.hostile;

/**
 * What is known to be wrong and not mended yet. Each method keeps the campaign away from one fault,
 * as narrowly as it can; when the fault is mended, the method and its call go.
 */
final class KnownFaults {
  private static final long DEVICE_LENGTH = 1L << 28;
  private static final long ROOT_BYTES = 1L << 47;

  private KnownFaults() {}

  /**
   * Mapping a device takes time in the length of the range, hours for the longest; lengths that no
   * region has room for are refused at once.
   */
  static long deviceLength(long length) {
    return length > DEVICE_LENGTH && length < ROOT_BYTES ? length & DEVICE_LENGTH - 1 : length;
  }
}
