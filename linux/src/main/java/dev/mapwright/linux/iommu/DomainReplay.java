package dev.mapwright.linux.iommu;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.linux.input.HeapRoom;
import dev.mapwright.linux.input.InputFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries recorded events out on domains of ours, one for each recorded domain, without an
 * allocator: where things are mapped is recorded. Devices are attached as recorded.
 *
 * <p><b>Flushes.</b> Of the recording it is asked that what was unmapped is flushed before it is
 * mapped again, by a command for its domain. Our domains flush by themselves, and whether they do
 * is asked of a device: it reaches the first and the last page just before they are unmapped, so
 * that its port remembers them, and has to be refused just after.
 *
 * <p><b>Bounds.</b> What is mapped at once, what is mapped in all, how many domains there are and
 * how many frames a device touches is bounded, and so is time and room.
 */
final class DomainReplay implements TraceEvents.Sink {
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;

  private static final long MOST_PAGES_LIVE = 1L << 24;
  private static final long MOST_PAGES_EVER = 1L << 28;
  private static final int MOST_DOMAINS = 1 << 12;
  private static final int MOST_WAITING = 1 << 20;

  /** Each frame that a device touches takes a page of the host's disk. */
  private static final int MOST_TOUCHED = 1 << 14;

  /** Whether a mapping for writing only allows reading, too, as in the recorded tables. */
  private final boolean writeAllowsRead;

  private final Machine machine;
  private final Iommu iommu;
  private final int addressBits;
  private final HeapRoom room;

  /**
   * The numbers in caches of recorded domains: of those that a device is attached to in the end.
   */
  private final Map<Long, Integer> numbers;

  private final Map<Long, ReplayedDomain> domains = new LinkedHashMap<>();
  private final Map<Integer, ReplayedDomain> attached = new HashMap<>();
  private final Set<Long> touched = new HashSet<>();
  private final DomainRequest request = new DomainRequest();
  private final MemorySegment one = MemorySegment.ofArray(new byte[1]);

  final FindingMaker accepted =
      new FindingMaker("events", "maps and unmaps", "accepted by domains of the engine");
  FindingMaker flushed = newFlushed();
  final FindingMaker refused =
      new FindingMaker(
          "devices", "pages", "reached by a device just before their unmap, and not just after");

  private static FindingMaker newFlushed() {
    return new FindingMaker(
        "flushes", "recorded unmaps", "flushed before their pages were mapped again");
  }

  long maps;
  long unmaps;
  long flushes;
  long attachments;
  private long livePages;
  private long pagesEver;
  private boolean anyFlush;

  DomainReplay(
      Machine machine,
      int addressBits,
      boolean writeAllowsRead,
      Map<Long, Integer> numbers,
      HeapRoom room) {
    this.machine = machine;
    this.iommu = Objects.requireNonNull(machine.iommu(), "a machine with an IOMMU");
    this.addressBits = addressBits;
    this.writeAllowsRead = writeAllowsRead;
    this.numbers = numbers;
    this.room = room;
  }

  Collection<ReplayedDomain> domains() {
    return domains.values();
  }

  /** The domain that a requester is attached to; null for none. */
  @Nullable ReplayedDomain of(int requester) {
    return attached.get(requester);
  }

  /** Whether no domain was made for a pointer. */
  boolean isNew(long pointer) {
    return !domains.containsKey(pointer);
  }

  /** The domain that a pointer names, made when it is named first. */
  ReplayedDomain domain(TraceLine line, long pointer) throws IOException {
    ReplayedDomain known = domains.get(pointer);
    if (known != null) {
      return known;
    }
    if (domains.size() == MOST_DOMAINS) {
      throw line.wrong("at most " + MOST_DOMAINS + " domains");
    }
    Translation tables = iommu.newTranslation(addressBits);
    Made<Domain> made =
        tables == null
            ? Made.refused(Outcome.OUT_OF_FRAMES)
            : Domain.create(
                machine,
                "0x" + Long.toHexString(pointer),
                tables,
                (1L << addressBits - Pages.SHIFT) - 1,
                null);
    if (made.outcome() != Outcome.OK) {
      throw line.wrong("fewer domains: " + made.outcome());
    }
    ReplayedDomain domain = new ReplayedDomain(pointer, made.get());
    domains.put(pointer, domain);
    return domain;
  }

  // ---- events

  @Override
  public void attach(TraceLine line, long pointer, int requester) throws IOException {
    attachments++;
    attach(line, domain(line, pointer), requester);
  }

  /** Attaches a requester, which may be attached to another domain. */
  void attach(TraceLine line, ReplayedDomain domain, int requester) throws IOException {
    leave(requester);
    if (!iommu.attach(requester, domain.domain.translation())) {
      throw line.wrong("fewer devices: no table was left");
    }
    attached.put(requester, domain);
    domain.requesters.add(requester);
    if (domain.port == null) {
      domain.port = machine.newDmaPort(requester, DmaFault.NO_PASID);
    }
  }

  @Override
  public void detach(TraceLine line, int requester) {
    leave(requester);
    iommu.detach(requester);
  }

  private void leave(int requester) {
    ReplayedDomain before = attached.remove(requester);
    if (before != null) {
      before.requesters.remove(requester);
      DmaPort port = before.port;
      if (port != null && port.requester() == requester) {
        before.port =
            before.requesters.isEmpty()
                ? null
                : machine.newDmaPort(before.requesters.iterator().next(), DmaFault.NO_PASID);
      }
    }
  }

  @Override
  public void map(TraceLine line, long pointer, long first, long pages, long pfn, int prot)
      throws IOException {
    maps++;
    ReplayedDomain domain = domain(line, pointer);
    domain.take(first, first + pages - 1, (unmap, count) -> mappedAgain(unmap, line));
    domain.permissionsUnknown |= prot == TraceEvents.NO_PROT;
    tell(line, "map", first, map(line, domain, first, pages, pfn, permissions(prot)));
  }

  /** Maps; what does not fit into the bounds is an error of the input. */
  Outcome map(
      TraceLine line, ReplayedDomain domain, long first, long pages, long pfn, int permissions)
      throws InputFormatException {
    pagesEver += pages;
    if (livePages + pages > MOST_PAGES_LIVE || pagesEver > MOST_PAGES_EVER) {
      throw line.wrong(
          "at most "
              + MOST_PAGES_LIVE
              + " pages mapped at once, and "
              + MOST_PAGES_EVER
              + " in all");
    }
    if (!room.has(1 << 16)) {
      throw line.wrong("fewer mappings than fill the heap");
    }
    request.clear().at(first).pages(pages).permissions(permissions);
    Outcome outcome = domain.domain.map(request, index -> pfn + index);
    livePages += outcome == Outcome.OK ? pages : 0;
    return outcome;
  }

  /** What a mapping that was asked for so allows. */
  int permissions(int prot) {
    if (prot == TraceEvents.NO_PROT) {
      return Permissions.READ_WRITE;
    }
    boolean write = (prot & PROT_WRITE) != 0;
    boolean read = (prot & PROT_READ) != 0 || write && writeAllowsRead;
    return (read ? Permissions.READ : 0) | (write ? Permissions.WRITE : 0);
  }

  private void tell(TraceLine line, String what, long first, Outcome outcome) {
    if (outcome == Outcome.OK) {
      accepted.matches(1);
    } else {
      accepted.differs(
          1,
          "line " + line.number() + ": " + what + " at " + address(first) + " refused: " + outcome);
    }
  }

  static String address(long page) {
    return "0x" + Long.toHexString(Pages.address(page));
  }

  private void mappedAgain(ReplayedDomain.Unflushed unmap, TraceLine line) {
    if (!unmap.late) {
      unmap.late = true;
      flushed.differs(
          1,
          "line "
              + unmap.line
              + ": the unmap at "
              + address(unmap.firstPage)
              + " is not flushed when line "
              + line.number()
              + " maps there");
    }
  }

  @Override
  public void unmap(TraceLine line, long pointer, long first, long pages) throws IOException {
    unmaps++;
    ReplayedDomain domain = domain(line, pointer);
    boolean firstReached = reached(line, domain, first);
    boolean lastReached = pages > 1 && reached(line, domain, first + pages - 1);
    Outcome outcome = domain.domain.unmap(first, pages);
    tell(line, "unmap", first, outcome);
    if (outcome != Outcome.OK) {
      return;
    }
    livePages -= pages;
    if (firstReached) {
      mustBeRefused(line, domain, first);
    }
    if (lastReached) {
      mustBeRefused(line, domain, first + pages - 1);
    }
    if (domain.waiting() >= MOST_WAITING) {
      throw line.wrong("at most " + MOST_WAITING + " unmaps that wait for a flush");
    }
    domain.unmapped(new ReplayedDomain.Unflushed(line.number(), first, pages));
  }

  // ---- devices

  /** Has a device of the domain read a page; whether it could, so that its port remembers it. */
  private boolean reached(TraceLine line, ReplayedDomain domain, long page) {
    DmaPort port = domain.port;
    long entry = port == null ? TranslationEntry.ABSENT : domain.domain.entry(page);
    if (port == null
        || !TranslationEntry.present(entry)
        || (TranslationEntry.permissions(entry) & Permissions.READ) == 0
        || !mayTouch(TranslationEntry.pfn(entry))) {
      return false;
    }
    DmaFault fault = port.read(Pages.address(page), one, 0, 1);
    if (fault == null) {
      return true;
    }
    switch (fault.reason()) {
      case NOT_RAM, INTERRUPT_RANGE -> {
        // A page that no device reaches by translating.
      }
      default ->
          refused.differs(
              1,
              "line "
                  + line.number()
                  + ": a device is refused at "
                  + address(page)
                  + " before the unmap: "
                  + fault.reason().sentence());
    }
    return false;
  }

  private boolean mayTouch(long pfn) {
    return touched.contains(pfn) || touched.size() < MOST_TOUCHED && touched.add(pfn);
  }

  private void mustBeRefused(TraceLine line, ReplayedDomain domain, long page) {
    DmaPort port = Objects.requireNonNull(domain.port);
    DmaFault fault = port.read(Pages.address(page), one, 0, 1);
    if (fault != null && fault.reason() == DmaFault.Reason.NOT_MAPPED) {
      refused.matches(1);
    } else {
      refused.differs(
          1,
          "line "
              + line.number()
              + ": after the unmap, a device "
              + (fault == null ? "still reads " : "is refused for another reason at ")
              + address(page));
    }
  }

  // ---- flushes of the recording

  @Override
  public void flush(TraceLine line, int number, long first, long last) {
    flushes++;
    anyFlush = true;
    for (ReplayedDomain domain : domains.values()) {
      if (number < 0 || mayHave(domain, number)) {
        domain.take(
            first,
            last,
            (unmap, pages) -> {
              unmap.pages -= pages;
              if (unmap.pages == 0 && !unmap.late) {
                flushed.matches(1);
              }
            });
      }
    }
  }

  /** Whether caches may know a domain by a number: any where the tables don't say which. */
  private boolean mayHave(ReplayedDomain domain, int number) {
    Integer its = numbers.get(domain.pointer);
    return its == null || its == number;
  }

  /** Ends what was replayed: what was never flushed is said now. */
  void end() {
    if (!anyFlush) {
      flushed = newFlushed(); // nobody recorded any
      return;
    }
    for (ReplayedDomain domain : domains.values()) {
      domain.take(
          0,
          Pages.LAST_PAGE,
          (unmap, pages) -> {
            if (!unmap.late) {
              unmap.late = true;
              flushed.differs(
                  1,
                  "line "
                      + unmap.line
                      + ": the unmap at "
                      + address(unmap.firstPage)
                      + " is never flushed");
            }
          });
    }
  }
}
