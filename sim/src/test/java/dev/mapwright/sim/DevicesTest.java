package dev.mapwright.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventListener;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Devices;
import dev.mapwright.core.machine.InterruptLine;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.sim.device.Bar;
import dev.mapwright.sim.device.Device;
import dev.mapwright.sim.device.DeviceMemory;
import dev.mapwright.sim.memory.DeviceMap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Devices plugged in and pulled out, and who is told. */
class DevicesTest {
  private static final long PFN = 0x8_0000L;
  private static final long AT = 0x5_0000;

  private final List<String> told = new ArrayList<>();

  /** A device with two BARs and two lines. */
  private final class Card implements Device {
    final DeviceMemory memory = new DeviceMemory(4 * Pages.BYTES);
    final List<InterruptLine> lines =
        List.of(new InterruptLine("card", 0), new InterruptLine("card", 1));
    Runnable onPlug = () -> {};
    Runnable onUnplug = () -> {};

    @Override
    public String name() {
      return "card";
    }

    @Override
    public List<Bar> bars() {
      return List.of(
          new Bar(0, Pages.BYTES, false, memory), new Bar(2, 4 * Pages.BYTES, true, memory));
    }

    @Override
    public List<InterruptLine> interruptLines() {
      return lines;
    }

    @Override
    public void plugged(Machine where) {
      told.add("plugged");
      assertThat(where).isSameAs(machine);
      onPlug.run();
    }

    @Override
    public void unplugged() {
      told.add("unplugged");
      onUnplug.run();
    }
  }

  private final SimulatedMachine machine = SimulatedMachine.create(4 << 20);
  private final Devices devices = machine.devices();
  private final Card card = new Card();
  private final Cpu cpu = machine.newCpu();
  private final PagedSpace space = new PagedSpace(machine);

  private final Devices.Listener listener =
      new Devices.Listener() {
        @Override
        public void removed(Devices.Range range) {
          told.add("removed " + range.name());
          assertThat(devices.at(range.firstPfn())).isNull();
        }

        @Override
        public void accessed(
            Devices.Range range, Cpu who, long at, long physical, int bytes, Access access) {
          assertThat(who).isSameAs(cpu);
          told.add(
              access.verb()
                  + " "
                  + range.name()
                  + " "
                  + Long.toHexString(at)
                  + " "
                  + Long.toHexString(physical)
                  + " "
                  + bytes);
        }
      };

  DevicesTest() {
    cpu.attach(space);
    devices.listen(listener);
    for (int i = 0; i < 8; i++) {
      space.map(Pages.of(AT) + i, PFN + i, Permissions.ALL);
    }
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private void plug() {
    machine.plug(card, PFN, PFN + 4);
    told.clear();
  }

  @Test
  void a_device_answers_in_all_of_its_bars_and_is_found_at_each_page() {
    machine.plug(card, PFN, PFN + 4);
    assertThat(told).containsExactly("plugged");
    cpu.store(AT + 8, 8, 5);
    assertThat(cpu.load(AT + 0x4008, 8)).isEqualTo(5);
    cpu.store(AT + 0x7000, 4, 6);
    assertThat(card.memory.read(0x3000, 4)).isEqualTo(6);
    assertThat(devices.names()).containsExactly("card BAR 0", "card BAR 2");
    Devices.Range range = Objects.requireNonNull(devices.at(PFN + 6));
    assertThat(range.name()).isEqualTo("card BAR 2");
    assertThat(range.firstPfn()).isEqualTo(PFN + 4);
    assertThat(range.pages()).isEqualTo(4);
    assertThat(range.lastPfn()).isEqualTo(PFN + 7);
    assertThat(range.prefetchable()).isTrue();
    assertThat(Objects.requireNonNull(devices.at(PFN)).prefetchable()).isFalse();
    assertThat(devices.ranges()).hasSize(2).contains(range);
    for (long none : new long[] {0, PFN - 1, PFN + 1, PFN + 8, -1, Long.MAX_VALUE}) {
      assertThat(devices.at(none)).isNull();
    }
    assertThat(machine.deviceAt(PFN + 4)).isEqualTo("card BAR 2");
    assertThat(machine.devices()).isSameAs(devices);
  }

  @Test
  void pulled_out_all_bars_are_holes_before_anybody_is_told_and_lines_are_lowered() {
    plug();
    cpu.load(AT, 4);
    card.lines.get(1).raise();
    card.lines.get(1).listen(line -> told.add("lowered"));
    card.onUnplug =
        () -> {
          assertThat(devices.ranges()).isEmpty();
          assertThat(card.lines.get(1).raised()).isTrue();
        };
    machine.unplug(card);
    assertThat(told)
        .containsExactly("unplugged", "lowered", "removed card BAR 0", "removed card BAR 2");
    assertThatThrownBy(() -> machine.unplug(card))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("card");
  }

  @Test
  void each_access_to_what_is_gone_is_told_with_its_address_and_width() {
    plug();
    machine.unplug(card);
    told.clear();
    assertThat(cpu.load(AT + 8, 4)).isEqualTo(0xFFFF_FFFFL);
    cpu.store(AT + 0x5000, 8, 1);
    cpu.fetch(AT, 1);
    assertThat(told)
        .containsExactly(
            "read card BAR 0 50008 80000008 4",
            "write card BAR 2 55000 80005000 8",
            "fetch card BAR 0 50000 80000000 1");
    told.clear();
    cpu.load(AT + 0x1000, 8);
    assertThat(told).as("no device was there ever").isEmpty();
    cpu.load(AT + 0xFFF, 2);
    cpu.store(AT + 0x4FFF, 2, 1);
    assertThat(told)
        .containsExactly(
            "read card BAR 0 50fff 80000fff 1",
            "write card BAR 2 54fff 80004fff 1",
            "write card BAR 2 55000 80005000 1");
    devices.ignore(listener);
    told.clear();
    cpu.load(AT, 8);
    assertThat(told).isEmpty();
  }

  @Test
  void bulk_accesses_to_what_is_gone_are_told_byte_by_byte_with_their_addresses() {
    plug();
    machine.unplug(card);
    space.map(0x99, Permissions.ALL);
    told.clear();
    MemorySegment two = MemorySegment.ofArray(new byte[2]);
    assertThat(cpu.read(AT + 6, two, 0, 2)).isNull();
    assertThat(two.toArray(ValueLayout.JAVA_BYTE)).containsExactly(-1, -1);
    assertThat(cpu.write(AT + 8, two, 0, 2)).isNull();
    assertThat(cpu.copy(AT, 0x9_9000, 2)).isNull();
    assertThat(cpu.copy(0x9_9000, AT + 0x10, 1)).isNull();
    assertThat(told)
        .containsExactly(
            "read card BAR 0 50006 80000006 1",
            "read card BAR 0 50007 80000007 1",
            "write card BAR 0 50008 80000008 1",
            "write card BAR 0 50009 80000009 1",
            "read card BAR 0 50000 80000000 1",
            "read card BAR 0 50001 80000001 1",
            "write card BAR 0 50010 80000010 1");
  }

  @Test
  void what_answers_again_is_told_no_more_and_what_went_last_counts() {
    plug();
    machine.unplug(card);
    machine.addDevice("wide", PFN - 1, 3, new DeviceMemory(3 * Pages.BYTES));
    told.clear();
    cpu.load(AT, 4);
    assertThat(told).isEmpty();
    machine.removeDevice(PFN - 1);
    cpu.load(AT, 4);
    cpu.load(AT + 0x4000, 4);
    assertThat(told)
        .containsExactly(
            "removed wide", "read wide 50000 80000000 4", "read card BAR 2 54000 80004000 4");
  }

  @Test
  void removing_one_range_of_a_device_removes_it_whole() {
    plug();
    machine.removeDevice(PFN + 4);
    assertThat(devices.names()).isEmpty();
    assertThat(told).containsExactly("unplugged", "removed card BAR 0", "removed card BAR 2");
    machine.plug(card, PFN, PFN + 4);
    assertThat(devices.names()).hasSize(2);
  }

  @Test
  void what_does_not_fit_is_refused_and_nothing_is_plugged_in() {
    machine.addDevice("there", PFN + 12, 1, new DeviceMemory(0));
    for (long[] places :
        new long[][] {
          {PFN}, // too few
          {PFN, PFN + 8, PFN + 16},
          {PFN, PFN + 6}, // no multiple of the size
          {PFN, 0}, // RAM
          {PFN, PFN + 12}, // another device
          {PFN + 8, PFN + 8}, // itself
          {PFN, 1L << 40},
          {-4, PFN + 8}
        }) {
      assertThatThrownBy(() -> machine.plug(card, places))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(devices.names()).containsExactly("there");
    }
    assertThat(told.stream().filter("plugged"::equals).count())
        .as("each time that it got power")
        .isEqualTo(told.stream().filter("unplugged"::equals).count());
    plug();
    assertThatThrownBy(() -> machine.plug(card, PFN + 16, PFN + 24))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("already");
    assertThat(devices.names()).hasSize(3);
    assertThat(told).isEmpty();
  }

  @Test
  void what_is_thrown_on_the_way_comes_out_and_the_rest_is_done() {
    plug();
    card.lines.forEach(InterruptLine::raise);
    card.lines.forEach(line ->
        line.listen(changed -> {
          throw new IllegalStateException("line");
        }));
    card.onUnplug =
        () -> {
          throw new IllegalStateException("device");
        };
    devices.ignore(listener);
    devices.listen(range -> {
      throw new UnsupportedOperationException("listener");
    });
    devices.listen(listener);
    assertThatThrownBy(() -> machine.unplug(card)).isInstanceOf(RuntimeException.class);
    assertThat(told).containsExactly("unplugged", "removed card BAR 0", "removed card BAR 2");
    assertThat(card.lines).noneMatch(InterruptLine::raised);
    card.onUnplug = () -> {};
    card.onPlug =
        () -> {
          throw new UnsupportedOperationException("no power");
        };
    assertThatThrownBy(() -> machine.plug(card, PFN, PFN + 4))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(devices.names()).isEmpty();
  }

  @Test
  void a_listener_may_use_the_cpu_change_mappings_and_plug_in_another() {
    plug();
    machine.unplug(card);
    told.clear();
    long pfn = space.map(0x99, Permissions.ALL);
    devices.ignore(listener);
    devices.listen(
        new Devices.Listener() {
          @Override
          public void removed(Devices.Range range) {}

          @Override
          public void accessed(
              Devices.Range range, Cpu who, long at, long physical, int bytes, Access access) {
            who.store(0x9_9000, 8, at);
            machine.addDevice("instead", PFN, 1, new DeviceMemory(16));
            throw new UnsupportedOperationException("and throw");
          }
        });
    assertThatThrownBy(() -> cpu.load(AT, 4)).isInstanceOf(UnsupportedOperationException.class);
    assertThat(machine.memory().readLong(Pages.address(pfn))).isEqualTo(AT);
    assertThat(cpu.load(AT, 4)).isZero();
  }

  @Test
  void pulling_out_is_refused_inside_a_callback_that_holds_locks() {
    plug();
    List<Throwable> refusals = new ArrayList<>();
    EventListener events =
        event -> {
          for (Runnable attempt :
              List.<Runnable>of(() -> machine.unplug(card), () -> machine.removeDevice(PFN))) {
            try {
              attempt.run();
            } catch (IllegalStateException refusal) {
              refusals.add(refusal);
            }
          }
        };
    machine.events().listen(events);
    MemoryObject object = MemoryObject.paged(machine, 1).get();
    object.commit(0, 1).orThrow();
    machine.events().ignore(events);
    object.release();
    assertThat(refusals).isNotEmpty();
    assertThat(devices.names()).hasSize(2);
    assertThat(told).isEmpty();
    machine.unplug(card);
  }

  @Test
  void plugging_in_and_pulling_out_for_ever_keeps_the_memory_of_one() {
    for (int round = 0; round < 2000; round++) {
      machine.plug(card, PFN, PFN + 4);
      machine.unplug(card);
    }
    told.clear();
    cpu.load(AT, 4);
    assertThat(told).hasSize(1);
    assertThat(((DeviceMap) devices).remembered()).isEqualTo(2);
    for (int round = 0; round < 2000; round++) {
      machine.addDevice("somewhere", PFN + 8 + round, 1, new DeviceMemory(0));
      machine.removeDevice(PFN + 8 + round);
    }
    assertThat(((DeviceMap) devices).remembered()).isEqualTo(1024);
  }
}
