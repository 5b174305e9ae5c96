package dev.mapwright.sim.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.DeviceState;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.device.DmaWorld.Wiring;
import dev.mapwright.sim.device.RingDriver.Completion;
import dev.mapwright.sim.device.RingDriver.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the devices that are ready save, when they save nothing, and what going back forgets. */
@Timeout(60)
class SavedDevicesTest {
  private static final long BAR_PFN = 0xFE_B00L;
  private static final long BUFFER = 0x40000;

  private final DmaWorld world = new DmaWorld(Wiring.PHYSICAL, 1);
  private final Clock clock = world.machine.clock();

  @AfterEach
  void close() {
    world.close();
  }

  private static DeviceState saved(DeviceHandler device) {
    return Objects.requireNonNull(device.saveState());
  }

  @Test
  void memory_goes_back_as_often_as_wanted() {
    DeviceMemory memory = new DeviceMemory(64);
    memory.write(56, 8, 7);
    DeviceState state = saved(memory);
    for (int round = 0; round < 2; round++) {
      assertThat(state.differs()).isFalse();
      memory.write(56, 8, 8);
      memory.write(0, 1, 9);
      assertThat(state.differs()).isTrue();
      state.restore();
      assertThat(memory.read(56, 8)).isEqualTo(7);
      assertThat(memory.read(0, 8)).isZero();
    }
  }

  @Test
  void a_picture_that_goes_back_is_drawn() {
    FrameBuffer screen = new FrameBuffer("screen", 10, 3);
    DeviceHandler bar = screen.bars().getFirst().handler();
    bar.write(44, 4, 5);
    screen.takeChangedRows();
    DeviceState state = saved(bar);
    bar.write(44, 4, 6);
    screen.takeChangedRows();
    assertThat(state.differs()).isTrue();
    state.restore();
    assertThat(state.differs()).isFalse();
    assertThat(screen.pixel(1, 1)).isEqualTo(5);
    assertThat(screen.takeChangedRows().cardinality()).isEqualTo(3);
  }

  // ---- edu

  private EduDevice edu() {
    EduDevice edu = new EduDevice("edu", 10, DmaWorld.REQUESTER);
    world.machine.plug(edu, BAR_PFN);
    return edu;
  }

  private static void transfer(EduDevice edu, long source, long destination, int command) {
    edu.write(0x80, 8, source);
    edu.write(0x88, 8, destination);
    edu.write(0x90, 8, 8);
    edu.write(0x98, 8, command | 1);
  }

  @Test
  void edus_registers_its_buffer_and_its_line_go_back() {
    EduDevice edu = edu();
    List<Boolean> levels = new ArrayList<>();
    edu.line().listen(line -> levels.add(line.raised()));
    long at = world.map(1);
    world.putLong(at, 0x1122_3344_5566_7788L);
    transfer(edu, at, BUFFER + 16, 0);
    clock.advance(EduDevice.DMA_STEPS);
    edu.write(0x80, 8, 1);
    edu.write(0x04, 4, 99);
    edu.write(0x20, 4, 0x80);
    edu.write(0x60, 4, 0x30);
    DeviceState state = saved(edu);
    for (int round = 0; round < 2; round++) {
      assertThat(state.differs()).isFalse();
      edu.write(0x64, 4, 0x30);
      edu.write(0x04, 4, 98);
      edu.write(0x20, 4, 0);
      world.putLong(at, -1);
      transfer(edu, at, BUFFER + 16, 0);
      clock.advance(EduDevice.DMA_STEPS);
      transfer(edu, at, at, 4); // not into the buffer
      clock.advance(EduDevice.DMA_STEPS);
      assertThat(edu.transfersOutOfRange()).isEqualTo(1);
      assertThat(edu.line().raised()).isTrue();
      edu.write(0x64, 4, -1);
      assertThat(edu.line().raised()).isFalse();
      assertThat(state.differs()).isTrue();
      state.restore();
      assertThat(edu.line().raised()).isTrue();
      assertThat(edu.read(0x24, 4)).isEqualTo(0x30);
      assertThat(edu.read(0x04, 4)).isEqualTo(~99);
      assertThat(edu.read(0x20, 4)).isEqualTo(0x80);
      assertThat(edu.read(0x80, 8)).isEqualTo(1);
      assertThat(edu.read(0x88, 8)).isEqualTo(BUFFER + 16);
      assertThat(edu.read(0x98, 8)).isZero();
      assertThat(edu.transfersOutOfRange()).isZero();
    }
    assertThat(levels).containsExactly(true, false, true, false, true, false, true, false, true);
    transfer(edu, BUFFER + 16, at, 2);
    clock.advance(EduDevice.DMA_STEPS);
    assertThat(world.getLong(at)).isEqualTo(0x1122_3344_5566_7788L);
  }

  @Test
  void a_factorial_goes_on_where_it_was() {
    EduDevice edu = edu();
    DeviceState idle = saved(edu);
    edu.write(0x20, 4, 0x80);
    edu.write(0x08, 4, 5);
    clock.advance(4);
    DeviceState computing = saved(edu);
    assertThat(computing.differs()).isFalse();
    clock.advance(1);
    assertThat(computing.differs()).as("it is further").isTrue();
    for (int round = 0; round < 2; round++) {
      clock.advance(100);
      assertThat(edu.read(0x08, 4)).isEqualTo(120);
      computing.restore();
      assertThat(computing.differs()).isFalse();
      assertThat(edu.read(0x08, 4)).isEqualTo(5);
      assertThat(edu.line().raised()).isFalse();
      clock.advance(5);
      assertThat(edu.read(0x20, 4)).isEqualTo(0x81);
      clock.advance(1);
      assertThat(edu.read(0x08, 4)).isEqualTo(120);
      assertThat(edu.line().raised()).isTrue();
    }
    computing.restore();
    idle.restore();
    assertThat(clock.next()).isEqualTo(Clock.NEVER);
    clock.advance(100);
    assertThat(edu.read(0x08, 4)).as("nothing is computed any more").isZero();
    assertThat(edu.line().raised()).isFalse();
    edu.write(0x08, 4, 6);
    clock.advance(10);
    assertThat(edu.read(0x08, 4)).isEqualTo(720);
  }

  @Test
  void a_factorial_goes_back_also_near_the_end_of_all_time() {
    EduDevice edu = edu();
    edu.write(0x08, 4, 5);
    DeviceState computing = saved(edu);
    clock.advance(Clock.NEVER - 3 - clock.now());
    computing.restore();
    clock.advance(2);
    assertThat(edu.read(0x08, 4)).isEqualTo(120);
  }

  @Test
  void a_transfer_that_is_under_way_is_not_saved_and_is_forgotten() {
    EduDevice edu = edu();
    DeviceState idle = saved(edu);
    long at = world.map(1);
    world.putLong(at, -1);
    transfer(edu, at, BUFFER, 4);
    clock.advance(EduDevice.DMA_STEPS - 1);
    assertThat(edu.saveState()).isNull();
    assertThat(idle.differs()).isTrue();
    idle.restore();
    assertThat(idle.differs()).isFalse();
    clock.advance(1000);
    assertThat(edu.read(0x24, 4)).isZero();
    transfer(edu, BUFFER, at, 2);
    clock.advance(EduDevice.DMA_STEPS);
    assertThat(world.getLong(at)).as("the buffer was not filled").isZero();
    assertThat(edu.saveState()).isNotNull();
    world.machine.unplug(edu);
    assertThat(edu.saveState()).as("it is not plugged in").isNull();
    idle.restore();
    assertThat(edu.line().raised()).isFalse();
  }

  // ---- the ring device

  @Test
  void a_disk_goes_back_with_its_rings_unless_it_works_at_something() {
    RingDevice disk = new RingDevice("disk", 16, DmaWorld.REQUESTER, new DmaPolicy(3, 40, 0, 0));
    assertThat(disk.saveState()).as("it is not plugged in").isNull();
    world.machine.plug(disk, RingDriver.BAR_PFN);
    RingDriver driver = new RingDriver(world, disk, 8);
    long at = world.map(1);
    byte[] first = DmaWorld.pattern(512, 1);
    world.put(at, first);
    driver.start();
    DeviceState empty = saved(disk);
    driver.post(RingDriver.WRITE, 1, 3, new Piece(at, 512));
    assertThat(driver.go()).containsExactly(new Completion(1, 0, 512, 1));
    DeviceState state = saved(disk);
    disk.write(0x2C, 4, 0);
    disk.write(0x2C, 4, RingDriver.ENABLE);
    disk.write(0x44, 4, 3);
    assertThat(empty.differs()).as("all registers are the same, the disk is not").isTrue();
    state.restore();
    assertThat(state.differs()).isFalse();
    byte[] rings = world.get(driver.ring, 8192);

    world.put(at, new byte[512]);
    driver.post(RingDriver.WRITE, 2, 3, new Piece(at, 512));
    driver.doorbell();
    while (clock.next() != Clock.NEVER) {
      assertThat(disk.saveState()).as("at " + clock.now()).isNull();
      assertThat(state.differs()).isTrue();
      clock.advance(clock.next() - clock.now());
    }
    assertThat(disk.sector(3)).containsOnly(0);
    assertThat(disk.saveState()).isNotNull();
    disk.write(0x44, 4, 3);
    assertThat(disk.line().raised()).isFalse();

    for (int inFlight = 0; inFlight < 2; inFlight++) {
      state.restore();
      world.put(driver.ring, rings);
      assertThat(clock.next()).as("what was asked of memory is forgotten").isEqualTo(Clock.NEVER);
      assertThat(state.differs()).isFalse();
      assertThat(disk.line().raised()).isTrue();
      assertThat(disk.sector(3)).isEqualTo(first);
      assertThat(driver.register(0x38)).isEqualTo(1);
      assertThat(driver.register(0x3C)).isEqualTo(1);
      disk.write(0x30, 4, 2); // an entry of zeros
      if (inFlight == 1) {
        world.rest();
        assertThat(driver.error()).isEqualTo(RingError.ENTRY);
      }
    }
    state.restore();
    assertThat(driver.error()).isEqualTo(RingError.NONE);
    world.put(driver.entryAt(1), world.get(driver.entryAt(0), 32));
    disk.write(0x30, 4, 2);
    world.rest();
    assertThat(driver.error()).isEqualTo(RingError.NONE);
    assertThat(driver.register(0x3C)).isEqualTo(2);
    assertThat(disk.sector(3)).as("the same request once more").containsOnly(0);
    world.machine.unplug(disk);
    state.restore();
    assertThat(disk.sector(3)).as("what is not plugged in does not go back").containsOnly(0);
  }

  // ---- devices with several BARs

  /** Two BARs; the second one says whether it takes part. */
  private static final class Card implements Device {
    final DeviceMemory registers = new DeviceMemory(4096);
    final DeviceMemory memory = new DeviceMemory(4096);
    boolean partial;

    @Override
    public String name() {
      return "card";
    }

    @Override
    public List<Bar> bars() {
      DeviceHandler second =
          new DeviceHandler() {
            @Override
            public long read(long offsetBytes, int bytes) {
              return memory.read(offsetBytes, bytes);
            }

            @Override
            public void write(long offsetBytes, int bytes, long value) {
              memory.write(offsetBytes, bytes, value);
            }

            @Override
            public @Nullable DeviceState saveState() {
              return partial ? null : memory.saveState();
            }
          };
      return List.of(new Bar(0, 4096, false, registers), new Bar(2, 4096, true, second));
    }
  }

  @Test
  void a_device_takes_part_whole_or_not_at_all() {
    SimulatedMachine machine = world.machine;
    AddressSpace space = AddressSpace.create(machine, "guest", 0, 0xFFFF).get();
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    Card card = new Card();
    machine.plug(card, 0xFE_001L, 0xFE_000L);
    space.root().mapPhysical(0x10, 0xFE_001L, 1).orThrow();
    for (boolean partial : List.of(true, false)) {
      card.partial = partial;
      try (SpaceSnapshot snapshot = space.snapshot().get()) {
        assertThat(snapshot.devicesLeftOut())
            .isEqualTo(partial ? List.of("card BAR 2") : List.of());
        long before = card.registers.read(0, 8);
        long beforeInMemory = card.memory.read(0, 8);
        cpu.store(Pages.address(0x10), 8, before + 1);
        card.memory.write(0, 8, beforeInMemory + 2);
        assertThat(snapshot.differences())
            .isEqualTo(
                partial
                    ? List.of()
                    : List.of(
                        "device card BAR 0 has another state",
                        "device card BAR 2 has another state"));
        snapshot.restore().orThrow();
        assertThat(card.registers.read(0, 8)).isEqualTo(partial ? before + 1 : before);
        assertThat(card.memory.read(0, 8)).isEqualTo(partial ? beforeInMemory + 2 : beforeInMemory);
        machine.unplug(card);
        assertThat(snapshot.restore()).isEqualTo(partial ? Outcome.OK : Outcome.NOT_PRESENT);
        machine.plug(card, 0xFE_001L, 0xFE_000L);
      }
    }
    space.close();
  }
}
