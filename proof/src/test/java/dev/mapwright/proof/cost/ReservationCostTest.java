package dev.mapwright.proof.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.MachineBuilder;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reservations take, counted: heap, frames, nodes and records. */
class ReservationCostTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final int ROUNDS = LONG ? 10_000_000 : 100_000;
  private static final int BATCHES = 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long AT = 0x20_0000;
  private static final int MANY = 1 << 18;

  private static Machine machine(boolean concurrent) {
    MachineBuilder builder = SimulatedMachine.builder().ram(0x100, 1 << 15);
    return concurrent ? builder.build() : builder.singleThreaded().build();
  }

  private static AddressSpace space(Machine machine) {
    return AddressSpace.create(machine, "space", 0x1000, 0x7_FFFF_FFFEL).get();
  }

  private static Reservation reserve(AddressSpace space, long pages, long at) {
    RegionRequest range = new RegionRequest().pages(pages);
    range.where().at(at);
    return space.root().reserve(range, (int) pages).get();
  }

  private static long allocated(Runnable operation) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    operation.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_mapping_on_each_of_262144_pages_takes_9_bytes_a_page_in_all(boolean concurrent) {
    try (Machine machine = machine(concurrent)) {
      AddressSpace space = space(machine);
      reserve(space, 1, 0x1_0000); // loads the classes
      long pfn = machine.frames().allocate(FrameOwner.POOL, 1);
      long records = space.recordBytes();
      long tables = space.translation().tables();
      PfnSource source = page -> pfn;
      Reservation[] made = {null};
      long heap =
          allocated(() -> {
            Reservation reservation = reserve(space, MANY, AT);
            for (int i = 0; i < MANY; i++) {
              reservation.map(AT + i, 1, source, Permissions.READ, CachePolicy.CACHED).orThrow();
            }
            made[0] = reservation;
          });
      long frames = (space.translation().tables() - tables) * Pages.BYTES;
      assertThat(made[0].mappings()).isEqualTo(MANY);
      assertThat(machine.frames().holds(pfn)).isEqualTo(MANY);
      assertThat(frames).isLessThan(8L * MANY + 4 * Pages.BYTES);
      assertThat(frames + space.recordBytes() - records + heap)
          .as("tables, records, and everything that the heap gave meanwhile")
          .isLessThanOrEqualTo(9L * MANY);
      made[0].release().orThrow();
      assertThat(machine.frames().holds(pfn)).isZero();
    }
  }

  @Test
  void what_is_reserved_for_262144_pages_is_two_bits_a_page_and_a_list_of_tables() {
    try (Machine machine = machine(true)) {
      AddressSpace space = space(machine);
      reserve(space, MANY, AT).release().orThrow(); // loads the classes, and RAM's books
      long heap = allocated(() -> reserve(space, MANY, AT));
      assertThat(heap).isLessThan(MANY / 4 + 8 * 1024);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_reservation_of_one_page_takes_2_kib_beside_its_tables(boolean concurrent) {
    try (Machine machine = machine(concurrent)) {
      AddressSpace space = space(machine);
      Reservation[] made = new Reservation[1000];
      for (int i = 0; i < 200; i++) {
        made[i] = reserve(space, 1, AT + 2L * i); // loads the classes
      }
      long records = space.recordBytes();
      long heap =
          allocated(() -> {
            for (int i = 200; i < made.length; i++) {
              made[i] = reserve(space, 1, AT + 2L * i);
            }
          });
      long each = heap / (made.length - 200);
      System.out.println("a reservation of one page takes " + each + " bytes of the heap");
      assertThat(each).isLessThanOrEqualTo(2048);
      assertThat(space.recordBytes() - records).isLessThan(1024L * made.length);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rounds_in_it_acquire_nothing_while_every_allocation_fails(boolean concurrent) {
    try (Machine machine = machine(concurrent)) {
      AddressSpace space = space(machine);
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      long[] pfns = new long[16];
      for (int i = 0; i < pfns.length; i++) {
        pfns[i] = machine.frames().allocate(FrameOwner.POOL, 1);
      }
      Reservation reservation = reserve(space, 1200, AT);
      MemoryObject eater = MemoryObject.paged(machine, 1 << 15).get();
      eater.commit(0, machine.frames().free()).orThrow();
      PfnSource source = page -> pfns[(int) page & 15];
      Rounds rounds = new Rounds(reservation, source, cpu);
      long cold = allocated(() -> rounds.play(20_000)); // loads and compiles
      long nodes = space.recordBytes();
      long tables = space.translation().tables();
      machine.failures().failAll();
      // The virtual machine itself takes a few bytes whenever it throws compiled code away.
      long heap = 0;
      int clean = 0;
      for (int batch = 0; batch < BATCHES; batch++) {
        long taken = allocated(() -> rounds.play(ROUNDS / BATCHES));
        heap += taken;
        clean += taken == 0 ? 1 : 0;
      }
      assertThat(machine.failures().asked()).as("acquisitions asked for").isZero();
      machine.failures().off();
      assertThat(rounds.worst).isEqualTo(Outcome.OK);
      assertThat(clean)
          .as("of %d batches those that took nothing; %d bytes, %d at first", BATCHES, heap, cold)
          .isGreaterThan(BATCHES / 2);
      assertThat(heap).as("bytes of the heap").isLessThan(4096);
      assertThat(space.recordBytes()).isEqualTo(nodes);
      assertThat(space.translation().tables()).isEqualTo(tables);
      assertThat(machine.frames().free()).isZero();
      assertThat(reservation.mappings()).isZero();
      for (long pfn : pfns) {
        assertThat(machine.frames().holds(pfn)).isZero();
      }
      cpu.attach(null);
      space.close();
      eater.release();
    }
  }

  /** Map, use, protect, unmap: of one page mostly, of several now and then. */
  private static final class Rounds {
    private final Reservation reservation;
    private final PfnSource source;
    private final Cpu cpu;

    /** An answer that was not expected; OK for none. */
    private Outcome worst = Outcome.OK;

    Rounds(Reservation reservation, PfnSource source, Cpu cpu) {
      this.reservation = reservation;
      this.source = source;
      this.cpu = cpu;
    }

    private void expect(Outcome outcome) {
      if (outcome != Outcome.OK) {
        worst = outcome;
      }
    }

    void play(int rounds) {
      for (int round = 0; round < rounds; round++) {
        int pages = (round & 63) == 0 ? 64 : 1 + (round & 1);
        long at = AT + (round * 37L) % 1100;
        expect(reservation.map(at, pages, source, Permissions.READ_WRITE, CachePolicy.CACHED));
        if ((round & 15) == 0) {
          cpu.store(Pages.address(at), 8, round);
          expect(reservation.protect(at, (round & 16) == 0 ? Permissions.NONE : Permissions.READ));
        }
        if ((round & 1023) == 5) {
          Outcome occupied = reservation.map(at, 1, source, Permissions.READ, CachePolicy.CACHED);
          expect(occupied == Outcome.OCCUPIED ? Outcome.OK : Outcome.INVALID);
        }
        expect(reservation.unmap(at));
      }
    }
  }

  /** What is done to frames in a space that is full of other mappings, and in an empty one. */
  public static final class AmongOthers extends CostWorld {
    private long steps() {
      return within(
          5_000,
          "frames",
          () -> {
            request.clear().pages(8).where().at(AT);
            root.mapFrames(request, page -> 0x1000 + page).orThrow();
            root.protect(AT + 2, 3, Permissions.READ).orThrow();
            root.move(AT + 1, 5, AT + 0x100).orThrow();
            root.unmap(AT, 0x200).orThrow();
          });
    }

    @Override
    void play() {
      steps();
      long empty = steps();
      for (int i = 0; i < 20_000; i++) {
        MapRequest frames = request.clear().pages(1);
        frames.where().at(AT + 0x1000 + 3L * i);
        root.mapFrames(frames, page -> 0x2000).orThrow();
      }
      long full = steps();
      require(full < 2 * empty + 500, full + " steps among others, " + empty + " alone");
    }
  }

  @Test
  void frames_cost_the_same_among_20_000_other_mappings() throws Exception {
    Counted.run(AmongOthers.class);
  }
}
