package dev.mapwright.proof.dma;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Random operations on a domain and its model. It lies across seven lowest tables, so that ranges
 * go over their edges; places and sizes are near edges and near what is there more often than not.
 */
final class DomainRun {
  private static final int SIZE = 7 * 512;

  /** Below, ranges of any size are mapped; from here on nearly only whole tables are. */
  private static final int CROWDED = 4 * 512;

  private static final int FRAMES = 2048;

  private record Pair(DomainModel.Token token, DomainReservation reservation) {}

  final Machine machine;
  final Domain domain;
  final DomainModel model = new DomainModel(SIZE);
  private final SplitMix random;
  private final long firstPfn;
  private final DomainRequest request = new DomainRequest();
  private final List<Pair> reservations = new ArrayList<>();
  private int regions;
  long carriedOut;
  long refusedForWant;

  /** How many mappings began with a large leaf. */
  long large;

  /** One whose options follow from the seed: two of four defer their flushes. */
  DomainRun(Machine machine, Translation translation, long seed) {
    this.machine = machine;
    random = new SplitMix(seed);
    DomainOptions options = DomainOptions.USUAL.withDeferredFlush((seed & 1) == 0 ? 5 : 0);
    domain = Domain.create(machine, "domain", translation, SIZE - 1, null, options).get();
    firstPfn = machine.frames().allocateRun(RunRequest.of(FRAMES, 9), FrameOwner.POOL, 7);
  }

  /** One operation; the first difference between the two is an error. */
  void step() {
    int kind = random.below(100);
    if (kind < 30) {
      map();
    } else if (kind < 52) {
      unmap();
    } else if (kind < 57) {
      mapIdentity();
    } else if (kind < 62) {
      unmapIdentity();
    } else if (kind < 66) {
      reserve();
    } else if (kind < 69) {
      release();
    } else if (kind < 84) {
      mapIn();
    } else if (kind < 99) {
      unmapIn();
    } else if (random.chance(30)) {
      domain.flush();
    } else if (regions < 3) {
      setAside();
    }
  }

  private int place() {
    int near = random.below(4);
    return switch (near) {
      case 0 -> 512 * random.below(5) + random.below(9) - 4;
      case 1 -> SIZE - random.below(6);
      default -> random.below(random.below(40) == 0 ? SIZE : CROWDED);
    };
  }

  private int size() {
    return switch (random.below(10)) {
      case 0 -> random.below(3) - 1;
      case 1 -> 500 + random.below(30);
      case 2, 3 -> random.below(64);
      default -> 1 + random.below(4);
    };
  }

  private int set() {
    return random.below(12) == 0 ? 4 + random.below(4) : random.below(4);
  }

  private long pfn(int pages) {
    return firstPfn + random.below(Math.max(1, FRAMES - pages));
  }

  /** Whether the engine was short of something, which the model knows nothing of. */
  private boolean wanting(Outcome outcome) {
    return (outcome == Outcome.OUT_OF_FRAMES || outcome == Outcome.OUT_OF_RECORDS)
        && machine.failures().refused() > 0;
  }

  private boolean mayFail() {
    boolean may = random.below(8) == 0;
    if (may) {
      machine.failures().failNth(1 + random.below(4));
    }
    return may;
  }

  private void expect(String what, Outcome found, Outcome expected) {
    if (found != expected) {
      throw new AssertionError(what + ": " + found + ", not " + expected);
    }
    carriedOut += found == Outcome.OK ? 1 : 0;
  }

  private void map() {
    int first = place();
    int pages = size();
    int set = set();
    long pfn = pfn(pages);
    if (pages >= 512 && random.chance(70)) {
      // where a large leaf fits, or nearly
      first = CROWDED + 512 * random.below(3);
      pages = 512 * (1 + random.below(2)) + (random.chance(50) ? 0 : random.below(8));
      pfn = firstPfn + 512L * random.below(2) + (random.chance(80) ? 0 : 1);
    }
    mayFail();
    long firstFrame = pfn;
    long bad = random.below(8) == 0 ? pages - 1 - random.below(Math.max(1, pages / 4)) : -1;
    request.clear().pages(pages).permissions(set).at(first);
    Outcome found = domain.map(request, page -> page == bad ? -1 : firstFrame + page);
    boolean wanting = wanting(found);
    machine.failures().off();
    if (wanting) {
      refusedForWant++;
      return;
    }
    Outcome expected =
        bad >= 0 && model.free(first, pages, set)
            ? Outcome.INVALID
            : model.map(first, pages, pfn, set);
    expect("map " + pages + " at " + first, found, expected);
    if (found == Outcome.OK && pages >= 512) {
      large += TranslationEntry.bare(domain.translation().entry(first)) ? 0 : 1;
    }
    if (found == Outcome.OK && request.page() != first
        || found != Outcome.OK && request.page() >= 0) {
      throw new AssertionError("the request says " + request.page());
    }
  }

  private void unmap() {
    int first = place();
    int pages = size();
    if (random.chance(70)) {
      int at = random.chance(50) ? random.below(SIZE) : Math.floorMod(first, SIZE);
      while (at < SIZE && !model.begins[at]) {
        at++;
      }
      first = Math.min(at, SIZE - 1);
      int end = first + 1;
      while (end < SIZE && model.pfns[end] >= 0 && !model.begins[end]) {
        end++;
      }
      pages = random.chance(60) ? end - first : 1 + random.below(end - first);
    }
    machine.failures().failAll();
    Outcome found = domain.unmap(first, pages);
    machine.failures().off();
    expect("unmap " + pages + " at " + first, found, model.unmap(first, pages));
  }

  private long[] identity() {
    long[] pages = new long[random.below(6)];
    int first = random.chance(70) ? place() : Math.max(0, firstShowingItself());
    for (int i = 0; i < pages.length; i++) {
      pages[i] = Math.max(0, random.chance(70) ? first + i : place());
    }
    if (pages.length > 1 && random.chance(50)) {
      long swapped = pages[0];
      pages[0] = pages[pages.length - 1];
      pages[pages.length - 1] = swapped;
    }
    return pages;
  }

  /** A page, if one can be found, that shows itself. */
  private int firstShowingItself() {
    int start = random.below(SIZE);
    for (int i = 0; i < SIZE; i++) {
      int page = (start + i) % SIZE;
      if (model.pfns[page] == page) {
        return page;
      }
    }
    return -1;
  }

  private void mapIdentity() {
    long[] pages = identity();
    int set = set();
    mayFail();
    Outcome found = domain.mapIdentity(page -> pages[(int) page], pages.length, set);
    boolean wanting = wanting(found);
    machine.failures().off();
    if (!wanting) {
      expect("map identity", found, model.mapIdentity(pages, set));
    }
  }

  private void unmapIdentity() {
    long[] pages = identity();
    expect(
        "unmap identity",
        domain.unmapIdentity(page -> pages[(int) page], pages.length),
        model.unmapIdentity(pages));
  }

  private void setAside() {
    int first = random.below(10) == 0 ? SIZE - 3 : Math.min(place(), CROWDED - 8);
    int pages = 1 + random.below(8);
    boolean identity = random.chance(50);
    Outcome found = domain.setAside(first, pages, identity);
    expect("set aside", found, model.setAside(first, pages, identity));
    regions += found == Outcome.OK ? 1 : 0;
  }

  private void reserve() {
    int first = place();
    int pages = size();
    mayFail();
    var made = domain.reserve(request.clear().pages(pages).at(first));
    boolean wanting = wanting(made.outcome());
    machine.failures().off();
    if (wanting) {
      refusedForWant++;
      return;
    }
    expect("reserve " + pages + " at " + first, made.outcome(), model.reserve(first, pages));
    if (made.outcome() == Outcome.OK) {
      reservations.add(new Pair(model.live.getLast(), made.get()));
    }
  }

  private void release() {
    if (!reservations.isEmpty()) {
      Pair pair = reservations.get(random.below(reservations.size()));
      Outcome found = pair.reservation.release();
      expect("release", found, model.release(pair.token));
      if (found == Outcome.DEAD) {
        reservations.remove(pair);
      }
    }
  }

  private void mapIn() {
    if (reservations.isEmpty()) {
      return;
    }
    Pair pair = reservations.get(random.below(reservations.size()));
    int first = random.below(pair.token.pages + 1) - random.below(2);
    int pages = Math.min(size(), 1 + random.below(pair.token.pages));
    int set = set();
    boolean itself = first >= 0 && random.below(4) == 0;
    long pfn = itself ? pair.token.first + first : pfn(pages);
    machine.failures().failAll();
    Outcome found = pair.reservation.map(first, pages, page -> pfn + page, set);
    machine.failures().off();
    expect("map in a reservation", found, model.mapIn(pair.token, first, pages, pfn, set));
  }

  private void unmapIn() {
    if (reservations.isEmpty()) {
      return;
    }
    Pair pair = reservations.get(random.below(reservations.size()));
    int first = random.below(pair.token.pages);
    for (int i = 0; i < pair.token.pages && random.chance(98); i++) {
      int at = (first + i) % pair.token.pages;
      if (model.begins[pair.token.first + at] && !pair.token.dead) {
        first = at;
        break;
      }
    }
    int pages = 1;
    int at = pair.token.first + first;
    while (at + pages < SIZE && model.pfns[at + pages] >= 0 && !model.begins[at + pages]) {
      pages++;
    }
    pages += random.below(10) == 0 ? random.below(3) - 1 : 0;
    machine.failures().failAll();
    Outcome found = pair.reservation.unmap(first, pages);
    machine.failures().off();
    expect("unmap in a reservation", found, model.unmapIn(pair.token, first, pages));
  }

  /** Compares everything. */
  void compare() {
    long held = 0;
    long waiting = 0;
    for (int page = 0; page < SIZE; page++) {
      long entry = domain.entry(page);
      long walked = domain.translation().entry(page);
      boolean there = entry != TranslationEntry.ABSENT;
      waiting += !there && walked != TranslationEntry.ABSENT ? 1 : 0;
      if (there != model.pfns[page] >= 0 || !saysTheSame(entry, walked)) {
        throw new AssertionError("page " + page + ": " + entry + ", " + walked);
      }
      if (there
          && (TranslationEntry.pfn(entry) != model.pfns[page]
              || TranslationEntry.asked(entry) != model.permissions[page]
              || TranslationEntry.present(entry) != (model.permissions[page] != 0))) {
        throw new AssertionError("page " + page + " shows something else");
      }
      held += there ? 1 : 0;
    }
    long[] told = {0};
    domainUser(told);
    if (waiting != domain.deferredPages()) {
      throw new AssertionError(waiting + " pages wait, not " + domain.deferredPages());
    }
    held += waiting;
    if (told[0] != held || domain.mappings() != model.mappings()) {
      throw new AssertionError(told[0] + " held, not " + held + "; " + domain.mappings());
    }
    if (domain.reservations() != model.live.size()) {
      throw new AssertionError(domain.reservations() + " reservations");
    }
    Invariants.verify(machine);
  }

  /** Whether the tables say what the domain says: by the same entry, or by a larger leaf. */
  private static boolean saysTheSame(long entry, long walked) {
    if (entry == TranslationEntry.ABSENT) {
      // what waits for a flush is withdrawn
      return !TranslationEntry.present(walked);
    }
    return entry == walked
        || !TranslationEntry.bare(walked)
            && TranslationEntry.pfn(entry) == TranslationEntry.pfn(walked)
            && TranslationEntry.present(entry) == TranslationEntry.present(walked)
            && TranslationEntry.permissions(entry) == TranslationEntry.permissions(walked);
  }

  private void domainUser(long[] told) {
    machine
        .census()
        .living(FrameUser.class)
        .forEach(user -> user.forEachHeld((pfn, pages) -> told[0] += pages));
  }

  void close() {
    domain.close();
    for (long pfn = firstPfn; pfn < firstPfn + FRAMES; pfn++) {
      if (machine.frames().holds(pfn) != 0) {
        throw new AssertionError("frame " + pfn + " is held");
      }
    }
    Objects.requireNonNull(domain.name());
  }
}
