package dev.mapwright.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What devices are made of: registers with widths, memory, BARs. */
class RegisterBankTest {
  private final List<String> calls = new ArrayList<>();

  /** Registers of 2 bytes below 8, of 4 bytes above. */
  private final RegisterBank bank =
      new RegisterBank() {
        @Override
        protected boolean answers(long offsetBytes, int bytes) {
          return bytes == (offsetBytes < 8 ? 2 : 4);
        }

        @Override
        protected long readRegister(long offsetBytes, int bytes) {
          calls.add("read " + offsetBytes + " " + bytes);
          return 7;
        }

        @Override
        protected void writeRegister(long offsetBytes, int bytes, long value) {
          calls.add("write " + offsetBytes + " " + bytes + " " + value);
        }

        @Override
        protected void refused(long offsetBytes, int bytes, boolean write) {
          calls.add("refused " + offsetBytes + " " + bytes + " " + write);
        }
      };

  @Test
  void a_register_is_read_and_written_at_its_width() {
    assertThat(bank.read(6, 2)).isEqualTo(7);
    bank.write(8, 4, 5);
    assertThat(calls).containsExactly("read 6 2", "write 8 4 5");
  }

  @Test
  void an_access_of_another_width_or_alignment_is_as_one_to_a_hole() {
    assertThat(bank.read(6, 4)).isEqualTo(-1);
    assertThat(bank.read(5, 2)).isEqualTo(-1);
    assertThat(bank.read(10, 4)).isEqualTo(-1);
    bank.write(8, 8, 5);
    bank.write(9, 4, 5);
    assertThat(calls)
        .containsExactly(
            "refused 6 4 false",
            "refused 5 2 false",
            "refused 10 4 false",
            "refused 8 8 true",
            "refused 9 4 true");
  }

  @Test
  void device_memory_holds_what_was_stored_at_any_width_and_alignment() {
    DeviceMemory memory = new DeviceMemory(20);
    assertThat(memory.bytes()).isEqualTo(20);
    memory.write(3, 8, 0x8877_6655_4433_2211L);
    assertThat(memory.read(3, 8)).isEqualTo(0x8877_6655_4433_2211L);
    assertThat(memory.read(5, 4)).isEqualTo(0x6655_4433L);
    assertThat(memory.read(7, 4)).isEqualTo(0x8877_6655L);
    assertThat(memory.read(9, 2)).isEqualTo(0x8877);
    assertThat(memory.read(10, 1)).isEqualTo(0x88);
    memory.write(4, 2, 0xF0F1_F2F3L);
    memory.write(6, 1, 0xF0F4L);
    memory.write(7, 4, -1);
    assertThat(memory.read(3, 8)).isEqualTo(0xFFFF_FFFF_F4F2_F311L);
  }

  @Test
  void device_memory_that_is_smaller_than_its_range_ends_in_a_hole() {
    DeviceMemory memory = new DeviceMemory(20);
    memory.write(12, 8, 0);
    assertThat(memory.read(16, 8)).isEqualTo(-1);
    memory.write(17, 4, -1);
    memory.write(20, 1, -1);
    assertThat(memory.read(1L << 40, 8)).isEqualTo(-1);
    assertThat(memory.read(12, 8)).isZero();
    assertThat(new DeviceMemory(0).read(0, 1)).isEqualTo(-1);
    for (long bytes : new long[] {-1, (1 << 30) + 1, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> new DeviceMemory(bytes))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_bar_is_a_power_of_two_of_at_least_a_page_and_one_of_six() {
    assertThat(new Bar(5, 1 << 20, false, bank).pages()).isEqualTo(256);
    for (long bytes : new long[] {0, 2048, 4097, 12288, 1L << 48, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> new Bar(0, bytes, false, bank))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int index : new int[] {-1, 6}) {
      assertThatThrownBy(() -> new Bar(index, 4096, false, bank))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
