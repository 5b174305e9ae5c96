package dev.mapwright.core.state;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.index.PageTrie;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.RandomStream;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MappingInfo;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an address space knows: the lowest floor, on which everything that decides and changes
 * stands.
 *
 * <p><b>What is stored where.</b> A mapping is a record in {@link MappingTable}, and one entry, its
 * record's number, at its first page in {@link #mappings}, whatever its size; the mapping that
 * covers a page is the last one that begins at or before it, if it reaches that far. The entry says
 * itself whether the mapping has a single page, which is as far as most searches have to read.
 * Mappings of all regions of the space are in this one index, since they never overlap. Regions are
 * in {@link RegionList}, and each has an index of its child regions. What the CPUs see is in {@link
 * Tables}. Mappings in regions that are set aside are known to those alone ({@link
 * RegionState.Reserved}).
 *
 * <p><b>Who guards what.</b> The lock guards everything here but {@link Tables}, whose translation
 * has a lock of its own. Records and index nodes are promised to the operation that holds the lock
 * ({@link #acquire}) and settled before it lets go.
 *
 * <p>From above it is reached by the range that an operation names, see {@code Floors}; there is
 * one for the whole space today, and nothing above relies on that.
 */
public final class SpaceState {
  private final Machine machine;
  private final String name;
  private final long firstPage;
  private final long lastPage;
  private final EngineLock lock;
  private final NodePool nodes;
  private final PageTrie mappings;

  /** Regions that are set aside, by first page. */
  private final PageTrie reserved;

  private final MappingTable table;
  private final RegionList<RegionState> regions;
  private final Leases leases = new Leases();
  private final Tables tables;
  private final RandomStream random;
  private final EventRing events;
  private boolean closed;

  /** Makes the state of an empty space over a translation of its own. */
  public SpaceState(
      Machine machine, String name, long firstPage, long lastPage, Translation translation) {
    this.machine = machine;
    this.name = name;
    this.firstPage = firstPage;
    this.lastPage = lastPage;
    this.lock =
        new EngineLock(EngineLock.Rank.SPACE, machine.events().callbacks(), machine.concurrent());
    this.nodes = new NodePool(machine.failures());
    this.mappings = new PageTrie(nodes);
    this.reserved = new PageTrie(nodes);
    this.table = new MappingTable(machine.failures());
    this.regions = new RegionList<>(machine.failures());
    this.tables = new Tables(translation, new DirtyPages(machine.failures()));
    this.random = machine.seeds().stream("placement of " + name, 0);
    this.events = machine.events().newRing(name);
  }

  public Machine machine() {
    return machine;
  }

  public String name() {
    return name;
  }

  public long firstPage() {
    return firstPage;
  }

  public long lastPage() {
    return lastPage;
  }

  /** Taken first of all; then objects' locks, then the tables'. */
  public EngineLock lock() {
    return lock;
  }

  /** Where the nodes of all indexes of the space come from. */
  public NodePool nodes() {
    return nodes;
  }

  public MappingTable table() {
    return table;
  }

  public RegionList<RegionState> regions() {
    return regions;
  }

  public Leases leases() {
    return leases;
  }

  public Tables tables() {
    return tables;
  }

  public RandomStream random() {
    return random;
  }

  public EventRing events() {
    return events;
  }

  /** Whether the space has ended; nothing is mapped in it any more. */
  public boolean closed() {
    return closed;
  }

  /** Notes that the space has ended. */
  public void close() {
    closed = true;
  }

  /** Whether a range of at least one page lies inside, without overflow. */
  public boolean contains(long first, long pages) {
    return first >= firstPage && first <= lastPage && pages > 0 && pages - 1 <= lastPage - first;
  }

  // ---- regions that are set aside

  /** Whether any region is set aside. */
  public boolean anyReserved() {
    return reserved.size() != 0;
  }

  /** Promises an entry for a region that is to be set aside; false when there is no memory. */
  public boolean acquireReserved() {
    return reserved.ensure(1);
  }

  /** Enters a region that is set aside, for which an entry was promised. */
  public void enterReserved(RegionState region) {
    reserved.put(region.firstPage(), region.number());
    reserved.settle();
  }

  /** Takes out a region that is no longer set aside. */
  public void leaveReserved(RegionState region) {
    reserved.remove(region.firstPage());
  }

  /** The first region that is set aside and has a page at or after one; null for none. */
  public @Nullable RegionState reservedFrom(long page) {
    if (reserved.size() == 0) {
      return null;
    }
    int found = (int) reserved.floor(page);
    RegionState region = found == 0 ? null : regions.get(found);
    if (region != null && region.lastPage() >= page) {
      return region;
    }
    found = reserved.ceiling(page);
    return found == 0 ? null : regions.get(found);
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

  /** The same for whoever is about to change something there. */
  public int mappingToChangeAt(long page) {
    assert lock.isHeldByCurrentThread();
    return covering(mappings.floorToChange(page), page);
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

  /** Checks the indexes' own order. */
  public void checkIndexes(Consumer<String> complain) {
    mappings.check(complain);
    reserved.check(complain);
  }

  /** Whether the index says of the mapping that begins at a page what its record says. */
  public boolean indexedRightly(long page) {
    int found = mappings.get(page);
    int id = record(found);
    return id != 0 && table.first(id) == page && onePage(found) == (table.last(id) == page);
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
    reserved.settle();
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
        regions.get(table.region(id)).face(),
        table.tag(id));
  }

  /** The same without a new object. */
  public void tell(int id, FoundMapping into) {
    assert lock.isHeldByCurrentThread();
    into.answer(
        regions.get(table.region(id)).face(),
        table.first(id),
        table.last(id),
        table.object(id),
        table.objectPage(id),
        table.permissions(id),
        table.maximum(id),
        CachePolicy.of(table.cache(id)),
        table.tag(id));
  }

  /** The memory that records and indexes take, in bytes. */
  public long bytes() {
    return nodes.bytes() + table.bytes();
  }
}
