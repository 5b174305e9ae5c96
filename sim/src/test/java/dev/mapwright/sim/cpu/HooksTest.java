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
import dev.mapwright.core.machine.AccessHook;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Hook;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Hooks: what they are told, what they stop, and what they do in the middle of an access. */
@ParameterizedClass
@EnumSource
@Timeout(60)
class HooksTest {
  enum Mode {
    SINGLE_THREADED,
    CONCURRENT,
    CONCURRENT_IN_A_BRACKET,
    LARGE_FIRST_IN_A_BRACKET;

    final boolean inBracket = name().endsWith("IN_A_BRACKET");
  }

  private static final Set<Access> ALL = EnumSet.allOf(Access.class);
  private static final long DEVICE_PFN = 0x8000_0000L;
  private static final long WARM = 0x1000;
  private static final long LOW = 0x6_0000;
  private static final long HIGH = 0x6_1000;
  private static final long REGISTERS = 0x5_0000;
  private static final long VALUE = 0x1122_3344_5566_7788L;

  private final Mode mode;
  private final List<String> calls = new ArrayList<>();
  private final List<String> registers = new ArrayList<>();
  private final SimulatedMachine machine;
  private final PagedSpace space;
  private final Cpu cpu;

  HooksTest(Mode mode) {
    this.mode = mode;
    DeviceHandler device =
        new DeviceHandler() {
          @Override
          public long read(long offsetBytes, int bytes) {
            registers.add("read " + offsetBytes);
            return offsetBytes;
          }

          @Override
          public void write(long offsetBytes, int bytes, long value) {
            registers.add("write " + offsetBytes);
          }
        };
    var builder = SimulatedMachine.builder().ram(0, 2048).device("device", DEVICE_PFN, 1, device);
    machine = (mode == Mode.SINGLE_THREADED ? builder.singleThreaded() : builder).build();
    space = new PagedSpace(machine);
    cpu = machine.newCpu();
    if (mode == Mode.LARGE_FIRST_IN_A_BRACKET) {
      LookOrderTest.begin(cpu, true);
    }
    cpu.attach(space);
    space.map(Pages.of(WARM), Permissions.ALL);
    space.map(Pages.of(LOW), Permissions.ALL);
    space.map(Pages.of(HIGH), Permissions.ALL);
    space.map(Pages.of(REGISTERS), DEVICE_PFN, Permissions.ALL);
    if (mode.inBracket) {
      cpu.enter();
    }
    // So that arrays are there, and all pages are in the TLB before a test sets its hooks.
    for (long address : new long[] {WARM, LOW, HIGH, REGISTERS}) {
      for (int i = 0; i <= Tlb.MISSES_WITHOUT_ARRAYS; i++) {
        cpu.load(address, 8);
        cpu.store(address, 8, VALUE);
        cpu.fetch(address, 8);
      }
    }
    registers.clear();
  }

  @AfterEach
  void theCpuHoldsNobodyUp() {
    if (mode.inBracket) {
      cpu.exit();
    }
    space.translation().remove(0, Pages.LAST_PAGE);
    assertThat(faultOf(() -> cpu.load(LOW, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
    machine.close();
  }

  private Hook hook(long first, long last, Set<Access> kinds, AccessHook hook) {
    return Objects.requireNonNull(space.translation().hook(first, last, kinds, hook));
  }

  private AccessHook noting(boolean passes) {
    return (by, access, address, bytes, value) -> {
      assertThat(by).isSameAs(cpu);
      calls.add(
          access.verb()
              + " "
              + Long.toHexString(address)
              + " "
              + bytes
              + (value == 0 ? "" : " = " + Long.toHexString(value)));
      return passes;
    };
  }

  private static Fault faultOf(Runnable access) {
    return Objects.requireNonNull(catchThrowableOfType(MemoryFault.class, access::run)).fault();
  }

  private static Fault stopped(long address, long bytes, Access access, long at) {
    return new Fault(address, bytes, access, at, FaultReason.STOPPED, null);
  }

  // ---- what is told

  @Test
  void each_kind_of_access_is_told_to_the_hooks_of_its_kind_alone() {
    for (Access kind : Access.values()) {
      try (Hook hook = hook(LOW + 8, LOW + 15, Set.of(kind), noting(true))) {
        for (int i = 0; i < 3; i++) {
          calls.clear();
          cpu.load(LOW + 8, 4);
          cpu.store(LOW + 12, 4, 0xFFFF_FFFF_0000_0009L);
          cpu.fetch(LOW + 15, 1);
          assertThat(calls)
              .containsExactly(
                  switch (kind) {
                    case READ -> "read 60008 4";
                    case WRITE -> "write 6000c 4 = 9";
                    case FETCH -> "fetch 6000f 1";
                  });
        }
        assertThat(hook.kinds()).containsExactly(kind);
      }
      calls.clear();
      cpu.load(LOW + 8, 4);
      cpu.store(LOW + 12, 4, 9);
      cpu.fetch(LOW + 15, 1);
      assertThat(calls).as("after it was closed").isEmpty();
    }
  }

  @Test
  void only_accesses_with_a_byte_in_the_range_are_told() {
    hook(LOW + 8, LOW + 9, ALL, noting(true));
    cpu.load(LOW, 8);
    cpu.store(LOW + 10, 2, 1);
    cpu.load(HIGH, 8);
    assertThat(calls).isEmpty();
    cpu.load(LOW + 1, 8);
    cpu.load(LOW + 9, 8);
    assertThat(calls).containsExactly("read 60001 8", "read 60009 8");
  }

  @Test
  void pages_beside_one_with_a_hook_stay_in_the_tlb() {
    hook(LOW, LOW, ALL, noting(true));
    cpu.load(HIGH, 8);
    cpu.load(LOW, 8);
    long walks = ((SimulatedCpu) cpu).walks();
    cpu.load(HIGH, 8);
    assertThat(((SimulatedCpu) cpu).walks()).isEqualTo(walks);
    cpu.load(LOW, 8);
    assertThat(((SimulatedCpu) cpu).walks()).isGreaterThan(walks);
  }

  @Test
  void an_access_across_a_page_border_is_told_once_whichever_page_has_the_hook() {
    for (long hooked : new long[] {HIGH - 1, HIGH}) {
      calls.clear();
      try (Hook hook = hook(hooked, hooked, ALL, noting(true))) {
        cpu.load(HIGH - 4, 8);
        cpu.fetch(HIGH - 4, 8);
        cpu.store(HIGH - 4, 8, VALUE);
        assertThat(calls)
            .containsExactly("read 60ffc 8", "fetch 60ffc 8", "write 60ffc 8 = 1122334455667788");
        assertThat(hook.firstAddress()).isEqualTo(hooked);
      }
    }
    calls.clear();
    hook(LOW, HIGH, ALL, noting(true));
    cpu.load(HIGH - 4, 8);
    assertThat(calls).containsExactly("read 60ffc 8");
  }

  @Test
  void bulk_accesses_and_copies_are_told_page_by_page() {
    hook(LOW, HIGH + 0xFFF, ALL, noting(true));
    MemorySegment buffer = MemorySegment.ofArray(new byte[0x2000]);
    assertThat(cpu.read(LOW + 0x800, buffer, 0, 0x1000)).isNull();
    assertThat(cpu.write(LOW + 0x800, buffer, 0, 0x1000)).isNull();
    assertThat(calls)
        .containsExactly(
            "read 60800 2048", "read 61000 2048", "write 60800 2048", "write 61000 2048");
    calls.clear();
    assertThat(cpu.copy(LOW, HIGH, 16)).isNull();
    assertThat(calls).containsExactly("read 60000 16", "write 61000 16");
    calls.clear();
    assertThat(cpu.probe(LOW, 0x2000, Access.WRITE)).isNull();
    assertThat(calls).isEmpty();
  }

  @Test
  void a_compare_and_swap_is_told_as_a_write_and_to_hooks_of_reads_alone_as_a_read() {
    Hook reads = hook(LOW, LOW, Set.of(Access.READ), noting(true));
    assertThat(cpu.compareAndSwap(LOW, 8, VALUE, 5)).isEqualTo(VALUE);
    hook(LOW, LOW, Set.of(Access.READ, Access.WRITE), noting(true));
    assertThat(cpu.compareAndSwap(LOW, 8, 5, 6)).isEqualTo(5);
    reads.close();
    assertThat(calls).containsExactly("read 60000 8 = 5", "read 60000 8 = 6", "write 60000 8 = 6");
  }

  @Test
  void registers_are_told_before_the_device_is() {
    hook(
        REGISTERS,
        REGISTERS + 7,
        ALL,
        (by, access, address, bytes, value) -> {
          calls.add(access.verb() + registers.size());
          return true;
        });
    cpu.load(REGISTERS, 4);
    cpu.store(REGISTERS, 4, 1);
    cpu.load(REGISTERS, 4);
    assertThat(calls).containsExactly("read0", "write1", "read2");
    assertThat(registers).hasSize(3);
  }

  @Test
  void what_faults_is_not_told() {
    hook(0, -1L, ALL, noting(true));
    assertThat(faultOf(() -> cpu.load(0x9_0000, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
    assertThat(faultOf(() -> cpu.store(HIGH + 0xFFC, 8, 1)).faultAddress()).isEqualTo(0x6_2000);
    assertThat(calls).isEmpty();
    cpu.load(WARM, 8);
    assertThat(calls).containsExactly("read 1000 8");
  }

  @Test
  void hooks_are_told_in_the_order_in_which_they_were_set_until_one_stops() {
    for (int i = 0; i < 4; i++) {
      int number = i;
      hook(
          LOW - i,
          LOW + 8L * i,
          ALL,
          (by, access, address, bytes, value) -> {
            calls.add("" + number);
            return number != 2;
          });
    }
    assertThat(faultOf(() -> cpu.load(LOW, 8)).reason()).isEqualTo(FaultReason.STOPPED);
    assertThat(calls).containsExactly("0", "1", "2");
  }

  // ---- what is stopped

  @Test
  void what_is_stopped_changes_nothing_and_says_so() {
    hook(LOW + 16, LOW + 16, ALL, noting(false));
    assertThat(faultOf(() -> cpu.load(LOW + 16, 4)))
        .isEqualTo(stopped(LOW + 16, 4, Access.READ, LOW + 16));
    assertThat(faultOf(() -> cpu.fetch(LOW + 16, 4)))
        .isEqualTo(stopped(LOW + 16, 4, Access.FETCH, LOW + 16));
    assertThat(faultOf(() -> cpu.store(LOW + 12, 8, -1)))
        .isEqualTo(stopped(LOW + 12, 8, Access.WRITE, LOW + 12));
    assertThat(faultOf(() -> cpu.compareAndSwap(LOW + 16, 8, 0, 1)))
        .isEqualTo(stopped(LOW + 16, 8, Access.WRITE, LOW + 16));
    assertThat(calls).hasSize(4);
    assertThat(machine.memory().readLong(physical(LOW + 16))).isZero();
    assertThat(machine.memory().readLong(physical(LOW + 8))).isZero();
  }

  private long physical(long address) {
    long entry = space.translation().entry(Pages.of(address));
    return Pages.address(TranslationEntry.pfn(entry)) + Pages.offset(address);
  }

  @Test
  void a_stopped_store_across_a_border_stores_in_neither_page() {
    hook(HIGH, HIGH, Set.of(Access.WRITE), noting(false));
    assertThat(faultOf(() -> cpu.store(HIGH - 4, 8, -1)))
        .isEqualTo(stopped(HIGH - 4, 8, Access.WRITE, HIGH - 4));
    assertThat(cpu.load(HIGH - 4, 4)).isZero();
    assertThat(cpu.load(HIGH, 8)).isEqualTo(VALUE);
  }

  @Test
  void bulk_accesses_end_before_the_piece_that_is_stopped() {
    hook(HIGH + 8, HIGH + 8, ALL, noting(false));
    byte[] bytes = new byte[0x1010];
    Arrays.fill(bytes, (byte) 7);
    MemorySegment buffer = MemorySegment.ofArray(bytes);
    assertThat(cpu.write(LOW, buffer, 0, 0x1010))
        .isEqualTo(stopped(LOW, 0x1010, Access.WRITE, HIGH));
    assertThat(cpu.load(HIGH - 1, 1)).isEqualTo(7);
    assertThat(cpu.load(HIGH, 8)).isEqualTo(VALUE);
    assertThat(cpu.read(LOW, buffer, 0, 0x1010)).isEqualTo(stopped(LOW, 0x1010, Access.READ, HIGH));
    assertThat(cpu.copy(LOW, HIGH, 0x10)).isEqualTo(stopped(HIGH, 0x10, Access.WRITE, HIGH));
    assertThat(cpu.copy(HIGH, LOW, 0x10)).isEqualTo(stopped(HIGH, 0x10, Access.READ, HIGH));
    assertThat(cpu.load(LOW, 1)).isEqualTo(7);
  }

  @Test
  void a_device_is_not_called_for_what_is_stopped() {
    hook(REGISTERS, REGISTERS + 0xFFF, ALL, noting(false));
    faultOf(() -> cpu.load(REGISTERS, 4));
    faultOf(() -> cpu.store(REGISTERS, 4, 1));
    assertThat(cpu.copy(REGISTERS, LOW, 4)).isNotNull();
    assertThat(registers).isEmpty();
  }

  // ---- what a hook does

  @Test
  void what_a_hook_throws_goes_to_whoever_made_the_access_and_hooks_go_on() {
    boolean[] throwing = {true};
    hook(
        LOW,
        LOW,
        ALL,
        (by, access, address, bytes, value) -> {
          calls.add(access.verb());
          if (throwing[0]) {
            throw new IllegalArgumentException("thrown by a hook");
          }
          return true;
        });
    assertThatThrownBy(() -> cpu.store(LOW, 8, 1)).hasMessage("thrown by a hook");
    assertThatThrownBy(() -> cpu.copy(LOW, HIGH, 8)).hasMessage("thrown by a hook");
    throwing[0] = false;
    assertThat(cpu.load(LOW, 8)).isEqualTo(VALUE);
    assertThat(calls).containsExactly("write", "read", "read");
  }

  @Test
  void a_hook_uses_the_cpu_that_called_it_and_is_not_told_of_that() {
    hook(
        LOW,
        LOW + 0xFFF,
        ALL,
        (by, access, address, bytes, value) -> {
          calls.add("was " + by.load(LOW, 8));
          by.store(LOW, 8, by.load(LOW, 8) + 1);
          return true;
        });
    cpu.store(LOW, 8, 10);
    cpu.load(LOW, 8);
    assertThat(calls).containsExactly("was " + VALUE, "was 10");
    assertThat(machine.memory().readLong(physical(LOW))).isEqualTo(11);
  }

  @Test
  void a_hook_may_not_begin_or_end_a_bracket() {
    hook(
        LOW,
        LOW,
        ALL,
        (by, access, address, bytes, value) -> {
          assertThatThrownBy(by::enter).isInstanceOf(IllegalStateException.class);
          assertThatThrownBy(by::exit).isInstanceOf(IllegalStateException.class);
          calls.add("told");
          return true;
        });
    cpu.load(LOW, 8);
    assertThat(calls).hasSize(1);
  }

  @Test
  void a_page_that_a_hook_unmaps_is_not_accessed() {
    AccessHook unmaps =
        (by, access, address, bytes, value) -> {
          space.translation().remove(Pages.of(LOW), Pages.of(LOW));
          return true;
        };
    List<Runnable> accesses =
        List.of(
            () -> cpu.load(LOW, 8),
            () -> cpu.store(LOW, 8, 0xBAD),
            () -> cpu.store(HIGH - 4, 8, 0xBAD),
            () -> cpu.compareAndSwap(LOW, 8, 0, 0xBAD));
    for (Runnable access : accesses) {
      long pfn = space.map(Pages.of(LOW), Permissions.ALL);
      try (Hook hook = hook(LOW, HIGH - 1, ALL, unmaps)) {
        assertThat(faultOf(access).reason()).isEqualTo(FaultReason.UNMAPPED);
        assertThat(hook.lastAddress()).isEqualTo(HIGH - 1);
      }
      assertThat(machine.memory().readLong(Pages.address(pfn))).isZero();
      assertThat(machine.memory().readLong(Pages.address(pfn) + 0xFF8)).isZero();
    }
    space.map(Pages.of(LOW), Permissions.ALL);
    hook(LOW, HIGH - 1, ALL, unmaps);
    assertThat(cpu.copy(HIGH, LOW, 8)).isNotNull();
    space.map(Pages.of(LOW), Permissions.ALL);
    assertThat(cpu.read(LOW, MemorySegment.ofArray(new byte[8]), 0, 8)).isNotNull();
  }

  @Test
  void an_access_goes_where_the_address_leads_after_the_hook() {
    long other = machine.frames().allocate(FrameOwner.OBJECT, 1);
    hook(
        LOW,
        LOW,
        ALL,
        (by, access, address, bytes, value) -> {
          space.map(Pages.of(LOW), other, Permissions.ALL);
          return true;
        });
    cpu.store(LOW, 8, 77);
    assertThat(machine.memory().readLong(Pages.address(other))).isEqualTo(77);
  }

  @Test
  void a_hook_that_is_set_by_a_hook_is_told_of_the_same_access() {
    Hook[] first = new Hook[1];
    first[0] =
        hook(
            LOW,
            LOW,
            ALL,
            (by, access, address, bytes, value) -> {
              calls.add("first");
              first[0].close();
              hook(LOW, LOW, ALL, noting(false));
              return true;
            });
    assertThat(faultOf(() -> cpu.store(LOW, 8, 1)).reason()).isEqualTo(FaultReason.STOPPED);
    assertThat(faultOf(() -> cpu.store(LOW, 8, 2)).reason()).isEqualTo(FaultReason.STOPPED);
    assertThat(calls).containsExactly("first", "write 60000 8 = 1", "write 60000 8 = 2");
  }

  @Test
  void a_hook_may_attach_the_cpu_elsewhere() {
    PagedSpace elsewhere = new PagedSpace(machine);
    long pfn = elsewhere.map(Pages.of(LOW));
    hook(
        LOW,
        LOW,
        ALL,
        (by, access, address, bytes, value) -> {
          by.attach(elsewhere);
          return true;
        });
    cpu.store(LOW, 8, 5);
    assertThat(machine.memory().readLong(Pages.address(pfn))).isEqualTo(5);
    cpu.attach(space);
  }

  @Test
  void each_half_has_its_own_hooks_and_an_access_across_the_border_is_told_to_both() {
    PagedSpace upper =
        new PagedSpace(machine) {
          @Override
          public long firstPage() {
            return Pages.of(HIGH);
          }
        };
    upper.map(Pages.of(HIGH));
    cpu.attach(space, upper);
    hook(HIGH - 1, HIGH + 0xFFF, ALL, noting(true));
    Objects.requireNonNull(upper.translation().hook(LOW, HIGH, ALL, noting(true)));
    cpu.load(HIGH - 4, 8);
    assertThat(calls).containsExactly("read 60ffc 8", "read 60ffc 8");
    calls.clear();
    cpu.load(HIGH + 8, 8);
    assertThat(calls).isEmpty();
    cpu.load(HIGH, 8);
    assertThat(calls).containsExactly("read 61000 8");
    cpu.attach(space);
  }

  @Test
  void an_access_over_the_end_of_all_addresses_is_told() {
    space.map(Pages.LAST_PAGE);
    space.map(0);
    hook(0, 0, ALL, noting(true));
    hook(-1L, -1L, ALL, noting(true));
    cpu.load(-4L, 8);
    assertThat(calls).containsExactly("read fffffffffffffffc 8", "read fffffffffffffffc 8");
  }

  @Test
  void a_large_page_is_found_in_the_tlb_but_for_what_has_a_hook() {
    long first = 0x400;
    long pfn = machine.frames().allocateRun(RunRequest.of(512, 9), FrameOwner.OBJECT, 1);
    assertThat(space.translation().installRun(first, pfn, 512, Permissions.ALL, CachePolicy.CACHED))
        .isTrue();
    loadAll(first);
    loadAll(first);
    assertThat(walksOf(() -> loadAll(first))).isZero();
    long hooked = Pages.address(first + 100);
    hook(hooked, hooked, Set.of(Access.READ), noting(true));
    loadAll(first);
    assertThat(walksOf(() -> loadAll(first))).as("one page walks, before and after").isEqualTo(2);
    assertThat(calls).hasSize(2);
  }

  private void loadAll(long first) {
    for (int i = 0; i < 512; i++) {
      cpu.load(Pages.address(first + i), 8);
    }
  }

  private long walksOf(Runnable accesses) {
    long before = ((SimulatedCpu) cpu).walks();
    accesses.run();
    return ((SimulatedCpu) cpu).walks() - before;
  }

  // ---- other threads

  @Test
  void nobody_waits_for_a_hook_that_blocks() throws Exception {
    if (mode == Mode.SINGLE_THREADED) {
      return;
    }
    boolean[] changed = new boolean[1];
    hook(
        LOW,
        LOW,
        ALL,
        (by, access, address, bytes, value) -> {
          Thread other =
              new Thread(() -> {
                space.translation().remove(Pages.of(HIGH), Pages.of(HIGH));
                hook(HIGH, HIGH, ALL, noting(true)).close();
                changed[0] = true;
              });
          other.start();
          while (other.isAlive()) {
            Thread.onSpinWait(); // runnable throughout, so that it is not taken for one that waits
          }
          return true;
        });
    cpu.load(LOW, 8);
    assertThat(changed[0]).isTrue();
  }

  @Test
  void no_store_goes_past_a_hook_once_setting_it_has_returned() throws Exception {
    if (mode == Mode.SINGLE_THREADED) {
      return;
    }
    Cpu other = machine.newCpu();
    AtomicLong started = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    Thread driver =
        new Thread(() -> {
          other.attach(space);
          while (!stop.get()) {
            if (mode.inBracket) {
              other.enter();
            }
            for (int i = 0; i < 1000; i++) {
              other.store(LOW, 8, started.incrementAndGet());
            }
            if (mode.inBracket) {
              other.exit();
            }
          }
        });
    if (mode.inBracket) {
      cpu.exit(); // nobody uses it meanwhile, so it would not answer
    }
    driver.start();
    for (int round = 0; round < 300; round++) {
      Set<Long> told = ConcurrentHashMap.newKeySet();
      long from;
      try (Hook hook =
          hook(
              LOW,
              LOW,
              Set.of(Access.WRITE),
              (by, access, address, bytes, value) -> {
                told.add(value);
                return true;
              })) {
        from = started.get() + 1;
        while (started.get() < from + 10) {
          Thread.onSpinWait();
        }
        assertThat(hook.kinds()).hasSize(1);
      }
      for (long value = from; value < from + 9; value++) {
        assertThat(told).contains(value);
      }
    }
    stop.set(true);
    driver.join();
    if (mode.inBracket) {
      cpu.enter();
    }
  }
}
