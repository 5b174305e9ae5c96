package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Loops over registers whose translations a CPU has cached: whatever the engine changes, by
 * somebody else's call or from inside a handler, holds for the next access.
 */
@OnEverySubstrate
class RegisterContractTest extends Contract {
  private static final long PFN = 0x10_0000;
  private static final long AT = 0x4000;
  private static final int LOOP = 50;

  /** A counter of accesses, which does something at one of them. */
  private static final class Counter implements DeviceHandler {
    int accesses;
    int actAt = -1;
    Runnable act = () -> {};

    private int called() {
      if (++accesses == actAt) {
        act.run();
      }
      return accesses;
    }

    @Override
    public long read(long offsetBytes, int bytes) {
      return called();
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      called();
    }
  }

  private final Counter counter = new Counter();
  private long address;

  RegisterContractTest(Substrate substrate) {
    super(substrate);
    ((SimulatedMachine) machine).addDevice("counter", PFN, 4, counter);
  }

  @BeforeEach
  void registers_are_mapped_and_cached() {
    MemoryObject registers =
        keep(MemoryObject.physical(machine, PFN, 4, CachePolicy.UNCACHED_DEVICE).get());
    address = map(registers, 4, AT);
    loop();
    counter.accesses = 0;
  }

  private void loop() {
    for (int i = 0; i < LOOP; i++) {
      cpu.load(address, 4);
      cpu.store(address, 4, i);
    }
  }

  /** As often as an access goes through before one faults. */
  private FaultReason loopUntilFault() {
    return faultOf(this::loop).reason();
  }

  @Test
  void a_loop_calls_the_handler_once_for_each_access() {
    loop();
    assertThat(counter.accesses).isEqualTo(2 * LOOP);
    cpu.enter();
    loop();
    cpu.exit();
    assertThat(counter.accesses).isEqualTo(4 * LOOP);
  }

  @Test
  void an_unmapped_register_is_reached_no_more_and_a_neighbour_is() {
    for (boolean bracket : new boolean[] {false, true}) {
      counter.accesses = 0;
      if (bracket) {
        cpu.enter();
        loop();
        counter.accesses = 0;
      }
      root().unmap(AT, 1).orThrow();
      assertThat(loopUntilFault()).isEqualTo(FaultReason.UNMAPPED);
      assertThat(counter.accesses).isZero();
      cpu.load(address + BYTES, 4);
      assertThat(counter.accesses).isEqualTo(1);
      if (bracket) {
        cpu.exit();
      } else {
        MemoryObject again =
            keep(MemoryObject.physical(machine, PFN, 1, CachePolicy.UNCACHED_DEVICE).get());
        map(again, 1, AT);
        loop();
      }
    }
  }

  @Test
  void protection_is_seen_by_the_next_access_and_so_is_its_end() {
    root().protect(AT, 1, Permissions.READ).orThrow();
    assertThat(faultOf(() -> cpu.store(address, 4, 1)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(cpu.load(address, 4)).isEqualTo(1);
    root().protect(AT, 1, Permissions.NONE).orThrow();
    assertThat(faultOf(() -> cpu.load(address, 4)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(counter.accesses).isEqualTo(1);
    root().protect(AT, 1, Permissions.READ_WRITE).orThrow();
    loop();
    assertThat(counter.accesses).isEqualTo(1 + 2 * LOOP);
  }

  @Test
  void a_handler_that_unmaps_itself_has_been_called_for_the_last_time() {
    counter.actAt = 7;
    counter.act = () -> root().unmap(AT, 4).orThrow();
    assertThat(loopUntilFault()).isEqualTo(FaultReason.UNMAPPED);
    assertThat(counter.accesses).isEqualTo(7);
  }

  @Test
  void a_handler_that_protects_itself_ends_its_stores_and_not_its_loads() {
    counter.actAt = 6;
    counter.act = () -> root().protect(AT, 1, Permissions.READ).orThrow();
    assertThat(loopUntilFault()).isEqualTo(FaultReason.DENIED);
    assertThat(counter.accesses).as("with the load before the store that faults").isEqualTo(7);
    cpu.load(address, 4);
    assertThat(counter.accesses).isEqualTo(8);
  }

  @Test
  void a_handler_that_maps_memory_over_itself_is_followed_by_memory() {
    MemoryObject memory = object(1);
    put(memory, 0, 77);
    counter.actAt = 9;
    counter.act =
        () -> {
          request.clear().object(memory, 0).pages(1).where().overwrite(AT);
          root().map(request).orThrow();
        };
    loop();
    assertThat(counter.accesses).isEqualTo(9);
    assertThat(cpu.load(address, 4)).isEqualTo(LOOP - 1);
    assertThat(get(memory, 0)).isEqualTo(LOOP - 1);
  }

  @Test
  void a_handler_that_closes_the_space_leaves_the_cpu_with_none() {
    AddressSpace other = AddressSpace.create(machine, "other", FIRST_PAGE, LAST_PAGE).get();
    MemoryObject registers =
        keep(MemoryObject.physical(machine, PFN + 1, 1, CachePolicy.UNCACHED_DEVICE).get());
    request.clear().object(registers, 0).pages(1).where().at(AT);
    other.root().map(request).orThrow();
    cpu.attach(other);
    loop();
    counter.accesses = 0;
    counter.actAt = 5;
    counter.act = other::close;
    assertThat(loopUntilFault()).isEqualTo(FaultReason.NOT_ATTACHED);
    assertThat(counter.accesses).isEqualTo(5);
    cpu.attach(space);
  }

  @Test
  void frames_of_a_device_mapped_by_number_are_reached_and_withdrawn_alike() {
    request.clear().pages(1).where().at(AT + 0x100);
    root().mapFrames(request, page -> PFN + 2).orThrow();
    long bare = Pages.address(AT + 0x100);
    for (int i = 0; i < LOOP; i++) {
      cpu.load(bare, 8);
    }
    assertThat(counter.accesses).isEqualTo(LOOP);
    root().protect(AT + 0x100, 1, Permissions.NONE).orThrow();
    assertThat(faultOf(() -> cpu.load(bare, 8)).reason()).isEqualTo(FaultReason.DENIED);
    root().protect(AT + 0x100, 1, Permissions.READ).orThrow();
    cpu.load(bare, 8);
    root().unmap(AT + 0x100, 1).orThrow();
    assertThat(faultOf(() -> cpu.load(bare, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
    assertThat(counter.accesses).isEqualTo(LOOP + 1);
  }

  @Test
  void registers_mapped_in_a_reservation_are_cached_and_withdrawn_like_others() {
    RegionRequest range = new RegionRequest().pages(4);
    range.where().at(AT + 0x200);
    Reservation reservation = root().reserve(range, 4).get();
    long reserved = Pages.address(AT + 0x200);
    for (int round = 0; round < 3; round++) {
      counter.accesses = 0;
      reservation
          .map(AT + 0x200, 1, page -> PFN + 3, Permissions.READ_WRITE, CachePolicy.UNCACHED_DEVICE)
          .orThrow();
      for (int i = 0; i < LOOP; i++) {
        cpu.load(reserved, 8);
        cpu.store(reserved + 8, 8, i);
      }
      assertThat(counter.accesses).isEqualTo(2 * LOOP);
      reservation.protect(AT + 0x200, Permissions.READ).orThrow();
      assertThat(faultOf(() -> cpu.store(reserved, 8, 1)).reason()).isEqualTo(FaultReason.DENIED);
      reservation.unmap(AT + 0x200).orThrow();
      assertThat(faultOf(() -> cpu.load(reserved, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
      assertThat(counter.accesses).isEqualTo(2 * LOOP);
    }
    reservation.release();
  }

  @Test
  void two_cpus_with_the_same_registers_forget_them_together() {
    Cpu second = machine.newCpu();
    second.attach(space);
    List<Cpu> both = List.of(cpu, second);
    for (int i = 0; i < LOOP; i++) {
      both.forEach(one -> one.load(address, 4));
    }
    root().unmap(AT, 1).orThrow();
    List<FaultReason> reasons = new ArrayList<>();
    both.forEach(one -> reasons.add(faultOf(() -> one.load(address, 4)).reason()));
    assertThat(reasons).containsExactly(FaultReason.UNMAPPED, FaultReason.UNMAPPED);
    assertThat(counter.accesses).isEqualTo(2 * LOOP);
  }
}
