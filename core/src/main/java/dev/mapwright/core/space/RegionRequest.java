package dev.mapwright.core.space;

import dev.mapwright.core.Permissions;
import org.jspecify.annotations.Nullable;

/** What a region is to be. Mutable, to be used again, not thread-safe. */
public final class RegionRequest {
  private final Placement where = new Placement();
  private long pages;
  private int capability = Permissions.ALL;
  private int label;

  /** The answer; null before. */
  private @Nullable Region made;

  /** Makes an empty request. */
  public RegionRequest() {}

  /**
   * Where it is to lie; see the methods of {@link Placement}. Overwriting is refused.
   *
   * @return this request's placement, random at first
   */
  public Placement where() {
    return where;
  }

  /**
   * How large it is.
   *
   * @param count pages, at least 1
   * @return this
   */
  public RegionRequest pages(long count) {
    pages = count;
    return this;
  }

  /**
   * What mappings and regions in it may allow at most.
   *
   * @param set see {@link Permissions}; everything at first
   * @return this
   */
  public RegionRequest capability(int set) {
    capability = set;
    return this;
  }

  /**
   * A number that the caller finds again in {@link Region#label}.
   *
   * @param number any number
   * @return this
   */
  public RegionRequest label(int number) {
    label = number;
    return this;
  }

  /**
   * The answer of a successful allocate.
   *
   * @return the region
   * @throws IllegalStateException when none was made
   */
  public Region region() {
    Region region = made;
    if (region == null) {
      throw new IllegalStateException("no region was made");
    }
    return region;
  }

  /** {@return how many pages were asked for} */
  public long pages() {
    return pages;
  }

  /** {@return the capability asked for} */
  public int capability() {
    return capability;
  }

  /** {@return the label asked for} */
  public int label() {
    return label;
  }

  /**
   * Notes the answer: said by the region that carries the request out.
   *
   * @param region what was made; null for nothing
   */
  public void answer(@Nullable Region region) {
    made = region;
  }
}
