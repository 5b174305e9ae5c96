package dev.mapwright.core.space;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import org.jspecify.annotations.Nullable;

/**
 * What a mapping is to be. It is mutable and meant to be used again, so that mapping allocates
 * nothing; {@link #clear} brings it back to the beginning. Not thread-safe.
 */
public final class MapRequest {
  private final Placement where = new Placement();
  private @Nullable MemoryObject object;
  private long objectPage;
  private long pages;
  private int permissions;
  private int maximum;
  private boolean installPresent;
  private int tag;
  private CachePolicy cache = CachePolicy.CACHED;

  /** What a source of frames said, kept so that asking again allocates nothing. */
  private long[] pfns = {};

  /** The answer: where the mapping lies. */
  private long placedAt;

  /** Makes an empty request. */
  public MapRequest() {
    clear();
  }

  /**
   * Forgets everything that was set. What is not said again is: a random place, no object, no
   * pages, read and write with everything as the maximum, cached, nothing installed, tag 0.
   *
   * @return this
   */
  public MapRequest clear() {
    where.anywhere();
    object = null;
    objectPage = 0;
    pages = 0;
    permissions = Permissions.READ_WRITE;
    maximum = Permissions.ALL;
    installPresent = false;
    tag = 0;
    cache = CachePolicy.CACHED;
    placedAt = -1;
    return this;
  }

  /** {@return this request's placement, random at first; see the methods of {@link Placement}} */
  public Placement where() {
    return where;
  }

  /**
   * What it shows.
   *
   * @param shown the object
   * @param firstObjectPage the object's page that is seen first; it may lie beyond the object's end
   * @return this
   */
  public MapRequest object(MemoryObject shown, long firstObjectPage) {
    object = shown;
    objectPage = firstObjectPage;
    return this;
  }

  /**
   * How large it is.
   *
   * @param count pages, at least 1
   * @return this
   */
  public MapRequest pages(long count) {
    pages = count;
    return this;
  }

  /**
   * What is allowed from the start.
   *
   * @param set see {@link Permissions}; read and write at first
   * @return this
   */
  public MapRequest permissions(int set) {
    permissions = set;
    return this;
  }

  /**
   * What a later protect may allow at most.
   *
   * @param set see {@link Permissions}; everything at first. What exceeds the region's capability
   *     is left out
   * @return this
   */
  public MapRequest maximum(int set) {
    maximum = set;
    return this;
  }

  /**
   * Whether translations of pages that are present are installed at once, with the largest leaves
   * that fit. Absent pages stay absent.
   *
   * @param install false at first
   * @return this
   */
  public MapRequest installPresent(boolean install) {
    installPresent = install;
    return this;
  }

  /**
   * A number that the caller finds again in {@link MappingInfo}. Mappings with different tags are
   * never merged.
   *
   * @param number any number
   * @return this
   */
  public MapRequest tag(int number) {
    tag = number;
    return this;
  }

  /**
   * How frames are accessed. An object has a cache policy of its own, so this is for {@link
   * Region#mapFrames} only.
   *
   * @param policy cached at first
   * @return this
   */
  public MapRequest cache(CachePolicy policy) {
    cache = policy;
    return this;
  }

  /** {@return how frames are accessed} */
  public CachePolicy cache() {
    return cache;
  }

  /**
   * Room for what a source of frames says: used by the region that carries the request out.
   *
   * @param count how many frames
   * @return an array of at least so many elements, kept by the request; null when there is no
   *     memory
   */
  public long @Nullable [] room(long count) {
    if (count > Integer.MAX_VALUE - 8) {
      return null;
    }
    try {
      if (pfns.length < count) {
        pfns = new long[(int) count];
      }
      return pfns;
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  /** {@return what it shows; null before it was said} */
  public @Nullable MemoryObject object() {
    return object;
  }

  /** {@return the object's page that is seen first} */
  public long objectPage() {
    return objectPage;
  }

  /** {@return how many pages were asked for} */
  public long pages() {
    return pages;
  }

  /** {@return what is allowed from the start} */
  public int permissions() {
    return permissions;
  }

  /** {@return what a later protect may allow at most} */
  public int maximum() {
    return maximum;
  }

  /** {@return whether translations of pages that are present are installed at once} */
  public boolean installPresent() {
    return installPresent;
  }

  /** {@return the number that the caller finds again} */
  public int tag() {
    return tag;
  }

  /** {@return the answer of a successful map: the mapping's first page} */
  public long firstPage() {
    return placedAt;
  }

  /**
   * Notes the answer: said by the region that carries the request out.
   *
   * @param firstPage where the mapping lies; -1 for nowhere
   */
  public void answer(long firstPage) {
    placedAt = firstPage;
  }
}
