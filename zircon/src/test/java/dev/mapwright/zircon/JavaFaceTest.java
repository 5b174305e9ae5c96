package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.VmarMap;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class JavaFaceTest extends MxTest {
  @Test
  void what_is_stored_through_a_mapping_is_read_from_the_object() {
    Vmo vmo = program.createVmo(3 * PAGE);
    long at = program.root().map(vmo, PAGE, 2 * PAGE, READ_WRITE);
    program.cpu().store(at + 8, 8, 0x1122_3344_5566_7788L);
    byte[] bytes = new byte[8];
    assertThat(vmo.read(PAGE + 8, MemorySegment.ofArray(bytes))).isEqualTo(8);
    assertThat(bytes[0]).isEqualTo((byte) 0x88);
    vmo.write(PAGE + 8, MemorySegment.ofArray(new byte[] {1}));
    assertThat(program.cpu().load(at + 8, 1)).isEqualTo(1);
  }

  @Test
  void a_refusal_is_an_exception_with_the_status_the_condition_and_a_sentence() {
    Vmo vmo = program.createVmo(PAGE);
    Vmo readOnly = vmo.duplicate(MX_RIGHT_READ | MX_RIGHT_MAP);
    assertThatThrownBy(() -> program.root().map(readOnly, 0, PAGE, READ_WRITE))
        .isInstanceOfSatisfying(
            MxException.class,
            e -> {
              assertThat(e.status()).isEqualTo(MxStatus.MX_ERR_ACCESS_DENIED);
              assertThat(e.condition()).isEqualTo(VmarMap.VMO_LACKS_RIGHT);
            })
        .hasMessageContaining("mx_vmar_map: MX_ERR_ACCESS_DENIED")
        .hasMessageContaining("0x" + Integer.toHexString(MX_RIGHT_READ | MX_RIGHT_WRITE));
  }

  @Test
  void regions_can_be_made_used_protected_and_destroyed() {
    Vmar region = program.root().allocate(16 * PAGE, CAN_ALL);
    assertThat(region.bytes()).isEqualTo(16 * PAGE);
    Vmo vmo = program.createVmo(4 * PAGE);
    long at = region.mapAt(4 * PAGE, vmo, 0, 4 * PAGE, READ_WRITE);
    assertThat(at).isEqualTo(region.base() + 4 * PAGE);
    region.protect(at + PAGE, PAGE, R);
    assertThat(can(Access.WRITE, at)).isTrue();
    assertThat(can(Access.WRITE, at + PAGE)).isFalse();
    region.unmap(at, PAGE);
    assertThat(can(Access.READ, at)).isFalse();
    region.destroy();
    assertThat(can(Access.READ, at + PAGE)).isFalse();
    assertThat(region.valid()).isTrue();
    region.close();
    assertThat(region.valid()).isFalse();
  }

  @Test
  void a_second_thread_of_a_process_shares_memory_and_handles() {
    Vmo vmo = program.createVmo(PAGE);
    long at = program.root().map(vmo, 0, PAGE, READ_WRITE);
    program.cpu().store(at, 8, 7);
    try (Program second = program.newThread()) {
      assertThat(second.cpu().load(at, 8)).isEqualTo(7);
      assertThat(second.vmo(vmo.value()).bytes()).isEqualTo(PAGE);
    }
    assertThat(program.process().ended()).isFalse();
  }

  @Test
  void nothing_leaks_when_every_process_has_ended() {
    Vmo vmo = program.createVmo(PAGE);
    program.root().map(vmo, 0, PAGE, READ_WRITE);
    program.root().map(vmo.cloneRange(0, PAGE), 0, PAGE, READ_WRITE);
    zircon.close();
    assertThat(machine.census().leaks()).isEmpty();
  }
}
