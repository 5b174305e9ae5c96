package dev.mapwright.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EventRingTest {
  private final EventStream stream = new EventStream();
  private final EventRing ring = stream.newRing("thing");

  @Test
  void the_last_events_are_kept_oldest_first() {
    assertThat(ring.events()).isEmpty();
    for (int i = 0; i < 1000; i++) {
      ring.record(EventKind.MAPPED, i, 2, 3, 4);
    }
    List<Event> events = ring.events();
    assertThat(events.getLast())
        .isEqualTo(new Event("thing", 1000, EventKind.MAPPED, 999, 2, 3, 4, null));
    for (int i = 1; i < events.size(); i++) {
      assertThat(events.get(i).sequence()).isEqualTo(events.get(i - 1).sequence() + 1);
    }
    assertThat(events).hasSize(256);
  }

  @Test
  void events_of_all_kinds_are_told_as_they_were_up_to_the_last_page() {
    for (EventKind kind : EventKind.values()) {
      for (long first : new long[] {0, 1L << 51, Pages.LAST_PAGE}) {
        ring.record(kind, first, Long.MAX_VALUE, -1, Long.MIN_VALUE);
        assertThat(ring.events().getLast())
            .isEqualTo(
                new Event(
                    "thing",
                    ring.recorded(),
                    kind,
                    first,
                    Long.MAX_VALUE,
                    -1,
                    Long.MIN_VALUE,
                    null));
      }
    }
    assertThat(Objects.requireNonNull(ring.lastRemovalOf(Pages.LAST_PAGE)).firstPage())
        .isEqualTo(Pages.LAST_PAGE);
  }

  @Test
  void the_latest_removal_of_a_page_is_found_by_its_range() {
    ring.record(EventKind.UNMAPPED, 10, 5, 1, 0);
    ring.record(EventKind.REPLACED, 12, 1, 2, 0);
    ring.record(EventKind.MAPPED, 10, 5, 3, 0);
    assertThat(ring.lastRemovalOf(12)).isNotNull().extracting(Event::sequence).isEqualTo(2L);
    assertThat(ring.lastRemovalOf(14)).isNotNull().extracting(Event::sequence).isEqualTo(1L);
    assertThat(ring.lastRemovalOf(15)).isNull();
    assertThat(ring.lastRemovalOf(9)).isNull();
    for (int i = 0; i < 300; i++) {
      ring.record(EventKind.MAPPED, 0, 1, 0, 0);
    }
    assertThat(ring.lastRemovalOf(12)).as("forgotten").isNull();
  }

  @Test
  void levels_decide_who_is_told() {
    List<Event> heard = new ArrayList<>();
    EventListener listener = heard::add;
    assertThat(stream.level()).isEqualTo(EventLevel.RING);
    stream.setLevel(EventLevel.OFF);
    ring.record(EventKind.MAPPED, 1, 1, 0, 0);
    assertThat(ring.events()).isEmpty();
    stream.listen(listener);
    assertThat(stream.level()).isEqualTo(EventLevel.FULL);
    ring.record(EventKind.MAPPED, 2, 1, 0, 0);
    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst().callSite()).isNotEmpty();
    stream.setLevel(EventLevel.RING);
    ring.record(EventKind.MAPPED, 3, 1, 0, 0);
    assertThat(heard).hasSize(1);
    assertThat(ring.events()).hasSize(2);
    stream.setLevel(EventLevel.FULL);
    stream.ignore(listener);
    ring.record(EventKind.MAPPED, 4, 1, 0, 0);
    assertThat(heard).hasSize(1);
  }
}
