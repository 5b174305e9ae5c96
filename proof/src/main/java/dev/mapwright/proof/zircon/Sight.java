package dev.mapwright.proof.zircon;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/** What can be seen of an answer: the caller's memory, read through its CPU. */
final class Sight {
  private final Subject subject;

  Sight(Subject subject) {
    this.subject = subject;
  }

  /** A call that left a handle at a pointer. */
  Witness handle(int status, long pointer) {
    return new Witness(status, 0, peek32(status, pointer), 0, null, null);
  }

  /** A call that left an address at a pointer. */
  Witness address(int status, long pointer) {
    long address = status == Status.OK ? peek64(pointer) : 0;
    return new Witness(status, address, 0, 0, null, null);
  }

  /** The number there, 0 unless the call succeeded. */
  int peek32(int status, long pointer) {
    byte[] seen = status == Status.OK ? subject.peek(0, pointer, 4) : null;
    return seen == null ? 0 : World.wrap(seen).getInt();
  }

  long peek64(long pointer) {
    byte[] seen = subject.peek(0, pointer, 8);
    return seen == null ? 0 : World.wrap(seen).getLong();
  }

  /** The numbers at a pointer, as far as they are readable. */
  List<Long> longs(long pointer) {
    byte[] seen = subject.peek(0, pointer, 2048);
    LongBuffer all = World.wrap(seen == null ? new byte[0] : seen).asLongBuffer();
    List<Long> list = new ArrayList<>();
    while (all.hasRemaining()) {
      list.add(all.get());
    }
    return list;
  }
}
