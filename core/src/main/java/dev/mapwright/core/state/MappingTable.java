package dev.mapwright.core.state;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.space.FoundMapping;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of an address space's mappings, named by small positive numbers.
 *
 * <p>A record is four longs, half a line of the caches, and a reference, in arrays of {@value
 * #CHUNK} records:
 *
 * <pre>
 * 0  bits 0-51 first page; 52-63 the object's number, low bits
 * 1  bits 0-51 last page, inclusive; 52-63 the object's number, high bits
 * 2  bits 0-51 object page, 52-54 permissions, 55-57 maximum, 58-59 cache policy, 60 frames, 61 view
 * 3  low half the region's number, high half the caller's tag
 * view     entered in the object; null until the first translation was made
 * </pre>
 *
 * <p>A free record has the number of the next one and one more in word 0, and 0 in word 1: so it
 * ends before it begins.
 *
 * <p>What is shown has a number in {@link ShownObjects}; a mapping of bare frames has number 0. The
 * view's bit says whether there is one, so the array is read and written only where there is.
 *
 * <p>That is 36 bytes with compressed references, where an object of its own would take 64 and be
 * one more thing for the collector to trace. The space's lock guards everything here but {@link
 * #glance}.
 *
 * <p><b>Overflow.</b> There are less than 2^30 records, because index entries keep a bit beside the
 * number.
 */
public class MappingTable {
  private static final int CHUNK_BITS = 12;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int FIRST_CHUNK = 8;
  private static final int MOST_RECORDS = 1 << 30;
  private static final int LONGS = 4;
  private static final int PAGE_BITS = 52;
  private static final long PAGE = (1L << PAGE_BITS) - 1;
  private static final int NUMBER_LOW_BITS = Long.SIZE - PAGE_BITS;
  private static final int PERMISSIONS_SHIFT = 52;
  private static final int MAXIMUM_SHIFT = 55;
  private static final int CACHE_SHIFT = 58;
  private static final long FRAMES = 1L << 60;
  private static final long VIEW = 1L << 61;

  /** A line before what is written with each mapping; for the one behind see {@link Apart}. */
  @SuppressWarnings("unused")
  private long before1, before2, before3, before4, before5, before6;

  private final FailurePoints failures;
  private final ShownObjects shown;
  private long[][] longs = new long[1][];
  private @Nullable MappingView[][] views = new MappingView[1][];

  /** Chunks in use; chunk 0 may be shorter than the others. */
  private int chunks;

  /** The first record that was never used; 0 is no record. */
  private int fresh = 1;

  private int capacity;
  private int freeHead;
  private int freeCount;
  private int live;

  /** Records promised to the operation under way and not yet taken. */
  private int promised;

  /** The mapping that the last fault was in, or what has its number since: faults come in rows. */
  private int faulted;

  private MappingTable(FailurePoints failures) {
    this.failures = failures;
    this.shown = new ShownObjects(failures);
  }

  /** Ends with a line that holds nothing, behind what is written with each mapping. */
  private static final class Apart extends MappingTable {
    @SuppressWarnings("unused")
    private long behind1, behind2, behind3, behind4;

    Apart(FailurePoints failures) {
      super(failures);
    }
  }

  /** An empty one; of parts of a space others are changed beside it. */
  static MappingTable of(FailurePoints failures) {
    return new Apart(failures);
  }

  /**
   * Promises so many records to the operation under way, besides what it has; false for no memory.
   * They may show one object that no mapping shows yet; see {@link #ensureObjects}.
   */
  public boolean ensure(int records) {
    if (failures.refuses(AllocationPoint.MAPPING) || !shown.ensure(1)) {
      return false;
    }
    long wanted = (long) promised + records;
    try {
      while (freeCount + (capacity - fresh) < wanted) {
        if (wanted >= MOST_RECORDS || capacity == MOST_RECORDS) {
          return false; // more than records can be numbered
        }
        grow();
      }
    } catch (OutOfMemoryError e) {
      return false;
    }
    promised = (int) wanted;
    return true;
  }

  /** Makes sure that records can show so many objects that none shows yet; false for no memory. */
  public boolean ensureObjects(int count) {
    return shown.ensure(count);
  }

  /** Ends an operation: what it was promised and did not take is anybody's again. */
  public void settle() {
    promised = 0;
  }

  /** How many records are promised and not taken; 0 whenever no operation is under way. */
  public int promised() {
    return promised;
  }

  private void grow() {
    if (chunks <= 1 && (chunks == 0 || longs[0].length < CHUNK * LONGS)) {
      int records = chunks == 0 ? FIRST_CHUNK : longs[0].length / LONGS * 2;
      long[] moreLongs = new long[records * LONGS];
      @Nullable MappingView[] moreViews = new MappingView[records];
      if (chunks == 1) {
        System.arraycopy(longs[0], 0, moreLongs, 0, longs[0].length);
        System.arraycopy(views[0], 0, moreViews, 0, views[0].length);
      }
      longs[0] = moreLongs;
      views[0] = moreViews;
      chunks = 1;
      capacity = records;
      return;
    }
    if (chunks == longs.length) {
      long[][] moreLongs = Arrays.copyOf(longs, chunks * 2);
      @Nullable MappingView[][] moreViews = Arrays.copyOf(views, chunks * 2);
      longs = moreLongs;
      views = moreViews;
    }
    long[] newLongs = new long[CHUNK * LONGS];
    views[chunks] = new MappingView[CHUNK];
    longs[chunks] = newLongs;
    chunks++;
    capacity += CHUNK;
  }

  /** Takes a record that {@link #ensure} has promised. */
  public int take() {
    assert promised > 0 : "a record is taken that was not promised";
    promised--;
    live++;
    if (freeCount > 0) {
      int id = freeHead;
      freeHead = (int) chunk(id)[at(id)] - 1;
      freeCount--;
      return id;
    }
    return fresh++;
  }

  /** Frees a record. With the last one that shows its object a reference to the object goes. */
  public void free(int id) {
    setView(id, null);
    long[] c = chunk(id);
    int at = at(id);
    int number = number(c, at);
    c[at] = freeHead + 1L; // more than its last page, so it is no mapping's of whatever page
    c[at + 1] = 0;
    live--;
    freeHead = id;
    freeCount++;
    shown.hide(number); // which may end the object: the record is nobody's by then
  }

  public int live() {
    return live;
  }

  private long[] chunk(int id) {
    return longs[id >>> CHUNK_BITS];
  }

  private static int at(int id) {
    return (id & CHUNK - 1) * LONGS;
  }

  /**
   * Counts one more mapping of an object, which is to be {@link #fill filled} next.
   *
   * @return what to fill it with; 0 when the object has ended, and nothing is to be filled
   */
  public int show(EngineObject object) {
    return shown.show(object);
  }

  /** Fills a record; {@code number} is what {@link #show} said, or 0 for bare frames. */
  public void fill(
      int id,
      long first,
      long last,
      int number,
      long objectPage,
      int permissions,
      int maximum,
      int cache,
      int region,
      int tag) {
    long[] c = chunk(id);
    int at = at(id);
    if (number == 0) {
      shown.showAgain(0);
    }
    c[at] = first | (long) number << PAGE_BITS;
    c[at + 1] = last | (long) (number >>> NUMBER_LOW_BITS) << PAGE_BITS;
    c[at + 2] =
        objectPage
            | (long) permissions << PERMISSIONS_SHIFT
            | (long) maximum << MAXIMUM_SHIFT
            | (long) cache << CACHE_SHIFT
            | (number == 0 ? FRAMES : 0);
    c[at + 3] = region & 0xFFFFFFFFL | (long) tag << 32;
  }

  /** The number of the object that a record shows, 0 for none. */
  private static int number(long[] c, int at) {
    return (int) (c[at] >>> PAGE_BITS) | (int) (c[at + 1] >>> PAGE_BITS) << NUMBER_LOW_BITS;
  }

  /** Makes {@code to} the part of {@code from} that begins at {@code first}; it shares the view. */
  public void copyTail(int from, int to, long first) {
    long[] c = chunk(from);
    int at = at(from);
    long[] d = chunk(to);
    int into = at(to);
    shown.showAgain(number(c, at));
    d[into] = c[at] & ~PAGE | first;
    d[into + 1] = c[at + 1];
    d[into + 2] = c[at + 2] + ((c[at + 2] & FRAMES) == 0 ? first - (c[at] & PAGE) : 0);
    d[into + 3] = c[at + 3];
    if ((c[at + 2] & VIEW) != 0) {
      views[to >>> CHUNK_BITS][to & CHUNK - 1] = views[from >>> CHUNK_BITS][from & CHUNK - 1];
    }
  }

  /**
   * Whether a record, which may be any number, is that of the mapping that begins at a page: each
   * that is taken and filled is a mapping's.
   */
  boolean begins(int id, long page) {
    if (id <= 0 || id >= fresh) {
      return false;
    }
    long[] c = chunk(id);
    int at = at(id);
    return (c[at] & PAGE) == page && (c[at + 1] & PAGE) >= page;
  }

  /** The mapping that the last fault was in, if it is the one at a page; 0 if not. */
  int faultedAt(long page) {
    int id = faulted;
    if (id == 0) {
      return 0;
    }
    long[] c = chunk(id);
    int at = at(id);
    // Of a record that is nobody's, the first page is behind the last.
    return (c[at] & PAGE) <= page && (c[at + 1] & PAGE) >= page ? id : 0;
  }

  /** Notes where a fault was; 0 for no mapping. */
  void faultedIn(int id) {
    faulted = id;
  }

  public long first(int id) {
    return chunk(id)[at(id)] & PAGE;
  }

  public long last(int id) {
    return chunk(id)[at(id) + 1] & PAGE;
  }

  void setLast(int id, long last) {
    long[] c = chunk(id);
    int at = at(id) + 1;
    c[at] = c[at] & ~PAGE | last;
  }

  /** Cuts off what lies before {@code first}; the object's page moves along. */
  public void advance(int id, long first) {
    long[] c = chunk(id);
    int at = at(id);
    if ((c[at + 2] & FRAMES) == 0) {
      c[at + 2] += first - (c[at] & PAGE);
    }
    c[at] = c[at] & ~PAGE | first;
  }

  public long objectPage(int id) {
    return chunk(id)[at(id) + 2] & PAGE;
  }

  public int permissions(int id) {
    return (int) (chunk(id)[at(id) + 2] >>> PERMISSIONS_SHIFT) & 7;
  }

  public void setPermissions(int id, int permissions) {
    long[] c = chunk(id);
    int at = at(id) + 2;
    c[at] = c[at] & ~(7L << PERMISSIONS_SHIFT) | (long) permissions << PERMISSIONS_SHIFT;
  }

  public int maximum(int id) {
    return (int) (chunk(id)[at(id) + 2] >>> MAXIMUM_SHIFT) & 7;
  }

  public int cache(int id) {
    return (int) (chunk(id)[at(id) + 2] >>> CACHE_SHIFT) & 3;
  }

  public int region(int id) {
    return (int) chunk(id)[at(id) + 3];
  }

  /** Gives a mapping another tag. */
  public void setTag(int id, int tag) {
    long[] c = chunk(id);
    int at = at(id) + 3;
    c[at] = c[at] & 0xFFFFFFFFL | (long) tag << 32;
  }

  /** Moves a mapping: it begins elsewhere, with the same size, and shows the same. */
  public void moveTo(int id, long first) {
    long[] c = chunk(id);
    int at = at(id);
    c[at + 1] += first - (c[at] & PAGE);
    c[at] = c[at] & ~PAGE | first;
  }

  public int tag(int id) {
    return (int) (chunk(id)[at(id) + 3] >>> 32);
  }

  public @Nullable EngineObject object(int id) {
    return shown.get(number(chunk(id), at(id)));
  }

  public @Nullable MappingView view(int id) {
    boolean has = (chunk(id)[at(id) + 2] & VIEW) != 0;
    return has ? views[id >>> CHUNK_BITS][id & CHUNK - 1] : null;
  }

  public void setView(int id, @Nullable MappingView view) {
    long[] c = chunk(id);
    int at = at(id) + 2;
    if (view != null || (c[at] & VIEW) != 0) {
      views[id >>> CHUNK_BITS][id & CHUNK - 1] = view;
      c[at] = view == null ? c[at] & ~VIEW : c[at] | VIEW;
    }
  }

  /**
   * Tells what a record says of the mapping that covers a page, for whoever does not have the lock:
   * the record may be any, and change meanwhile. Nothing is told unless it does not.
   *
   * @return whether it was told
   * @throws IndexOutOfBoundsException when what was read does not belong together
   */
  boolean glance(
      int id,
      long page,
      EngineLock lock,
      long before,
      RegionList<RegionState> regions,
      FoundMapping into) {
    if (id == 0 || id >= capacity) {
      return false;
    }
    long[] c = chunk(id);
    int at = at(id);
    long word0 = c[at];
    long word1 = c[at + 1];
    long word2 = c[at + 2];
    long word3 = c[at + 3];
    long first = word0 & PAGE;
    long last = word1 & PAGE;
    EngineObject object =
        shown.get((int) (word0 >>> PAGE_BITS) | (int) (word1 >>> PAGE_BITS) << NUMBER_LOW_BITS);
    RegionState region = regions.glance((int) word3);
    if (region == null || first > page || page > last || !lock.unchangedSince(before)) {
      return false;
    }
    into.answer(
        region.face(),
        first,
        last,
        object,
        word2 & PAGE,
        (int) (word2 >>> PERMISSIONS_SHIFT) & 7,
        (int) (word2 >>> MAXIMUM_SHIFT) & 7,
        CachePolicy.of((int) (word2 >>> CACHE_SHIFT) & 3),
        (int) (word3 >>> 32));
    return true;
  }

  /** Whether {@code right}, which begins where {@code left} ends, could be the same mapping. */
  public boolean continues(int left, int right) {
    long[] c = chunk(left);
    int at = at(left);
    long[] d = chunk(right);
    int from = at(right);
    long last = c[at + 1] & PAGE;
    long pages = last - (c[at] & PAGE) + 1;
    return last + 1 == (d[from] & PAGE)
        && number(c, at) == number(d, from)
        && (c[at + 2] & FRAMES) == 0
        && (c[at + 2] & PAGE) + pages == (d[from + 2] & PAGE)
        && (c[at + 2] & ~(PAGE | VIEW)) == (d[from + 2] & ~(PAGE | VIEW))
        && c[at + 3] == d[from + 3];
  }

  /** How many records show an object. */
  public int recordsShowing(EngineObject object) {
    return shown.recordsOf(object);
  }

  /** Checks that the numbers of objects are in order; who shows which is the caller's to count. */
  public void checkObjects(Consumer<String> complain) {
    shown.check(complain);
  }

  /** The memory that the records take. */
  public long bytes() {
    return (long) capacity * (8 * LONGS + 4) + shown.bytes();
  }
}
