package dev.mapwright.core.state;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.object.EngineObject;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The records of an address space's mappings, named by small positive numbers.
 *
 * <p>A record is four longs and two references, in arrays of {@value #CHUNK} records:
 *
 * <pre>
 * 0  first page                     (free records: the next free one)
 * 1  last page, inclusive
 * 2  bits 0-51 object page, 52-54 permissions, 55-57 maximum, 58-59 cache policy, 60 frames
 * 3  low half the region's number, high half the caller's tag
 * object   what is shown; null for a mapping of bare frames
 * view     entered in the object; null until the first translation was made
 * </pre>
 *
 * <p>That is 40 bytes with compressed references, where an object of its own would take 64 and be
 * one more thing for the collector to trace. The space's lock guards everything here.
 */
public final class MappingTable {
  private static final int CHUNK_BITS = 10;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int FIRST_CHUNK = 8;
  private static final int LONGS = 4;
  private static final long OBJECT_PAGE = (1L << 52) - 1;
  private static final int PERMISSIONS_SHIFT = 52;
  private static final int MAXIMUM_SHIFT = 55;
  private static final int CACHE_SHIFT = 58;
  private static final long FRAMES = 1L << 60;

  private final FailurePoints failures;
  private long[][] longs = new long[1][];
  private @Nullable EngineObject[][] objects = new EngineObject[1][];
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

  MappingTable(FailurePoints failures) {
    this.failures = failures;
  }

  /**
   * Promises so many records to the operation under way, besides what it has; false for no memory.
   */
  public boolean ensure(int records) {
    if (failures.refuses(AllocationPoint.MAPPING)) {
      return false;
    }
    long wanted = (long) promised + records;
    try {
      while (freeCount + (capacity - fresh) < wanted) {
        if (wanted > Integer.MAX_VALUE / 2) {
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
      @Nullable EngineObject[] moreObjects = new EngineObject[records];
      @Nullable MappingView[] moreViews = new MappingView[records];
      if (chunks == 1) {
        System.arraycopy(longs[0], 0, moreLongs, 0, longs[0].length);
        System.arraycopy(objects[0], 0, moreObjects, 0, objects[0].length);
        System.arraycopy(views[0], 0, moreViews, 0, views[0].length);
      }
      longs[0] = moreLongs;
      objects[0] = moreObjects;
      views[0] = moreViews;
      chunks = 1;
      capacity = records;
      return;
    }
    if (chunks == longs.length) {
      long[][] moreLongs = Arrays.copyOf(longs, chunks * 2);
      @Nullable EngineObject[][] moreObjects = Arrays.copyOf(objects, chunks * 2);
      @Nullable MappingView[][] moreViews = Arrays.copyOf(views, chunks * 2);
      longs = moreLongs;
      objects = moreObjects;
      views = moreViews;
    }
    long[] newLongs = new long[CHUNK * LONGS];
    @Nullable EngineObject[] newObjects = new EngineObject[CHUNK];
    views[chunks] = new MappingView[CHUNK];
    longs[chunks] = newLongs;
    objects[chunks] = newObjects;
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
      freeHead = (int) chunk(id)[at(id)];
      freeCount--;
      return id;
    }
    return fresh++;
  }

  public void free(int id) {
    live--;
    objects[id >>> CHUNK_BITS][id & CHUNK - 1] = null;
    views[id >>> CHUNK_BITS][id & CHUNK - 1] = null;
    chunk(id)[at(id)] = freeHead;
    freeHead = id;
    freeCount++;
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

  public void fill(
      int id,
      long first,
      long last,
      @Nullable EngineObject object,
      long objectPage,
      int permissions,
      int maximum,
      int cache,
      int region,
      int tag) {
    long[] c = chunk(id);
    int at = at(id);
    c[at] = first;
    c[at + 1] = last;
    c[at + 2] =
        objectPage
            | (long) permissions << PERMISSIONS_SHIFT
            | (long) maximum << MAXIMUM_SHIFT
            | (long) cache << CACHE_SHIFT
            | (object == null ? FRAMES : 0);
    c[at + 3] = region & 0xFFFFFFFFL | (long) tag << 32;
    objects[id >>> CHUNK_BITS][id & CHUNK - 1] = object;
  }

  /** Makes {@code to} the part of {@code from} that begins at {@code first}; it shares the view. */
  public void copyTail(int from, int to, long first) {
    long[] c = chunk(from);
    int at = at(from);
    long[] d = chunk(to);
    int into = at(to);
    d[into] = first;
    d[into + 1] = c[at + 1];
    d[into + 2] = c[at + 2] + ((c[at + 2] & FRAMES) == 0 ? first - c[at] : 0);
    d[into + 3] = c[at + 3];
    objects[to >>> CHUNK_BITS][to & CHUNK - 1] = objects[from >>> CHUNK_BITS][from & CHUNK - 1];
    views[to >>> CHUNK_BITS][to & CHUNK - 1] = views[from >>> CHUNK_BITS][from & CHUNK - 1];
  }

  public long first(int id) {
    return chunk(id)[at(id)];
  }

  public long last(int id) {
    return chunk(id)[at(id) + 1];
  }

  public void setLast(int id, long last) {
    chunk(id)[at(id) + 1] = last;
  }

  /** Cuts off what lies before {@code first}; the object's page moves along. */
  public void advance(int id, long first) {
    long[] c = chunk(id);
    int at = at(id);
    if ((c[at + 2] & FRAMES) == 0) {
      c[at + 2] += first - c[at];
    }
    c[at] = first;
  }

  public long objectPage(int id) {
    return chunk(id)[at(id) + 2] & OBJECT_PAGE;
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
    c[at + 1] += first - c[at];
    c[at] = first;
  }

  public int tag(int id) {
    return (int) (chunk(id)[at(id) + 3] >>> 32);
  }

  public @Nullable EngineObject object(int id) {
    return objects[id >>> CHUNK_BITS][id & CHUNK - 1];
  }

  public @Nullable MappingView view(int id) {
    return views[id >>> CHUNK_BITS][id & CHUNK - 1];
  }

  public void setView(int id, @Nullable MappingView view) {
    views[id >>> CHUNK_BITS][id & CHUNK - 1] = view;
  }

  /** Whether {@code right}, which begins where {@code left} ends, could be the same mapping. */
  public boolean continues(int left, int right) {
    long[] c = chunk(left);
    int at = at(left);
    long[] d = chunk(right);
    int from = at(right);
    long pages = c[at + 1] - c[at] + 1;
    return c[at + 1] + 1 == d[from]
        && object(left) == object(right)
        && (c[at + 2] & FRAMES) == 0
        && (c[at + 2] & OBJECT_PAGE) + pages == (d[from + 2] & OBJECT_PAGE)
        && (c[at + 2] & ~OBJECT_PAGE) == (d[from + 2] & ~OBJECT_PAGE)
        && c[at + 3] == d[from + 3];
  }

  /** The memory that the records take. */
  public long bytes() {
    return (long) capacity * (8 * LONGS + 8);
  }
}
