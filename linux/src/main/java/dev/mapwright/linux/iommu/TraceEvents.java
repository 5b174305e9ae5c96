package dev.mapwright.linux.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.LineSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a trace of an IOMMU: the kernel's own events {@code map}, {@code unmap} and {@code
 * attach_device_to_domain}, which say what has happened and not in which domain; and probes at the
 * entry of the functions, {@code k_map}, {@code k_unmap}, {@code k_attach} and {@code k_flush},
 * which say what is about to happen, and the domain.
 *
 * <p>A probe belongs to the event of the same task with the same address and size. An interrupt
 * nests its own pair between the two; an entry above the one that belongs to an event is of a call
 * that failed, and is dropped.
 */
final class TraceEvents {
  /** Stands for a domain that the trace does not name. */
  static final long NO_DOMAIN = 0;

  /** Stands for permissions that the trace does not name. */
  static final int NO_PROT = -1;

  private static final int MOST_NESTED = 64;
  private static final int MOST_ACTORS = 1 << 16;

  /** Told of what has happened, in order. */
  interface Sink {
    /** A requester was attached to a domain. */
    void attach(TraceLine line, long domain, int requester) throws IOException;

    /** A requester was detached from whatever it was attached to. */
    void detach(TraceLine line, int requester) throws IOException;

    /** Pages were mapped to adjacent frames. */
    void map(TraceLine line, long domain, long firstPage, long pages, long pfn, int prot)
        throws IOException;

    /** Pages were unmapped. */
    void unmap(TraceLine line, long domain, long firstPage, long pages) throws IOException;

    /**
     * Translations of a domain's pages were flushed.
     *
     * @param number the domain's number in caches; negative for all domains
     */
    void flush(TraceLine line, int number, long firstPage, long lastPage) throws IOException;
  }

  /** A call that has begun. */
  private record Begun(
      String event, long domain, long address, long size, long physical, int prot) {}

  private final Sink sink;
  private final Map<Integer, List<Begun>> begun = new HashMap<>();

  /** Whether any probe was seen, so that each event has to have one. */
  private boolean probed;

  private TraceEvents(Sink sink) {
    this.sink = sink;
  }

  /** Reads a file, plain or compressed; how many lines it has. */
  static long read(Path file, Sink sink) throws IOException {
    TraceEvents events = new TraceEvents(sink);
    try (LineSource lines = LineSource.open(file)) {
      while (lines.next()) {
        TraceLine line = TraceLine.read(lines.name(), lines.line(), lines.text());
        if (line != null) {
          events.take(line);
        }
      }
      if (lines.line() == 0) {
        throw new InputFormatException(lines.name(), 0, "a trace", "an empty file");
      }
      return lines.line();
    }
  }

  private void take(TraceLine line) throws IOException {
    switch (line.name()) {
      case "k_map" -> begin(line, "map", line.number("paddr="), (int) line.number("prot="));
      case "k_unmap" -> begin(line, "unmap", 0, NO_PROT);
      case "k_attach" -> push(line, new Begun("attach", line.number("domain="), 0, 0, 0, NO_PROT));
      case "k_flush" -> flush(line);
      case "map" -> map(line);
      case "unmap" -> unmap(line);
      case "attach_device_to_domain" -> {
        long domain = begunCall(line, "attach", 0, 0, 0).domain();
        if (onFirstSegment(line)) {
          sink.attach(line, domain, requester(line));
        }
      }
      case "detach_device_from_domain" -> {
        if (onFirstSegment(line)) {
          sink.detach(line, requester(line));
        }
      }
      default -> {
        // Other events say nothing of what is mapped.
      }
    }
  }

  private void begin(TraceLine line, String event, long physical, int prot)
      throws InputFormatException {
    push(
        line,
        new Begun(
            event,
            line.number("domain="),
            line.number("iova="),
            line.number("size="),
            physical,
            prot));
  }

  private void push(TraceLine line, Begun call) throws InputFormatException {
    probed = true;
    List<Begun> calls = begun.computeIfAbsent(line.actor(), none -> new ArrayList<>(2));
    if (calls.size() == MOST_NESTED) {
      calls.removeFirst(); // failed long ago
    }
    if (begun.size() > MOST_ACTORS) {
      throw line.wrong("at most " + MOST_ACTORS + " tasks");
    }
    calls.add(call);
  }

  /** The call that an event ends, which is taken out; one that names no domain without probes. */
  private Begun begunCall(TraceLine line, String event, long address, long size, long physical)
      throws InputFormatException {
    List<Begun> calls = begun.getOrDefault(line.actor(), List.of());
    for (int i = calls.size() - 1; i >= 0; i--) {
      Begun call = calls.get(i);
      if (call.event().equals(event)
          && call.address() == address
          && call.size() == size
          && call.physical() == physical) {
        while (calls.size() > i) {
          calls.removeLast();
        }
        return call;
      }
    }
    if (probed) {
      throw line.wrong("an event that a probe k_" + event + " of the same task announced");
    }
    return new Begun(event, NO_DOMAIN, address, size, physical, NO_PROT);
  }

  private void map(TraceLine line) throws IOException {
    long address = line.number("iova=");
    long size = line.number("size=");
    long physical = line.number("paddr=");
    range(line, address, size);
    if (physical < 0 || !Pages.aligned(physical)) {
      throw line.wrong("a physical address at a multiple of 4096");
    }
    Begun call = begunCall(line, "map", address, size, physical);
    sink.map(
        line, call.domain(), Pages.of(address), Pages.of(size), Pages.of(physical), call.prot());
  }

  private void unmap(TraceLine line) throws IOException {
    long address = line.number("iova=");
    long size = line.number("size=");
    long unmapped = line.number("unmapped_size=");
    range(line, address, size);
    Begun call = begunCall(line, "unmap", address, size, 0);
    if (unmapped != 0) {
      // More than was asked for when it was a part of a large leaf.
      whole(line, address, unmapped);
      sink.unmap(line, call.domain(), Pages.of(address), Pages.of(unmapped));
    }
  }

  private static void range(TraceLine line, long address, long size) throws InputFormatException {
    whole(line, address, size);
    if (line.words().contains(" - ") && line.end() != address + size) {
      throw line.wrong("iova=FIRST - END with END = FIRST + size");
    }
  }

  private static void whole(TraceLine line, long address, long size) throws InputFormatException {
    boolean pages = Pages.aligned(address) && Pages.aligned(size);
    if (!pages || address < 0 || size <= 0 || address > Long.MAX_VALUE - size) {
      throw line.wrong("a range of whole pages");
    }
  }

  /** Flushes of one domain's pages, of all of a domain's, or of everything. */
  private void flush(TraceLine line) throws IOException {
    int number = (int) line.number("did=") & 0xFFFF;
    switch ((int) (line.number("type=") >>> 60)) {
      case 1 -> sink.flush(line, -1, 0, Pages.LAST_PAGE);
      case 2 -> sink.flush(line, number, 0, Pages.LAST_PAGE);
      case 3 -> {
        long order = line.number("order=");
        if (order < 0 || order > 51) {
          throw line.wrong("order=0 to 51");
        }
        long first = Pages.of(line.number("addr=")) & -1L << order;
        sink.flush(line, number, first, first + (1L << order) - 1);
      }
      default -> throw line.wrong("a type of flush from 1 to 3 in bits 61 and 60");
    }
  }

  private static String device(TraceLine line) throws InputFormatException {
    int at = line.words().indexOf("device=");
    if (at < 0) {
      throw line.wrong("device=SEGMENT:BUS:DEVICE.FUNCTION");
    }
    return line.words().substring(at + "device=".length()).strip();
  }

  /** Whether a device is a PCI function that this IOMMU can know. */
  private static boolean onFirstSegment(TraceLine line) throws InputFormatException {
    return device(line).startsWith("0000:");
  }

  private static int requester(TraceLine line) throws InputFormatException {
    return RecordedNumbers.requester(
        line.source(), line.number(), device(line).substring("0000:".length()));
  }
}
