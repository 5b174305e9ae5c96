package dev.mapwright.core.state;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.index.PageTrie;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.RandomStream;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MappingInfo;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a part of an address space, which may be all of it: the lowest floor, on which
 * everything that decides and changes stands.
 *
 * <p><b>What is stored where.</b> A mapping is a record in {@link MappingTable}, and one entry, its
 * record's number, at its first page in {@link #mappings}, whatever its size; the mapping that
 * covers a page is the last one that begins at or before it, if it reaches that far. The entry says
 * itself whether the mapping has a single page, which is as far as most searches have to read.
 * Mappings of all regions are in this one index, since they never overlap. A mapping is known to
 * one part, which has all its pages. Regions are in {@link RegionList}, and each has an index of
 * its child regions. What the CPUs see is in {@link Tables}. Mappings in regions that are set aside
 * are known to those alone ({@link RegionState.Reserved}).
 *
 * <p><b>Who guards what.</b> The lock guards records, index, events and random numbers of this
 * part. What all parts share is in {@link WholeSpace}. Records and index nodes are promised to the
 * operation that holds the lock ({@link #acquire}) and settled before it lets go.
 *
 * <p>From above it is reached by the range that an operation names, see {@code Parts}.
 */
public final class SpaceState {
  private final WholeSpace whole;
  private final EngineLock lock;
  private final NodePool nodes;
  private final PageTrie mappings;
  private final MappingTable table;
  private final RandomStream random;
  private final EventRing events;

  /** Makes the state of an empty space over a translation of its own, in one part. */
  public SpaceState(
      Machine machine, String name, long firstPage, long lastPage, Translation translation) {
    this(
        new WholeSpace(machine, name, firstPage, lastPage, translation),
        new EngineLock(EngineLock.Rank.SPACE, machine.events().callbacks(), machine.concurrent()),
        machine.events().newRing(name),
        0);
  }

  private SpaceState(WholeSpace whole, EngineLock lock, EventRing events, int number) {
    this.whole = whole;
    this.lock = lock;
    this.nodes = new NodePool(whole.machine.failures());
    this.mappings = new PageTrie(nodes);
    this.table = MappingTable.of(whole.machine.failures());
    this.random = whole.machine.seeds().stream("placement of " + whole.name, number);
    this.events = events;
  }

  /**
   * Makes an empty part of the same space, which remembers the same events. The first part's lock
   * is held, and this one's.
   */
  public SpaceState newPart(SpaceState first) {
    int number = whole.partsMade + 1;
    SpaceState made = new SpaceState(whole, new EngineLock(first.lock), events.copy(), number);
    whole.partsMade = number;
    return made;
  }

  public Machine machine() {
    return whole.machine;
  }

  public String name() {
    return whole.name;
  }

  public long firstPage() {
    return whole.firstPage;
  }

  public long lastPage() {
    return whole.lastPage;
  }

  /** Taken first of all; then objects' locks, then the tables'. */
  public EngineLock lock() {
    return lock;
  }

  /** Where the nodes of this part's index come from. */
  public NodePool nodes() {
    return nodes;
  }

  /** Where the nodes of the regions' indexes come from. */
  public NodePool regionNodes() {
    return whole.nodes;
  }

  public MappingTable table() {
    return table;
  }

  public RegionList<RegionState> regions() {
    return whole.regions;
  }

  public Leases leases() {
    return whole.leases;
  }

  public Tables tables() {
    return whole.tables;
  }

  public RandomStream random() {
    return random;
  }

  public EventRing events() {
    return events;
  }

  /** Whether the space has ended; nothing is mapped in it any more. */
  public boolean closed() {
    return whole.closed;
  }

  /** Notes that the space has ended. */
  public void close() {
    whole.closed = true;
  }

  /** Whether a range of at least one page lies inside, without overflow. */
  public boolean contains(long first, long pages) {
    return first >= whole.firstPage
        && first <= whole.lastPage
        && pages > 0
        && pages - 1 <= whole.lastPage - first;
  }

  // ---- regions that are set aside

  /** Whether any region is set aside. */
  public boolean anyReserved() {
    return whole.anyReserved();
  }

  /** Promises an entry for a region that is to be set aside; false when there is no memory. */
  public boolean acquireReserved() {
    return whole.acquireReserved();
  }

  /** Enters a region that is set aside, for which an entry was promised. */
  public void enterReserved(RegionState region) {
    whole.enterReserved(region);
  }

  /** Takes out a region that is no longer set aside. */
  public void leaveReserved(RegionState region) {
    whole.leaveReserved(region);
  }

  /** The first region that is set aside and has a page at or after one; null for none. */
  public @Nullable RegionState reservedFrom(long page) {
    return whole.reservedFrom(page);
  }

  /** What the region around a page is set aside for; null when it is in none. */
  public RegionState.@Nullable Reserved reservedAt(long page) {
    RegionState region = reservedFrom(page);
    return region != null && region.firstPage() <= page ? region.reserved() : null;
  }

  // ---- mappings by page

  // An entry of the index is a record's number and, in its lowest bit, whether the mapping has one
  // page only. Then what lies before a page need not be read to know that it does not reach there.

  private static int entry(int id, boolean onePage) {
    return id << 1 | (onePage ? 1 : 0);
  }

  private static int record(long found) {
    return (int) found >>> 1;
  }

  private static boolean onePage(long found) {
    return (found & 1) != 0;
  }

  private static boolean exact(long found) {
    return (found & PageTrie.EXACT) != 0;
  }

  /** The mapping that covers a page, 0 for none. */
  public int mappingAt(long page) {
    assert lock.isHeldByCurrentThread();
    return covering(mappings.floor(page), page);
  }

  /** The same for a fault, which is likely to be where the last one was. */
  public int mappingFaultedAt(long page) {
    assert lock.isHeldByCurrentThread();
    int id = table.faultedAt(page);
    if (id == 0) {
      id = mappingAt(page);
      table.faultedIn(id);
    }
    return id;
  }

  /** The same for whoever is about to change something there. */
  public int mappingToChangeAt(long page) {
    assert lock.isHeldByCurrentThread();
    int guessed = mappings.guessToChange(page) >>> 1;
    return table.begins(guessed, page) ? guessed : covering(mappings.floorToChange(page), page);
  }

  private int covering(long before, long page) {
    int id = record(before);
    if (exact(before)) {
      return id;
    }
    return id != 0 && !onePage(before) && table.last(id) >= page ? id : 0;
  }

  /** Whether no mapping has a page in a range. */
  public boolean unmapped(long first, long last) {
    assert lock.isHeldByCurrentThread();
    // Mappings are disjoint, so only the last that begins at or before the end can reach into it.
    long before = mappings.floor(last);
    if (exact(before)) {
      return false;
    }
    int id = record(before);
    return id == 0 || onePage(before) && first == last || table.last(id) < first;
  }

  /** The mapping with the lowest pages that has one in a range, 0 for none. */
  public int firstMapping(long first, long last) {
    int id = mappingAt(first);
    return id != 0 ? id : firstBeginning(first, last);
  }

  /** The mapping with the lowest pages that begins in a range, 0 for none. */
  public int firstBeginning(long first, long last) {
    int id = record(mappings.ceiling(first));
    return id != 0 && table.first(id) <= last ? id : 0;
  }

  /** The last mapping that begins at or before a page, 0 for none. */
  public int lastBeginning(long page) {
    return record(mappings.floor(page));
  }

  /** The mapping that begins at a page, 0 for none. */
  public int mappingFrom(long page) {
    return record(mappings.get(page));
  }

  /** Checks the index's own order. */
  public void checkIndex(Consumer<String> complain) {
    mappings.check(complain);
  }

  /** Whether a mapping is found where it begins, and the index says of it what its record says. */
  public boolean indexedRightly(int id) {
    long page = table.first(id);
    int found = mappings.get(page);
    return record(found) == id && onePage(found) == (table.last(id) == page);
  }

  /** How many mappings are indexed. */
  public long mappings() {
    return mappings.size();
  }

  // ---- acquiring, and changing what was acquired for

  /** Promises records and index entries for mappings; false when there is no memory. */
  public boolean acquire(int records, int entries) {
    assert lock.isHeldByCurrentThread();
    if ((records == 0 || table.ensure(records)) && mappings.ensure(entries)) {
      return true;
    }
    settle();
    return false;
  }

  /** Ends an operation that acquired. */
  public void settle() {
    assert lock.isHeldByCurrentThread();
    table.settle();
    mappings.settle();
    whole.settle();
  }

  /** Enters a mapping at its first page. */
  public void index(int id) {
    assert lock.isHeldByCurrentThread();
    long first = table.first(id);
    mappings.put(first, entry(id, first == table.last(id)));
  }

  /** Gives a mapping that is indexed another end. */
  public void setLast(int id, long last) {
    assert lock.isHeldByCurrentThread();
    long first = table.first(id);
    boolean changes = (first == table.last(id)) != (first == last);
    table.setLast(id, last);
    if (changes) {
      // There is an entry already, so this takes nothing.
      mappings.put(first, entry(id, first == last));
    }
  }

  /** Takes the mapping out that begins at a page. */
  public void unindex(long first) {
    assert lock.isHeldByCurrentThread();
    mappings.remove(first);
  }

  /** A copy of what is known about a mapping. */
  public MappingInfo info(int id) {
    assert lock.isHeldByCurrentThread();
    return new MappingInfo(
        table.first(id),
        table.last(id),
        table.object(id),
        table.objectPage(id),
        table.permissions(id),
        table.maximum(id),
        CachePolicy.of(table.cache(id)),
        whole.regions.get(table.region(id)).face(),
        table.tag(id));
  }

  /** The same without a new object. */
  public void tell(int id, FoundMapping into) {
    assert lock.isHeldByCurrentThread();
    into.answer(
        whole.regions.get(table.region(id)).face(),
        table.first(id),
        table.last(id),
        table.object(id),
        table.objectPage(id),
        table.permissions(id),
        table.maximum(id),
        CachePolicy.of(table.cache(id)),
        table.tag(id));
  }

  /**
   * Finds the mapping that covers a page without the lock: one miss to memory for its entry and one
   * for its record, and no atomic instruction, which would keep both from overlapping with those of
   * the next look.
   *
   * <p>What is read may change meanwhile, and then be anything; so it is told only when nothing has
   * changed.
   *
   * @param before what the lock said, an even number: see {@link EngineLock#lookWithout}
   * @return whether it was found; if not, whoever has the lock may find it
   */
  public boolean glance(long page, long before, FoundMapping into) {
    try {
      long found = mappings.glance(page, true);
      if (table.glance(record(found), page, lock, before, whole.regions, into)) {
        return true;
      }
      int id = (found & PageTrie.GUESSED) != 0 ? record(mappings.glance(page, false)) : 0;
      return table.glance(id, page, lock, before, whole.regions, into);
    } catch (IndexOutOfBoundsException | NullPointerException torn) {
      return false;
    }
  }

  /** The memory that this part's records and index take, in bytes. */
  public long bytes() {
    return nodes.bytes() + table.bytes();
  }

  /** The memory that the indexes of regions take, in bytes. */
  public long regionBytes() {
    return whole.nodes.bytes();
  }

  // ---- from part to part

  /**
   * Takes over the mappings of another part that begin in a range, from its first page on. Both are
   * locked. Who looks at the space sees no difference.
   *
   * @return the first page whose mapping was not taken, for want of memory; behind the range for
   *     none
   */
  public long takeUp(SpaceState from, long first, long last) {
    for (int id = from.firstBeginning(first, last);
        id != 0;
        id = from.firstBeginning(first, last)) {
      if (!take(from, id)) {
        return from.table.first(id);
      }
    }
    return last + 1;
  }

  /**
   * The same from the last page on.
   *
   * @return the last page of the last mapping that was not taken; before the range for none
   */
  public long takeDown(SpaceState from, long first, long last) {
    for (int id = from.lastBeginning(last);
        id != 0 && from.table.first(id) >= first;
        id = from.lastBeginning(last)) {
      if (!take(from, id)) {
        return from.table.last(id);
      }
    }
    return first - 1;
  }

  private boolean take(SpaceState from, int id) {
    if (!acquire(1, 1)) {
      return false;
    }
    MappingTable theirs = from.table;
    long page = theirs.first(id);
    EngineObject object = theirs.object(id);
    int shown = object == null ? 0 : table.show(object);
    int mine = table.take();
    table.fill(
        mine,
        page,
        theirs.last(id),
        shown,
        theirs.objectPage(id),
        theirs.permissions(id),
        theirs.maximum(id),
        theirs.cache(id),
        theirs.region(id),
        theirs.tag(id));
    table.setView(mine, theirs.view(id));
    from.unindex(page);
    theirs.free(id);
    index(mine);
    settle();
    return true;
  }
}
