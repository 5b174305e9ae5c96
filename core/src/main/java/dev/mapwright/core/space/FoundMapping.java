package dev.mapwright.core.space;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.memory.MemoryObject;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a look-up that allocates nothing: what a {@link MappingInfo} says, in an object
 * that the caller brings along and uses again. It is a copy of what was true when it was asked for,
 * and keeps the object and the region that it names from being collected until the next look-up or
 * {@link #clear}. Not thread-safe.
 */
public final class FoundMapping {
  /** Null when nothing was found; the other fields mean nothing then. */
  private @Nullable Region region;

  private long firstPage;
  private long lastPage;
  private @Nullable MemoryObject object;
  private long objectPage;
  private int permissions;
  private int maximum;
  private CachePolicy cachePolicy = CachePolicy.CACHED;
  private int tag;

  /** Makes one that has found nothing. */
  public FoundMapping() {
    clear();
  }

  /** Forgets what was found. */
  public void clear() {
    answer(null, -1, -1, null, 0, 0, 0, CachePolicy.CACHED, 0);
  }

  /**
   * Notes the answer: said by the space that was asked.
   *
   * @param itsRegion the region that the mapping lies in; null when there is none
   * @param itsFirstPage its first page
   * @param itsLastPage its last page, inclusive
   * @param itsObject what it shows; null for frames
   * @param itsObjectPage the object's page seen at the first page
   * @param itsPermissions what is allowed
   * @param itsMaximum what a protect may allow at most
   * @param itsCachePolicy how it is accessed
   * @param itsTag the number given when it was made
   */
  public void answer(
      @Nullable Region itsRegion,
      long itsFirstPage,
      long itsLastPage,
      @Nullable MemoryObject itsObject,
      long itsObjectPage,
      int itsPermissions,
      int itsMaximum,
      CachePolicy itsCachePolicy,
      int itsTag) {
    // A reference that is written costs a fence where the collector has to be told of it, so what
    // is
    // there already is left alone.
    if (region != itsRegion) {
      region = itsRegion;
    }
    if (object != itsObject) {
      object = itsObject;
    }
    if (cachePolicy != itsCachePolicy) {
      cachePolicy = itsCachePolicy;
    }
    firstPage = itsFirstPage;
    lastPage = itsLastPage;
    objectPage = itsObjectPage;
    permissions = itsPermissions;
    maximum = itsMaximum;
    tag = itsTag;
  }

  /** {@return whether the last look-up found a mapping} */
  public boolean found() {
    return region != null;
  }

  /** {@return its first page; -1 when nothing was found} */
  public long firstPage() {
    return firstPage;
  }

  /** {@return its last page, inclusive; -1 when nothing was found} */
  public long lastPage() {
    return lastPage;
  }

  /** {@return its size in pages; 0 when nothing was found} */
  public long pages() {
    return region == null ? 0 : lastPage - firstPage + 1;
  }

  /** {@return what it shows; null for frames, and when nothing was found} */
  public @Nullable MemoryObject object() {
    return object;
  }

  /** {@return the object's page seen at the first page} */
  public long objectPage() {
    return objectPage;
  }

  /** {@return what is allowed} */
  public int permissions() {
    return permissions;
  }

  /** {@return what a protect may allow at most} */
  public int maximum() {
    return maximum;
  }

  /** {@return how it is accessed} */
  public CachePolicy cachePolicy() {
    return cachePolicy;
  }

  /** {@return the number given when it was made} */
  public int tag() {
    return tag;
  }

  /**
   * The region that it lies in.
   *
   * @return the region
   * @throws IllegalStateException when nothing was found
   */
  public Region region() {
    Region its = region;
    if (its == null) {
      throw new IllegalStateException("no mapping was found");
    }
    return its;
  }

  /**
   * A copy that can be kept.
   *
   * @return the same as a record
   * @throws IllegalStateException when nothing was found
   */
  public MappingInfo info() {
    return new MappingInfo(
        firstPage, lastPage, object, objectPage, permissions, maximum, cachePolicy, region(), tag);
  }
}
