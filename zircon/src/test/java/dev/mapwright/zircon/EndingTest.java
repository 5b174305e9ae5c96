package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventListener;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.zircon.object.MxProcess;
import dev.mapwright.zircon.object.MxVmo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What ends takes everything with it, whoever throws meanwhile. */
class EndingTest extends MxTest {
  private static final EventListener THROWS =
      event -> {
        throw new IllegalArgumentException("a listener, told of " + event.kind());
      };

  private int objects() {
    return machine.census().living(MemoryObject.class).size();
  }

  @Test
  void a_process_that_exits_closes_its_handles_although_a_listener_throws() {
    program.createVmo(PAGE);
    program.createVmo(PAGE);
    machine.events().listen(THROWS);
    assertThatThrownBy(() -> program.exit(7)).hasMessageContaining("a listener, told of");
    machine.events().ignore(THROWS);
    assertThat(program.process().ended()).isTrue();
    assertThat(program.process().exitCode()).isEqualTo(7);
    assertThat(program.process().table().size()).isZero();
    assertThat(objects()).isZero();
  }

  @Test
  void a_job_that_is_killed_ends_every_process_although_a_listener_throws() {
    Program other = zircon.start("other");
    other.createVmo(PAGE);
    program.createVmo(PAGE);
    machine.events().listen(THROWS);
    assertThatThrownBy(() -> zircon.rootJob().kill()).hasMessageContaining("a listener, told of");
    machine.events().ignore(THROWS);
    assertThat(zircon.rootJob().processes()).isEmpty();
    assertThat(other.process().ended()).isTrue();
    assertThat(objects()).isZero();
  }

  @Test
  void what_falls_with_the_last_handle_to_a_process_falls_although_a_listener_throws() {
    int before = objects();
    MxProcess process = zircon.newProcess("inner");
    int handle = program.grant(process, MX_RIGHT_READ);
    Vmo memory = program.createVmo(PAGE);
    MxVmo vmo = (MxVmo) find(memory.value()).object();
    process.grant(vmo, MX_RIGHT_READ);
    memory.close();
    machine.events().listen(THROWS);
    assertThatThrownBy(() -> program.process().table().close(handle))
        .hasMessageContaining("a listener, told of");
    machine.events().ignore(THROWS);
    assertThat(process.ended()).isTrue();
    assertThat(vmo.handles()).isZero();
    assertThat(objects()).isEqualTo(before);
  }

  @Test
  void a_process_can_t_be_ended_from_inside_a_listener_and_is_as_it_was_then() {
    List<Throwable> refused = new ArrayList<>();
    EventListener exits =
        event -> {
          if (event.kind() == EventKind.OBJECT_CREATED) {
            try {
              program.exit(1);
            } catch (IllegalStateException e) {
              refused.add(e);
            }
          }
        };
    machine.events().listen(exits);
    Vmo memory = program.createVmo(PAGE);
    machine.events().ignore(exits);
    assertThat(refused).hasSize(1);
    assertThat(program.process().ended()).isFalse();
    assertThat(zircon.rootJob().processes()).contains(program.process());
    memory.close();
    program.exit(0);
    assertThat(program.process().ended()).isTrue();
  }
}
