package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class SimulatedCpuTest {
  enum Mode {
    SINGLE_THREADED,
    CONCURRENT,
    CONCURRENT_IN_A_BRACKET,
    LARGE_FIRST_IN_A_BRACKET;

    final boolean inBracket = name().endsWith("IN_A_BRACKET");
  }

  /** Records accesses and answers with what was written last. */
  private static final class Recorder implements DeviceHandler {
    final List<String> calls = new ArrayList<>();
    long value = 0x1122334455667788L;

    @Override
    public long read(long offsetBytes, int bytes) {
      calls.add("read " + offsetBytes + " " + bytes);
      return value;
    }

    @Override
    public void write(long offsetBytes, int bytes, long written) {
      calls.add("write " + offsetBytes + " " + bytes + " " + Long.toHexString(written));
    }
  }

  private static final long DEVICE_PFN = 0x8000_0000L;
  private static final long HOLE_PFN = 0x9000_0000L;

  private final Recorder device = new Recorder();
  private final SimulatedMachine machine;
  private final PagedSpace space;
  private final Cpu cpu;

  SimulatedCpuTest(Mode mode) {
    var builder = SimulatedMachine.builder().ram(0, 8192).device("recorder", DEVICE_PFN, 2, device);
    machine = (mode == Mode.SINGLE_THREADED ? builder.singleThreaded() : builder).build();
    space = new PagedSpace(machine);
    cpu = machine.newCpu();
    if (mode == Mode.LARGE_FIRST_IN_A_BRACKET) {
      LookOrderTest.begin(cpu, true);
    }
    cpu.attach(space);
    warmUp();
    if (mode.inBracket) {
      cpu.enter();
    }
  }

  /** So that the TLB is in use from the first access of a test on. */
  private void warmUp() {
    long pfn = space.map(1, Permissions.ALL);
    for (int i = 0; i <= Tlb.MISSES_WITHOUT_ARRAYS; i++) {
      cpu.load(0x1000, 8);
      cpu.store(0x1000, 8, 0);
      cpu.fetch(0x1000, 8);
    }
    space.translation().remove(1, 1);
    machine.frames().free(pfn);
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private static Fault faultOf(Runnable access) {
    return Objects.requireNonNull(catchThrowableOfType(MemoryFault.class, access::run)).fault();
  }

  @Test
  void a_store_across_a_border_writes_nothing_when_the_second_page_is_missing() {
    space.map(5);
    long address = Pages.address(6) - 3;
    cpu.store(Pages.address(6) - 8, 8, -1);
    Fault fault = faultOf(() -> cpu.store(address, 8, 0));
    assertThat(fault)
        .isEqualTo(
            new Fault(address, 8, Access.WRITE, Pages.address(6), FaultReason.UNMAPPED, null));
    assertThat(cpu.load(Pages.address(6) - 8, 8)).isEqualTo(-1);
    Fault loaded = faultOf(() -> cpu.load(address, 8));
    assertThat(loaded.faultAddress()).isEqualTo(Pages.address(6));
    space.map(6, Permissions.READ);
    assertThat(cpu.load(address, 8)).isEqualTo(0xFFFFFFL);
    assertThat(faultOf(() -> cpu.store(address, 8, 0)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(cpu.load(address, 8)).isEqualTo(0xFFFFFFL);
  }

  @Test
  void permissions_are_checked_for_each_kind_of_access_also_on_a_hit() {
    space.map(5, Permissions.READ);
    assertThat(cpu.load(0x5000, 4)).isZero();
    assertThat(faultOf(() -> cpu.store(0x5000, 4, 1)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(faultOf(() -> cpu.fetch(0x5000, 4)).access()).isEqualTo(Access.FETCH);
    space.map(6, Permissions.ALL);
    cpu.store(0x6000, 4, 0x90909090L);
    assertThat(cpu.fetch(0x6000, 4)).isEqualTo(0x90909090L);
    assertThat(cpu.fetch(0x6000, 4)).isEqualTo(0x90909090L);
    space.translation().restrict(6, 6, Permissions.READ);
    assertThat(cpu.load(0x6000, 4)).isEqualTo(0x90909090L);
    assertThat(faultOf(() -> cpu.fetch(0x6000, 4)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(faultOf(() -> cpu.store(0x6000, 4, 1)).reason()).isEqualTo(FaultReason.DENIED);
  }

  @Test
  void addresses_that_are_not_canonical_fault_as_such() {
    assertThat(faultOf(() -> cpu.load(1L << 47, 8)).reason()).isEqualTo(FaultReason.NOT_CANONICAL);
    assertThat(faultOf(() -> cpu.load(-1L << 47, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
    space.map(Pages.LAST_PAGE);
    cpu.store(-8, 8, 77);
    assertThat(cpu.load(-8, 8)).isEqualTo(77);
    assertThat(faultOf(() -> cpu.load(-4, 8)).faultAddress()).isZero();
    cpu.attach(null);
    assertThat(faultOf(() -> cpu.load(-8, 8)).reason()).isEqualTo(FaultReason.NOT_ATTACHED);
  }

  @Test
  void accessed_and_dirty_bits_are_set_by_the_first_access_and_the_first_store() {
    space.map(5);
    assertThat(space.translation().entry(5) & 0xC0).isZero();
    assertThat(TranslationEntry.accessed(space.translation().entry(5))).isFalse();
    cpu.load(0x5000, 1);
    assertThat(TranslationEntry.accessed(space.translation().entry(5))).isTrue();
    assertThat(TranslationEntry.dirty(space.translation().entry(5))).isFalse();
    for (int round = 0; round < 3; round++) {
      cpu.store(0x5000, 1, 1);
      assertThat(TranslationEntry.dirty(space.translation().entry(5))).isTrue();
      List<Long> runs = new ArrayList<>();
      space.translation().dirty(0, Pages.LAST_PAGE, true, (first, pages) -> runs.add(first));
      assertThat(runs).containsExactly(5L);
      assertThat(TranslationEntry.dirty(space.translation().entry(5))).isFalse();
      cpu.load(0x5000, 1);
      assertThat(TranslationEntry.dirty(space.translation().entry(5))).isFalse();
    }
  }

  @Test
  void device_registers_see_each_access_with_its_width() {
    space.map(5, DEVICE_PFN, Permissions.ALL);
    space.map(6, DEVICE_PFN + 1, Permissions.ALL);
    assertThat(cpu.load(0x5010, 2)).isEqualTo(0x7788);
    cpu.store(0x6008, 4, -1);
    assertThat(cpu.fetch(0x5000, 1)).isEqualTo(0x88);
    assertThat(device.calls).containsExactly("read 16 2", "write 4104 4 ffffffff", "read 0 1");
    device.calls.clear();
    cpu.load(0x5FFF, 2);
    cpu.store(0x5FFF, 2, 0x1234);
    assertThat(device.calls)
        .containsExactly("read 4095 1", "read 4096 1", "write 4095 1 34", "write 4096 1 12");
    assertThat(faultOf(() -> cpu.compareAndSwap(0x5000, 8, 0, 0)).reason())
        .isEqualTo(FaultReason.NOT_ATOMIC);
  }

  @Test
  void holes_read_as_all_ones_and_a_removed_device_is_a_hole() {
    space.map(5, HOLE_PFN, Permissions.ALL);
    cpu.store(0x5000, 8, 0);
    assertThat(cpu.load(0x5000, 8)).isEqualTo(-1);
    assertThat(cpu.load(0x5000, 2)).isEqualTo(0xFFFF);
    space.map(6, DEVICE_PFN, Permissions.ALL);
    machine.removeDevice(DEVICE_PFN);
    assertThat(cpu.load(0x6000, 4)).isEqualTo(0xFFFF_FFFFL);
    machine.addDevice("again", DEVICE_PFN, 1, device);
    assertThat(cpu.load(0x6000, 4)).isEqualTo(0x55667788L);
    assertThat(machine.devices().names()).containsExactly("again");
  }

  @Test
  void compare_and_swap_works_at_every_width_and_leaves_the_neighbours_alone() {
    space.map(5);
    for (int bytes = 1; bytes <= 8; bytes *= 2) {
      long mask = bytes == 8 ? -1L : (1L << 8 * bytes) - 1;
      for (int offset = 0; offset < 8; offset += bytes) {
        cpu.store(0x5000, 8, 0xA1B2C3D4E5F60718L);
        long before = cpu.load(0x5000 + offset, bytes);
        assertThat(cpu.compareAndSwap(0x5000 + offset, bytes, before + 1, 0)).isEqualTo(before);
        assertThat(cpu.load(0x5000, 8)).isEqualTo(0xA1B2C3D4E5F60718L);
        assertThat(cpu.compareAndSwap(0x5000 + offset, bytes, before, 0x5A)).isEqualTo(before);
        assertThat(cpu.load(0x5000 + offset, bytes)).isEqualTo(0x5A);
        long others = ~(mask << 8 * offset);
        assertThat(cpu.load(0x5000, 8) & others).isEqualTo(0xA1B2C3D4E5F60718L & others);
      }
    }
    assertThat(faultOf(() -> cpu.compareAndSwap(0x5002, 4, 0, 0)).reason())
        .isEqualTo(FaultReason.NOT_ATOMIC);
    space.map(6, Permissions.READ);
    assertThat(faultOf(() -> cpu.compareAndSwap(0x6000, 4, 0, 0)).reason())
        .isEqualTo(FaultReason.DENIED);
  }

  @Test
  void widths_other_than_1_2_4_and_8_are_refused() {
    space.map(5);
    cpu.store(0x5000, 8, 1);
    cpu.load(0x5000, 8);
    for (int bytes : new int[] {-8, 0, 3, 16}) {
      assertThatThrownBy(() -> cpu.load(0x5000, bytes))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cpu.store(0x5000, bytes, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void bulk_copies_report_how_far_they_came() {
    space.map(5);
    space.map(6);
    space.map(7, DEVICE_PFN, Permissions.READ);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(3 * 4096);
      for (int i = 0; i < buffer.byteSize(); i++) {
        buffer.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7));
      }
      assertThat(cpu.write(0x5100, buffer, 3, 4096 + 900)).isNull();
      MemorySegment back = arena.allocate(3 * 4096);
      assertThat(cpu.read(0x5100, back, 1, 4096 + 900)).isNull();
      assertThat(back.asSlice(1, 4996).mismatch(buffer.asSlice(3, 4996))).isEqualTo(-1);
      Fault fault = cpu.write(0x6F00, buffer, 0, 512);
      assertThat(fault)
          .isEqualTo(new Fault(0x6F00, 512, Access.WRITE, 0x7000, FaultReason.DENIED, null));
      assertThat(cpu.load(0x6FFF, 1)).isEqualTo(255 * 7 & 0xFF);
      assertThat(cpu.read(0x6F00, back, 0, 258)).isNull();
      assertThat(back.get(ValueLayout.JAVA_BYTE, 257)).isEqualTo((byte) 0x88);
      assertThat(Objects.requireNonNull(cpu.read(0x7F00, back, 0, 512)).faultAddress())
          .isEqualTo(0x8000);
      assertThat(cpu.read(0x123456, back, 0, 0)).isNull();
      assertThatThrownBy(() -> cpu.read(0x5000, back, 1, back.byteSize()))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void a_probe_touches_every_page_and_names_the_first_that_refuses() {
    space.map(5);
    space.map(6);
    assertThat(cpu.probe(0x5FFF, 2, Access.WRITE)).isNull();
    assertThat(TranslationEntry.dirty(space.translation().entry(5))).isTrue();
    assertThat(TranslationEntry.dirty(space.translation().entry(6))).isTrue();
    Fault fault = cpu.probe(0x5800, 0x2000, Access.READ);
    assertThat(fault)
        .isEqualTo(new Fault(0x5800, 0x2000, Access.READ, 0x7000, FaultReason.UNMAPPED, null));
    assertThat(cpu.probe(0x99_0000, 0, Access.READ)).isNull();
  }

  @Test
  void large_leaves_are_translated_throughout_and_forgotten_whole() {
    long pfn = machine.frames().allocateRun(RunRequest.of(1024, 9), FrameOwner.OBJECT, 1);
    Translation tables = space.translation();
    assertThat(tables.installRun(0x40000, pfn, 1024, Permissions.READ_WRITE, CachePolicy.CACHED))
        .isTrue();
    long base = Pages.address(0x40000);
    for (int page = 0; page < 1024; page += 37) {
      cpu.store(base + Pages.address(page) + 8, 8, page + 1);
    }
    for (int page = 0; page < 1024; page += 37) {
      assertThat(cpu.load(base + Pages.address(page) + 8, 8)).isEqualTo(page + 1);
      assertThat(machine.memory().readLong(Pages.address(pfn + page) + 8)).isEqualTo(page + 1);
    }
    assertThat(tables.cut(0x40003, 0x40003)).isTrue();
    tables.remove(0x40003, 0x40003);
    assertThat(faultOf(() -> cpu.load(base + 0x3000, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
    assertThat(cpu.load(base + 8, 8)).isEqualTo(1);
    tables.remove(0x40000, 0x403FF);
    assertThat(faultOf(() -> cpu.load(base + 8, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
  }

  @Test
  void reserved_bits_written_into_a_table_are_a_fault_of_their_own() {
    space.map(5);
    List<Translation.WalkStep> steps = space.translation().walk(5);
    assertThat(steps).hasSize(4);
    Translation.WalkStep upper = steps.get(1);
    long at = upper.tableAddress() + 8L * upper.index();
    machine.memory().writeLong(at, upper.bits() | 1L << 7 | 1L << 13);
    assertThat(faultOf(() -> cpu.load(0x5000, 8)).reason()).isEqualTo(FaultReason.RESERVED_BITS);
    assertThat(space.translation().entry(5)).isZero();
    // A table outside RAM reads as all ones, and those are reserved bits, too.
    machine.memory().writeLong(at, HOLE_PFN << 12 | 7);
    assertThat(faultOf(() -> cpu.load(0x5000, 8)).reason()).isEqualTo(FaultReason.RESERVED_BITS);
    machine.memory().writeLong(at, upper.bits());
    assertThat(cpu.load(0x5000, 8)).isZero();
  }

  @Test
  void a_resolver_that_never_gets_anywhere_is_a_defect_and_not_an_endless_loop() {
    cpu.attach(
        new FaultResolver() {
          @Override
          public Translation translation() {
            return space.translation();
          }

          @Override
          public @Nullable Fault resolve(long address, Access access) {
            return null;
          }
        });
    assertThatThrownBy(() -> cpu.load(0x5000, 8))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("0x5000");
  }

  @Test
  void a_resolver_may_unmap_the_first_page_while_the_second_is_resolved() {
    List<Long> asked = new ArrayList<>();
    space.map(5);
    cpu.attach(
        new FaultResolver() {
          @Override
          public Translation translation() {
            return space.translation();
          }

          @Override
          public @Nullable Fault resolve(long address, Access access) {
            asked.add(address);
            if (asked.size() == 1) {
              space.translation().remove(5, 5);
            }
            space.map(Pages.of(address));
            return null;
          }
        });
    cpu.store(0x5FFC, 8, -1);
    assertThat(asked).containsExactly(0x6000L, 0x5FFCL);
    assertThat(cpu.load(0x5FFC, 8)).isEqualTo(-1);
  }

  @Test
  void an_exception_of_a_resolver_passes_and_leaves_the_cpu_usable() {
    space.map(5);
    FaultResolver failing =
        new FaultResolver() {
          @Override
          public Translation translation() {
            return space.translation();
          }

          @Override
          public Fault resolve(long address, Access access) {
            throw new UnsupportedOperationException("on purpose");
          }
        };
    cpu.attach(failing);
    assertThatThrownBy(() -> cpu.load(0x6000, 8)).isInstanceOf(UnsupportedOperationException.class);
    assertThat(cpu.load(0x5000, 8)).isZero();
    space.translation().remove(5, 5);
    assertThatThrownBy(() -> cpu.load(0x5000, 8)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void memory_behind_a_mapping_of_a_frame_never_allocated_is_there() {
    space.map(5, 7000, Permissions.READ_WRITE);
    assertThat(cpu.load(0x5000, 8)).isZero();
    cpu.store(0x5000, 8, 5);
    assertThat(machine.memory().readLong(7000L << 12)).isEqualTo(5);
  }

  @Test
  void moving_to_another_space_leaves_nothing_of_the_first() {
    space.map(5);
    cpu.store(0x5000, 8, 1);
    PagedSpace other = new PagedSpace(machine);
    cpu.attach(other);
    assertThat(cpu.attached()).isSameAs(other);
    assertThat(faultOf(() -> cpu.load(0x5000, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
    other.map(5);
    assertThat(cpu.load(0x5000, 8)).isZero();
    cpu.attach(space);
    assertThat(cpu.load(0x5000, 8)).isEqualTo(1);
    other.translation().close();
    assertThat(cpu.attached()).isSameAs(space);
    cpu.attach(other);
    assertThat(cpu.attached()).isNull();
    assertThat(faultOf(() -> cpu.load(0x5000, 8)).reason()).isEqualTo(FaultReason.NOT_ATTACHED);
  }

  @Test
  void a_flush_changes_nothing_that_can_be_seen() {
    space.map(5);
    for (int i = 0; i < 5000; i++) {
      cpu.store(0x5000, 8, i);
      cpu.flush();
      assertThat(cpu.load(0x5000, 8)).isEqualTo(i);
    }
  }

  @Test
  void a_resolver_or_a_handler_may_use_the_same_cpu() {
    space.map(5);
    space.map(6, DEVICE_PFN + 0x1000, Permissions.ALL);
    machine.addDevice(
        "nested",
        DEVICE_PFN + 0x1000,
        1,
        new DeviceHandler() {
          @Override
          public long read(long offsetBytes, int bytes) {
            cpu.store(0x5000, 8, 0x77);
            return cpu.load(0x5000, 8);
          }

          @Override
          public void write(long offsetBytes, int bytes, long value) {
            space.translation().remove(5, 5);
          }
        });
    FaultResolver nested =
        new FaultResolver() {
          @Override
          public Translation translation() {
            return space.translation();
          }

          @Override
          public @Nullable Fault resolve(long address, Access access) {
            if (address < 0x10000) {
              return new Fault(address, 1, access, address, FaultReason.UNMAPPED, null);
            }
            assertThat(cpu.attached()).isNotNull();
            cpu.store(0x5008, 8, address);
            space.map(Pages.of(address));
            return null;
          }
        };
    cpu.attach(nested);
    for (int i = 0; i < 40; i++) {
      assertThat(cpu.load(0x6000, 8)).isEqualTo(0x77);
      long address = Pages.address(0x100 + i);
      cpu.store(address, 8, i);
      assertThat(cpu.load(0x5008, 8)).isEqualTo(address);
    }
    cpu.store(0x6000, 8, 0);
    assertThat(faultOf(() -> cpu.load(0x5008, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
    assertThat(faultOf(() -> cpu.load(0x6000, 8)).access()).isEqualTo(Access.WRITE);
  }

  @Test
  void bulk_copies_go_through_adjacent_and_scattered_frames_alike() {
    int pages = 200;
    for (int i = 0; i < pages; i++) {
      if (i % 37 == 5) {
        machine.frames().allocate(FrameOwner.POOL, 1);
      }
      space.map(0x100 + i);
    }
    long bytes = Pages.address(pages) - 100;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(bytes);
      for (long i = 0; i < bytes; i++) {
        out.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31 >>> 3));
      }
      for (int round = 0; round < 2; round++) {
        assertThat(cpu.write(Pages.address(0x100) + 50, out, 0, bytes)).isNull();
        MemorySegment back = arena.allocate(bytes);
        assertThat(cpu.read(Pages.address(0x100) + 50, back, 0, bytes)).isNull();
        assertThat(back.mismatch(out)).isEqualTo(-1);
      }
      space.translation().remove(0x1A0, 0x1A0);
      assertThat(
              Objects.requireNonNull(cpu.read(Pages.address(0x100), out, 0, bytes)).faultAddress())
          .isEqualTo(Pages.address(0x1A0));
    }
  }
}
