package dev.mapwright.zircon.object;

/**
 * The byte-exact size of a memory object. It knows nothing of the object, so that the book of sizes
 * does not keep the object alive.
 *
 * <p>Written under the monitor of its {@link MxVmo}; read without.
 */
final class VmoSize {
  private volatile long bytes;

  VmoSize(long bytes) {
    this.bytes = bytes;
  }

  long bytes() {
    return bytes;
  }

  void set(long newBytes) {
    bytes = newBytes;
  }
}
