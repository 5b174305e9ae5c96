package dev.mapwright.proof.zircon;

/** The decoding that {@code mx_process_read_memory} and {@code write} share; section 3. */
final class ProcessTransfer {
  private static final long LARGEST_BYTES = 64L << 20;

  private ProcessTransfer() {}

  static int run(
      World world,
      boolean reads,
      int process,
      long address,
      long buffer,
      long length,
      long actual) {
    if (buffer == 0 || length == 0 || Bits.above(length, LARGEST_BYTES)) {
      return Status.INVALID_ARGS;
    }
    int rights = reads ? Bits.READ | Bits.WRITE : Bits.WRITE;
    int status = world.look(process, rights, ModelProcess.class);
    if (status != Status.OK) {
      return status;
    }
    PageEntry entry = world.found(process, ModelProcess.class).space.at(address);
    if (entry == null) {
      return Status.NO_MEMORY;
    }
    if (entry.vmo.physical()) {
      return Status.NOT_SUPPORTED;
    }
    long offset = (entry.vmoPage << 12) + (address & (Bits.PAGE - 1));
    if (Bits.wraps(offset, length) || Bits.above(offset, entry.vmo.sizeBytes)) {
      return Status.OUT_OF_RANGE;
    }
    // Only what is transferred needs a buffer here.
    long left = entry.vmo.sizeBytes - offset;
    long trimmed = Bits.below(left, length) ? left : length;
    return reads
        ? Transfer.read(world, entry.vmo, buffer, offset, trimmed, actual)
        : Transfer.write(world, entry.vmo, buffer, offset, trimmed, actual);
  }
}
