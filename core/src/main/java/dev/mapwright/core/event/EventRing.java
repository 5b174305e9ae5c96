package dev.mapwright.core.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The last events of one source, as fixed records of four words in one array, half a line of the
 * caches: the kind above the first page, how many pages, two details. Recording writes four words
 * and allocates nothing, apart from the array itself, which begins with room for a few events and
 * doubles until it holds the most that are kept: most objects only ever have a few. Where nothing
 * may be allocated, a ring is made with all its room.
 *
 * <p>Rings of a fixed size, and copies, belong to what one thread works in while others work beside
 * it: a reservation, a part of a space. They end with words that hold nothing ({@link Apart}), and
 * so does the array of a fixed size: with a header of whatever stands behind, a line between what
 * is written with each event and what another thread uses, wherever the collector has put it.
 *
 * <p>Not thread-safe: the source's own lock guards every call.
 */
public class EventRing {
  private static final int FEWEST = 4;
  private static final int MOST = 256;
  private static final int WORDS = 4;
  private static final int KIND_AND_FIRST = 0;
  private static final int PAGES = 1;
  private static final int DETAIL_1 = 2;
  private static final int DETAIL_2 = 3;

  /** Pages have 52 bits. */
  private static final int KIND_SHIFT = 52;

  private static final long FIRST = (1L << KIND_SHIFT) - 1;

  /** Words behind the records of a ring of a fixed size. */
  private static final int UNUSED_WORDS = 3;

  /** The kinds by which mappings go, a bit each. */
  private static final long REMOVALS =
      bit(EventKind.UNMAPPED)
          | bit(EventKind.REPLACED)
          | bit(EventKind.DESTROYED)
          | bit(EventKind.DMA_UNMAPPED);

  /** The kinds by which reservations of a domain go. */
  private static final long RELEASES = bit(EventKind.DMA_RELEASED);

  /** The kinds by which mappings come. */
  private static final long MAPPINGS =
      bit(EventKind.MAPPED) | bit(EventKind.FRAMES_MAPPED) | bit(EventKind.DMA_MAPPED);

  private final EventStream stream;
  private final String kind;

  /**
   * Which of its kind the source is; -1 where there is one. A name is made when it is asked for.
   */
  private final long number;

  /** How many events are kept at most. */
  private final int most;

  /** The records; null until the first event, so that a quiet source costs nothing. */
  private long @Nullable [] words;

  /** How many records there is room for, a power of two. */
  private int capacity = FEWEST;

  /** How many events, the first ones, are not remembered though there would be room. */
  private long lost;

  /** How many events were recorded; the last one's sequence number. */
  private long recorded;

  EventRing(EventStream stream, String kind, long number) {
    this.stream = stream;
    this.kind = kind;
    this.number = number;
    most = MOST;
  }

  private String source() {
    return number < 0 ? kind : kind + " " + number;
  }

  /** One that ends with words that hold nothing. */
  private static final class Apart extends EventRing {
    @SuppressWarnings("unused")
    private long behind1, behind2, behind3;

    Apart(EventStream stream, String kind, long number) {
      super(stream, kind, number);
    }

    Apart(EventStream stream, String source, int records) {
      super(stream, source, records);
    }
  }

  /** One of a fixed size, a power of two, which is there at once. */
  static EventRing fixed(EventStream stream, String source, int records) {
    return new Apart(stream, source, records);
  }

  private EventRing(EventStream stream, String source, int records) {
    this.stream = stream;
    this.kind = source;
    this.number = -1;
    most = records;
    capacity = records;
    words = new long[records * WORDS + UNUSED_WORDS];
  }

  /** {@return a ring of the same source that remembers the same events and goes on from there} */
  public EventRing copy() {
    EventRing copy = new Apart(stream, kind, number);
    copy.words = words == null ? null : words.clone();
    copy.capacity = capacity;
    copy.recorded = recorded;
    copy.lost = lost;
    return copy;
  }

  /**
   * Takes over what another ring of the same source remembers, in the order of the sequence
   * numbers, among which some may be equal: their events are numbered anew. What both remember
   * alike is one event. Allocates.
   *
   * @param other the other ring
   */
  public void join(EventRing other) {
    List<Event> all = union(events(), other.events());
    long newest = Math.max(recorded, other.recorded);
    int kept = Math.min(most, all.size());
    long[] ring = new long[most * WORDS];
    capacity = most;
    recorded = newest - kept;
    lost = recorded;
    for (Event event : all.subList(all.size() - kept, all.size())) {
      int at = (int) (recorded++ & (capacity - 1)) * WORDS;
      ring[at + KIND_AND_FIRST] = kindAndFirst(event.kind(), event.firstPage());
      ring[at + PAGES] = event.pages();
      ring[at + DETAIL_1] = event.detail1();
      ring[at + DETAIL_2] = event.detail2();
    }
    words = ring;
  }

  /**
   * {@return the events of two lists, each once, by ascending sequence numbers}
   *
   * @param some events in this order
   * @param others events in this order
   */
  public static List<Event> union(List<Event> some, List<Event> others) {
    List<Event> all = new ArrayList<>(some);
    Set<Event> known = new HashSet<>(some);
    for (Event event : others) {
      if (known.add(event)) {
        all.add(event);
      }
    }
    all.sort(Comparator.comparingLong(Event::sequence));
    return all;
  }

  /**
   * Records an event if somebody listens: one so frequent that it would leave no other in the ring.
   *
   * @param kind what happened
   * @param firstPage the first page concerned, at most the last of all pages
   * @param pages how many pages
   * @param detail1 see {@link EventKind}
   * @param detail2 see {@link EventKind}
   */
  public void recordIfHeard(
      EventKind kind, long firstPage, long pages, long detail1, long detail2) {
    if (stream.level() == EventLevel.FULL) {
      record(kind, firstPage, pages, detail1, detail2);
    }
  }

  /**
   * Records an event, unless the level is {@link EventLevel#OFF}.
   *
   * @param kind what happened
   * @param firstPage the first page concerned, at most the last of all pages
   * @param pages how many pages
   * @param detail1 see {@link EventKind}
   * @param detail2 see {@link EventKind}
   */
  public void record(EventKind kind, long firstPage, long pages, long detail1, long detail2) {
    EventLevel level = stream.level();
    if (level == EventLevel.OFF) {
      return;
    }
    long[] ring = words;
    if (ring == null) {
      ring = new long[FEWEST * WORDS];
      words = ring;
    } else if (recorded == capacity && capacity < most) {
      // Until now nothing was overwritten, so every record stays where it is.
      capacity *= 2;
      ring = Arrays.copyOf(ring, capacity * WORDS);
      words = ring;
    }
    int at = (int) (recorded & (capacity - 1)) * WORDS;
    recorded++;
    ring[at + KIND_AND_FIRST] = kindAndFirst(kind, firstPage);
    ring[at + PAGES] = pages;
    ring[at + DETAIL_1] = detail1;
    ring[at + DETAIL_2] = detail2;
    if (level == EventLevel.FULL) {
      stream.tell(source(), recorded, kind, firstPage, pages, detail1, detail2);
    }
  }

  /** {@return how many events were recorded: the sequence number of the last one} */
  public long recorded() {
    return recorded;
  }

  /**
   * {@return the latest recorded removal of a mapping that covered a page, or null when none is
   * among the last events}
   *
   * @param page the page
   */
  public @Nullable Event lastRemovalOf(long page) {
    return last(page, Long.MAX_VALUE, REMOVALS);
  }

  /**
   * {@return the latest recorded mapping that covered a page, or null when none is among the last
   * events}
   *
   * @param page the page
   * @param before only events with a lower sequence number count
   */
  public @Nullable Event lastMappingOf(long page, long before) {
    return last(page, before, MAPPINGS);
  }

  /**
   * {@return the latest recorded release of a domain's reservation that covered a page, or null
   * when none is among the last events}
   *
   * @param page the page
   */
  public @Nullable Event lastReleaseOf(long page) {
    return last(page, Long.MAX_VALUE, RELEASES);
  }

  private static long kindAndFirst(EventKind kind, long firstPage) {
    assert (firstPage & ~FIRST) == 0 : "an event is about page " + firstPage;
    return (long) kind.ordinal() << KIND_SHIFT | firstPage & FIRST;
  }

  private static int kind(long[] ring, int at) {
    return (int) (ring[at + KIND_AND_FIRST] >>> KIND_SHIFT);
  }

  private static long bit(EventKind kind) {
    return 1L << kind.ordinal();
  }

  private @Nullable Event last(long page, long before, long kinds) {
    long[] ring = words;
    if (ring == null) {
      return null;
    }
    long oldest = Math.max(lost, recorded - capacity);
    for (long index = Math.min(recorded, before - 1) - 1; index >= oldest; index--) {
      int at = (int) (index & (capacity - 1)) * WORDS;
      boolean meant = (kinds & 1L << kind(ring, at)) != 0;
      long behindFirst = page - (ring[at + KIND_AND_FIRST] & FIRST);
      if (meant && behindFirst >= 0 && behindFirst < ring[at + PAGES]) {
        return event(ring, index);
      }
    }
    return null;
  }

  /** {@return the events that the ring still holds, oldest first} */
  public List<Event> events() {
    List<Event> events = new ArrayList<>();
    long[] ring = words;
    if (ring != null) {
      for (long index = Math.max(lost, recorded - capacity); index < recorded; index++) {
        events.add(event(ring, index));
      }
    }
    return events;
  }

  private Event event(long[] ring, long index) {
    int at = (int) (index & (capacity - 1)) * WORDS;
    return new Event(
        source(),
        index + 1,
        EventKind.of(kind(ring, at)),
        ring[at + KIND_AND_FIRST] & FIRST,
        ring[at + PAGES],
        ring[at + DETAIL_1],
        ring[at + DETAIL_2],
        null);
  }
}
