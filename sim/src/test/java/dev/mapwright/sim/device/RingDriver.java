package dev.mapwright.sim.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The least driver of a ring device: it trusts its callers, and no one else's memory. */
final class RingDriver {
  static final long BAR_PFN = 0xFE_B00L;
  static final int READ = 1;
  static final int WRITE = 2;
  static final int ENABLE = 1;
  static final int RESET = 2;

  /** A piece of memory. */
  record Piece(long address, int bytes) {}

  /** What the device says of a request that has ended. */
  record Completion(int id, int status, int bytes, int number) {}

  final DmaWorld world;
  final RingDevice device;
  final int entries;
  final long ring;
  final long completions;
  final long counter;
  final long lists;
  private long nextDescriptor;
  private int posted;
  private int taken;

  RingDriver(DmaWorld world, RingDevice device, int entries) {
    this.world = world;
    this.device = device;
    this.entries = entries;
    ring = world.map(2);
    completions = world.map(1);
    counter = world.map(1);
    lists = world.map(4);
    nextDescriptor = lists;
  }

  void start() {
    device.write(0x10, 8, ring);
    device.write(0x18, 8, completions);
    device.write(0x20, 8, counter);
    device.write(0x28, 4, entries);
    device.write(0x48, 4, 3);
    device.write(0x2C, 4, ENABLE);
    posted = 0;
    taken = 0;
  }

  int register(int offset) {
    return (int) device.read(offset, 4);
  }

  RingError error() {
    return RingError.values()[register(0x4C)];
  }

  long errorAt() {
    return device.read(0x50, 8);
  }

  private static ByteBuffer words(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes a descriptor; where it is. */
  long descriptor(long address, int bytes, int flags, long next) {
    if (nextDescriptor >= lists + 4 * 4096) {
      nextDescriptor = lists;
    }
    long at = nextDescriptor;
    nextDescriptor += 32;
    putDescriptor(at, address, bytes, flags, next);
    return at;
  }

  void putDescriptor(long at, long address, int bytes, int flags, long next) {
    byte[] words = new byte[32];
    words(words).putLong(address).putInt(bytes).putInt(flags).putLong(next);
    world.put(at, words);
  }

  long list(List<Piece> pieces) {
    long next = 0;
    for (int i = pieces.size() - 1; i >= 0; i--) {
      Piece piece = pieces.get(i);
      next = descriptor(piece.address(), piece.bytes(), next == 0 ? 0 : 1, next);
    }
    return next;
  }

  /** Writes an entry, of which the device does not know yet. */
  void post(int operation, int id, long sector, long list) {
    post(operation, id, sector, list, 0);
  }

  void post(int operation, int id, long sector, long list, long reserved) {
    byte[] words = new byte[32];
    words(words).putInt(operation).putInt(id).putLong(sector).putLong(list).putLong(reserved);
    world.put(entryAt(posted++), words);
  }

  long entryAt(int index) {
    return ring + 32L * (index % entries);
  }

  void post(int operation, int id, long sector, Piece... pieces) {
    post(operation, id, sector, list(List.of(pieces)));
  }

  void doorbell() {
    device.write(0x30, 4, posted);
  }

  /** Takes the completions that are new. */
  List<Completion> take() {
    List<Completion> all = new ArrayList<>();
    while (taken != register(0x3C)) {
      byte[] bytes = world.get(completions + 16L * (taken++ % entries), 16);
      ByteBuffer words = words(bytes);
      all.add(new Completion(words.getInt(), words.getInt(), words.getInt(), words.getInt()));
    }
    return all;
  }

  /** Rings and lets everything come to its end. */
  List<Completion> go() {
    doorbell();
    world.rest();
    return take();
  }
}
