package dev.mapwright.core.space;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Fault;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.index.PageTrie;
import dev.mapwright.core.machine.Counted;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.RandomStream;
import dev.mapwright.core.machine.Translation;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An address space: a range of pages with a root region, in which objects are mapped, and the
 * translation that CPUs walk.
 *
 * <p>It is any range of the unsigned 64-bit addresses, the last page included. What the machine's
 * page tables can't translate can still be mapped; accessing it faults.
 *
 * <p>For an emulator, this is the whole interface: map objects in {@link #root}, attach a CPU,
 * access memory; ask {@link #translate} what an access would meet and {@link #collectDirty} what
 * was written; take a {@link #snapshot} and go back to it.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. Changes to one space happen one
 * after the other; changes to different spaces wait for each other only for objects that both map
 * and for the machine's frames. A CPU's hit takes no lock.
 *
 * <p><b>Cost.</b> A change costs what the mappings and pages in its range cost, not what the
 * range's size or the number of other mappings would suggest.
 */
public final class AddressSpace implements FaultResolver, Counted, AutoCloseable {
  final Machine machine;
  final String name;
  final long firstPage;
  final long lastPage;

  /** Taken first of all; then objects' locks, then the tables'. Guards what follows. */
  final ReentrantLock lock = new ReentrantLock();

  final NodePool nodes;

  /** Mapping records by the mapping's first page. */
  final PageTrie mappings;

  final MappingTable table;
  final Regions regions;
  final Finder finder;
  final Editor editor;
  final FaultHandling faults;
  final Installer installer;
  final Leases leases = new Leases();
  final Tables tables;
  final RandomStream random;
  final EventRing events;
  boolean closed;

  /** Set once, when the space is made. */
  private @Nullable Region root;

  private AddressSpace(
      Machine machine, String name, long firstPage, long lastPage, Translation translation) {
    this.machine = machine;
    this.name = name;
    this.firstPage = firstPage;
    this.lastPage = lastPage;
    this.nodes = new NodePool(machine.failures());
    this.mappings = new PageTrie(nodes);
    this.table = new MappingTable(machine.failures());
    this.regions = new Regions(this);
    this.finder = new Finder(this);
    this.editor = new Editor(this);
    this.faults = new FaultHandling(this);
    this.installer = new Installer(this);
    this.tables = new Tables(translation, new DirtyPages(machine.failures()));
    this.random = machine.seeds().stream("placement of " + name, 0);
    this.events = machine.events().newRing(name);
  }

  /**
   * Makes an empty address space.
   *
   * @param machine whose page tables it uses
   * @param name its name in events and leak reports; the same name on a machine of the same seed
   *     makes the same random placements
   * @param firstPage the first page
   * @param lastPage the last page, inclusive, at most {@link Pages#LAST_PAGE}
   * @return the space; {@code INVALID} for a range that does not exist, {@code OUT_OF_FRAMES} when
   *     no frame is left for its root table, {@code OUT_OF_RECORDS}
   */
  public static Made<AddressSpace> create(
      Machine machine, String name, long firstPage, long lastPage) {
    if (firstPage < 0 || lastPage < firstPage || lastPage > Pages.LAST_PAGE) {
      return Made.refused(Outcome.INVALID);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    Translation translation = machine.newTranslation(firstPage, lastPage);
    if (translation == null) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    AddressSpace space = new AddressSpace(machine, name, firstPage, lastPage, translation);
    Region root = space.regions.makeRoot();
    if (root == null) {
      translation.close();
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    space.root = root;
    machine.census().enter(space);
    space.events.record(EventKind.SPACE_CREATED, firstPage, lastPage - firstPage + 1, 0, 0);
    return Made.of(space);
  }

  Region region(int number) {
    return regions.get(number);
  }

  /** The record of the mapping that covers a page, 0 for none. */
  int mappingAt(long page) {
    return mappings.floorKey(page) >= 0 && table.last(mappings.found()) >= page
        ? mappings.found()
        : 0;
  }

  MappingInfo info(int id) {
    return new MappingInfo(
        table.first(id),
        table.last(id),
        table.object(id),
        table.objectPage(id),
        table.permissions(id),
        table.maximum(id),
        CachePolicy.of(table.cache(id)),
        regions.get(table.region(id)),
        table.tag(id));
  }

  int effective(int permissions) {
    return tables.translation.effective(permissions);
  }

  /**
   * Checks the space against its own records; see the package {@code check}.
   *
   * @param complain told of each violation
   * @param holds told of each frame of RAM that a mapping holds
   */
  public void check(Consumer<String> complain, HoldCounter holds) {
    lock.lock();
    try {
      new SpaceCheck(this, complain, holds).run();
    } finally {
      lock.unlock();
    }
  }

  /** Counts holds. */
  @FunctionalInterface
  public interface HoldCounter {
    /**
     * A frame is held.
     *
     * @param pfn the frame
     * @param times how often
     */
    void held(long pfn, long times);
  }

  /**
   * The region that holds everything else. It can be destroyed like any other; the space is then
   * empty for good.
   *
   * @return the same region each time
   */
  public Region root() {
    Region region = root;
    if (region == null) {
      throw new AssertionError("the space was never finished");
    }
    return region;
  }

  /**
   * The space's name.
   *
   * @return as given
   */
  public String name() {
    return name;
  }

  /**
   * The machine that the space lives on.
   *
   * @return the machine
   */
  public Machine machine() {
    return machine;
  }

  /**
   * The first page.
   *
   * @return a page number
   */
  public long firstPage() {
    return firstPage;
  }

  /**
   * The last page.
   *
   * @return a page number, inclusive
   */
  public long lastPage() {
    return lastPage;
  }

  @Override
  public Translation translation() {
    return tables.translation;
  }

  @Override
  public @Nullable Fault resolve(long address, Access access) {
    lock.lock();
    try {
      return faults.resolve(address, access);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What an access of one byte would meet. Nothing changes by asking: no page is committed, no bit
   * set, no TLB filled, no fault recorded.
   *
   * @param address any address
   * @param access what would be tried
   * @return the answer as of now
   */
  public Translated translate(long address, Access access) {
    lock.lock();
    try {
      return faults.translate(address, access);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The mapping that covers a page.
   *
   * @param page any page
   * @return a copy of what is known about it, or null
   */
  public @Nullable MappingInfo mappingOf(long page) {
    lock.lock();
    try {
      int id = mappingAt(page);
      return id == 0 ? null : info(id);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Visits all mappings in ascending order, whatever region they belong to; the visitor must not
   * change the space.
   *
   * @param visitor told of each
   */
  public void forEachMapping(MappingVisitor visitor) {
    lock.lock();
    try {
      for (long key = mappings.ceilingKey(0); key >= 0; key = mappings.ceilingKey(key + 1)) {
        visitor.mapping(info(mappings.found()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Told of mappings. */
  @FunctionalInterface
  public interface MappingVisitor {
    /**
     * One mapping.
     *
     * @param mapping what is known about it
     */
    void mapping(MappingInfo mapping);
  }

  /**
   * How many mappings there are.
   *
   * @return a count; a mapping that was split counts as its pieces
   */
  public int mappings() {
    lock.lock();
    try {
      return table.live();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The memory that records and indexes take, on the heap; tables are the machine's.
   *
   * @return bytes
   */
  public long recordBytes() {
    lock.lock();
    try {
      return nodes.bytes() + table.bytes();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Turns the tracking of written pages on or off; off at first. Turning it on starts with what was
   * written so far.
   *
   * @param on whether {@link #collectDirty} is to be exact from now on
   */
  public void trackDirty(boolean on) {
    tables.dirty.track(on);
  }

  /**
   * Tells which mapped pages were written since they were last cleared. Needs {@link #trackDirty}.
   *
   * @param first the first page
   * @param pages how many
   * @param clear whether to begin anew with these pages
   * @param visitor told of runs in ascending order; it must not change the space
   * @return {@code INVALID} when tracking is off or there are no pages, {@code OUTSIDE}, {@code
   *     DEAD} when the space is closed
   */
  public Outcome collectDirty(
      long first, long pages, boolean clear, Translation.RunVisitor visitor) {
    lock.lock();
    try {
      if (!tables.dirty.tracking() || pages <= 0) {
        return Outcome.INVALID;
      }
      if (first < firstPage || first > lastPage || pages - 1 > lastPage - first) {
        return Outcome.OUTSIDE;
      }
      if (closed) {
        return Outcome.DEAD;
      }
      tables.dirty.collect(tables.translation, first, first + pages - 1, clear, visitor);
      return Outcome.OK;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens a lease: the frames of a range, to be accessed directly until the lease is closed.
   *
   * @param first the first page
   * @param pages how many, at least 1
   * @param write whether the lease may be written through
   * @return the lease; {@code INVALID}; {@code OUTSIDE}; {@code NOT_MAPPED}; {@code DENIED} for a
   *     mapping that does not allow reading (and writing); {@code BEYOND_OBJECT}; {@code
   *     UNSUPPORTED} when a device or a bare frame is mapped there; {@code SATURATED}; {@code
   *     OUT_OF_FRAMES}; {@code OUT_OF_RECORDS}; {@code SOURCE_FAILED}. After the last four, pages
   *     that were committed on the way stay so
   */
  public Made<Lease> lease(long first, long pages, boolean write) {
    lock.lock();
    try {
      return Lease.open(this, first, pages, write);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes the whole state of the space: regions, mappings, and the contents of every object that is
   * mapped (of physical objects only that they are).
   *
   * @return the snapshot, to be closed; {@code DEAD} for a closed space, {@code IN_USE} when there
   *     is a reservation, {@code PINNED} when a mapped page is pinned, {@code OUT_OF_RECORDS},
   *     {@code OUT_OF_FRAMES} (copies of contiguous objects)
   */
  public Made<SpaceSnapshot> snapshot() {
    lock.lock();
    try {
      return SpaceSnapshot.take(this);
    } finally {
      lock.unlock();
    }
  }

  /**
   * How many leases are open.
   *
   * @return a count
   */
  public int openLeases() {
    lock.lock();
    try {
      return leases.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The last events of this space.
   *
   * @return oldest first
   */
  public List<Event> events() {
    lock.lock();
    try {
      return events.events();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the space: everything in it is destroyed, its tables are freed, CPUs attached to it fault
   * on every access. Closing it again does nothing.
   *
   * @throws IllegalStateException when a lease is open
   */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (leases.size() != 0) {
        throw new IllegalStateException(name + " still has " + leases.size() + " open leases");
      }
      if (root().live()) {
        regions.destroyUnleased(root());
      }
      closed = true;
      tables.translation.close();
      machine.census().leave(this);
      events.record(EventKind.SPACE_CLOSED, firstPage, lastPage - firstPage + 1, 0, 0);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String describe() {
    return name + " with " + mappings() + " mappings";
  }

  @Override
  public String toString() {
    return name;
  }
}
