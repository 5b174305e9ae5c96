package dev.mapwright.sim.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One request of a ring that the device works at: what it has read of it so far, all of it checked,
 * and what is transferred. Guarded by the device's monitor, but for the bytes that a request in
 * flight reads or writes.
 */
final class RingJob {
  static final int ENTRY_BYTES = 32;
  static final int DESCRIPTOR_BYTES = 32;
  static final int COMPLETION_BYTES = 16;
  static final int SECTOR_BYTES = 512;

  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int NEXT = 1;
  private static final int MOST_DESCRIPTORS = 64;
  private static final int MOST_PIECE_BYTES = 1 << 16;
  private static final int MOST_BYTES = 1 << 17;

  /** What has been asked for last. */
  enum Stage {
    ENTRY,
    LIST,
    DATA
  }

  /** How a request has ended, as its completion says. */
  enum Status {
    DONE,
    FAULT,
    SECTOR
  }

  Stage stage = Stage.ENTRY;
  Status status = Status.DONE;

  /** An entry or a descriptor, read by DMA. */
  final byte[] raw = new byte[Math.max(ENTRY_BYTES, DESCRIPTOR_BYTES)];

  private final ByteBuffer words = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);

  int id;
  long sector;

  /** From the disk to memory. */
  boolean toMemory;

  /** Where the next descriptor is. */
  long next;

  final long[] addresses = new long[MOST_DESCRIPTORS];
  final int[] lengths = new int[MOST_DESCRIPTORS];
  int pieces;

  /** Of all pieces. */
  int bytes;

  /** What is transferred; nothing until the list is whole. */
  byte[] data = {};

  /** How many pieces are in flight. */
  int left;

  /** Looks at the entry that was read. */
  RingError takeEntry() {
    int operation = words.getInt(0);
    id = words.getInt(4);
    sector = words.getLong(8);
    next = words.getLong(16);
    toMemory = operation == READ;
    stage = Stage.LIST;
    boolean known = operation == READ || operation == WRITE;
    return known && words.getLong(24) == 0 ? RingError.NONE : RingError.ENTRY;
  }

  /** Looks at the descriptor that was read; {@link #stage} is DATA when it was the last. */
  RingError takeDescriptor() {
    int length = words.getInt(8);
    int flags = words.getInt(12);
    if (length <= 0 || length > MOST_PIECE_BYTES) {
      return RingError.DESCRIPTOR;
    }
    if ((flags & ~NEXT) != 0 || words.getLong(24) != 0) {
      return RingError.DESCRIPTOR;
    }
    addresses[pieces] = words.getLong(0);
    lengths[pieces++] = length;
    bytes += length;
    if ((flags & NEXT) != 0) {
      next = words.getLong(16);
      return pieces < MOST_DESCRIPTORS ? RingError.NONE : RingError.LIST;
    }
    stage = Stage.DATA;
    return bytes % SECTOR_BYTES == 0 && bytes <= MOST_BYTES ? RingError.NONE : RingError.LENGTH;
  }

  /** Whether its sectors are on a disk. */
  boolean isOn(byte[] disk) {
    long sectors = disk.length / SECTOR_BYTES;
    return sector >= 0 && sector <= sectors - bytes / SECTOR_BYTES;
  }

  /** Where its first sector is on the disk, on which it is. */
  int place() {
    return (int) sector * SECTOR_BYTES;
  }

  /** Writes its completion, which is the driver's n-th, from 1 on. */
  void putCompletion(byte[] into, int number) {
    ByteBuffer.wrap(into)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(id)
        .putInt(status.ordinal())
        .putInt(status == Status.DONE ? bytes : 0)
        .putInt(number);
  }
}
