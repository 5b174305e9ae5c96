package dev.mapwright.proof.dma;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.Domain.Kind;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.proof.SplitMix;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Random operations on a small domain with a buddy allocator, so that it is often full, and what is
 * to be expected of each: one element a page says who has it, and two queues say what waits. Where
 * the allocator places something is its own contract; here nobody may get what somebody has or what
 * waits, what waits goes in the order in which it came, and nobody is refused while anything waits.
 */
final class BuddyDomainRun {
  private static final int WIDTH = 21;
  private static final int SIZE = 1 << WIDTH - 12;
  private static final int FRAMES = 1024;

  /** A range; a mapping when there is no reservation. */
  private record Range(long first, long pages, long pfn) {}

  private static final class Token {
    final DomainReservation reservation;
    long pfn;
    int from;
    int mapped;

    Token(DomainReservation reservation) {
      this.reservation = reservation;
    }
  }

  final Machine machine;
  final Domain domain;
  private final SplitMix random;
  private final long firstPfn;
  private final long bound;
  private final int deferred;
  private final DomainRequest request = new DomainRequest();

  /** The frame that each page shows; -1 for none, -2 for none in a reservation. */
  private final long[] pfns = new long[SIZE];

  private final List<Range> mappings = new ArrayList<>();
  private final List<Token> tokens = new ArrayList<>();

  /** What waits for a flush, and what is in quarantine: the oldest first. */
  private final Deque<Range> unflushed = new ArrayDeque<>();

  private final Deque<Range> quarantine = new ArrayDeque<>();
  long noRoom;
  long drained;

  BuddyDomainRun(Machine machine, Translation translation, long seed) {
    this.machine = machine;
    random = new SplitMix(seed);
    bound = (seed & 1) == 0 ? 0 : 40;
    deferred = (seed & 2) == 0 ? 0 : 4;
    DomainOptions options = DomainOptions.USUAL.withQuarantine(bound).withDeferredFlush(deferred);
    BuddyAllocator allocator = new BuddyAllocator(WIDTH, machine.failures());
    domain = Domain.create(machine, "domain", translation, SIZE - 1, allocator, options).get();
    firstPfn = machine.frames().allocateRun(RunRequest.of(FRAMES, 9), FrameOwner.POOL, 7);
    Arrays.fill(pfns, -1);
  }

  void step() {
    int kind = random.below(100);
    if (kind < 38) {
      map();
    } else if (kind < 72) {
      unmap();
    } else if (kind < 80) {
      reserve();
    } else if (kind < 86) {
      release();
    } else if (kind < 99) {
      use();
    } else {
      domain.flush();
      flushed();
    }
    follow();
  }

  private int size() {
    return switch (random.below(12)) {
      case 0 -> 64 + random.below(80);
      case 1, 2 -> 1 + random.below(40);
      default -> 1 + random.below(4);
    };
  }

  private static AssertionError wrong(String what) {
    return new AssertionError(what);
  }

  private void window() {
    long lowest = random.chance(80) ? 0 : random.below(SIZE);
    long highest = random.chance(80) ? Long.MAX_VALUE : random.below(SIZE);
    request.clear().pages(size()).within(lowest, highest);
  }

  private void map() {
    window();
    long pages = request.pages();
    long pfn = firstPfn + random.below(FRAMES - 160);
    boolean bad = random.below(12) == 0;
    boolean failing = random.below(10) == 0;
    if (failing) {
      machine.failures().failNth(1 + random.below(4));
    }
    Outcome found = domain.map(request, at -> bad && at == pages - 1 ? -1 : pfn + at);
    boolean wanting = failing && machine.failures().refused() > 0;
    machine.failures().off();
    if (found == Outcome.OK) {
      takes(request.page(), pages);
      mappings.add(new Range(request.page(), pages, pfn));
      for (int i = 0; i < pages; i++) {
        pfns[(int) request.page() + i] = pfn + i;
      }
    } else {
      refused(found, bad, wanting);
    }
  }

  private void refused(Outcome found, boolean bad, boolean wanting) {
    if (request.page() >= 0) {
      throw wrong("a refused request says " + request.page());
    }
    boolean want = found == Outcome.OUT_OF_FRAMES || found == Outcome.OUT_OF_RECORDS;
    if (found == Outcome.NO_ROOM) {
      noRoom++;
      if (possible() && (domain.deferredPages() != 0 || domain.quarantinedPages() != 0)) {
        throw wrong("no room while something waits");
      }
    } else if (!(want && wanting) && !(found == Outcome.INVALID && bad)) {
      throw wrong("refused: " + found);
    }
  }

  /** Whether the window could hold the request at all. */
  private boolean possible() {
    long last = Math.min(request.highest(), SIZE - 1);
    return request.pages() <= last - request.lowest() + 1;
  }

  /** Somebody gets a range: nobody has it. What waited in it has been given back for it. */
  private void takes(long first, long pages) {
    if (first < request.lowest() || first + pages - 1 > Math.min(request.highest(), SIZE - 1)) {
      throw wrong("outside the window: " + first);
    }
    for (long page = first; page < first + pages; page++) {
      if (pfns[(int) page] != -1) {
        throw wrong("page " + page + " was somebody's");
      }
    }
  }

  private void goes(Range range) {
    for (long page = range.first; page < range.first + range.pages; page++) {
      pfns[(int) page] = -1;
    }
  }

  private void unmap() {
    if (mappings.isEmpty() || random.below(20) == 0) {
      int page = random.below(SIZE);
      boolean begins = mappings.stream().anyMatch(range -> range.first == page);
      if (!begins && domain.unmap(page, 1) != Outcome.NOT_MAPPED) {
        throw wrong("something was unmapped at " + page);
      }
      return;
    }
    Range range = mappings.get(random.below(mappings.size()));
    if (random.below(20) == 0) {
      if (domain.unmap(range.first, range.pages + 1) == Outcome.OK) {
        throw wrong("another size was unmapped");
      }
      return;
    }
    machine.failures().failAll();
    Outcome found = domain.unmap(range.first, range.pages);
    machine.failures().off();
    if (found != Outcome.OK) {
      throw wrong("unmap: " + found);
    }
    mappings.remove(range);
    goes(range);
    if (deferred == 0) {
      quarantined(range);
    } else {
      defer(range);
    }
  }

  private void defer(Range range) {
    if (unflushed.size() == deferred) {
      flushed();
    }
    unflushed.add(range);
  }

  private void flushed() {
    for (Range range : unflushed) {
      if (range.pfn != -2) {
        quarantined(range);
      }
    }
    unflushed.clear();
  }

  private void quarantined(Range range) {
    if (range.pages > bound) {
      return;
    }
    while (quarantinedPages() > bound - range.pages) {
      quarantine.remove();
    }
    quarantine.add(range);
  }

  private long quarantinedPages() {
    return quarantine.stream().mapToLong(Range::pages).sum();
  }

  private void reserve() {
    window();
    boolean failing = random.below(10) == 0;
    if (failing) {
      machine.failures().failNth(1 + random.below(4));
    }
    var made = domain.reserve(request);
    boolean wanting = failing && machine.failures().refused() > 0;
    machine.failures().off();
    if (made.outcome() != Outcome.OK) {
      refused(made.outcome(), false, wanting);
      return;
    }
    DomainReservation reservation = made.get();
    takes(reservation.firstPage(), reservation.pages());
    Arrays.fill(
        pfns,
        (int) reservation.firstPage(),
        (int) (reservation.firstPage() + reservation.pages()),
        -2);
    tokens.add(new Token(reservation));
  }

  private void release() {
    if (tokens.isEmpty()) {
      return;
    }
    Token token = tokens.get(random.below(tokens.size()));
    Outcome found = token.reservation.release();
    if (found != (token.mapped == 0 ? Outcome.OK : Outcome.IN_USE)) {
      throw wrong("release: " + found);
    }
    if (found == Outcome.OK) {
      Range range = new Range(token.reservation.firstPage(), token.reservation.pages(), -1);
      if (unflushed.stream().anyMatch(waiting -> meet(waiting, range))) {
        flushed();
      }
      tokens.remove(token);
      goes(range);
      quarantined(range);
    }
  }

  private static boolean meet(Range a, Range b) {
    return a.first < b.first + b.pages && b.first < a.first + a.pages;
  }

  /** Maps or unmaps one segment of a reservation, while everything fails. */
  private void use() {
    if (tokens.isEmpty()) {
      return;
    }
    Token token = tokens.get(random.below(tokens.size()));
    int first = (int) token.reservation.firstPage();
    machine.failures().failAll();
    if (token.mapped == 0) {
      int pages = (int) token.reservation.pages();
      token.from = random.below(pages);
      token.mapped = 1 + random.below(pages - token.from);
      token.pfn = firstPfn + random.below(FRAMES - 160);
      Range range = new Range(first + token.from, token.mapped, -2);
      if (unflushed.stream().anyMatch(waiting -> meet(waiting, range))) {
        flushed();
      }
      Outcome found =
          token.reservation.map(
              token.from, token.mapped, at -> token.pfn + at, Permissions.READ_WRITE);
      if (found != Outcome.OK) {
        throw wrong("map in a reservation: " + found);
      }
      for (int i = 0; i < token.mapped; i++) {
        pfns[first + token.from + i] = token.pfn + i;
      }
    } else {
      if (token.reservation.unmap(token.from, token.mapped) != Outcome.OK) {
        throw wrong("unmap in a reservation");
      }
      Arrays.fill(pfns, first + token.from, first + token.from + token.mapped, -2);
      if (deferred != 0) {
        defer(new Range(first + token.from, token.mapped, -2));
      }
      token.mapped = 0;
    }
    machine.failures().off();
  }

  /**
   * What really waits is the end of what was to be expected: requests that found no other room, or
   * no memory, have had everything flushed and the oldest given back.
   */
  private void follow() {
    List<Range> waits = new ArrayList<>();
    long[] pages = {0};
    domain.forEach((kind, first, count, entry) -> {
      if (kind == Kind.QUARANTINED) {
        waits.add(new Range(first, count, -1));
      } else if (kind == Kind.UNFLUSHED) {
        pages[0] += count;
      }
    });
    if (pages[0] == 0 && !unflushed.isEmpty()) {
      flushed();
    }
    if (pages[0] != unflushed.stream().mapToLong(Range::pages).sum()) {
      throw wrong(pages[0] + " pages wait for a flush");
    }
    while (quarantine.size() > waits.size()) {
      quarantine.remove();
      drained++;
    }
    for (Range range : quarantine) {
      boolean there =
          waits.stream()
              .anyMatch(other -> other.first == range.first && other.pages == range.pages);
      if (!there) {
        throw wrong("not the oldest was given back: " + range + " of " + waits);
      }
    }
    if (waits.size() != quarantine.size() || domain.quarantinedPages() > bound) {
      throw wrong(waits + " are in quarantine, not " + quarantine);
    }
    for (Range range : quarantine) {
      for (long page = range.first; page < range.first + range.pages; page++) {
        if (pfns[(int) page] != -1) {
          throw wrong("page " + page + " is in quarantine and somebody's");
        }
      }
    }
  }

  void compare() {
    for (int page = 0; page < SIZE; page++) {
      long entry = domain.entry(page);
      long expected = pfns[page] >= 0 ? pfns[page] : -1;
      long pfn = entry == TranslationEntry.ABSENT ? -1 : TranslationEntry.pfn(entry);
      long walked = domain.translation().entry(page);
      boolean seen = TranslationEntry.present(walked);
      if (pfn != expected || seen != expected >= 0) {
        throw wrong("page " + page + " shows " + pfn + ", not " + expected);
      }
      if (seen && TranslationEntry.pfn(walked) != expected) {
        throw wrong("page " + page + " leads elsewhere");
      }
    }
    if (domain.mappings() != mappings.size() || domain.reservations() != tokens.size()) {
      throw wrong(domain.mappings() + " mappings");
    }
    Invariants.verify(machine);
  }

  void close() {
    domain.close();
    for (long pfn = firstPfn; pfn < firstPfn + FRAMES; pfn++) {
      if (machine.frames().holds(pfn) != 0) {
        throw wrong("frame " + pfn + " is held");
      }
    }
  }
}
