package dev.mapwright.cli.picture;

import dev.mapwright.cli.text.Sizes;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Looks at an address space: regions, mappings, and the gaps between them. */
public final class SpacePicture {
  private SpacePicture() {}

  /**
   * Looks at a space.
   *
   * @param space the space; nothing changes by looking
   * @param pieces its mappings, ascending and disjoint; each lies in one region as a whole
   * @return what is there now
   */
  public static Picture of(AddressSpace space, List<Piece> pieces) {
    return of(space, pieces, pieces.size(), "");
  }

  /**
   * Looks at a space, whose mappings may have been folded.
   *
   * @param space the space; nothing changes by looking
   * @param pieces its mappings, or runs of them, ascending and disjoint; each lies in one region
   * @param mappings how many mappings they are
   * @param entriesAre what the counted page table entries are, in words
   * @return what is there now
   */
  public static Picture of(
      AddressSpace space, List<Piece> pieces, int mappings, String entriesAre) {
    List<RegionAt> regions = regions(space.root());
    Sweep sweep = new Sweep(space.firstPage(), pieces, entries(space, pieces));
    int nextRegion = 0;
    for (int i = 0; i < pieces.size(); i++) {
      while (nextRegion < regions.size()
          && regions.get(nextRegion).region.firstPage() <= pieces.get(i).firstPage()) {
        sweep.open(regions.get(nextRegion++));
      }
      sweep.mapping(i);
    }
    while (nextRegion < regions.size()) {
      sweep.open(regions.get(nextRegion++));
    }
    sweep.end(space.lastPage());
    long spacePages = space.lastPage() - space.firstPage() + 1;
    return new Picture(
        sweep.rows,
        Sizes.count(mappings, "mapping")
            + (regions.isEmpty() ? "" : " in " + Sizes.count(regions.size(), "region"))
            + (", " + Sizes.ofPages(sweep.mappedPages) + " of " + Sizes.ofPages(spacePages)),
        entriesAre);
  }

  /**
   * The mappings of a space that has no personality to name them.
   *
   * @param space the space
   * @return its mappings, each named by its object's number
   */
  public static List<Piece> pieces(AddressSpace space) {
    List<Piece> pieces = new ArrayList<>();
    space.forEachMapping(mapping -> pieces.add(piece(mapping)));
    return pieces;
  }

  private static Piece piece(MappingInfo mapping) {
    return new Piece(
        mapping.firstPage(),
        mapping.lastPage(),
        mapping.permissions(),
        Permissions.text(mapping.permissions()),
        mapping.object() == null ? "frames" : "object " + mapping.object().number());
  }

  private record RegionAt(Region region, int depth) {}

  /** All regions below the root, parents before children, ascending; without recursion. */
  private static List<RegionAt> regions(Region root) {
    List<RegionAt> found = new ArrayList<>();
    Deque<RegionAt> waiting = new ArrayDeque<>();
    waiting.push(new RegionAt(root, 0));
    while (!waiting.isEmpty()) {
      RegionAt at = waiting.pop();
      if (at.region != root) {
        found.add(at);
      }
      List<Region> children = new ArrayList<>();
      at.region.forEachChild(
          new Region.ChildVisitor() {
            @Override
            public void region(Region child) {
              children.add(child);
            }

            @Override
            public void mapping(MappingInfo mapping) {}
          });
      for (int i = children.size() - 1; i >= 0; i--) {
        waiting.push(new RegionAt(children.get(i), at.depth + 1));
      }
    }
    return found;
  }

  private static Row.Entries[] entries(AddressSpace space, List<Piece> pieces) {
    Row.Entries[] entries = new Row.Entries[pieces.size()];
    for (int i = 0; i < entries.length; i++) {
      Piece piece = pieces.get(i);
      long[] counts = new long[3];
      space
          .translation()
          .forEachLeaf(
              piece.firstPage(),
              piece.lastPage(),
              (first, pages, entry) -> {
                counts[pages == 1 ? 0 : 1]++;
                counts[2] = Math.max(counts[2], pages);
              });
      entries[i] = new Row.Entries(counts[0], counts[1], counts[2]);
    }
    return entries;
  }

  /** Goes through the addresses once; knows which regions are open and where the last row ended. */
  private static final class Sweep {
    final List<Row> rows = new ArrayList<>();
    private final Deque<RegionAt> open = new ArrayDeque<>();
    private final List<Piece> pieces;
    private final Row.Entries[] entries;

    /** The first page that no row has covered yet. */
    private long next;

    long mappedPages;

    Sweep(long firstPage, List<Piece> pieces, Row.Entries[] entries) {
      this.next = firstPage;
      this.pieces = pieces;
      this.entries = entries;
    }

    void open(RegionAt region) {
      advance(region.region.firstPage());
      rows.add(
          new Row.RegionStart(
              region.depth,
              region.region.firstPage(),
              region.region.lastPage(),
              "region",
              "may hold " + Permissions.text(region.region.capability())));
      open.push(region);
    }

    void mapping(int index) {
      Piece piece = pieces.get(index);
      advance(piece.firstPage());
      rows.add(new Row.Mapping(depth(), piece, entries[index], part(index)));
      next = piece.lastPage() + 1;
      mappedPages += piece.pages();
    }

    void end(long lastPage) {
      advance(lastPage + 1);
    }

    /** Closes the regions that end before a page and shows what is free up to it. */
    private void advance(long page) {
      while (!open.isEmpty() && open.element().region.lastPage() < page) {
        gapUpTo(open.element().region.lastPage());
        rows.add(new Row.RegionEnd(open.pop().depth));
      }
      gapUpTo(page - 1);
    }

    private void gapUpTo(long lastPage) {
      if (next <= lastPage) {
        rows.add(new Row.Gap(depth(), next, lastPage, "free"));
        next = lastPage + 1;
      }
    }

    private int depth() {
      return open.isEmpty() ? 0 : open.element().depth;
    }

    private Row.Part part(int index) {
      boolean before = index > 0 && together(pieces.get(index - 1), pieces.get(index));
      boolean after =
          index + 1 < pieces.size() && together(pieces.get(index), pieces.get(index + 1));
      if (before) {
        return after ? Row.Part.MIDDLE : Row.Part.LAST;
      }
      return after ? Row.Part.FIRST : Row.Part.ALONE;
    }

    private static boolean together(Piece one, Piece next) {
      return one.lastPage() + 1 == next.firstPage()
          && !one.name().isEmpty()
          && one.name().equals(next.name());
    }
  }
}
