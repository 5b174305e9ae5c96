package dev.mapwright.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.InterruptLine;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.harness.Interrupt;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Interrupts that reach a driver. */
class InterruptTest extends WindowsTest {
  private static final int LEVEL = 5;

  private final InterruptLine line = new InterruptLine("device", 0);
  private final List<Integer> levels = new ArrayList<>();

  /** Steps after which the device is told that it was heard. */
  private int deaf;

  private Interrupt connect() {
    return Interrupt.connect(
        c,
        line,
        LEVEL,
        context -> {
          levels.add(context.irql());
          if (deaf-- == 0) {
            line.lower();
          }
        });
  }

  @Test
  void the_routine_is_called_at_the_step_after_the_line_was_raised_at_the_level_of_the_device() {
    connect();
    line.raise();
    assertThat(levels).isEmpty();
    machine.clock().advance(1);
    assertThat(levels).containsExactly(LEVEL);
    assertThat(c.irql()).isEqualTo(Irql.PASSIVE_LEVEL);
    machine.clock().advance(10);
    assertThat(levels).hasSize(1);
  }

  @Test
  void it_is_called_again_at_every_step_until_the_device_was_told() {
    deaf = 3;
    connect();
    line.raise();
    machine.clock().advance(10);
    assertThat(levels).hasSize(4);
  }

  @Test
  void it_waits_while_the_level_of_the_processor_is_as_high() {
    connect();
    c.processor().setIrql(LEVEL);
    line.raise();
    machine.clock().advance(5);
    assertThat(levels).isEmpty();
    c.processor().setIrql(Irql.DISPATCH_LEVEL);
    machine.clock().advance(1);
    assertThat(levels).containsExactly(LEVEL);
    assertThat(c.irql()).isEqualTo(Irql.DISPATCH_LEVEL);
  }

  @Test
  void it_is_not_called_when_the_connection_has_ended_or_the_line_was_lowered_in_time() {
    Interrupt connection = connect();
    line.raise();
    line.lower();
    machine.clock().advance(2);
    line.raise();
    connection.close();
    machine.clock().advance(2);
    assertThat(levels).isEmpty();
  }

  @Test
  void a_line_that_is_raised_already_is_served_when_it_is_connected() {
    line.raise();
    connect();
    machine.clock().advance(1);
    assertThat(levels).hasSize(1);
  }
}
