package dev.mapwright.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.machine.DeviceHandler;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FrameBufferTest {
  private final FrameBuffer screen = new FrameBuffer("screen", 100, 50);
  private final DeviceHandler bar = screen.bars().getFirst().handler();

  private static BitSet rows(int... rows) {
    BitSet set = new BitSet();
    for (int row : rows) {
      set.set(row);
    }
    return set;
  }

  @Test
  void its_bar_is_prefetchable_and_a_power_of_two_that_holds_the_picture() {
    assertThat(screen.bars()).hasSize(1);
    assertThat(screen.bars().getFirst().prefetchable()).isTrue();
    assertThat(screen.bars().getFirst().bytes()).isEqualTo(32_768);
    assertThat(new FrameBuffer("small", 2, 1).bars().getFirst().bytes()).isEqualTo(4096);
    assertThat(new FrameBuffer("exact", 64, 16).bars().getFirst().bytes()).isEqualTo(4096);
    assertThat(new FrameBuffer("more", 64, 17).bars().getFirst().bytes()).isEqualTo(8192);
    assertThat(screen.width()).isEqualTo(100);
    assertThat(screen.height()).isEqualTo(50);
  }

  @Test
  void what_is_stored_is_the_picture() {
    bar.write(4 * (7 * 100 + 3), 4, 0x112233);
    bar.write(4 * (7 * 100 + 4), 8, 0x0044_5566_0077_8899L);
    bar.write(4 * (7 * 100 + 3), 1, 0xFF);
    assertThat(screen.pixel(3, 7)).isEqualTo(0x1122FF);
    assertThat(screen.pixel(4, 7)).isEqualTo(0x778899);
    int[] picture = screen.picture();
    assertThat(picture).hasSize(5000);
    assertThat(picture[705]).isEqualTo(0x445566);
    assertThat(bar.read(4 * (7 * 100 + 3) + 1, 2)).isEqualTo(0x1122);
    for (int[] none : List.of(new int[] {100, 0}, new int[] {0, 50}, new int[] {-1, 0})) {
      assertThatThrownBy(() -> screen.pixel(none[0], none[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void rows_that_were_stored_to_are_told_once() {
    assertThat(screen.takeChangedRows()).isEqualTo(rows());
    bar.write(0, 4, 1);
    bar.write(4 * 100 * 49 + 396, 4, 1);
    bar.write(4 * 100 * 10 - 4, 8, 1);
    assertThat(screen.takeChangedRows()).isEqualTo(rows(0, 9, 10, 49));
    assertThat(screen.takeChangedRows()).isEqualTo(rows());
    bar.write(4 * 100 * 50, 8, 1);
    assertThat(screen.takeChangedRows()).as("memory beyond the picture").isEqualTo(rows());
    assertThat(bar.read(4 * 100 * 50, 8)).isEqualTo(1);
    bar.write(0, 4, 1);
    assertThat(screen.takeChangedRows()).as("the same again").isEqualTo(rows(0));
  }

  @Test
  void pictures_that_are_too_small_or_too_large_are_refused() {
    for (int[] size : List.of(new int[] {1, 5}, new int[] {5, 0}, new int[] {1 << 16, 1 << 16})) {
      assertThatThrownBy(() -> new FrameBuffer("bad", size[0], size[1]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @SuppressWarnings("ThreadPriorityCheck") // yields only pass the time
  void who_looks_while_it_is_drawn_misses_no_last_state() throws Exception {
    FrameBuffer small = new FrameBuffer("small", 2, 1);
    DeviceHandler pixels = small.bars().getFirst().handler();
    int last = 20_000;
    AtomicInteger drawn = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    Thread drawing =
        new Thread(() -> {
          for (int i = 1; i <= last; i++) {
            pixels.write(0, 4, i);
            drawn.set(i);
            while (seen.get() < i) {
              Thread.yield();
            }
          }
        });
    drawing.setDaemon(true);
    drawing.start();
    int state = 0;
    for (int round = 1; round <= last; ) {
      int until = drawn.get();
      if (small.takeChangedRows().get(0)) {
        state = small.pixel(0, 0);
      }
      if (until == round) {
        assertThat(state).as("what was drawn before the rows were taken").isEqualTo(round);
        seen.set(round++);
      }
    }
    drawing.join();
  }
}
