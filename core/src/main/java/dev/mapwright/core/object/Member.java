package dev.mapwright.core.object;

import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.machine.Counted;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.memory.PageSource;
import org.jspecify.annotations.Nullable;

/**
 * A member of a family, as the engine sees it: an object, or one that a snapshot hides behind
 * objects.
 *
 * <p><b>What is stored where.</b> The pages that are this member's own are in {@link #list}. What
 * it shows of others follows from {@link #parent} and the window ({@link #parentOffset}, {@link
 * #parentLimit}); what has to be told to whom when a page changes, from {@link #views}. Nothing is
 * stored twice but {@link #seen}, a shortcut that {@link Family#shape} keeps honest.
 *
 * <p><b>Who guards what.</b> {@link #machine}, {@link #kind}, {@link #family}, {@link #number},
 * {@link #firstPfn} and {@link #hidden} never change. References are atomic, see {@link
 * Referenced}. Everything else is the family lock's; {@link #pages} may be read without it where a
 * hint is enough.
 */
public abstract class Member extends Referenced implements Counted {
  /**
   * What a page of a member shows: the result of {@link Lineage#see}. Exactly one of three:
   * contents that a member has ({@link #holder} is not null), contents that a source would give
   * ({@link #origin} is not null), or zeros (both are null).
   *
   * <p>There is one a family, which all members know, valid until the next look; the family's lock
   * guards it.
   */
  static final class Sight {
    /** Who has the contents, or would get them from a source; null for zeros. */
    @Nullable Member holder;

    /** The page in the holder, and its entry there. */
    long page;

    int entry;

    /** Whose source would give the contents, and the page in there; null when there are any. */
    @Nullable Member origin;

    long originPage;

    void zeros() {
      holder = null;
      origin = null;
      entry = PageList.ABSENT;
    }

    void held(Member by, long heldPage, int heldEntry) {
      holder = by;
      page = heldPage;
      entry = heldEntry;
      origin = null;
    }

    /** Contents that a source gives go to a holder that has none yet. */
    void supplied(Member to, long toPage, Member from, long fromPage) {
      holder = to;
      page = toPage;
      entry = PageList.ABSENT;
      origin = from;
      originPage = fromPage;
    }

    /** The frame of the contents, -1 when there is none (absent, out, or not yet supplied). */
    long frame() {
      return PageList.present(entry) ? PageList.pfn(entry) : -1;
    }
  }

  final Machine machine;
  final ObjectKind kind;
  final Family family;
  final long number;
  final EventRing events;

  /** The family's one. */
  final Sight sight;

  /** PHYSICAL: the first frame; otherwise unused. */
  final long firstPfn;

  /** Made by a snapshot to hold the pages that both sides share. Nobody can name it. */
  final boolean hidden;

  /** The pages that are this member's own. Replaced when a snapshot takes them. */
  PageList list;

  /** The size. */
  volatile long pages;

  /** Where pages come from that this member does not have; null without a parent. */
  @Nullable Member parent;

  /** This member's view of its parent; null without a parent, or when it can see no page of it. */
  @Nullable ObjectView viewOfParent;

  /** The parent's page that is this member's page 0. */
  long parentOffset;

  /** How many pages, from page 0 on, may come from the parent. */
  long parentLimit;

  /** Whether unwritten pages are the parent's as it was, and not as it is. */
  boolean snapshot;

  /** The number of the object that this one was a snapshot of from page 0 on; 0 for none. */
  long snapshotOf;

  /** The children that are alive, as a list; null when there is none. */
  @Nullable Member firstChild;

  @Nullable Member nextSibling;
  @Nullable Member previousSibling;
  int children;

  /** Mappings' and children's translations. */
  final ViewTree views = new ViewTree();

  /** First contents of absent pages; null for zeros. */
  @Nullable PageSource source;

  /** What has to be added to a page's number for the source, and how many pages it has. */
  long sourceOffset;

  long sourcePages;

  /**
   * The nearest ancestor that has pages or a source, with the window in which this member sees it;
   * null when there is none in view. True while {@link #seenShape} is the family's.
   */
  @Nullable Member seen;

  long seenOffset;
  long seenLimit;
  long seenShape;

  /** Scratch of {@link Change}: the range still to be told, and the next member with one. */
  long toldFirst;

  long toldLast;
  @Nullable Member nextToTell;

  Member(
      Machine machine,
      ObjectKind kind,
      Family family,
      Sight sight,
      long pages,
      long firstPfn,
      boolean hidden) {
    this.machine = machine;
    this.kind = kind;
    this.family = family;
    this.sight = sight;
    this.number = machine.census().nextNumber();
    this.events = machine.events().newRing("object", number);
    this.list = new PageList(family.pool);
    this.pages = pages;
    this.firstPfn = firstPfn;
    this.hidden = hidden;
  }

  public final long number() {
    return number;
  }

  public final ObjectKind kind() {
    return kind;
  }

  public final Machine machine() {
    return machine;
  }

  public final long pages() {
    return pages;
  }

  /** Whether descendants have to look here on their way up. */
  final boolean opaque() {
    return list.size() != 0 || source != null;
  }

  @Override
  public String describe() {
    return toString();
  }

  @Override
  public String toString() {
    return "object "
        + number
        + (hidden ? " (shared by a snapshot)" : "")
        + " of "
        + pages
        + " pages, "
        + references()
        + " references";
  }
}
