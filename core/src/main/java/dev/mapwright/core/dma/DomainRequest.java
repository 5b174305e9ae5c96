package dev.mapwright.core.dma;

import dev.mapwright.core.Permissions;
import org.jspecify.annotations.Nullable;

/**
 * What is to be mapped or reserved in a {@link Domain}, and where. It can be used again and again,
 * so that mapping allocates nothing. Not thread-safe.
 *
 * <pre>{@code
 * DomainRequest request = new DomainRequest();
 * request.clear().pages(16).permissions(Permissions.READ).within(0, 0xFFFFF);
 * Outcome outcome = domain.map(request, frames);
 * long page = request.page();
 * }</pre>
 */
public final class DomainRequest {
  /** Stands for no explicit page. */
  private static final long ANYWHERE = -1;

  private long pages;
  private int permissions = Permissions.READ_WRITE;
  private long explicit = ANYWHERE;
  private long lowest;
  private long highest = Long.MAX_VALUE;
  private long page = ANYWHERE;

  /** Who asks; null when he does not say. */
  private @Nullable String by;

  /** Makes an empty request: no pages, reading and writing, anywhere. */
  public DomainRequest() {}

  /** {@return this request, empty as a new one} */
  public DomainRequest clear() {
    pages = 0;
    permissions = Permissions.READ_WRITE;
    explicit = ANYWHERE;
    lowest = 0;
    highest = Long.MAX_VALUE;
    page = ANYWHERE;
    by = null;
    return this;
  }

  /**
   * Says how many pages.
   *
   * @param count how many
   * @return this request
   */
  public DomainRequest pages(long count) {
    pages = count;
    return this;
  }

  /**
   * Says what devices may do there; ignored by a reservation.
   *
   * @param set {@link Permissions#READ} and {@link Permissions#WRITE}, either, both or none
   * @return this request
   */
  public DomainRequest permissions(int set) {
    permissions = set;
    return this;
  }

  /**
   * Chooses the place.
   *
   * @param firstPage the first page, not negative
   * @return this request
   */
  public DomainRequest at(long firstPage) {
    explicit = firstPage;
    return this;
  }

  /**
   * Bounds where the allocator may choose the place. Without an allocator it is ignored.
   *
   * @param lowestPage no page lies below
   * @param highestPage no page lies above, inclusive
   * @return this request
   */
  public DomainRequest within(long lowestPage, long highestPage) {
    lowest = lowestPage;
    highest = highestPage;
    return this;
  }

  /**
   * Says who asks.
   *
   * @param label his name, in the words of a {@link DomainFault}; null to say nothing
   * @return this request
   */
  public DomainRequest by(@Nullable String label) {
    by = label;
    return this;
  }

  /** {@return who asks; null when he did not say} */
  public @Nullable String by() {
    return by;
  }

  /** {@return how many pages} */
  public long pages() {
    return pages;
  }

  /** {@return what devices may do there} */
  public int permissions() {
    return permissions;
  }

  /** {@return whether the place is chosen by the caller} */
  public boolean explicit() {
    return explicit >= 0;
  }

  /** {@return the first page that the caller has chosen; negative when he has not} */
  public long explicitPage() {
    return explicit;
  }

  /** {@return the lowest page that the allocator may choose} */
  public long lowest() {
    return lowest;
  }

  /** {@return the highest page that the allocator may choose, inclusive} */
  public long highest() {
    return highest;
  }

  /** {@return where it was mapped: the first page; negative before, and when it was refused} */
  public long page() {
    return page;
  }

  /**
   * Says where it was mapped; for whoever carries it out.
   *
   * @param firstPage the first page; negative for nowhere
   */
  public void answer(long firstPage) {
    page = firstPage;
  }
}
