package dev.mapwright.proof.zircon;

import dev.mapwright.proof.SplitMix;

/**
 * How the calling process begins: its root region, a writable scratch mapping, a read-only mapping
 * with known bytes, and the handles it was born with. The scratch and the input lie directly in the
 * root region; no handle to their objects exists.
 *
 * @param rootBase the first address of every root region
 * @param rootBytes the size of every root region
 * @param root a handle to the caller's root region, all rights of a region
 * @param job a handle that creates processes
 * @param jobRights its rights
 * @param resource a handle that creates contiguous objects
 * @param resourceRights its rights
 */
public record Boot(
    long rootBase,
    long rootBytes,
    int root,
    int job,
    int jobRights,
    int resource,
    int resourceRights) {

  /** Where the scratch begins, from the root's base; {@link #SCRATCH_PAGES} long, writable. */
  static final long SCRATCH = 0x10_0000;

  static final int SCRATCH_PAGES = 8;

  /** Where the input begins, from the root's base; {@link #INPUT_PAGES} long, read-only. */
  static final long INPUT = 0x20_0000;

  static final int INPUT_PAGES = 8;

  /** Where the machine has a device whose pages are plain memory, zero at first. */
  static final long DEVICE = 0x8000_0000L;

  static final int DEVICE_PAGES = 16;

  /** What the input holds. */
  static byte[] input() {
    SplitMix mix = new SplitMix(0x1d0);
    byte[] bytes = new byte[INPUT_PAGES * (int) Bits.PAGE];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (1 + mix.below(255));
    }
    return bytes;
  }
}
