package dev.mapwright.core.dma;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.domain.EngineDomain;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.StaleAccess;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.space.PfnSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The logical addresses of the devices that are attached to one set of tables: what is mapped
 * where, which ranges are set aside, and who chooses addresses.
 *
 * <p>What is shown are frames that belong to somebody else. Each is held, so that it is not reused
 * while a device may reach it. A page is in exactly one of four states: free; mapped; inside a
 * {@link DomainReservation}, mapped there or not; inside a reserved region.
 *
 * <p><b>Addresses</b> are chosen by the caller in a domain without an allocator, and by the
 * allocator in one that has it, unless that lets callers choose, too.
 *
 * <p><b>When a change has happened.</b> When unmapping returns, no device reaches anything through
 * what was mapped: the translation's users have forgotten it, and accesses under way have ended.
 * {@link DomainOptions} can put that off until the next {@link #flush}.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. A source of frames is asked under
 * the domain's lock; it must not call the domain that asks it.
 */
public sealed interface Domain extends AutoCloseable permits EngineDomain {
  /**
   * Makes a domain.
   *
   * @param machine the machine, in whose census it is until it is closed
   * @param name its name, for reports
   * @param translation its tables, empty; the domain's from now on, and closed with it
   * @param lastPage the last page that can be mapped; the first is page 0
   * @param allocator chooses addresses, of which it has handed out none; null for nobody
   * @return the domain; or {@code INVALID} (a negative page), {@code OUTSIDE} (pages that the
   *     translation or the allocator does not have), {@code OUT_OF_RECORDS}
   */
  static Made<Domain> create(
      Machine machine,
      String name,
      Translation translation,
      long lastPage,
      @Nullable LogicalAllocator allocator) {
    return create(machine, name, translation, lastPage, allocator, DomainOptions.USUAL);
  }

  /**
   * Makes a domain with tables of its own, in which the IOMMU's window of interrupts is set aside.
   *
   * @param machine the machine, in whose census it is until it is closed
   * @param name its name, for reports
   * @param addressBits how many bits its addresses have, 13 or more
   * @param allocator chooses addresses, of which it has handed out none; null for nobody
   * @param options what it does beyond its contract
   * @return the domain; or {@code UNSUPPORTED} (the machine has no IOMMU), {@code OUTSIDE} (more
   *     bits than the IOMMU has, or fewer than the allocator has), {@code OUT_OF_FRAMES}, {@code
   *     OUT_OF_RECORDS}
   */
  static Made<Domain> create(
      Machine machine,
      String name,
      int addressBits,
      @Nullable LogicalAllocator allocator,
      DomainOptions options) {
    Iommu iommu = machine.iommu();
    if (iommu == null) {
      return Made.refused(Outcome.UNSUPPORTED);
    }
    if (addressBits < 13 || addressBits > iommu.addressBits()) {
      return Made.refused(Outcome.OUTSIDE);
    }
    Translation tables = iommu.newTranslation(addressBits);
    if (tables == null) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    long lastPage = (1L << addressBits - Pages.SHIFT) - 1;
    Made<Domain> made = Made.refused(Outcome.OUT_OF_RECORDS);
    try {
      made = create(machine, name, tables, lastPage, allocator, options);
    } finally {
      if (made.outcome() != Outcome.OK) {
        tables.close();
      }
    }
    if (made.outcome() != Outcome.OK) {
      return made;
    }
    long window = iommu.firstInterruptPage();
    if (window <= lastPage) {
      Domain domain = made.get();
      long pages = Math.min(iommu.lastInterruptPage(), lastPage) - window + 1;
      Outcome outcome = domain.setAside(window, pages, false);
      if (outcome != Outcome.OK) {
        domain.close();
        return Made.refused(outcome);
      }
    }
    return made;
  }

  /**
   * Makes a domain with options.
   *
   * @param machine the machine, in whose census it is until it is closed
   * @param name its name, for reports
   * @param translation its tables, empty; the domain's from now on, and closed with it
   * @param lastPage the last page that can be mapped; the first is page 0
   * @param allocator chooses addresses, of which it has handed out none; null for nobody
   * @param options what it does beyond its contract
   * @return as {@link #create(Machine, String, Translation, long, LogicalAllocator)}
   */
  static Made<Domain> create(
      Machine machine,
      String name,
      Translation translation,
      long lastPage,
      @Nullable LogicalAllocator allocator,
      DomainOptions options) {
    return EngineDomain.make(machine, name, translation, lastPage, allocator, options);
  }

  /** {@return its name} */
  String name();

  /** {@return its tables} */
  Translation translation();

  /** {@return the last page that can be mapped} */
  long lastPage();

  /** {@return what chooses addresses; null when callers do} */
  @Nullable LogicalAllocator allocator();

  /**
   * Maps frames.
   *
   * <p>The source is asked once for each page, in ascending order, when everything else has been
   * decided and before anything is changed. What it throws is passed on, and nothing has changed.
   *
   * @param request how many pages, with which permissions (none: they are mapped, and no access
   *     gets through), where; holds the place afterwards
   * @param frames what is shown
   * @return {@code DEAD}; {@code INVALID} (no pages, unknown permissions); {@code OUTSIDE} (an
   *     explicit place beyond the domain); {@code UNSUPPORTED} (an explicit place that the
   *     allocator does not allow, or none where nobody else chooses); {@code NO_ROOM}; {@code
   *     OCCUPIED} (an explicit place); {@code OUT_OF_FRAMES} for tables; {@code OUT_OF_RECORDS};
   *     last of all {@code INVALID} for a frame that no entry can lead to
   */
  Outcome map(DomainRequest request, PfnSource frames);

  /**
   * Removes mappings.
   *
   * <p>Where an allocator chooses addresses, a range has to be one mapping, whole. Elsewhere it may
   * be any part of one, or reach over several that are adjacent.
   *
   * @param firstPage the first page
   * @param pages how many
   * @return {@code DEAD}; {@code INVALID} (no pages, or not as many as the mapping has); {@code
   *     OUTSIDE} (beyond the domain); {@code NOT_MAPPED} (no mapping begins there, or a page of the
   *     range is not mapped, or belongs to a reservation or a reserved region)
   */
  default Outcome unmap(long firstPage, long pages) {
    return unmap(firstPage, pages, null);
  }

  /**
   * Removes mappings, and says who does.
   *
   * @param firstPage the first page
   * @param pages how many
   * @param by who does it, in the words of a {@link DomainFault}; null to say nothing. It is kept
   *     as it is, so a constant costs nothing
   * @return as {@link #unmap(long, long)}
   */
  Outcome unmap(long firstPage, long pages, @Nullable String by);

  /**
   * Makes devices forget what was unmapped and not flushed yet, and gives its ranges, frames and
   * tables back. Without a deferred flush nothing ever waits, and nothing happens. It can't fail.
   */
  void flush();

  /**
   * Maps frames at their own addresses: each page shows the frame of its number.
   *
   * @param frames which, in any order, each once
   * @param pages how many
   * @param permissions what devices may do there
   * @return as {@link #map}; {@code INVALID} also for a frame that comes twice, {@code OUTSIDE} for
   *     one beyond the domain, {@code UNSUPPORTED} where callers don't choose addresses
   */
  default Outcome mapIdentity(PfnSource frames, long pages, int permissions) {
    return mapIdentity(frames, pages, permissions, null);
  }

  /**
   * Maps frames at their own addresses, and says who does.
   *
   * @param frames which, in any order, each once
   * @param pages how many
   * @param permissions what devices may do there
   * @param by who does it, in the words of a {@link DomainFault}; null to say nothing. It is kept
   *     as it is, so a constant costs nothing
   * @return as {@link #mapIdentity(PfnSource, long, int)}
   */
  Outcome mapIdentity(PfnSource frames, long pages, int permissions, @Nullable String by);

  /**
   * Removes what {@link #mapIdentity} has mapped.
   *
   * @param frames which, in any order, each once
   * @param pages how many
   * @return {@code DEAD}; {@code INVALID} (no pages, or a frame that comes twice); {@code
   *     UNSUPPORTED}; {@code NOT_MAPPED} when one of them does not show itself
   */
  default Outcome unmapIdentity(PfnSource frames, long pages) {
    return unmapIdentity(frames, pages, null);
  }

  /**
   * Removes what {@link #mapIdentity} has mapped, and says who does.
   *
   * @param frames which, in any order, each once
   * @param pages how many
   * @param by who does it, in the words of a {@link DomainFault}; null to say nothing
   * @return as {@link #unmapIdentity(PfnSource, long)}
   */
  Outcome unmapIdentity(PfnSource frames, long pages, @Nullable String by);

  /**
   * Sets a region aside, for good: nothing is mapped there by anybody else.
   *
   * @param firstPage the first page
   * @param pages how many
   * @param identity whether its pages show themselves, to be read and written; else nothing
   * @return {@code DEAD}; {@code INVALID} (no pages); {@code OUTSIDE}; {@code OCCUPIED}; {@code
   *     OUT_OF_FRAMES}; {@code OUT_OF_RECORDS}
   */
  Outcome setAside(long firstPage, long pages, boolean identity);

  /**
   * Reserves a range in which mapping acquires nothing. All its tables exist when this returns.
   *
   * @param request how many pages, where; holds the place afterwards
   * @return the reservation; or what {@link #map} is refused by
   */
  Made<DomainReservation> reserve(DomainRequest request);

  /**
   * {@return how many mappings there are outside of reservations and reserved regions: what nobody
   * has unmapped}
   */
  long mappings();

  /** {@return how many reservations there are} */
  int reservations();

  /**
   * {@return the packed {@link dev.mapwright.core.machine.TranslationEntry} of a page; absent when
   * nothing is mapped there}
   *
   * @param page any page
   */
  long entry(long page);

  /** {@return how many pages are in quarantine} */
  long quarantinedPages();

  /** {@return how many pages were unmapped and wait for a flush} */
  long deferredPages();

  /**
   * Says why an access was refused, by what the domain knows of the address.
   *
   * @param fault what a device of this domain was refused
   * @return the fault with its cause, as far as is known now
   */
  DomainFault explain(DmaFault fault);

  /**
   * Says how an access went through that no longer should have.
   *
   * @param access what a device of this domain did
   * @return the access with its cause, as far as is known now
   */
  DomainFault explain(StaleAccess access);

  /**
   * {@return the latest removal of a mapping that covered a page; null when none is remembered}
   *
   * @param page any page
   */
  @Nullable Event lastRemovalOf(long page);

  /** {@return the last events, oldest first} */
  List<Event> events();

  /**
   * Visits what is in the domain, in ascending order: reserved regions and reservations, what is
   * mapped, in them and outside, and what was unmapped and is in quarantine or waits for a flush.
   *
   * @param visitor told with no lock held
   */
  void forEach(Visitor visitor);

  /** What a range of a domain is. */
  enum Kind {
    /** Mapped by {@link #map} or {@link #mapIdentity}. */
    MAPPING("mapping"),
    /** A reserved region, its mapped pages included. */
    RESERVED_REGION("reserved region"),
    /** A reservation, of which parts may be mapped. */
    RESERVATION("reservation"),
    /** Mapped in a reservation. */
    SEGMENT("segment of a reservation"),
    /** Unmapped and in quarantine: nobody gets it yet. */
    QUARANTINED("range in quarantine"),
    /** Unmapped and not flushed: a device may still reach what was mapped there. */
    UNFLUSHED("unmapped range that waits for a flush");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** {@return the kind in words, a noun in lower case} */
    public String words() {
      return words;
    }
  }

  /** Told of ranges. */
  @FunctionalInterface
  interface Visitor {
    /**
     * One range.
     *
     * @param kind what it is
     * @param firstPage its first page
     * @param pages how many
     * @param entry the packed entry of its first page; absent when that is not mapped
     */
    void range(Kind kind, long firstPage, long pages, long entry);
  }

  /**
   * Ends the domain: everything in it goes, and its tables. Nobody is attached to it any more. A
   * second time, nothing happens.
   */
  @Override
  void close();
}
