package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.sim.cpu.SimulatedCpu;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A CPU that is attached to two address spaces: a process's, and the one that all share. */
@OnEverySubstrate
@Timeout(60)
class HalvesContractTest extends Contract {
  /** A border that pages lie on both sides of. */
  private static final long BORDER = 0x80_0003;

  /** A page far below it, which no page from the border on shares a slot of the TLB with. */
  private static final long LOW = 0x2800;

  private static final long EDGE = Pages.address(BORDER);

  private final AddressSpace other =
      AddressSpace.create(machine, "other", FIRST_PAGE, LAST_PAGE).get();
  private final AddressSpace system =
      AddressSpace.create(machine, "system", BORDER, Pages.LAST_PAGE).get();

  HalvesContractTest(Substrate substrate) {
    super(substrate);
    cpu.attach(space, system);
  }

  @AfterEach
  void close_the_others() {
    cpu.attach(null);
    other.close();
    system.close();
  }

  private void map(AddressSpace into, MemoryObject object, long pages, long at, int permissions) {
    request.clear().object(object, 0).pages(pages).permissions(permissions).where().at(at);
    into.root().map(request).orThrow();
  }

  private void map(AddressSpace into, long pages, long at) {
    map(into, object(pages), pages, at, Permissions.READ_WRITE);
  }

  /** So that the TLB is in use, and holds some pages. */
  private void loadAll(long at, long pages) {
    for (int round = 0; round < 3; round++) {
      for (long page = at; page < at + pages; page++) {
        load(Pages.address(page));
        store(Pages.address(page), page);
      }
    }
  }

  /** How many look-ups of some accesses the TLB had no answer for. */
  private long misses(Runnable accesses) {
    long before = ((SimulatedCpu) cpu).walks();
    accesses.run();
    return ((SimulatedCpu) cpu).walks() - before;
  }

  @Test
  void the_upper_half_of_the_format_is_a_system_that_all_processes_share() {
    assumeThat(substrate.hasUpperHalf()).isTrue();
    long firstHigh = Pages.LAST_PAGE - substrate.lastLowPage();
    AddressSpace high = AddressSpace.create(machine, "high", firstHigh, Pages.LAST_PAGE).get();
    MemoryObject shared = object(1);
    map(high, shared, 1, firstHigh, Permissions.READ_WRITE);
    map(high, 1, Pages.LAST_PAGE);
    map(space, shared, 1, LAST_PAGE, Permissions.READ);
    map(other, 1, LAST_PAGE);
    long low = Pages.address(LAST_PAGE);
    cpu.attach(space, high);
    store(Pages.address(firstHigh), 5);
    store(-8, 6);
    assertThat(load(low)).isEqualTo(5);
    cpu.attach(other, high);
    assertThat(load(low)).isZero();
    assertThat(load(Pages.address(firstHigh))).isEqualTo(5);
    assertThat(load(-8)).isEqualTo(6);
    assertLoadFaults(Pages.address(substrate.lastLowPage() + 1), FaultReason.NOT_CANONICAL);
    assertLoadFaults(Pages.address(firstHigh - 1), FaultReason.NOT_CANONICAL);
    assertLoadFaults(Pages.address(firstHigh + 1), FaultReason.UNMAPPED);
    cpu.attach(null, high);
    assertLoadFaults(low, FaultReason.NOT_ATTACHED);
    assertThat(load(-8)).isEqualTo(6);
    high.close();
  }

  @Test
  void what_the_lower_space_maps_beyond_the_border_cannot_be_seen() {
    map(space, 10, BORDER - 5);
    loadAll(BORDER - 5, 5);
    assertLoadFaults(EDGE, FaultReason.UNMAPPED);
    map(system, 1, BORDER);
    store(EDGE, 77);
    cpu.attach(space);
    assertThat(load(EDGE)).isZero();
    assertThat(cpu.attached()).isSameAs(space);
    assertThat(cpu.attachedUpper()).isNull();
    cpu.attach(space, system);
    assertThat(load(EDGE)).isEqualTo(77);
    assertThat(cpu.attachedUpper()).isSameAs(system);
  }

  @Test
  void an_access_across_the_border_is_made_whole_or_faults_in_either_half() {
    long address = EDGE - 3;
    Fault below = faultOf(() -> cpu.store(address, 8, -1));
    assertThat(below.faultAddress()).isEqualTo(address);
    map(space, 1, BORDER - 1);
    Fault above = faultOf(() -> cpu.store(address, 8, -1));
    assertThat(above).isEqualTo(new Fault(address, 8, Access.WRITE, EDGE, above.reason(), null));
    assertThat(load(EDGE - 8)).isZero();
    MemoryObject upper = object(1);
    map(system, upper, 1, BORDER, Permissions.READ);
    assertThat(faultOf(() -> cpu.store(address, 8, -1)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(load(EDGE - 8)).isZero();
    assertThat(cpu.load(address, 8)).isZero();
    system.root().protect(BORDER, 1, Permissions.READ_WRITE).orThrow();
    cpu.store(address, 8, 0x1122334455667788L);
    assertThat(cpu.load(address, 8)).isEqualTo(0x1122334455667788L);
    assertThat(get(upper, 0)).isEqualTo(0x1122334455L);
    space.root().unmap(BORDER - 1, 1).orThrow();
    assertThat(faultOf(() -> cpu.load(address, 8)).faultAddress()).isEqualTo(address);
    map(space, 1, BORDER - 1);
    system.root().unmap(BORDER, 1).orThrow();
    assertThat(faultOf(() -> cpu.load(address, 8)).faultAddress()).isEqualTo(EDGE);
  }

  @Test
  void bulk_accesses_go_across_the_border() {
    map(space, 2, BORDER - 2);
    map(system, 2, BORDER);
    byte[] bytes = new byte[3 * Pages.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 >>> 3);
    }
    long from = EDGE - Pages.BYTES - 100;
    MemorySegment back = MemorySegment.ofArray(new byte[bytes.length]);
    for (int round = 0; round < 2; round++) {
      assertThat(cpu.write(from, MemorySegment.ofArray(bytes), 0, bytes.length)).isNull();
      assertThat(cpu.read(from, back, 0, bytes.length)).isNull();
      assertThat(back.mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1);
    }
    assertThat(cpu.copy(from, from + 50, bytes.length)).isNull();
    assertThat(cpu.read(from + 50, back, 0, bytes.length)).isNull();
    assertThat(back.mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1);
    assertThat(cpu.probe(from, bytes.length, Access.WRITE)).isNull();
    system.root().unmap(BORDER + 1, 1).orThrow();
    assertThat(Objects.requireNonNull(cpu.read(from, back, 0, bytes.length)).faultAddress())
        .isEqualTo(EDGE + Pages.BYTES);
    space.root().unmap(BORDER - 1, 1).orThrow();
    assertThat(Objects.requireNonNull(cpu.copy(EDGE, from, 300)).faultAddress())
        .isEqualTo(EDGE - Pages.BYTES);
  }

  @Test
  void attaching_another_process_keeps_the_translations_of_the_upper_half_alone() {
    map(space, 100, LOW);
    map(other, 100, LOW);
    map(system, 100, BORDER);
    loadAll(LOW, 100);
    loadAll(BORDER, 100);
    for (AddressSpace next : new AddressSpace[] {other, space, other}) {
      cpu.attach(next, system);
      assertThat(misses(() -> loadAll(BORDER, 100))).isZero();
      assertThat(misses(() -> loadAll(LOW, 100))).isBetween(100L, 400L);
    }
    cpu.attach(null, system);
    assertThat(misses(() -> loadAll(BORDER, 100))).isZero();
    assertLoadFaults(Pages.address(LOW), FaultReason.NOT_ATTACHED);
  }

  @Test
  void a_process_that_ends_costs_the_system_no_translation() {
    map(space, 600, LOW);
    map(system, 100, BORDER);
    for (int i = 0; i < 40; i++) {
      map(space, 1, 0x4C00 + 2L * i);
    }
    loadAll(LOW, 600);
    for (int i = 0; i < 40; i++) {
      loadAll(0x4C00 + 2L * i, 1);
    }
    loadAll(BORDER, 100);
    space.root().unmap(LOW, 600).orThrow();
    assertThat(misses(() -> loadAll(BORDER, 100))).isZero();
    space.close();
    assertThat(misses(() -> loadAll(BORDER, 100))).isZero();
    assertLoadFaults(Pages.address(0x4C00), FaultReason.NOT_ATTACHED);
    assertThat(cpu.attached()).isNull();
    assertThat(cpu.attachedUpper()).isSameAs(system);
  }

  @Test
  void a_system_that_ends_leaves_the_process_as_it_is_and_its_half_empty() {
    map(space, 100, LOW);
    map(space, 1, BORDER);
    map(system, 1, BORDER);
    loadAll(LOW, 100);
    store(EDGE, 1);
    system.close();
    assertThat(misses(() -> loadAll(LOW, 100))).isZero();
    assertLoadFaults(EDGE, FaultReason.NOT_ATTACHED);
    assertStoreFaults(EDGE, FaultReason.NOT_ATTACHED);
    assertThat(cpu.attachedUpper()).isNull();
    cpu.attach(space, system);
    assertLoadFaults(EDGE, FaultReason.NOT_ATTACHED);
    cpu.attach(space);
    assertThat(load(EDGE)).isZero();
  }

  @Test
  void a_page_that_is_taken_away_in_one_half_is_gone_and_may_be_shown_in_the_other() {
    MemoryObject object = object(1);
    map(system, object, 1, BORDER, Permissions.READ_WRITE);
    map(space, object, 1, LOW, Permissions.READ_WRITE);
    loadAll(BORDER, 1);
    loadAll(LOW, 1);
    assertThat(object.decommit(0, 1)).isEqualTo(Outcome.OK);
    assertThat(load(EDGE)).isZero();
    store(EDGE, 9);
    assertThat(load(Pages.address(LOW))).isEqualTo(9);
    system.root().protect(BORDER, 1, Permissions.READ).orThrow();
    assertStoreFaults(EDGE, FaultReason.DENIED);
    store(Pages.address(LOW), 10);
    assertThat(load(EDGE)).isEqualTo(10);
  }

  @Test
  void a_removal_in_the_lower_half_waits_for_the_cpu() throws InterruptedException {
    removalWaits(space, LOW, BORDER);
  }

  @Test
  void a_removal_in_the_upper_half_waits_for_the_cpu() throws InterruptedException {
    removalWaits(system, BORDER, LOW);
  }

  @Test
  void a_removal_in_the_upper_half_waits_for_the_cpu_after_a_switch_of_processes()
      throws InterruptedException {
    map(system, 1, BORDER);
    map(space, 1, LOW);
    loadAll(BORDER, 1);
    cpu.attach(other, system);
    cpu.attach(space, system);
    system.root().unmap(BORDER, 1).orThrow();
    space.root().unmap(LOW, 1).orThrow();
    assertLoadFaults(EDGE, FaultReason.UNMAPPED);
    removalWaits(system, BORDER, LOW);
  }

  /** A CPU in a bracket has used both halves; a page is unmapped in one of them. */
  private void removalWaits(AddressSpace in, long page, long elsewhere)
      throws InterruptedException {
    assumeThat(substrate.concurrent).isTrue();
    map(in, 1, page);
    map(in == space ? system : space, 1, elsewhere);
    loadAll(page, 1);
    cpu.enter();
    for (int i = 0; i < 40; i++) {
      load(Pages.address(elsewhere));
      load(Pages.address(page));
    }
    AtomicBoolean removed = new AtomicBoolean();
    Thread remover =
        new Thread(() -> {
          in.root().unmap(page, 1).orThrow();
          removed.set(true);
        });
    remover.start();
    // Runnable itself, or it would not be waited for.
    while (remover.getState() != Thread.State.TIMED_WAITING
        && remover.getState() != Thread.State.TERMINATED) {
      Thread.onSpinWait();
    }
    assertThat(removed).isFalse();
    load(Pages.address(elsewhere)); // an access in the other half lets it pass
    remover.join();
    assertLoadFaults(Pages.address(page), FaultReason.UNMAPPED);
    load(Pages.address(elsewhere));
    cpu.exit();
  }
}
