package dev.mapwright.proof.edges;

import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where the named things of a case are: buffers by their physical addresses, mappings by the
 * addresses that were chosen. Each word of a buffer names the buffer, its page and its place.
 */
final class EdgeNames {
  private static final int PAGE = 4096;

  /**
   * Bytes of memory.
   *
   * @param base the physical address of the first
   * @param bytes how many
   */
  record Physical(long base, long bytes) {}

  private record Buffer(long base, int pages) {}

  private final Machine machine;
  private final Map<String, Buffer> buffers = new HashMap<>();
  private final Map<String, Long> addresses = new HashMap<>();

  EdgeNames(Machine machine) {
    this.machine = machine;
  }

  void newBuffer(String name, int pages) {
    long pfn = machine.frames().allocateRun(RunRequest.of(pages, 0), FrameOwner.POOL, 1);
    if (pfn < 0) {
      throw new AssertionError("no memory for the buffer " + name);
    }
    buffers.put(name, new Buffer(pfn * PAGE, pages));
    for (int at = 0; at < pages * PAGE; at += 8) {
      machine.memory().writeLong(pfn * PAGE + at, word(name, at));
    }
  }

  /** {@return what stands in a buffer unless a device writes there} */
  static long word(String buffer, int at) {
    return ((long) buffer.hashCode() << 32 | 0x4000_0000L) + at;
  }

  void put(String name, long address) {
    addresses.put(name, address);
  }

  /** {@return the address that a text stands for: a number, or a name with or without an offset} */
  long address(String text) {
    int plus = text.indexOf('+');
    long offset = plus < 0 ? 0 : Long.decode(text.substring(plus + 1));
    String name = plus < 0 ? text : text.substring(0, plus);
    if (name.startsWith("0x")) {
      return Long.parseUnsignedLong(name.substring(2), 16) + offset;
    }
    Buffer buffer = buffers.get(name);
    Long address = buffer != null ? Long.valueOf(buffer.base) : addresses.get(name);
    if (address == null) {
      throw new AssertionError("nothing is called " + name);
    }
    return address + offset;
  }

  /** {@return the memory that a step names: pages of a buffer, or a range as it stands there} */
  Physical physical(EdgeStep step) {
    if (step.has("physical")) {
      return new Physical(address(step.text("physical")), address(step.text("bytes")));
    }
    long base =
        address(step.text("buffer"))
            + (long) step.number("page", 0) * PAGE
            + (step.has("offset") && !step.has("token") ? address(step.text("offset")) : 0);
    return new Physical(
        base,
        step.has("bytes") ? address(step.text("bytes")) : (long) step.number("pages", 0) * PAGE);
  }

  /** {@return how many bytes a step is about, of pages or as it says} */
  long bytes(EdgeStep step) {
    return step.has("bytes") ? address(step.text("bytes")) : (long) step.number("pages", 0) * PAGE;
  }

  /** Fails unless a buffer is as it was made. */
  void assertUnchanged(String name) {
    Buffer buffer = Objects.requireNonNull(buffers.get(name));
    for (int at = 0; at < buffer.pages * PAGE; at += 8) {
      long found = machine.memory().readLong(buffer.base + at);
      if (found != word(name, at)) {
        throw new AssertionError(name + " has changed at byte " + at);
      }
    }
  }
}
