package dev.mapwright.cli.program;

import dev.mapwright.cli.picture.DomainPicture;
import dev.mapwright.cli.picture.DomainPicture.Part;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain.Kind;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/**
 * What is in a domain, kept from its events alone: each event that is applied in its turn changes
 * this as the call that caused it changed the domain. Not thread-safe.
 *
 * <p>Events tell of a mapping where its first frame is and whether the others are beside it. So of
 * a mapping of scattered frames that loses its beginning, nobody knows what the rest begins with.
 */
public final class DomainContents {
  /** The first frame of a mapping whose frame is not known. */
  static final long UNKNOWN = -1;

  /** What is mapped, by its first page. */
  private record Mapping(long pages, int permissions, long pfn, boolean scattered) {
    /** The part of it from a page on. */
    Mapping from(long skipped, long count) {
      long first = skipped == 0 || pfn == UNKNOWN ? pfn : scattered ? UNKNOWN : pfn + skipped;
      return new Mapping(count, permissions, first, scattered && count > 1);
    }
  }

  /**
   * A range that excludes others.
   *
   * @param reservation whether it is a reservation, otherwise it is set aside for good
   * @param identity whether its pages show themselves
   */
  private record Aside(long pages, boolean reservation, boolean identity) {}

  private record Waiting(long firstPage, long pages) {}

  private final long lastPage;

  /** How many pages quarantine takes. */
  private final long mostQuarantined;

  private final TreeMap<Long, Mapping> mappings = new TreeMap<>();
  private final TreeMap<Long, Aside> asides = new TreeMap<>();
  private final Queue<Waiting> unflushed = new ArrayDeque<>();
  private final Queue<Waiting> quarantine = new ArrayDeque<>();
  private long mappedPages;

  /**
   * Begins with an empty domain.
   *
   * @param created its first event
   */
  public DomainContents(Event created) {
    lastPage = created.pages() - 1;
    mostQuarantined = created.detail1();
  }

  /** {@return the domain's last page} */
  public long lastPage() {
    return lastPage;
  }

  /** {@return how many pages are mapped} */
  public long mappedPages() {
    return mappedPages;
  }

  /**
   * Applies the next event of the domain.
   *
   * @param event the one that follows on the last; kinds that change nothing are passed by
   */
  public void apply(Event event) {
    long first = event.firstPage();
    long pages = event.pages();
    switch (event.kind()) {
      case DMA_MAPPED -> map(event);
      case DMA_UNMAPPED -> {
        cut(first, pages);
        became(event);
      }
      case DMA_RESERVED -> asides.put(first, new Aside(pages, true, false));
      case DMA_RELEASED -> {
        asides.remove(first);
        became(event);
      }
      case SET_ASIDE -> {
        boolean identity = event.detail1() == 1;
        if (identity) {
          mappings.remove(first); // its pages stay mapped, as the region's
        }
        asides.put(first, new Aside(pages, false, identity));
      }
      case FLUSHED -> flushed(event.detail2());
      case GIVEN_BACK -> quarantine.remove();
      case DOMAIN_CLOSED -> {
        mappings.clear();
        asides.clear();
        unflushed.clear();
        quarantine.clear();
        mappedPages = 0;
      }
      default -> {
        // of no domain
      }
    }
  }

  private void map(Event event) {
    boolean scattered = (event.detail1() & EventKind.SCATTERED) != 0;
    int permissions = (int) event.detail1() & Permissions.ALL;
    mappings.put(
        event.firstPage(), new Mapping(event.pages(), permissions, event.detail2(), scattered));
    mappedPages += event.pages();
  }

  /** Takes a range out of the mappings that it meets. */
  private void cut(long first, long pages) {
    long last = first + pages - 1;
    Map.Entry<Long, Mapping> below = mappings.floorEntry(first);
    long from = below == null ? first : below.getKey();
    for (Map.Entry<Long, Mapping> next = mappings.ceilingEntry(from);
        next != null && next.getKey() <= last;
        next = mappings.higherEntry(next.getKey())) {
      long begin = next.getKey();
      Mapping mapping = next.getValue();
      long end = begin + mapping.pages - 1;
      if (end < first) {
        continue;
      }
      mappings.remove(begin);
      if (begin < first) {
        mappings.put(begin, mapping.from(0, first - begin));
      }
      if (end > last) {
        mappings.put(last + 1, mapping.from(last + 1 - begin, end - last));
      }
    }
    mappedPages -= pages;
  }

  /** Puts a range where its event says it went. */
  private void became(Event event) {
    Waiting range = new Waiting(event.firstPage(), event.pages());
    if (event.detail2() == 1) {
      unflushed.add(range);
    } else if (event.detail2() >= 2) {
      quarantine.add(range);
      giveBack(event.detail2() - 2);
    }
  }

  private void flushed(long givenBack) {
    for (Waiting range : unflushed) {
      if (range.pages <= mostQuarantined && !reserved(range.firstPage)) {
        quarantine.add(range);
      }
    }
    unflushed.clear();
    giveBack(givenBack);
  }

  private void giveBack(long ranges) {
    for (long i = 0; i < ranges; i++) {
      quarantine.remove();
    }
  }

  private boolean reserved(long page) {
    Map.Entry<Long, Aside> around = asides.floorEntry(page);
    return around != null && page < around.getKey() + around.getValue().pages;
  }

  /** {@return what is there now, in the order of a picture} */
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    asides.forEach((first, range) -> {
      Kind kind = range.reservation ? Kind.RESERVATION : Kind.RESERVED_REGION;
      parts.add(
          range.identity
              ? new Part(
                  kind, first, range.pages, Permissions.READ_WRITE, DomainPicture.shows(first))
              : new Part(kind, first, range.pages, Permissions.NONE, ""));
    });
    mappings.forEach((first, mapping) ->
        parts.add(
            new Part(
                reserved(first) ? Kind.SEGMENT : Kind.MAPPING,
                first,
                mapping.pages,
                mapping.permissions,
                name(mapping))));
    unflushed.forEach(range -> parts.add(waiting(Kind.UNFLUSHED, range)));
    quarantine.forEach(range -> parts.add(waiting(Kind.QUARANTINED, range)));
    parts.sort(Comparator.comparingLong(Part::firstPage).thenComparing(Part::kind));
    return parts;
  }

  private static Part waiting(Kind kind, Waiting range) {
    return new Part(kind, range.firstPage, range.pages, Permissions.NONE, "");
  }

  private static String name(Mapping mapping) {
    if (mapping.pfn == UNKNOWN) {
      return "→ here and there";
    }
    return DomainPicture.shows(mapping.pfn) + (mapping.scattered ? " and elsewhere" : "");
  }
}
