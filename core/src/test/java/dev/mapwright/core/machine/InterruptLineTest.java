package dev.mapwright.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterruptLineTest {
  private final InterruptLine line = new InterruptLine("device", 3);
  private final List<String> told = new ArrayList<>();

  @Test
  void listeners_are_told_of_changes_in_the_order_in_which_they_were_added() {
    line.listen(changed -> told.add("one " + changed.raised()));
    line.listen(changed -> told.add("two " + changed.raised()));
    line.lower();
    line.raise();
    line.raise();
    line.lower();
    assertThat(told).containsExactly("one true", "two true", "one false", "two false");
    assertThat(line.name()).isEqualTo("device");
    assertThat(line.number()).isEqualTo(3);
    assertThat(line).hasToString("device line 3, not raised");
  }

  @Test
  void a_listener_that_was_removed_is_told_no_more() {
    InterruptLine.Listener listener = changed -> told.add("told");
    line.listen(listener);
    line.ignore(changed -> {});
    line.raise();
    line.ignore(listener);
    line.lower();
    assertThat(told).containsExactly("told");
  }

  @Test
  void what_listeners_throw_comes_out_when_all_were_told_and_the_level_stays() {
    line.listen(changed -> {
      throw new UnsupportedOperationException("first");
    });
    line.listen(changed -> {
      throw new IllegalStateException("second");
    });
    line.listen(changed -> told.add("told"));
    assertThatThrownBy(line::raise)
        .isInstanceOf(UnsupportedOperationException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(told).containsExactly("told");
    assertThat(line.raised()).isTrue();
  }

  @Test
  void a_listener_may_change_the_level_that_it_is_told_of() {
    line.listen(changed -> {
      told.add("" + changed.raised());
      changed.lower();
    });
    line.raise();
    assertThat(told).containsExactly("true", "false");
    assertThat(line.raised()).isFalse();
  }
}
