package dev.mapwright.proof.zircon;

/**
 * Moving bytes between an object and the caller's memory, which the calls on objects and those on
 * the memory of processes share.
 */
final class Transfer {
  private Transfer() {}

  static int read(World world, ModelVmo vmo, long data, long offset, long length, long actual) {
    if (!world.writable(data, length)) {
      return Status.INVALID_ARGS;
    }
    if (Bits.wraps(offset, length) || Bits.above(offset, vmo.sizeBytes)) {
      return Status.OUT_OF_RANGE;
    }
    int done = trimmed(vmo, offset, length);
    if (done > 0) {
      world.copyOut(data, vmo.read(offset, done));
    }
    return world.copyOut64(actual, done) ? Status.OK : Status.INVALID_ARGS;
  }

  static int write(World world, ModelVmo vmo, long data, long offset, long length, long actual) {
    if (!world.readable(data, length)) {
      return Status.INVALID_ARGS;
    }
    if (Bits.wraps(offset, length) || Bits.above(offset, vmo.sizeBytes)) {
      return Status.OUT_OF_RANGE;
    }
    int done = trimmed(vmo, offset, length);
    if (done > 0) {
      vmo.write(offset, world.load(world.caller().space, data, done));
    }
    return world.copyOut64(actual, done) ? Status.OK : Status.INVALID_ARGS;
  }

  /** How many bytes of a transfer lie inside; the caller's buffer bounds it to an int. */
  private static int trimmed(ModelVmo vmo, long offset, long length) {
    long left = vmo.sizeBytes - offset;
    return (int) (Bits.below(left, length) ? left : length);
  }
}
