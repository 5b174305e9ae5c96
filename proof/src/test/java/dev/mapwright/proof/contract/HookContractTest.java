package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.AccessHook;
import dev.mapwright.core.machine.BusError;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.Hook;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.proof.contract.Substrate.Device;
import dev.mapwright.proof.contract.Substrate.Hardware;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Hooks of an address space, and what can be put into it in one call. */
@OnEverySubstrate
class HookContractTest extends Contract {
  private static final long DEVICE_PFN = 0x10_0000;
  private static final long PAGE = 0x2000;
  private static final long ADDRESS = PAGE * BYTES;
  private static final Set<Access> ALL = EnumSet.allOf(Access.class);

  private final AtomicInteger told = new AtomicInteger();
  private final AccessHook counting =
      (by, access, address, bytes, value) -> told.incrementAndGet() > 0;

  HookContractTest(Substrate substrate) {
    super(
        substrate,
        Hardware.of(RAM_PAGES)
            .with(
                new Device(
                    "device",
                    DEVICE_PFN,
                    2,
                    new DeviceHandler() {
                      @Override
                      public long read(long offsetBytes, int bytes) {
                        if (offsetBytes >= BYTES) {
                          throw new BusError("the second page fails");
                        }
                        return 5;
                      }

                      @Override
                      public void write(long offsetBytes, int bytes, long value) {}
                    })));
  }

  @Test
  void a_hook_is_told_while_it_is_set_whatever_is_mapped_there() {
    MemoryObject one = object(4);
    MemoryObject other = object(4);
    map(one, 4, PAGE);
    for (int i = 0; i < 40; i++) {
      store(ADDRESS, i);
      load(ADDRESS);
    }
    try (Hook hook = space.hook(ADDRESS, ADDRESS + 7, ALL, counting).get()) {
      store(ADDRESS, 1);
      load(ADDRESS);
      assertThat(told).hasValue(2);
      space.root().unmap(PAGE, 4).orThrow();
      assertThat(faultOf(() -> load(ADDRESS)).reason()).isEqualTo(FaultReason.UNMAPPED);
      assertThat(told).hasValue(2);
      map(other, 4, PAGE);
      load(ADDRESS);
      assertThat(told).hasValue(3);
      assertThat(hook.lastAddress()).isEqualTo(ADDRESS + 7);
    }
    load(ADDRESS);
    assertThat(told).hasValue(3);
  }

  @Test
  void a_hook_that_unmaps_makes_the_access_fault() {
    map(object(4), 4, PAGE);
    AccessHook unmaps =
        (by, access, address, bytes, value) -> space.root().unmap(PAGE, 1) == Outcome.OK;
    try (Hook hook = space.hook(ADDRESS, ADDRESS, Set.of(Access.WRITE), unmaps).get()) {
      assertThat(faultOf(() -> store(ADDRESS, 1)).reason()).isEqualTo(FaultReason.UNMAPPED);
      assertThat(hook.firstAddress()).isEqualTo(ADDRESS);
    }
  }

  @Test
  void leases_and_going_back_go_past_hooks() {
    map(object(4), 4, PAGE);
    store(ADDRESS, 1);
    try (Hook hook = space.hook(ADDRESS, ADDRESS + BYTES - 1, ALL, counting).get();
        SpaceSnapshot before = space.snapshot().get()) {
      try (Lease lease = space.lease(PAGE, 1, true).get()) {
        lease.segment(0, 1).set(ValueLayout.JAVA_BYTE, 0, (byte) 2);
      }
      before.restore().orThrow();
      assertThat(told).hasValue(0);
      load(ADDRESS);
      assertThat(told).as("hooks are no part of a snapshot").hasValue(1);
      assertThat(hook.kinds()).isEqualTo(ALL);
    }
  }

  @Test
  void what_makes_no_sense_is_refused() {
    long first = FIRST_PAGE * BYTES;
    long last = Pages.lastAddress(LAST_PAGE);
    assertThat(refused(first, first, Set.of())).isEqualTo(Outcome.INVALID);
    assertThat(refused(first + 1, first, ALL)).isEqualTo(Outcome.INVALID);
    assertThat(refused(first - 1, first, ALL)).isEqualTo(Outcome.OUTSIDE);
    assertThat(refused(first, last + 1, ALL)).isEqualTo(Outcome.OUTSIDE);
    machine.failures().failNth(1, Set.of(AllocationPoint.OBJECT));
    assertThat(refused(first, last, ALL)).isEqualTo(Outcome.OUT_OF_RECORDS);
    machine.failures().off();
    AddressSpace closed = AddressSpace.create(machine, "closed", 1, 1).get();
    Hook hook = closed.hook(BYTES, BYTES, ALL, counting).get();
    closed.close();
    hook.close();
    assertThat(closed.hook(BYTES, BYTES, ALL, counting).outcome()).isEqualTo(Outcome.DEAD);
  }

  private Outcome refused(long first, long last, Set<Access> kinds) {
    Made<Hook> made = space.hook(first, last, kinds, counting);
    assertThat(made.made()).isNull();
    return made.outcome();
  }

  @Test
  void contents_are_put_in_with_one_call_and_nothing_is_left_when_they_are_unmapped() {
    byte[] contents = new byte[(int) BYTES + 1];
    contents[0] = 7;
    contents[(int) BYTES] = 9;
    assertThat(space.root().mapContents(PAGE, contents, Permissions.READ)).isEqualTo(Outcome.OK);
    contents[0] = 8;
    assertThat(load(ADDRESS)).isEqualTo(7);
    assertThat(load(ADDRESS + BYTES)).isEqualTo(9);
    assertThat(faultOf(() -> store(ADDRESS, 1)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(space.root().mapContents(PAGE + 1, contents, Permissions.READ))
        .isEqualTo(Outcome.OCCUPIED);
    assertThat(space.root().mapContents(PAGE, new byte[0], Permissions.READ))
        .isEqualTo(Outcome.INVALID);
    space.root().unmap(PAGE, 2).orThrow();
  }

  @Test
  void what_is_said_of_no_permissions_is_read_and_executed_as_rom_and_written_as_memory() {
    space.root().mapRom(PAGE, new byte[] {7}).orThrow();
    assertThat(load(ADDRESS)).isEqualTo(7);
    assertThat(cpu.fetch(ADDRESS, 1)).isEqualTo(7);
    assertThat(faultOf(() -> store(ADDRESS, 1)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(space.root().mapRom(PAGE + 1, new byte[0])).isEqualTo(Outcome.INVALID);
    assertThat(space.root().mapPaged(PAGE, 1)).isEqualTo(Outcome.OCCUPIED);
    space.root().mapPaged(PAGE + 1, 1).orThrow();
    store(ADDRESS + BYTES, 8);
    assertThat(load(ADDRESS + BYTES)).isEqualTo(8);
    if (substrate.tellsFetchesFromReads()) {
      assertThat(faultOf(() -> cpu.fetch(ADDRESS + BYTES, 1)).reason())
          .isEqualTo(FaultReason.DENIED);
    }
    space.root().unmap(PAGE, 2).orThrow();
  }

  @Test
  void memory_is_put_in_with_one_call_takes_frames_when_written_and_none_when_unmapped() {
    long free = machine.frames().free();
    assertThat(space.root().mapPaged(PAGE, 2 * RAM_PAGES, Permissions.READ_WRITE))
        .isEqualTo(Outcome.OK);
    assertThat(load(ADDRESS + BYTES)).isZero();
    store(ADDRESS, 7);
    assertThat(load(ADDRESS)).isEqualTo(7);
    assertThat(space.root().mapPaged(PAGE - 1, 1, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(load(ADDRESS - BYTES)).isZero();
    assertThat(faultOf(() -> store(ADDRESS - BYTES, 1)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(space.root().mapPaged(PAGE + 1, 1, Permissions.READ)).isEqualTo(Outcome.OCCUPIED);
    assertThat(space.root().mapPaged(PAGE, 0, Permissions.READ)).isEqualTo(Outcome.INVALID);
    assertThat(space.root().mapPaged(PAGE, -1, Permissions.READ)).isEqualTo(Outcome.INVALID);
    space.root().unmap(PAGE - 1, 1 + 2 * RAM_PAGES).orThrow();
    assertThat(machine.frames().free()).isGreaterThanOrEqualTo(free - 1); // the one of zeros
  }

  @Test
  void a_device_is_put_in_with_one_call_and_can_fail_an_access() {
    space.root().mapPhysical(PAGE, DEVICE_PFN, 2).orThrow();
    assertThat(load(ADDRESS)).isEqualTo(5);
    assertThat(faultOf(() -> load(ADDRESS + BYTES)).reason()).isEqualTo(FaultReason.BUS_ERROR);
    assertThat(space.root().mapPhysical(PAGE + 8, DEVICE_PFN, 0)).isEqualTo(Outcome.INVALID);
  }
}
