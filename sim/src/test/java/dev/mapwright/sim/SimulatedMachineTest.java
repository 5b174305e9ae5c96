package dev.mapwright.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.PhysicalMemory;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedMachineTest {
  private static SimulatedMachine machine(boolean single) {
    MachineBuilder builder = SimulatedMachine.builder().ram(0, 4096);
    return single ? builder.singleThreaded().build() : builder.build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_is_stored_is_loaded_at_every_width_and_across_pages(boolean single) {
    try (SimulatedMachine machine = machine(single)) {
      PagedSpace space = new PagedSpace(machine);
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      space.map(5);
      machine.frames().allocate(FrameOwner.POOL, 9);
      space.map(6);
      for (boolean bracket : new boolean[] {false, true}) {
        if (bracket) {
          cpu.enter();
        }
        for (int bytes = 1; bytes <= 8; bytes *= 2) {
          long mask = bytes == 8 ? -1L : (1L << 8 * bytes) - 1;
          for (long address = Pages.address(6) - 16; address < Pages.address(6) + 16; address++) {
            long value = address * 0x9E3779B97F4A7C15L;
            cpu.store(address, bytes, value);
            assertThat(cpu.load(address, bytes)).isEqualTo(value & mask);
            assertThat(cpu.load(address, 1)).isEqualTo(value & 0xFF);
          }
        }
        if (bracket) {
          cpu.exit();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void after_a_removal_nothing_gets_through(boolean single) {
    try (SimulatedMachine machine = machine(single)) {
      PagedSpace space = new PagedSpace(machine);
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      space.map(5);
      cpu.enter();
      cpu.store(0x5000, 8, 1);
      assertThat(cpu.load(0x5000, 8)).isEqualTo(1);
      space.translation().remove(0, Pages.LAST_PAGE);
      assertThatThrownBy(() -> cpu.load(0x5000, 8))
          .isInstanceOfSatisfying(
              MemoryFault.class,
              fault -> assertThat(fault.fault().reason()).isEqualTo(FaultReason.UNMAPPED));
      space.map(5, Permissions.READ);
      assertThat(cpu.load(0x5000, 8)).isZero();
      assertThatThrownBy(() -> cpu.store(0x5000, 8, 1)).isInstanceOf(MemoryFault.class);
      cpu.exit();
      space.translation().close();
      assertThat(cpu.attached()).isNull();
      assertThatThrownBy(() -> cpu.load(0x5000, 8))
          .isInstanceOfSatisfying(
              MemoryFault.class,
              fault -> assertThat(fault.fault().reason()).isEqualTo(FaultReason.NOT_ATTACHED));
      assertThat(machine.frames().total() - machine.frames().free()).isEqualTo(2);
    }
  }

  @Test
  void a_single_threaded_machine_refuses_a_second_thread() throws InterruptedException {
    try (SimulatedMachine machine = machine(true)) {
      PagedSpace space = new PagedSpace(machine);
      space.map(5);
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      assertThat(machine.concurrent()).isFalse();
      List<Runnable> uses =
          List.of(
              machine::newCpu,
              () -> cpu.load(0x5000, 8),
              cpu::enter,
              () -> cpu.attach(null),
              () -> machine.frames().allocate(FrameOwner.POOL, 1),
              () -> machine.newTranslation(0, 1),
              () -> space.translation().remove(5, 5),
              () -> space.translation().reach(9));
      List<Throwable> refused = new ArrayList<>();
      Thread other =
          new Thread(() -> {
            for (Runnable use : uses) {
              try {
                use.run();
              } catch (IllegalStateException refusal) {
                refused.add(refusal);
              }
            }
          });
      other.start();
      other.join();
      assertThat(refused).hasSize(uses.size());
      assertThat(refused.getFirst()).hasMessageContaining("single-threaded");
      assertThat(cpu.load(0x5000, 8)).isZero();
    }
  }

  @Test
  void brackets_do_not_nest_and_end_only_once() {
    try (SimulatedMachine machine = machine(false)) {
      Cpu cpu = machine.newCpu();
      cpu.enter();
      assertThatThrownBy(cpu::enter).isInstanceOf(IllegalStateException.class);
      cpu.exit();
      assertThatThrownBy(cpu::exit).isInstanceOf(IllegalStateException.class);
      cpu.poll();
      assertThat(machine.newCpu().number()).isEqualTo(1);
    }
  }

  @Test
  void a_closed_machine_lets_nobody_at_its_memory() {
    SimulatedMachine machine = machine(false);
    PagedSpace space = new PagedSpace(machine);
    long pfn = space.map(5);
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    cpu.store(0x5000, 8, 1);
    MemorySegment lease = machine.memory().segment(pfn, 1, true);
    machine.close();
    machine.close();
    assertThatThrownBy(() -> cpu.load(0x5000, 8)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> machine.memory().readLong(pfn << 12))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> lease.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> space.map(6)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_machine_of_a_terabyte_stores_only_what_is_used(@TempDir Path folder) throws IOException {
    try (SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, 1L << 28).ramFolder(folder).build()) {
      long high =
          machine
              .frames()
              .allocateRun(
                  new RunRequest(3, 1, (1L << 28) - 4, Long.MAX_VALUE, 0, Frames.ANY_NODE),
                  FrameOwner.OBJECT,
                  1);
      assertThat(high).isEqualTo((1L << 28) - 4);
      machine.memory().writeLong(high << 12, 7);
      assertThat(machine.memory().readLong(high << 12)).isEqualTo(7);
      assertThat(machine.memory().readLong(1L << 39)).isZero();
      assertThat(machine.frames().allocate(FrameOwner.OBJECT, 1)).isEqualTo(1);
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).as("the file has no name").isEmpty();
      }
    }
  }

  @Test
  void an_interrupted_thread_gets_its_memory_and_stays_interrupted() {
    try (SimulatedMachine machine = machine(false)) {
      Thread.currentThread().interrupt();
      assertThat(machine.frames().allocate(FrameOwner.OBJECT, 1)).isEqualTo(1);
      assertThat(machine.frames().allocateRun(RunRequest.of(1000, 0), FrameOwner.OBJECT, 1))
          .isEqualTo(2);
      assertThat(Thread.interrupted()).isTrue();
      machine.memory().writeLong(1000L << 12, 1);
    } finally {
      boolean cleared = Thread.interrupted();
      assertThat(cleared).isFalse();
    }
  }

  @Test
  void a_folder_that_is_not_there_is_no_frame() {
    try (SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, 64).ramFolder(Path.of("/nowhere/at/all")).build()) {
      assertThat(machine.frames().allocate(FrameOwner.OBJECT, 1)).isEqualTo(Frames.NONE);
      assertThat(machine.newTranslation(0, 100)).isNull();
    }
  }

  @Test
  void physical_memory_reads_writes_and_copies_frames() {
    try (SimulatedMachine machine = machine(false);
        Arena arena = Arena.ofConfined()) {
      PhysicalMemory memory = machine.memory();
      MemorySegment bytes = arena.allocate(16);
      bytes.setString(0, "0123456789");
      memory.write(7, 4090, bytes, 1, 6);
      memory.copyFrame(7, 9);
      MemorySegment back = arena.allocate(16);
      memory.read(9, 4090, back, 2, 6);
      assertThat(back.getString(2)).isEqualTo("123456");
      memory.zeroFrame(7);
      memory.read(7, 4090, back, 2, 6);
      assertThat(back.getString(2)).isEmpty();
      memory.copyFrame(4000, 9);
      assertThat(memory.readLong((9L << 12) + 4088)).isZero();
      assertThat(memory.segment(9, 2, false).isReadOnly()).isTrue();
      assertThat(memory.segment(9, 2, true).byteSize()).isEqualTo(8192);
      assertThatThrownBy(() -> memory.write(7, 4090, bytes, 0, 7))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> memory.readLong(4096L << 12))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> memory.segment(4095, 2, true))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void impossible_machines_are_refused_with_a_reason() {
    assertThatThrownBy(() -> SimulatedMachine.create(5000)).hasMessageContaining("5000");
    assertThatThrownBy(() -> SimulatedMachine.create(-4096))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SimulatedMachine.builder().build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SimulatedMachine.builder().ram(0, 10).ram(9, 1).build())
        .hasMessageContaining("0x9");
    assertThatThrownBy(() -> SimulatedMachine.builder().ram(0, 10).levels(3).build())
        .hasMessageContaining("3");
    assertThatThrownBy(() -> SimulatedMachine.builder().ram(1 << 30, 1))
        .isInstanceOf(IllegalArgumentException.class);
    DeviceHandler nobody =
        new DeviceHandler() {
          @Override
          public long read(long offsetBytes, int bytes) {
            return 0;
          }

          @Override
          public void write(long offsetBytes, int bytes, long value) {}
        };
    assertThatThrownBy(
            () -> SimulatedMachine.builder().ram(0, 10).device("over", 9, 2, nobody).build())
        .hasMessageContaining("over");
    try (SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, 10).device("one", 20, 2, nobody).seed(7).build()) {
      assertThatThrownBy(() -> machine.addDevice("two", 21, 1, nobody)).hasMessageContaining("two");
      assertThatThrownBy(() -> machine.removeDevice(21))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(machine.deviceAt(21)).isEqualTo("one");
      assertThat(machine.deviceAt(22)).isNull();
      assertThat(machine.seeds().seed()).isEqualTo(7);
      assertThat(machine.tableFormat()).isEqualTo("x86-64, 4 levels");
    }
  }

  @Test
  void running_out_of_frames_refuses_and_keeps_what_was() {
    try (SimulatedMachine machine = SimulatedMachine.builder().ram(1, 6).build()) {
      PagedSpace space = new PagedSpace(machine);
      space.map(5);
      assertThat(space.translation().reach(1L << 30)).isEqualTo(Translation.NO_TABLES);
      assertThat(space.translation().prepare(0, 1L << 34)).isFalse();
      assertThat(machine.frames().free()).isEqualTo(1);
      assertThat(space.translation().reach(511)).isEqualTo(TranslationEntry.ABSENT);
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      cpu.store(0x5000, 8, 9);
      assertThat(cpu.load(0x5000, 8)).isEqualTo(9);
    }
  }
}
