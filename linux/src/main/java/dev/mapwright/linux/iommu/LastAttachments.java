package dev.mapwright.linux.iommu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads of a trace only what each requester is attached to in the end: that is what the recorded
 * tables show, and what gives the domains their numbers.
 */
final class LastAttachments implements TraceEvents.Sink {
  private final Map<Integer, Long> domains = new HashMap<>();

  private LastAttachments() {}

  /** The domains of requesters, as the trace calls them. */
  static Map<Integer, Long> read(Path file) throws IOException {
    LastAttachments last = new LastAttachments();
    TraceEvents.read(file, last);
    last.domains.values().removeIf(domain -> domain == TraceEvents.NO_DOMAIN);
    return last.domains;
  }

  @Override
  public void attach(TraceLine line, long domain, int requester) {
    domains.put(requester, domain);
  }

  @Override
  public void detach(TraceLine line, int requester) {
    domains.remove(requester);
  }

  @Override
  public void map(TraceLine line, long domain, long firstPage, long pages, long pfn, int prot) {}

  @Override
  public void unmap(TraceLine line, long domain, long firstPage, long pages) {}

  @Override
  public void flush(TraceLine line, int number, long firstPage, long lastPage) {}
}
