package dev.mapwright.core.domain;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.dma.LogicalAllocator;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The domain behind the face.
 *
 * <p><b>What is stored where.</b> Which frame a page shows, and with which permissions, is in its
 * table entry and nowhere else. Beside each lowest table stand three bits a page ({@link
 * DomainTable}): it is mapped, a mapping begins there, it belongs to a reservation or a reserved
 * region. There are no records of mappings. Ranges that exclude others are in a tree ({@link
 * DomainRanges}); free addresses are the allocator's business, and a domain without one has none.
 *
 * <p><b>The one principle.</b> A table is acquired before anything is mapped in it, and stays while
 * something is. So mapping is: decide, choose an address, keep the tables, read the source into
 * entries that are not present, make them present; and unmapping acquires nothing.
 *
 * <p><b>Who guards what.</b> The domain's lock guards everything here, the allocator included.
 */
public final class EngineDomain implements Domain, FrameUser {
  /** What devices can do. */
  private static final int KNOWN = Permissions.READ_WRITE;

  private final Machine machine;
  private final String name;
  private final Translation translation;
  private final long lastPage;
  private final @Nullable LogicalAllocator allocator;
  private final EngineLock lock;
  private final EventRing events;
  private final DomainTables tables;
  private final DomainPages pages;
  private final DomainRanges ranges = new DomainRanges();
  private int reservations;

  /** How many mappings are in reservations and in reserved regions. */
  private long ownedMappings;

  private boolean live = true;

  private EngineDomain(
      Machine machine,
      String name,
      Translation translation,
      long lastPage,
      @Nullable LogicalAllocator allocator) {
    this.machine = machine;
    this.name = name;
    this.translation = translation;
    this.lastPage = lastPage;
    this.allocator = allocator;
    lock = new EngineLock(EngineLock.Rank.SPACE, machine.events().callbacks());
    events = machine.events().newRing(name);
    tables = new DomainTables(machine, translation, lastPage);
    pages = new DomainPages(tables);
  }

  /** Behind {@link Domain#create}. */
  public static Made<Domain> make(
      Machine machine,
      String name,
      Translation translation,
      long lastPage,
      @Nullable LogicalAllocator allocator) {
    machine.events().callbacks().refuseCalls(EngineLock.Rank.SPACE.ordinal());
    if (lastPage < 0) {
      return Made.refused(Outcome.INVALID);
    }
    if (!translation.translatable(0, lastPage)
        || allocator != null && allocator.pages() - 1 > lastPage) {
      return Made.refused(Outcome.OUTSIDE);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    EngineDomain domain;
    try {
      domain = new EngineDomain(machine, name, translation, lastPage, allocator);
    } catch (OutOfMemoryError full) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    machine.census().enter(domain);
    domain.events.record(EventKind.SPACE_CREATED, 0, lastPage + 1, 0, 0);
    return machine.events().callbacks().handOver(Made.of(domain), Domain::close);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Translation translation() {
    return translation;
  }

  @Override
  public long lastPage() {
    return lastPage;
  }

  @Override
  public @Nullable LogicalAllocator allocator() {
    return allocator;
  }

  // ---- mapping

  @Override
  public Outcome map(DomainRequest request, PfnSource source) {
    lock.lock();
    try {
      int permissions = request.permissions();
      if (live && !Permissions.within(permissions, KNOWN)) {
        return refuse(request, Outcome.INVALID);
      }
      Outcome placed = place(request);
      if (placed != Outcome.OK) {
        return refuse(request, placed);
      }
      long first = request.page();
      long count = request.pages();
      Outcome shown = Outcome.OUT_OF_RECORDS;
      try {
        shown = show(first, count, source, permissions);
      } finally {
        if (shown != Outcome.OK) {
          request.answer(-1);
          giveBack(first, count);
        }
      }
      return shown;
    } finally {
      lock.leave();
    }
  }

  private static Outcome refuse(DomainRequest request, Outcome outcome) {
    request.answer(-1);
    return outcome;
  }

  /** Chooses the place of a request, or checks the one that is chosen; OK when it has one. */
  private Outcome place(DomainRequest request) {
    long count = request.pages();
    if (!live) {
      return Outcome.DEAD;
    }
    if (count <= 0) {
      return Outcome.INVALID;
    }
    long explicit = request.explicitPage();
    if (request.explicit() && (explicit > lastPage || count - 1 > lastPage - explicit)) {
      return Outcome.OUTSIDE;
    }
    LogicalAllocator chooses = allocator;
    boolean choosable = chooses == null || chooses.takesChosenAddresses();
    if (request.explicit() ? !choosable : chooses == null) {
      return Outcome.UNSUPPORTED;
    }
    if (request.explicit() && used(explicit, explicit + count - 1)) {
      return Outcome.OCCUPIED;
    }
    if (chooses == null) {
      request.answer(explicit);
      return Outcome.OK;
    }
    if (!request.explicit() && request.highest() < 0) {
      return Outcome.NO_ROOM;
    }
    long page =
        request.explicit()
            ? chooses.allocate(count, explicit, explicit + count - 1)
            : chooses.allocate(count, Math.max(0, request.lowest()), request.highest());
    request.answer(page);
    if (page == LogicalAllocator.NO_ROOM) {
      return request.explicit() ? Outcome.OCCUPIED : Outcome.NO_ROOM;
    }
    return page >= 0 ? Outcome.OK : Outcome.OUT_OF_RECORDS;
  }

  private void giveBack(long first, long count) {
    LogicalAllocator chooses = allocator;
    if (chooses != null) {
      chooses.free(first, count);
    }
  }

  /** Maps at a range that is free. */
  private Outcome show(long first, long count, PfnSource source, int permissions) {
    long last = first + count - 1;
    Outcome kept = tables.keep(first, last);
    if (kept != Outcome.OK) {
      return kept;
    }
    try {
      return showKept(first, count, source, permissions);
    } finally {
      tables.letGo(first, last);
    }
  }

  /** Maps at a range that is free and whose tables are there. */
  Outcome showKept(long first, long count, PfnSource source, int permissions) {
    lock.beginCallback("a source of frames");
    long pfn;
    try {
      pfn = pages.show(source, first, count, permissions);
    } finally {
      lock.endCallback();
    }
    if (pfn == Frames.NONE) {
      return Outcome.INVALID;
    }
    events.record(EventKind.MAPPED, first, count, permissions, pfn);
    return Outcome.OK;
  }

  @Override
  public Outcome unmap(long first, long count) {
    lock.lock();
    try {
      if (!live) {
        return Outcome.DEAD;
      }
      if (count <= 0) {
        return Outcome.INVALID;
      }
      if (first < 0 || first > lastPage || count - 1 > lastPage - first) {
        return Outcome.OUTSIDE;
      }
      long last = first + count - 1;
      if (allocator == null) {
        if (!pages.allFreeForm(first, last)) {
          return Outcome.NOT_MAPPED;
        }
      } else {
        if (!pages.begins(first) || pages.owned(first)) {
          return Outcome.NOT_MAPPED;
        }
        if (!pages.hasPages(first, count)) {
          return Outcome.INVALID;
        }
      }
      remove(first, count, EventKind.UNMAPPED);
      giveBack(first, count);
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }

  /** Removes what is mapped in a range, and says so. */
  void remove(long first, long count, EventKind how) {
    long permissions = TranslationEntry.asked(pages.entry(first));
    pages.remove(first, first + count - 1);
    events.record(how, first, count, permissions, 0);
  }

  // ---- identity

  @Override
  public Outcome mapIdentity(PfnSource source, long count, int permissions) {
    return IdentityPages.map(this, source, count, permissions);
  }

  @Override
  public Outcome unmapIdentity(PfnSource source, long count) {
    return IdentityPages.unmap(this, source, count);
  }

  // ---- ranges that are set aside

  @Override
  public Outcome setAside(long first, long count, boolean identity) {
    lock.lock();
    try {
      if (!live) {
        return Outcome.DEAD;
      }
      if (count <= 0) {
        return Outcome.INVALID;
      }
      if (first < 0 || first > lastPage || count - 1 > lastPage - first) {
        return Outcome.OUTSIDE;
      }
      long last = first + count - 1;
      if (used(first, last)) {
        return Outcome.OCCUPIED;
      }
      DomainRange range = newRange(first, last);
      if (range == null) {
        return Outcome.OUT_OF_RECORDS;
      }
      Outcome shown = identity ? showIdentity(first, last) : Outcome.OK;
      if (shown != Outcome.OK) {
        return shown;
      }
      LogicalAllocator chooses = allocator;
      Outcome reserved = chooses == null ? Outcome.OK : chooses.reserve(first, last);
      if (reserved != Outcome.OK) {
        if (identity) {
          remove(first, count, EventKind.UNMAPPED);
          tables.letGo(first, last);
        }
        return reserved;
      }
      if (identity) {
        pages.own(first, last, true);
        ownedMappings++;
      }
      ranges.add(range);
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }

  /** Shows the pages of a free range at their own addresses, and keeps their tables. */
  private Outcome showIdentity(long first, long last) {
    Outcome kept = tables.keep(first, last);
    if (kept != Outcome.OK) {
      return kept;
    }
    Outcome shown = showKept(first, last - first + 1, page -> first + page, Permissions.READ_WRITE);
    if (shown != Outcome.OK) {
      tables.letGo(first, last);
    }
    return shown;
  }

  private @Nullable DomainRange newRange(long first, long last) {
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return null;
    }
    try {
      return new DomainRange(first, last);
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  @Override
  public Made<DomainReservation> reserve(DomainRequest request) {
    lock.lock();
    try {
      Outcome placed = place(request);
      if (placed != Outcome.OK) {
        refuse(request, placed);
        return Made.refused(placed);
      }
      long first = request.page();
      long last = first + request.pages() - 1;
      Outcome outcome = tables.keep(first, last);
      EngineDomainReservation made = outcome == Outcome.OK ? newReservation(first, last) : null;
      if (made == null) {
        if (outcome == Outcome.OK) {
          tables.letGo(first, last);
          outcome = Outcome.OUT_OF_RECORDS;
        }
        refuse(request, outcome);
        giveBack(first, request.pages());
        return Made.refused(outcome);
      }
      pages.own(first, last, true);
      ranges.add(made.range());
      reservations++;
      events.record(EventKind.RESERVED, first, request.pages(), 0, 0);
      return Made.of(made);
    } finally {
      lock.leave();
    }
  }

  private @Nullable EngineDomainReservation newReservation(long first, long last) {
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return null;
    }
    try {
      return new EngineDomainReservation(this, first, last);
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  /** Gives back the range of a reservation in which nothing is mapped; locked. */
  void released(EngineDomainReservation reservation) {
    DomainRange range = reservation.range();
    long count = range.lastPage - range.firstPage + 1;
    ranges.remove(range);
    pages.own(range.firstPage, range.lastPage, false);
    tables.letGo(range.firstPage, range.lastPage);
    tables.dropAllIdle();
    giveBack(range.firstPage, count);
    reservations--;
    events.record(EventKind.RESERVATION_RELEASED, range.firstPage, count, 0, 0);
  }

  /** Whether it has not ended; locked. */
  boolean live() {
    return live;
  }

  EngineLock lock() {
    return lock;
  }

  DomainPages pages() {
    return pages;
  }

  DomainTables domainTables() {
    return tables;
  }

  /** Whether a range meets one that excludes others, or a page that is mapped; locked. */
  boolean used(long first, long last) {
    return ranges.meets(first, last) || pages.anyUsed(first, last);
  }

  /** Notes that a mapping in a reservation came or went; locked. */
  void countOwned(int delta) {
    ownedMappings += delta;
  }

  // ---- looking

  @Override
  public long mappings() {
    lock.lock();
    try {
      return pages.mappings() - ownedMappings;
    } finally {
      lock.leave();
    }
  }

  @Override
  public int reservations() {
    lock.lock();
    try {
      return reservations;
    } finally {
      lock.leave();
    }
  }

  @Override
  public long entry(long page) {
    lock.lock();
    try {
      return live && page >= 0 && page <= lastPage ? pages.entry(page) : TranslationEntry.ABSENT;
    } finally {
      lock.leave();
    }
  }

  @Override
  public @Nullable Event lastRemovalOf(long page) {
    lock.lock();
    try {
      return events.lastRemovalOf(page);
    } finally {
      lock.leave();
    }
  }

  @Override
  public List<Event> events() {
    lock.lock();
    try {
      return events.events();
    } finally {
      lock.leave();
    }
  }

  @Override
  public void forEach(Visitor visitor) {
    DomainSight sight = new DomainSight(pages, ranges);
    lock.lock();
    try {
      if (live) {
        sight.look(lastPage);
      }
    } finally {
      lock.leave();
    }
    sight.tell(visitor);
  }

  // ---- what it holds, and its end

  @Override
  public boolean forEachHeld(HeldVisitor visitor) {
    DomainSight sight = new DomainSight(pages, ranges);
    lock.lock();
    try {
      if (live) {
        sight.lookForFrames(lastPage);
      }
    } catch (OutOfMemoryError full) {
      return false;
    } finally {
      lock.leave();
    }
    sight.tellFrames(visitor);
    return true;
  }

  @Override
  public long tables() {
    lock.lock();
    try {
      return live ? translation.tables() : 0;
    } finally {
      lock.leave();
    }
  }

  @Override
  public String describe() {
    return "domain " + name + ", " + mappings() + " mappings, " + reservations() + " reservations";
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!live) {
        return;
      }
      live = false;
      pages.remove(0, lastPage);
      for (DomainRange range = ranges.from(0); range != null; range = ranges.from(0)) {
        ranges.remove(range);
        if (range instanceof EngineDomainReservation.Range || pages.owned(range.firstPage)) {
          tables.letGo(range.firstPage, range.lastPage);
        }
      }
      tables.dropAllIdle();
      translation.close();
      events.record(EventKind.SPACE_CLOSED, 0, lastPage + 1, 0, 0);
      machine.census().leave(this);
    } finally {
      lock.leave();
    }
  }
}
