package dev.mapwright.core.state;

import dev.mapwright.core.Pages;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.index.PageTrie;
import dev.mapwright.core.space.Region;
import org.jspecify.annotations.Nullable;

/**
 * A region as the engine sees it: its range, its parent, its child regions by first page.
 *
 * <p>Range, capability and label never change. Whoever changes something else holds the locks of
 * all parts of the space, so any of them is enough to read it; {@link #live} may be read without.
 * Searches for children write nothing, so several parts may search at once. The gaps of {@link
 * #firstFit} are guarded by the part that has all of the region. The face of a region extends this,
 * so the engine passes regions on without knowing what stands above it.
 */
public abstract class RegionState {
  private final long firstPage;
  private final long lastPage;
  private final int capability;
  private final int label;
  private final RegionList<RegionState> all;
  private final PageTrie children;

  /** Where first-fit searches begin. */
  private final FirstFit firstFit = new FirstFit();

  /** Its place in the space's list of regions; another one when it was brought back to life. */
  private int number;

  /** Null for the root, and once it is dead. */
  private @Nullable RegionState parent;

  /** What the region is set aside for; null for an ordinary one. */
  private @Nullable Reserved reserved;

  private volatile boolean live = true;

  /**
   * A region that is set aside: it has things prepared that have to be given back, and mappings
   * that only it knows of. The space is locked in all of these, and they take the lock of what is
   * set aside; so they see each mapping before or after a change of it.
   */
  public interface Reserved {
    /** The region dies: its mappings go, and what was prepared is given back. */
    void giveBack();

    /**
     * Ends if nothing is mapped, so that nothing will be; then {@link #giveBack} follows. False
     * when something is.
     */
    boolean endIfEmpty();

    /** Finds the mapping with the lowest pages that has one in a range; false for none. */
    boolean firstIn(long firstPage, long lastPage, BareMapping into);

    /** The packed entry of a page; absent where nothing is mapped. */
    long entry(long page);

    /** How many mappings there are. */
    int mappings();

    /** The last event that removed a mapping of a page; null when none is remembered. */
    @Nullable Event lastRemovalOf(long page);

    /** Does something while no mapping in here changes. */
    void undisturbed(Runnable what);
  }

  /** Makes a live region; {@code number} is its place in the list. */
  protected RegionState(
      RegionList<RegionState> all,
      NodePool nodes,
      @Nullable RegionState parent,
      int number,
      long firstPage,
      long lastPage,
      int capability,
      int label) {
    this.all = all;
    this.children = new PageTrie(nodes);
    this.parent = parent;
    this.number = number;
    this.firstPage = firstPage;
    this.lastPage = lastPage;
    this.capability = capability;
    this.label = label;
  }

  /** Makes a region of the same kind below this one. */
  public abstract RegionState newChild(
      int childNumber, long first, long last, int childCapability, int childLabel);

  /** The region as users see it. */
  public abstract Region face();

  public final long firstPage() {
    return firstPage;
  }

  public final long lastPage() {
    return lastPage;
  }

  public final long pages() {
    return lastPage - firstPage + 1;
  }

  public final int capability() {
    return capability;
  }

  public final int label() {
    return label;
  }

  public final boolean live() {
    return live;
  }

  public final int number() {
    return number;
  }

  /** Null for the root, and once it is dead. */
  public final @Nullable RegionState container() {
    return parent;
  }

  public final PageTrie children() {
    return children;
  }

  public final FirstFit firstFit() {
    return firstFit;
  }

  public final @Nullable Reserved reserved() {
    return reserved;
  }

  public final void setReserved(@Nullable Reserved by) {
    reserved = by;
  }

  /** Brings a dead region back, under another number. */
  public final void revive(@Nullable RegionState newParent, int newNumber) {
    number = newNumber;
    parent = newParent;
    live = true;
  }

  public final void die() {
    live = false;
    parent = null;
  }

  /** The first child region that ends at or after a page; null for none. */
  public final @Nullable RegionState childAtOrAfter(long page) {
    RegionState before = childAtOrBefore(page);
    if (before != null && before.lastPage >= page) {
      return before;
    }
    return childFrom(page);
  }

  /** The last child region that begins at or before a page; null for none. */
  public final @Nullable RegionState childAtOrBefore(long page) {
    if (children.size() == 0) {
      return null;
    }
    int found = (int) children.floor(page);
    return found == 0 ? null : all.get(found);
  }

  /** The first child region that begins at or after a page; null for none. */
  public final @Nullable RegionState childFrom(long page) {
    if (children.size() == 0) {
      return null;
    }
    int found = children.ceiling(page);
    return found == 0 ? null : all.get(found);
  }

  /** Whether a range of at least one page lies inside. */
  public final boolean contains(long first, long count) {
    return first >= firstPage && first <= lastPage && count > 0 && count - 1 <= lastPage - first;
  }

  @Override
  public final String toString() {
    return "region 0x"
        + Long.toHexString(Pages.address(firstPage))
        + "-0x"
        + Long.toHexString(Pages.lastAddress(lastPage))
        + (live ? "" : " (dead)");
  }
}
