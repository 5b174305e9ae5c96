package dev.mapwright.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NewStreamsTest {
  private final List<Event> heard = new ArrayList<>();

  @AfterEach
  void end() {
    EventStream.listenToNewStreams(null);
  }

  @Test
  void a_listener_to_new_streams_hears_those_and_no_earlier_or_later_ones() {
    EventStream earlier = new EventStream();
    EventStream.listenToNewStreams(heard::add);
    EventStream during = new EventStream();
    EventStream.listenToNewStreams(null);
    EventStream later = new EventStream();

    record(earlier, "earlier");
    record(during, "during");
    record(later, "later");
    assertThat(heard).extracting(Event::source).containsExactly("during");
    assertThat(during.level()).isEqualTo(EventLevel.FULL);
    assertThat(later.level()).isEqualTo(EventLevel.RING);
  }

  private static void record(EventStream stream, String source) {
    stream.newRing(source).record(EventKind.MAPPED, 1, 1, 0, 0);
  }
}
