package dev.mapwright.linux;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The engine's mappings seen as the kernel's areas: lookups in pages, and the few changes that
 * calls are made of. All ranges are (first, last inclusive) page numbers. The engine's region is
 * the space's root and has no child regions. Guarded by the owner of the address space.
 */
final class Areas {

  /** Counts areas from the bottom up. */
  private static final class Counter implements Consumer<Area> {
    private final boolean joined;
    private int areas;
    private @Nullable Area below;

    Counter(boolean joined) {
      this.joined = joined;
    }

    @Override
    public void accept(Area area) {
      Area lower = below;
      boolean same =
          lower != null
              && lower.last() + 1 == area.first()
              && (seam(lower, area) == Seam.JOINED || joined && seam(lower, area) == Seam.UNKNOWN);
      areas += same ? 0 : 1;
      below = area;
    }
  }

  /** Whether two neighbouring pieces belong to one area of the kernel. */
  enum Seam {
    /** They do. */
    JOINED,
    /** They do not. */
    SEPARATE,
    /**
     * Private memory mapped by different calls: the kernel joins it unless both pieces had been
     * touched before they met ({@code anon_vma}), which calls do not show.
     */
    UNKNOWN
  }

  /** The lowest page that is chosen where nobody insists on one (vm.mmap_min_addr). */
  static final long LOWEST_PAGE = Pages.of(LinuxSpace.LOWEST_ADDRESS);

  private final AddressSpace space;
  private final Region root;
  private final KindTable kinds;
  private final MapRequest request = new MapRequest();
  private final Gaps gaps;

  Areas(AddressSpace space, KindTable kinds) {
    this.space = space;
    this.root = space.root();
    this.kinds = kinds;
    this.gaps = new Gaps(space, kinds);
  }

  Gaps gaps() {
    return gaps;
  }

  /** The piece that covers a page, or null. */
  @Nullable Area at(long page) {
    MappingInfo info = space.mappingOf(page);
    return info == null ? null : area(info);
  }

  /** Whether a range holds nothing. */
  boolean free(long first, long last) {
    return first > last || root.free(first, last - first + 1);
  }

  /** The first piece that reaches into a range, or null. */
  @Nullable Area firstIn(long first, long last) {
    MappingInfo info = first > last ? null : space.firstMapping(first, last);
    return info == null ? null : area(info);
  }

  /**
   * Visits every piece that reaches into a range, cut to it, in ascending order. The visitor may
   * change the piece.
   */
  void forEachIn(long first, long last, Consumer<Area> visitor) {
    long page = first;
    while (page <= last) {
      Area area = firstIn(page, last);
      if (area == null) {
        return;
      }
      page = area.last() + 1;
      visitor.accept(area.within(first, last));
    }
  }

  /** Visits every piece; the visitor must not change the space. */
  void forEach(Consumer<Area> visitor) {
    space.forEachMapping(info -> visitor.accept(area(info)));
  }

  /** How many areas of the kernel there are, with those joined or not whose seam is unknown. */
  int count(boolean joined) {
    Counter counter = new Counter(joined);
    forEach(counter);
    return counter.areas;
  }

  /** How many pages from a page on are mapped without a hole. */
  long mappedPages(long page) {
    return root.mappedPages(page);
  }

  /** The seam between a piece and the next one, which begins where it ends. */
  static Seam seam(Area left, Area right) {
    if (left.permissions() != right.permissions() || !alike(left.kind(), right.kind())) {
      return Seam.SEPARATE;
    }
    boolean follows = left.objectPage() + left.pages() == right.objectPage();
    boolean sameObject = left.object() == right.object();
    if (left.kind().shared()) {
      return follows && sameObject ? Seam.JOINED : Seam.SEPARATE;
    }
    if (left.kind().anonymous()) {
      boolean sameKind = left.kind().equals(right.kind());
      return follows && sameObject && sameKind ? Seam.JOINED : Seam.UNKNOWN;
    }
    // Private views of one file are different objects, one for each call.
    return follows ? (sameObject ? Seam.JOINED : Seam.UNKNOWN) : Seam.SEPARATE;
  }

  /** Anonymous memory that is made read-only stops being accounted, if it was never touched. */
  private static boolean alike(AreaKind left, AreaKind right) {
    return left.anonymous()
        ? left.without(AreaKind.ACCOUNTED).equals(right.without(AreaKind.ACCOUNTED))
        : left.equals(right);
  }

  /**
   * The first page of the area that a piece belongs to; where a seam is unknown it is taken for
   * joined.
   */
  long startOf(Area piece) {
    Area start = whole(piece);
    while (start.first() > 0) {
      Area below = at(start.first() - 1);
      if (below == null || seam(below, start) == Seam.SEPARATE) {
        break;
      }
      start = below;
    }
    return start.first();
  }

  /**
   * The last page of the area that a piece belongs to; where a seam is unknown it is taken for
   * joined.
   */
  long endOf(Area piece) {
    Area end = whole(piece);
    while (end.last() < LinuxSpace.LAST_PAGE) {
      Area above = at(end.last() + 1);
      if (above == null || seam(end, above) == Seam.SEPARATE) {
        break;
      }
      end = above;
    }
    return end.last();
  }

  /** The mapping that a piece, perhaps cut to a range, is a part of. */
  private Area whole(Area piece) {
    Area whole = at(piece.first());
    return whole == null ? piece : whole;
  }

  /** Maps, replacing what is there. */
  Outcome map(
      long first,
      long pages,
      MemoryObject object,
      long objectPage,
      int permissions,
      int maximum,
      AreaKind kind) {
    if (kind.has(AreaKind.GROWS_DOWN)) {
      gaps.grows();
    }
    request
        .clear()
        .object(object, objectPage)
        .pages(pages)
        .permissions(permissions)
        .maximum(maximum)
        .tag(kinds.number(kind))
        .where()
        .overwrite(first);
    return root.map(request);
  }

  /** Maps a piece at another place. */
  Outcome map(long first, Area piece, AreaKind kind) {
    return map(
        first,
        piece.pages(),
        piece.object(),
        piece.objectPage(),
        piece.permissions(),
        piece.maximum(),
        kind);
  }

  /** Maps once more, at another place, what a piece shows from a page on. */
  Outcome map(long first, long pages, Area piece, long from) {
    return map(
        first,
        pages,
        piece.object(),
        piece.objectPageAt(from),
        piece.permissions(),
        piece.maximum(),
        piece.kind());
  }

  /** Moves a range without holes in one step, replacing what is at the new place. */
  Outcome move(long first, long last, long to) {
    gaps.freed(last);
    return root.move(first, last - first + 1, to);
  }

  Outcome unmap(long first, long last) {
    gaps.freed(last);
    return root.unmap(first, last - first + 1);
  }

  Outcome protect(long first, long last, int permissions) {
    return root.protect(first, last - first + 1, permissions);
  }

  /** Changes the kind of everything in a range, or of nothing. */
  Outcome changeKind(long first, long last, UnaryOperator<AreaKind> change) {
    return root.retag(first, last - first + 1, tag -> kinds.number(change.apply(kinds.kind(tag))));
  }

  private Area area(MappingInfo info) {
    MemoryObject object = info.object();
    if (object == null) {
      throw new AssertionError(
          "a mapping of bare frames at page " + Pages.address(info.firstPage()));
    }
    return new Area(
        info.firstPage(),
        info.lastPage(),
        object,
        info.objectPage(),
        info.permissions(),
        info.maximum(),
        kinds.kind(info.tag()));
  }
}
