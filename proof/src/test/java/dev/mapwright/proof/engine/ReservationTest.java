package dev.mapwright.proof.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.proof.SplitMix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inside a reservation everything works while every acquisition on the machine fails. */
class ReservationTest {
  private static final int PAGES = 1100;
  private static final int MAPPINGS = 40;
  private static final int FRAMES = 64;
  private static final long OFFSET = 700;

  private final long[] pfns = new long[FRAMES];

  /** For each page of the reservation the frame it shows, as an index of pfns; -1 for none. */
  private final int[] shown = new int[PAGES];

  private final int[] permissions = new int[PAGES];

  /** For a page at which a mapping begins its length, else 0. */
  private final int[] lengths = new int[PAGES];

  private int mappings;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void mapping_and_unmapping_in_a_reservation_acquire_nothing(long seed) {
    SplitMix random = new SplitMix(seed);
    try (Machine machine = Machines.simulated(seed)) {
      AddressSpace space = AddressSpace.create(machine, "reserved", 0x4_0000, 0x5_ffff).get();
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      for (int i = 0; i < FRAMES; i++) {
        pfns[i] = machine.frames().allocate(FrameOwner.POOL, i);
      }
      RegionRequest request = new RegionRequest().pages(PAGES);
      request.where().at(0x4_0000 + OFFSET);
      Reservation reservation = space.root().reserve(request, MAPPINGS).get();
      long first = reservation.region().firstPage();
      java.util.Arrays.fill(shown, -1);
      long free = machine.frames().free();
      long tables = space.translation().tables();
      machine.failures().failAll();
      for (int step = 0; step < 6000; step++) {
        if (random.chance(55)) {
          map(reservation, first, random);
        } else {
          unmap(reservation, first, random);
        }
        int page = random.below(PAGES);
        compare(machine, cpu, first + page, page, random.next());
      }
      assertThat(machine.failures().asked()).as("acquisitions asked for").isZero();
      machine.failures().off();
      assertThat(machine.frames().free()).isEqualTo(free);
      assertThat(space.translation().tables()).isEqualTo(tables);
      for (int page = 0; page < PAGES; page++) {
        compare(machine, cpu, first + page, page, page);
      }
      Invariants.verify(machine);
      assertThat(reservation.release()).isEqualTo(Outcome.OK);
      for (long pfn : pfns) {
        assertThat(machine.frames().holds(pfn)).isZero();
        assertThat(machine.frames().free(pfn)).isTrue();
      }
      space.close();
      assertThat(machine.census().leaks()).isEmpty();
    }
  }

  private void map(Reservation reservation, long first, SplitMix random) {
    int page = random.below(PAGES);
    int count = 1 + random.below(random.chance(80) ? 8 : 60);
    int frame = random.below(FRAMES);
    int allowed = random.oneOf(Permissions.READ, Permissions.READ_WRITE, Permissions.ALL);
    boolean inside = page + count <= PAGES;
    boolean free = inside;
    for (int i = page; i < page + count && free; i++) {
      free = shown[i] < 0;
    }
    Outcome expected =
        !inside
            ? Outcome.OUTSIDE
            : !free ? Outcome.OCCUPIED : mappings == MAPPINGS ? Outcome.IN_USE : Outcome.OK;
    Outcome seen =
        reservation.map(
            first + page,
            count,
            i -> pfns[(int) ((frame + i) % FRAMES)],
            allowed,
            CachePolicy.CACHED);
    assertThat(seen).isEqualTo(expected);
    if (seen == Outcome.OK) {
      for (int i = 0; i < count; i++) {
        shown[page + i] = (frame + i) % FRAMES;
        permissions[page + i] = allowed;
      }
      lengths[page] = count;
      mappings++;
    }
  }

  private void unmap(Reservation reservation, long first, SplitMix random) {
    int page = random.below(PAGES);
    for (int tries = 0; tries < PAGES && lengths[page] == 0 && random.chance(99); tries++) {
      page = (page + 1) % PAGES;
    }
    int count = lengths[page];
    assertThat(reservation.unmap(first + page))
        .isEqualTo(count == 0 ? Outcome.NOT_MAPPED : Outcome.OK);
    for (int i = page; i < page + count; i++) {
      shown[i] = -1;
    }
    lengths[page] = 0;
    mappings -= count == 0 ? 0 : 1;
  }

  /** A store, if one is allowed, and a load of the same page, against the frame itself. */
  private void compare(Machine machine, Cpu cpu, long page, int index, long value) {
    long address = Pages.address(page) + 8 * (value & 511);
    if (shown[index] < 0) {
      assertThat(loads(cpu, address)).isFalse();
      return;
    }
    long physical = Pages.address(pfns[shown[index]]) + 8 * (value & 511);
    if ((permissions[index] & Permissions.WRITE) != 0) {
      cpu.store(address, 8, value);
      assertThat(machine.memory().readLong(physical)).isEqualTo(value);
    }
    assertThat(cpu.load(address, 8)).isEqualTo(machine.memory().readLong(physical));
  }

  private static boolean loads(Cpu cpu, long address) {
    try {
      cpu.load(address, 8);
      return true;
    } catch (MemoryFault fault) {
      return false;
    }
  }
}
