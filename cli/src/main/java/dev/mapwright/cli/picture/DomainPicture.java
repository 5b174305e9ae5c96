package dev.mapwright.cli.picture;

import dev.mapwright.cli.text.Sizes;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.TranslationEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Looks at a domain of an IOMMU: what is mapped where, reservations with their segments, what is
 * set aside, what waits, and the gaps between them.
 *
 * <p>A driver maps pages one by one, each at another frame, so a domain may have thousands of
 * mappings side by side that look alike. A row of them is drawn as one ({@link Fold}).
 */
public final class DomainPicture {
  private DomainPicture() {}

  /**
   * One range of a domain.
   *
   * @param kind what it is
   * @param firstPage its first page
   * @param pages how many
   * @param permissions what devices may do there, a set of {@link Permissions}; 0 also where
   *     nothing is mapped
   * @param name what it shows; empty where nothing is mapped
   */
  public record Part(Domain.Kind kind, long firstPage, long pages, int permissions, String name) {
    long lastPage() {
      return firstPage + pages - 1;
    }

    boolean mapped() {
      return !name.isEmpty();
    }
  }

  /**
   * Looks at a domain.
   *
   * @param domain the domain; nothing changes by looking
   * @return what is there now
   */
  public static Picture of(Domain domain) {
    List<Part> parts = new ArrayList<>();
    domain.forEach((kind, first, pages, entry) -> parts.add(part(kind, first, pages, entry)));
    return of(parts, domain.lastPage());
  }

  private static Part part(Domain.Kind kind, long firstPage, long pages, long entry) {
    boolean mapped =
        entry != TranslationEntry.ABSENT
            && kind != Domain.Kind.RESERVATION
            && kind != Domain.Kind.QUARANTINED
            && kind != Domain.Kind.UNFLUSHED;
    return new Part(
        kind,
        firstPage,
        pages,
        mapped ? TranslationEntry.permissions(entry) & Permissions.READ_WRITE : Permissions.NONE,
        mapped ? shows(TranslationEntry.pfn(entry)) : "");
  }

  /**
   * What a mapping of frames is called.
   *
   * @param firstPfn the frame that its first page shows
   * @return its physical address, with an arrow that leads there
   */
  public static String shows(long firstPfn) {
    return "→ " + Long.toHexString(Pages.address(firstPfn));
  }

  /**
   * Draws ranges.
   *
   * @param parts in ascending order; what lies in a reservation comes after it
   * @param lastPage the domain's last page
   * @return the picture
   */
  public static Picture of(List<Part> parts, long lastPage) {
    Sweep sweep = new Sweep();
    for (int i = 0; i < parts.size(); ) {
      Fold fold = Fold.at(parts, i);
      sweep.fold(fold, segmentsIn(parts, i));
      i += fold.count();
    }
    sweep.end(lastPage);
    return new Picture(sweep.rows, sweep.contents(lastPage + 1));
  }

  /** How many segments the reservation at an index has; 0 for anything else. */
  private static int segmentsIn(List<Part> parts, int index) {
    Part around = parts.get(index);
    if (around.kind != Domain.Kind.RESERVATION) {
      return 0;
    }
    int segments = 0;
    for (int i = index + 1; i < parts.size() && parts.get(i).firstPage <= around.lastPage(); i++) {
      segments += parts.get(i).kind == Domain.Kind.SEGMENT ? 1 : 0;
    }
    return segments;
  }

  /** Goes through the addresses once; knows which reservation is open and where rows ended. */
  private static final class Sweep {
    final List<Row> rows = new ArrayList<>();
    private final int[] counts = new int[Domain.Kind.values().length];

    /** The first page that no row has covered yet. */
    private long next;

    /** The last page of the reservation around the next row; -1 outside of any. */
    private long openTo = -1;

    private long mappedPages;

    void fold(Fold fold, int segments) {
      Part part = fold.first();
      advance(part.firstPage);
      counts[part.kind.ordinal()] += fold.count();
      mappedPages += part.mapped() ? fold.pages() : 0;
      if (part.kind == Domain.Kind.RESERVATION) {
        String note = segments == 0 ? "nothing mapped" : Sizes.count(segments, "segment");
        rows.add(new Row.RegionStart(1, part.firstPage, part.lastPage(), "reservation", note));
        openTo = part.lastPage();
        return;
      }
      if (part.mapped()) {
        rows.add(new Row.Mapping(depth(), piece(fold), NO_ENTRIES, Row.Part.ALONE));
      } else {
        String why = why(part.kind);
        rows.add(
            new Row.Gap(
                depth(),
                part.firstPage,
                fold.lastPage(),
                fold.count() == 1 ? why : why + ", " + Sizes.count(fold.count(), "range")));
      }
      next = fold.lastPage() + 1;
    }

    private static final Row.Entries NO_ENTRIES = new Row.Entries(0, 0, 0);

    private static Piece piece(Fold fold) {
      Part part = fold.first();
      String aside = part.kind == Domain.Kind.RESERVED_REGION ? ", set aside" : "";
      return new Piece(
          part.firstPage,
          fold.lastPage(),
          part.permissions,
          Permissions.text(part.permissions).substring(0, 2), // devices don't fetch
          fold.name() + aside);
    }

    private static String why(Domain.Kind kind) {
      return switch (kind) {
        case QUARANTINED -> "in quarantine";
        case UNFLUSHED -> "unmapped and not flushed";
        default -> "set aside";
      };
    }

    void end(long lastPage) {
      advance(lastPage + 1);
    }

    private void advance(long page) {
      if (openTo >= 0 && openTo < page) {
        gapUpTo(openTo);
        rows.add(new Row.RegionEnd(1));
        openTo = -1;
      }
      gapUpTo(page - 1);
    }

    private void gapUpTo(long lastPage) {
      if (next <= lastPage) {
        rows.add(new Row.Gap(depth(), next, lastPage, openTo >= 0 ? "not mapped" : "free"));
        next = lastPage + 1;
      }
    }

    private int depth() {
      return openTo >= 0 ? 1 : 0;
    }

    String contents(long domainPages) {
      StringJoiner words = new StringJoiner(", ");
      words.add(Sizes.count(count(Domain.Kind.MAPPING), "mapping"));
      if (count(Domain.Kind.RESERVATION) > 0) {
        words.add(
            Sizes.count(count(Domain.Kind.RESERVATION), "reservation")
                + (" with " + Sizes.count(count(Domain.Kind.SEGMENT), "segment")));
      }
      if (count(Domain.Kind.RESERVED_REGION) > 0) {
        words.add(Sizes.count(count(Domain.Kind.RESERVED_REGION), "range") + " set aside");
      }
      if (count(Domain.Kind.QUARANTINED) > 0) {
        words.add(Sizes.count(count(Domain.Kind.QUARANTINED), "range") + " in quarantine");
      }
      if (count(Domain.Kind.UNFLUSHED) > 0) {
        words.add(Sizes.count(count(Domain.Kind.UNFLUSHED), "range") + " not flushed");
      }
      return words.add(Sizes.ofPages(mappedPages) + " of " + Sizes.ofPages(domainPages)).toString();
    }

    private int count(Domain.Kind kind) {
      return counts[kind.ordinal()];
    }
  }
}
