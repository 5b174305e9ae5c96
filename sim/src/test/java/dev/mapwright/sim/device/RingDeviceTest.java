package dev.mapwright.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.sim.device.DmaWorld.Wiring;
import dev.mapwright.sim.device.RingDriver.Completion;
import dev.mapwright.sim.device.RingDriver.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ring device as a driver sees it that does everything right, and memory that does not. */
@Timeout(60)
class RingDeviceTest {
  private static final int SECTOR = RingDevice.SECTOR_BYTES;
  private static final DmaPolicy SCATTERED = new DmaPolicy(3, 40, 0, 0);

  private RingDevice disk = new RingDevice("disk", 1024, DmaWorld.REQUESTER, SCATTERED);
  private @Nullable DmaWorld made;

  @AfterEach
  void close() {
    if (made != null) {
      made.close();
      made = null;
    }
  }

  private RingDriver driver(Wiring wiring, long seed, int entries) {
    close();
    DmaWorld world = new DmaWorld(wiring, seed);
    made = world;
    world.machine.plug(disk, RingDriver.BAR_PFN);
    RingDriver driver = new RingDriver(world, disk, entries);
    driver.start();
    assertThat(driver.error()).isEqualTo(RingError.NONE);
    return driver;
  }

  @ParameterizedTest
  @EnumSource
  void sectors_are_written_and_read_back_through_scatter_lists(Wiring wiring) {
    RingDriver driver = driver(wiring, 1, 8);
    DmaWorld world = driver.world;
    long from = world.map(4);
    long into = world.map(4);
    byte[] bytes = DmaWorld.pattern(6 * SECTOR, 4);
    world.put(from + 1, Arrays.copyOf(bytes, 7));
    world.put(from + 4000, Arrays.copyOfRange(bytes, 7, bytes.length));
    driver.post(
        RingDriver.WRITE, 71, 9, new Piece(from + 1, 7), new Piece(from + 4000, 6 * SECTOR - 7));
    assertThat(driver.go()).containsExactly(new Completion(71, 0, 6 * SECTOR, 1));
    assertThat(disk.sector(8)).containsOnly(0);
    assertThat(disk.sector(9)).isEqualTo(Arrays.copyOf(bytes, SECTOR));
    assertThat(disk.sector(14)).isEqualTo(Arrays.copyOfRange(bytes, 5 * SECTOR, 6 * SECTOR));
    assertThat(disk.sector(15)).containsOnly(0);
    driver.post(
        RingDriver.READ, -2, 9, new Piece(into + 4090, 3000), new Piece(into, 6 * SECTOR - 3000));
    assertThat(driver.go()).containsExactly(new Completion(-2, 0, 6 * SECTOR, 2));
    assertThat(world.get(into + 4090, 3000)).isEqualTo(Arrays.copyOf(bytes, 3000));
    assertThat(world.get(into, 72)).isEqualTo(Arrays.copyOfRange(bytes, 3000, 3072));
    assertThat(world.getLong(driver.counter)).as("each completion is counted").isEqualTo(2);
    assertThat(driver.error()).isEqualTo(RingError.NONE);
  }

  @Test
  void its_registers_read_as_the_table_says() {
    RingDriver driver = driver(Wiring.PHYSICAL, 1, 8);
    assertThat(driver.register(0x00)).isEqualTo(0x0001D15C);
    assertThat(disk.read(0x08, 8)).isEqualTo(1024);
    assertThat(disk.read(0x10, 8)).isEqualTo(driver.ring);
    assertThat(disk.read(0x18, 8)).isEqualTo(driver.completions);
    assertThat(disk.read(0x20, 8)).isEqualTo(driver.counter);
    assertThat(driver.register(0x28)).isEqualTo(8);
    assertThat(driver.register(0x2C)).isEqualTo(1);
    assertThat(driver.register(0x30)).isEqualTo(-1);
    assertThat(driver.register(0x44)).isEqualTo(-1);
    assertThat(driver.register(0x48)).isEqualTo(3);
    for (int offset : new int[] {0x10, 0x18, 0x20}) {
      long before = disk.read(offset, 8);
      disk.write(offset, 8, 64);
      assertThat(disk.read(offset, 8)).as("not while it is enabled").isEqualTo(before);
      assertThat(disk.read(offset, 4)).as("not by another width").isEqualTo(-1);
    }
    disk.write(0x28, 4, 4);
    assertThat(driver.register(0x28)).isEqualTo(8);
    for (int nothing : new int[] {0x04, 0x0C, 0x54, 0x58, 0xFF8}) {
      assertThat(disk.read(nothing, 4)).isEqualTo(-1);
      disk.write(nothing, 4, 0);
    }
    assertThat(disk.bars().getFirst().bytes()).isEqualTo(4096);
    for (int sectors : new int[] {0, -1, (1 << 20) + 1}) {
      assertThatThrownBy(() -> new RingDevice("d", sectors, 0, SCATTERED))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new RingDevice("d", 1, 0x10000, SCATTERED))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothing_is_read_before_the_doorbell_and_nothing_done_without_time() {
    RingDriver driver = driver(Wiring.PHYSICAL, 1, 8);
    long into = driver.world.map(1);
    driver.post(RingDriver.READ, 1, 0, new Piece(into, SECTOR));
    assertThat(driver.world.machine.clock().next()).isEqualTo(Clock.NEVER);
    driver.doorbell();
    assertThat(driver.register(0x34)).isEqualTo(1);
    assertThat(driver.register(0x38)).isEqualTo(1);
    assertThat(driver.register(0x3C)).isZero();
    driver.world.rest();
    assertThat(driver.register(0x3C)).isEqualTo(1);
  }

  @Test
  void a_completion_raises_the_line_if_enabled_and_until_acknowledged() {
    RingDriver driver = driver(Wiring.LEGACY, 1, 8);
    long into = driver.world.map(1);
    driver.post(RingDriver.READ, 1, 0, new Piece(into, SECTOR));
    disk.write(0x48, 4, 2);
    assertThat(driver.go()).hasSize(1);
    assertThat(disk.line().raised()).isFalse();
    assertThat(driver.register(0x40)).isEqualTo(1);
    disk.write(0x48, 4, 1);
    assertThat(disk.line().raised()).isTrue();
    disk.write(0x44, 4, 2);
    assertThat(disk.line().raised()).isTrue();
    disk.write(0x44, 4, 1);
    assertThat(disk.line().raised()).isFalse();
  }

  @Test
  void the_interrupt_comes_when_the_completion_is_in_memory_and_counted() {
    RingDriver driver = driver(Wiring.LEGACY, 1, 8);
    List<Long> counts = new ArrayList<>();
    disk.line()
        .listen(line -> {
          assertThat(Thread.holdsLock(disk)).isFalse();
          if (line.raised()) {
            disk.write(0x44, 4, 1);
            counts.add(driver.world.getLong(driver.counter));
            assertThat(driver.take()).hasSize(1);
          }
        });
    long into = driver.world.map(1);
    for (int i = 0; i < 5; i++) {
      driver.post(RingDriver.READ, i, i, new Piece(into, SECTOR));
    }
    driver.doorbell();
    driver.world.rest();
    assertThat(counts).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  private List<Integer> orderOf(long seed) {
    RingDriver driver = driver(Wiring.LEGACY, seed, 32);
    long into = driver.world.map(1);
    for (int i = 0; i < 32; i++) {
      driver.post(RingDriver.READ, i, i, new Piece(into, SECTOR));
    }
    List<Integer> order = driver.go().stream().map(Completion::id).toList();
    assertThat(order).hasSize(32).doesNotHaveDuplicates();
    return order;
  }

  @Test
  void several_are_in_flight_and_end_in_an_order_that_follows_from_the_seed() {
    List<Integer> order = orderOf(1);
    assertThat(order).isNotEqualTo(order.stream().sorted().toList());
    assertThat(orderOf(1)).isEqualTo(order);
    assertThat(orderOf(2)).isNotEqualTo(order);
    // With 8 at work, the first can't be later than behind everything else, but the ninth is not
    // begun before one has ended.
    assertThat(order.getFirst()).isLessThan(8);
  }

  @Test
  void at_most_eight_are_taken_before_one_has_ended() {
    RingDriver driver = driver(Wiring.LEGACY, 1, 32);
    long into = driver.world.map(1);
    for (int i = 0; i < 20; i++) {
      driver.post(RingDriver.READ, i, i, new Piece(into, SECTOR));
    }
    driver.doorbell();
    assertThat(driver.register(0x38)).isEqualTo(8);
    assertThat(driver.register(0x34)).isEqualTo(20);
    driver.world.rest();
    assertThat(driver.register(0x38)).isEqualTo(20);
  }

  @Test
  void rings_are_used_again_and_again_and_can_be_filled_to_the_brim() {
    RingDriver driver = driver(Wiring.SCALABLE, 1, 4);
    long into = driver.world.map(1);
    int number = 0;
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < 1 + round % 4; i++) {
        driver.post(RingDriver.READ, round, i, new Piece(into, SECTOR));
      }
      List<Completion> all = driver.go();
      assertThat(all).hasSize(1 + round % 4);
      for (Completion one : all) {
        assertThat(one).isEqualTo(new Completion(round, 0, SECTOR, ++number));
      }
    }
    assertThat(driver.error()).isEqualTo(RingError.NONE);
  }

  @Test
  void a_request_for_sectors_that_are_not_there_fails_alone() {
    RingDriver driver = driver(Wiring.PHYSICAL, 1, 16);
    Piece two = new Piece(driver.world.map(1), 2 * SECTOR);
    long[] bad = {1023, 1024, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32};
    for (long sector : bad) {
      driver.post(RingDriver.WRITE, 5, sector, two);
    }
    driver.post(RingDriver.READ, 6, 1022, two);
    List<Completion> all = driver.go();
    assertThat(all).hasSize(bad.length + 1);
    for (Completion one : all) {
      assertThat(one.status()).isEqualTo(one.id() == 6 ? 0 : 2);
      assertThat(one.bytes()).isEqualTo(one.id() == 6 ? 2 * SECTOR : 0);
    }
    assertThat(driver.error()).isEqualTo(RingError.NONE);
  }

  // ---- faults

  @Test
  void data_that_is_refused_fails_its_request_alone_and_changes_no_sector() {
    RingDriver driver = driver(Wiring.LEGACY, 1, 8);
    DmaWorld world = driver.world;
    long good = world.map(1);
    long readOnly = world.map(1, Permissions.READ);
    world.put(good, DmaWorld.pattern(4096, 1));
    driver.post(RingDriver.WRITE, 1, 0, new Piece(good, SECTOR), new Piece(0x9000, SECTOR));
    driver.post(RingDriver.READ, 2, 4, new Piece(readOnly, SECTOR));
    driver.post(RingDriver.WRITE, 3, 8, new Piece(readOnly, SECTOR), new Piece(good, SECTOR));
    List<Completion> all = driver.go();
    assertThat(all).extracting(Completion::id).containsExactlyInAnyOrder(1, 2, 3);
    for (Completion one : all) {
      assertThat(one.status()).isEqualTo(one.id() == 3 ? 0 : 1);
      assertThat(one.bytes()).isEqualTo(one.id() == 3 ? 2 * SECTOR : 0);
    }
    assertThat(disk.sector(0)).containsOnly(0);
    assertThat(disk.sector(9)).isEqualTo(DmaWorld.pattern(SECTOR, 1));
    assertThat(world.told)
        .extracting(DmaFault::reason)
        .containsExactlyInAnyOrder(DmaFault.Reason.NOT_MAPPED, DmaFault.Reason.DENIED);
    assertThat(driver.error()).isEqualTo(RingError.NONE);
  }

  @Test
  void a_device_that_tries_again_gets_what_is_mapped_meanwhile() {
    disk = new RingDevice("disk", 64, DmaWorld.REQUESTER, SCATTERED.retrying(3, 100));
    RingDriver driver = driver(Wiring.LEGACY, 1, 8);
    driver.post(RingDriver.READ, 1, 0, new Piece(0x700_0000, SECTOR));
    driver.doorbell();
    driver.world.machine.clock().advance(200);
    assertThat(driver.world.told).isNotEmpty();
    driver.world.mapAt(0x7000, 1, Permissions.READ_WRITE);
    driver.world.rest();
    assertThat(driver.take()).containsExactly(new Completion(1, 0, SECTOR, 1));
    driver.post(RingDriver.READ, 2, 0, new Piece(0x900_0000, SECTOR));
    driver.world.told.clear();
    assertThat(driver.go()).containsExactly(new Completion(2, 1, 0, 2));
    assertThat(driver.world.told).hasSize(4);
  }

  private void assertStopped(RingDriver driver, RingError error, long at) {
    assertThat(driver.error()).isEqualTo(error);
    assertThat(driver.errorAt()).isEqualTo(at);
    assertThat(driver.register(0x2C)).isZero();
    assertThat(driver.register(0x40) & 2).isEqualTo(2);
    assertThat(disk.line().raised()).isTrue();
    assertThat(driver.world.machine.clock().next()).isEqualTo(Clock.NEVER);
    // Nothing but a reset helps.
    disk.write(0x2C, 4, RingDriver.ENABLE);
    assertThat(driver.register(0x2C)).isZero();
    disk.write(0x2C, 4, 0);
    disk.write(0x2C, 4, RingDriver.ENABLE);
    assertThat(driver.register(0x2C)).isZero();
    driver.doorbell();
    assertThat(driver.world.machine.clock().next()).isEqualTo(Clock.NEVER);
    disk.write(0x2C, 4, RingDriver.RESET);
    assertThat(disk.line().raised()).isFalse();
    driver.start();
    driver.post(RingDriver.READ, 9, 0, new Piece(driver.world.map(1), SECTOR));
    assertThat(driver.go()).containsExactly(new Completion(9, 0, SECTOR, 1));
  }

  @Test
  void an_entry_or_a_descriptor_that_can_not_be_read_stops_it() {
    RingDriver driver = driver(Wiring.LEGACY, 1, 128);
    driver.post(RingDriver.READ, 1, 0, 0x9_0010L);
    driver.go();
    assertStopped(driver, RingError.READING, 0x9_0010L);
    driver.world.unmap(driver.ring + 4096, 1);
    driver = driver(Wiring.LEGACY, 1, 256);
    driver.world.unmap(driver.ring, 1);
    driver.post(RingDriver.READ, 1, 0, 0x9_0010L);
    driver.go();
    driver.world.mapAt(driver.ring >> 12, 1, Permissions.READ_WRITE);
    assertStopped(driver, RingError.READING, driver.ring);
  }

  @Test
  void a_completion_that_can_not_be_written_or_counted_stops_it() {
    RingDriver driver = driver(Wiring.SCALABLE, 1, 8);
    Piece piece = new Piece(driver.world.map(1), SECTOR);
    driver.world.unmap(driver.completions, 1);
    driver.post(RingDriver.READ, 1, 0, piece);
    assertThat(driver.go()).isEmpty();
    driver.world.mapAt(driver.completions >> 12, 1, Permissions.READ_WRITE);
    assertStopped(driver, RingError.COMPLETING, driver.completions);
    driver.world.unmap(driver.counter, 1);
    driver.world.mapAt(driver.counter >> 12, 1, Permissions.READ);
    driver.post(RingDriver.READ, 1, 0, piece);
    assertThat(driver.go()).isEmpty();
    driver.world.unmap(driver.counter, 1);
    driver.world.mapAt(driver.counter >> 12, 1, Permissions.READ_WRITE);
    assertStopped(driver, RingError.COMPLETING, driver.counter);
  }

  // ---- what does not fit

  @Test
  void a_ring_that_can_not_be_stops_it() {
    RingDriver driver = driver(Wiring.PHYSICAL, 1, 8);
    for (int size : new int[] {0, 1, 3, 512, -1, Integer.MIN_VALUE}) {
      disk.write(0x2C, 4, 0);
      disk.write(0x28, 4, size);
      disk.write(0x2C, 4, RingDriver.ENABLE);
      assertStopped(driver, RingError.RING, size);
    }
    for (int offset : new int[] {0x10, 0x18, 0x20}) {
      disk.write(0x2C, 4, 0);
      disk.write(offset, 8, offset == 0x20 ? 4 : 32);
      disk.write(0x2C, 4, RingDriver.ENABLE);
      assertStopped(driver, RingError.RING, 8);
    }
  }

  @Test
  void an_index_that_goes_back_or_too_far_stops_it() {
    RingDriver driver = driver(Wiring.PHYSICAL, 1, 8);
    Piece piece = new Piece(driver.world.map(1), SECTOR);
    for (int bad : new int[] {-1, 1, 11, 1 << 31}) {
      driver.post(RingDriver.READ, 1, 0, piece);
      driver.post(RingDriver.READ, 1, 0, piece);
      assertThat(driver.go()).hasSize(2);
      int already = driver.register(0x34);
      disk.write(0x30, 4, already);
      assertThat(driver.error()).as("the same again is nothing new").isEqualTo(RingError.NONE);
      int index = bad == 11 ? already + 9 : bad == 1 ? already - 1 : bad;
      disk.write(0x30, 4, index);
      assertStopped(driver, RingError.INDEX, Integer.toUnsignedLong(index));
    }
    driver.post(RingDriver.READ, 1, 0, piece);
    driver.post(RingDriver.READ, 1, 0, piece);
    driver.doorbell();
    int index = driver.register(0x34) - 1;
    disk.write(0x30, 4, index);
    assertStopped(driver, RingError.INDEX, index);
  }

  @Test
  void an_entry_that_can_not_be_stops_it() {
    RingDriver driver = driver(Wiring.PHYSICAL, 1, 8);
    long list = driver.list(List.of(new Piece(driver.world.map(1), SECTOR)));
    for (int operation : new int[] {0, 3, -1, 1 << 16 | 1}) {
      driver.post(operation, 1, 0, list);
      long at = driver.entryAt(driver.register(0x34));
      assertThat(driver.go()).isEmpty();
      assertStopped(driver, RingError.ENTRY, at);
    }
    driver.post(RingDriver.READ, 1, 0, list, 1L << 63);
    long at = driver.entryAt(driver.register(0x34));
    driver.go();
    assertStopped(driver, RingError.ENTRY, at);
  }

  @Test
  void a_descriptor_that_can_not_be_stops_it() {
    RingDriver driver = driver(Wiring.PHYSICAL, 1, 8);
    long memory = driver.world.map(1);
    for (int bytes : new int[] {0, -1, 65537, Integer.MIN_VALUE}) {
      long list = driver.descriptor(memory, bytes, 0, 0);
      driver.post(RingDriver.READ, 1, 0, list);
      assertThat(driver.go()).isEmpty();
      assertStopped(driver, RingError.DESCRIPTOR, list);
    }
    long list = driver.descriptor(memory, SECTOR, 2, 0);
    driver.post(RingDriver.READ, 1, 0, list);
    driver.go();
    assertStopped(driver, RingError.DESCRIPTOR, list);
    list = driver.descriptor(memory, SECTOR, 0, 0);
    driver.world.putLong(list + 24, 1);
    driver.post(RingDriver.READ, 1, 0, list);
    driver.go();
    driver.world.putLong(list + 24, 0);
    assertStopped(driver, RingError.DESCRIPTOR, list);
  }

  @Test
  void a_list_that_leads_to_itself_or_is_too_long_stops_it() {
    RingDriver driver = driver(Wiring.LEGACY, 1, 8);
    long memory = driver.world.map(1);
    long loop = driver.descriptor(memory, SECTOR, 1, 0);
    driver.putDescriptor(loop, memory, SECTOR, 1, loop);
    driver.post(RingDriver.READ, 1, 0, loop);
    assertThat(driver.go()).isEmpty();
    assertStopped(driver, RingError.LIST, loop);
    Piece[] pieces = new Piece[64];
    Arrays.fill(pieces, new Piece(memory, SECTOR / 8));
    driver.post(RingDriver.READ, 1, 0, pieces);
    assertThat(driver.go()).as("64 are not too many").hasSize(1);
    pieces = Arrays.copyOf(pieces, 65);
    pieces[64] = new Piece(memory, SECTOR);
    driver.post(RingDriver.READ, 1, 0, pieces);
    assertThat(driver.go()).isEmpty();
    assertThat(driver.error()).isEqualTo(RingError.LIST);
  }

  @Test
  void a_list_that_is_no_number_of_sectors_or_too_large_stops_it() {
    RingDriver driver = driver(Wiring.LEGACY, 1, 8);
    long memory = driver.world.map(16);
    long odd = driver.list(List.of(new Piece(memory, SECTOR), new Piece(memory, SECTOR - 1)));
    driver.post(RingDriver.READ, 1, 0, odd);
    assertThat(driver.go()).isEmpty();
    assertStopped(driver, RingError.LENGTH, odd - 32);
    Piece large = new Piece(memory, 65536);
    driver.post(RingDriver.READ, 1, 0, large, large);
    assertThat(driver.go()).containsExactly(new Completion(1, 0, 131072, 2));
    driver.post(RingDriver.READ, 1, 0, large, large, new Piece(memory, SECTOR));
    assertThat(driver.go()).isEmpty();
    assertThat(driver.error()).isEqualTo(RingError.LENGTH);
  }

  // ---- reset and removal

  private RingDriver busy(Wiring wiring) {
    RingDriver driver = driver(wiring, 1, 8);
    DmaWorld world = driver.world;
    world.put(driver.lists + 8192, DmaWorld.pattern(SECTOR, 1));
    for (int i = 0; i < 8; i++) {
      driver.post(RingDriver.WRITE, i, i, new Piece(driver.lists + 8192, SECTOR));
    }
    driver.doorbell();
    world.machine.clock().advance(45);
    return driver;
  }

  @Test
  void disabled_or_reset_in_flight_it_does_nothing_more() {
    for (int control : new int[] {0, RingDriver.RESET, RingDriver.RESET | RingDriver.ENABLE}) {
      RingDriver driver = busy(Wiring.LEGACY);
      int before = driver.register(0x3C);
      assertThat(before).isLessThan(8);
      disk.write(0x2C, 4, control);
      assertThat(driver.world.machine.clock().next()).isEqualTo(Clock.NEVER);
      for (int offset : new int[] {0x2C, 0x34, 0x38, 0x3C}) {
        assertThat(driver.register(offset)).isZero();
      }
      assertThat(disk.read(0x10, 8)).isEqualTo(control == 0 ? driver.ring : 0);
      assertThat(driver.register(0x48)).isEqualTo(control == 0 ? 3 : 0);
      driver.world.machine.clock().advance(500);
      assertThat(driver.world.getLong(driver.counter)).isEqualTo(before);
      driver.start();
      driver.post(RingDriver.READ, 1, 0, new Piece(driver.world.map(1), SECTOR));
      assertThat(driver.go()).containsExactly(new Completion(1, 0, SECTOR, 1));
    }
  }

  @Test
  void pulled_out_in_flight_it_touches_memory_no_more_and_keeps_what_is_on_the_disk() {
    RingDriver driver = driver(Wiring.SCALABLE, 1, 8);
    DmaWorld world = driver.world;
    long memory = world.map(1);
    world.put(memory, DmaWorld.pattern(SECTOR, 1));
    driver.post(RingDriver.WRITE, 1, 3, new Piece(memory, SECTOR));
    assertThat(driver.go()).hasSize(1);
    world.put(memory, new byte[SECTOR]);
    driver.post(RingDriver.READ, 2, 3, new Piece(memory, SECTOR));
    driver.post(RingDriver.WRITE, 3, 3, new Piece(memory, SECTOR));
    driver.doorbell();
    world.machine.clock().advance(5);
    world.machine.unplug(disk);
    assertThat(disk.line().raised()).isFalse();
    assertThat(world.machine.clock().next()).isEqualTo(Clock.NEVER);
    // Accesses that were under way.
    assertThat(disk.read(0, 4)).isEqualTo(-1);
    disk.write(0x30, 4, 3);
    disk.write(0x2C, 4, RingDriver.RESET);
    world.machine.clock().advance(500);
    assertThat(world.get(memory, SECTOR)).containsOnly(0);
    assertThat(world.getLong(driver.counter)).isEqualTo(1);
    world.machine.plug(disk, RingDriver.BAR_PFN);
    assertThat(driver.register(0x28)).isZero();
    assertThat(disk.sector(3)).isEqualTo(DmaWorld.pattern(SECTOR, 1));
  }

  @Test
  void reset_before_it_was_told_it_makes_nothing_of_what_it_is_told() throws Exception {
    for (boolean replugged : new boolean[] {false, true}) {
      RingDriver driver = driver(Wiring.LEGACY, 1, 8);
      driver.post(0, 1, 0, 0x9_0000L);
      driver.doorbell();
      driver.world.overtakeTelling(
          disk,
          40,
          () -> {
            if (replugged) {
              driver.world.machine.unplug(disk);
              driver.world.machine.plug(disk, RingDriver.BAR_PFN);
            } else {
              disk.write(0x2C, 4, RingDriver.RESET);
            }
            driver.start();
            for (int i = 0; i < 8; i++) {
              driver.post(RingDriver.READ, i, 0, new Piece(driver.counter & -4096 | 512, SECTOR));
            }
            driver.doorbell();
          });
      assertThat(driver.error()).isEqualTo(RingError.NONE);
      driver.world.rest();
      assertThat(driver.take()).hasSize(8);
    }
  }

  @Test
  void disabled_with_all_places_taken_it_has_them_free_again() {
    RingDriver driver = driver(Wiring.PHYSICAL, 1, 8);
    Piece piece = new Piece(driver.world.map(1), SECTOR);
    for (int i = 0; i < 8; i++) {
      driver.post(RingDriver.READ, i, 0, piece);
    }
    driver.doorbell();
    disk.write(0x2C, 4, 0);
    driver.start();
    driver.post(RingDriver.READ, 9, 0, piece);
    assertThat(driver.go()).containsExactly(new Completion(9, 0, SECTOR, 1));
  }

  @Test
  void doorbells_are_rung_and_resets_made_while_another_thread_lets_time_pass() throws Exception {
    RingDriver driver = driver(Wiring.LEGACY, 1, 8);
    Piece piece = new Piece(driver.world.map(1), SECTOR);
    AtomicBoolean over = new AtomicBoolean();
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    Thread time =
        new Thread(() -> {
          while (!over.get()) {
            driver.world.machine.clock().advance(7);
          }
        });
    time.setUncaughtExceptionHandler((thread, problem) -> thrown.add(problem));
    time.start();
    int ended = 0;
    for (int round = 0; round < 300; round++) {
      for (int i = 0; i < 4; i++) {
        driver.post(RingDriver.READ, round, i, piece);
      }
      driver.doorbell();
      if (round % 20 == 19) {
        disk.write(0x2C, 4, RingDriver.RESET);
        driver.start();
        continue;
      }
      List<Completion> all = new ArrayList<>();
      while (all.size() < 4 && thrown.isEmpty()) {
        all.addAll(driver.take());
      }
      int expected = round;
      assertThat(all).allMatch(one -> one.id() == expected && one.status() == 0);
      ended += all.size();
    }
    over.set(true);
    time.join();
    assertThat(thrown).isEmpty();
    assertThat(ended).isEqualTo(4 * 285);
    assertThat(driver.error()).isEqualTo(RingError.NONE);
  }

  @Test
  void pulled_out_by_who_is_told_of_its_fault_it_is_silent() {
    RingDriver driver = driver(Wiring.LEGACY, 1, 8);
    DmaWorld world = driver.world;
    Objects.requireNonNull(world.machine.iommu())
        .listen(fault -> {
          assertThat(Thread.holdsLock(disk)).isFalse();
          world.machine.unplug(disk);
          world.machine.plug(disk, RingDriver.BAR_PFN);
          driver.start();
        });
    driver.post(RingDriver.READ, 1, 0, 0x9_0000L);
    driver.doorbell();
    world.rest();
    assertThat(driver.error()).isEqualTo(RingError.NONE);
    assertThat(driver.register(0x2C)).isEqualTo(1);
    assertThat(disk.line().raised()).isFalse();
  }
}
