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
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A CPU that is attached to a process's half and to the one that all processes share. */
@ParameterizedClass
@EnumSource
class AttachedHalvesTest {
  enum Mode {
    SINGLE_THREADED,
    CONCURRENT,
    CONCURRENT_IN_A_BRACKET,
    LARGE_FIRST_IN_A_BRACKET;

    final boolean inBracket = name().endsWith("IN_A_BRACKET");
  }

  /** Not at a border of 2 MiB, and the pages on both sides of it can be translated. */
  private static final long BORDER = 0x8_0003;

  private static final long EDGE = Pages.address(BORDER);

  /** A space that begins at a page. */
  private static class Upper extends PagedSpace {
    private final long firstPage;

    Upper(SimulatedMachine machine, long firstPage) {
      super(machine);
      this.firstPage = firstPage;
    }

    @Override
    public long firstPage() {
      return firstPage;
    }
  }

  private final SimulatedMachine machine;
  private final PagedSpace first;
  private final PagedSpace second;
  private final Upper system;
  private final SimulatedCpu cpu;

  AttachedHalvesTest(Mode mode) {
    var builder = SimulatedMachine.builder().ram(0, 1 << 14);
    machine = (mode == Mode.SINGLE_THREADED ? builder.singleThreaded() : builder).build();
    first = new PagedSpace(machine);
    second = new PagedSpace(machine);
    system = new Upper(machine, BORDER);
    cpu = (SimulatedCpu) machine.newCpu();
    if (mode == Mode.LARGE_FIRST_IN_A_BRACKET) {
      LookOrderTest.begin(cpu, true);
    }
    warmUp();
    cpu.attach(first, system);
    if (mode.inBracket) {
      cpu.enter();
    }
  }

  /** So that the TLB is in use from the first access of a test on. */
  private void warmUp() {
    long pfn = first.map(1, Permissions.ALL);
    cpu.attach(first);
    for (int i = 0; i <= Tlb.MISSES_WITHOUT_ARRAYS; i++) {
      cpu.load(0x1000, 8);
      cpu.store(0x1000, 8, 0);
      cpu.fetch(0x1000, 8);
    }
    first.translation().remove(1, 1);
    machine.frames().free(pfn);
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private static Fault faultOf(Runnable access) {
    return Objects.requireNonNull(catchThrowableOfType(MemoryFault.class, access::run)).fault();
  }

  private void assertFaults(long address, FaultReason reason) {
    assertThat(faultOf(() -> cpu.load(address, 1)).reason()).isEqualTo(reason);
    assertThat(faultOf(() -> cpu.store(address, 1, 0)).reason()).isEqualTo(reason);
  }

  /** How many look-ups of some accesses the TLB had no answer for. */
  private long misses(Runnable accesses) {
    long before = cpu.walks();
    accesses.run();
    return cpu.walks() - before;
  }

  private void loadAll(long page, int pages) {
    for (int i = 0; i < pages; i++) {
      cpu.load(Pages.address(page + i), 8);
    }
  }

  private void storeAll(long page, int pages, long value) {
    for (int i = 0; i < pages; i++) {
      cpu.store(Pages.address(page + i), 8, value);
    }
  }

  private static void mapAll(PagedSpace space, long page, int pages) {
    for (int i = 0; i < pages; i++) {
      space.map(page + i, Permissions.ALL);
    }
  }

  @Test
  void the_page_decides_which_half_answers() {
    first.map(BORDER - 1);
    first.map(BORDER); // can't be seen
    system.map(BORDER - 1); // nor this
    system.map(BORDER);
    cpu.store(EDGE - 8, 8, 1);
    cpu.store(EDGE, 8, 2);
    cpu.attach(first);
    assertThat(cpu.load(EDGE - 8, 8)).isEqualTo(1);
    assertThat(cpu.load(EDGE, 8)).isZero();
    cpu.attach(system);
    assertThat(cpu.load(EDGE - 8, 8)).isZero();
    assertThat(cpu.load(EDGE, 8)).isEqualTo(2);
    cpu.attach(null, system);
    assertThat(cpu.load(EDGE, 8)).isEqualTo(2);
    assertFaults(EDGE - 8, FaultReason.NOT_ATTACHED);
    cpu.attach(null, null);
    assertFaults(EDGE, FaultReason.NOT_ATTACHED);
  }

  @Test
  void attached_names_both() {
    assertThat(cpu.attached()).isSameAs(first);
    assertThat(cpu.attachedUpper()).isSameAs(system);
    cpu.attach(second);
    assertThat(cpu.attached()).isSameAs(second);
    assertThat(cpu.attachedUpper()).isNull();
    cpu.attach(null, system);
    assertThat(cpu.attached()).isNull();
    assertThat(cpu.attachedUpper()).isSameAs(system);
    system.translation().close();
    assertThat(cpu.attachedUpper()).isNull();
  }

  @Test
  void another_process_finds_the_upper_half_cached_and_nothing_of_the_lower_one() {
    int pages = 300;
    mapAll(first, 0x100, pages);
    mapAll(second, 0x100, pages);
    mapAll(system, BORDER, pages);
    storeAll(0x100, pages, 1);
    storeAll(BORDER, pages, 3);
    loadAll(0x100, pages);
    loadAll(BORDER, pages);
    cpu.attach(second, system);
    assertThat(misses(() -> loadAll(BORDER, pages))).isZero();
    assertThat(misses(() -> storeAll(BORDER, pages, 4))).isZero();
    assertThat(misses(() -> loadAll(0x100, pages))).isEqualTo(pages);
    for (int i = 0; i < pages; i++) {
      assertThat(cpu.load(Pages.address(0x100 + i), 8)).isZero();
      assertThat(cpu.load(Pages.address(BORDER + i), 8)).isEqualTo(4);
    }
  }

  @Test
  void ten_thousand_switches_cost_the_upper_half_no_miss() {
    mapAll(first, 0x100, 1);
    mapAll(second, 0x100, 1);
    mapAll(system, BORDER, 8);
    loadAll(BORDER, 8);
    long misses =
        misses(() -> {
          for (int round = 0; round < 10_000; round++) {
            cpu.attach((round & 1) == 0 ? second : first, system);
            loadAll(BORDER, 8);
            cpu.load(0x100_000, 8);
          }
        });
    assertThat(misses).isEqualTo(10_000);
  }

  @Test
  void an_upper_half_with_another_space_or_another_border_begins_anew() {
    mapAll(first, 0x100, 1);
    mapAll(system, BORDER, 2);
    loadAll(BORDER, 2);
    FaultResolver moved =
        new FaultResolver() {
          @Override
          public Translation translation() {
            return system.translation();
          }

          @Override
          public long firstPage() {
            return BORDER + 1;
          }

          @Override
          public Fault resolve(long address, Access access) {
            return system.resolve(address, access);
          }
        };
    cpu.attach(first, moved);
    assertFaults(EDGE, FaultReason.UNMAPPED);
    assertThat(misses(() -> loadAll(BORDER + 1, 1))).isOne();
    Upper other = new Upper(machine, BORDER);
    cpu.attach(first, other);
    assertFaults(EDGE, FaultReason.UNMAPPED);
    cpu.attach(first);
    cpu.attach(first, system);
    assertThat(misses(() -> loadAll(BORDER, 2))).isEqualTo(2);
  }

  @Test
  void the_half_of_a_closed_space_faults_and_the_other_keeps_what_is_cached() {
    mapAll(first, 0x100, 4);
    mapAll(system, BORDER, 4);
    loadAll(0x100, 4);
    loadAll(BORDER, 4);
    first.translation().close();
    assertThat(misses(() -> loadAll(BORDER, 4))).isZero();
    assertFaults(0x100_000, FaultReason.NOT_ATTACHED);
    assertThat(cpu.attached()).isNull();
    assertThat(cpu.attachedUpper()).isSameAs(system);
    mapAll(second, 0x100, 4);
    second.map(BORDER);
    cpu.attach(second, system);
    loadAll(0x100, 4);
    assertThat(misses(() -> loadAll(BORDER, 4))).isZero();
    system.translation().close();
    assertThat(misses(() -> loadAll(0x100, 4))).isZero();
    // The border stays where it was, although the lower space has something there.
    assertFaults(EDGE, FaultReason.NOT_ATTACHED);
    cpu.attach(second, system);
    assertFaults(EDGE, FaultReason.NOT_ATTACHED);
    cpu.attach(second);
    assertThat(cpu.load(EDGE, 8)).isZero();
  }

  @Test
  void a_removal_in_either_half_is_forgotten_and_costs_the_other_nothing() {
    int many = 600;
    mapAll(first, 0x100, many);
    mapAll(system, BORDER, many);
    for (int i = 0; i < 3; i++) {
      loadAll(0x100, many);
      loadAll(BORDER, many);
    }
    // So many that they are not forgotten one by one, at once and as more than a mailbox holds.
    first.translation().remove(0x100, 0x100 + many - 100);
    for (int i = 99; i > 20; i--) {
      first.translation().remove(0x100 + many - i, 0x100 + many - i);
    }
    assertThat(misses(() -> loadAll(BORDER, many))).isZero();
    for (int i = 0; i <= many - 21; i++) {
      assertFaults(Pages.address(0x100 + i), FaultReason.UNMAPPED);
    }
    loadAll(0x100 + many - 20, 20);
    system.translation().remove(BORDER + 1, BORDER + many - 1);
    assertThat(misses(() -> loadAll(0x100 + many - 20, 20))).isZero();
    cpu.load(EDGE, 8);
    assertFaults(Pages.address(BORDER + many - 1), FaultReason.UNMAPPED);
    system.translation().remove(BORDER, BORDER);
    assertFaults(EDGE, FaultReason.UNMAPPED);
  }

  @Test
  void an_access_across_the_border_is_whole_or_faults_on_either_side() {
    long address = EDGE - 3;
    assertThat(faultOf(() -> cpu.store(address, 8, -1)).faultAddress()).isEqualTo(address);
    first.map(BORDER - 1);
    assertThat(faultOf(() -> cpu.store(address, 8, -1)))
        .isEqualTo(new Fault(address, 8, Access.WRITE, EDGE, FaultReason.UNMAPPED, null));
    assertThat(cpu.load(EDGE - 8, 8)).isZero();
    system.map(BORDER, Permissions.READ);
    assertThat(faultOf(() -> cpu.store(address, 8, -1)).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(cpu.load(address, 8)).isZero();
    system.translation().remove(BORDER, BORDER);
    system.map(BORDER);
    cpu.store(address, 8, 0x1122334455667788L);
    assertThat(cpu.load(address, 8)).isEqualTo(0x1122334455667788L);
    assertThat(cpu.load(EDGE - 8, 8) >>> 40).isEqualTo(0x667788);
    assertThat(cpu.load(EDGE, 8)).isEqualTo(0x1122334455L);
    first.translation().remove(BORDER - 1, BORDER - 1);
    assertThat(faultOf(() -> cpu.load(address, 8)).faultAddress()).isEqualTo(address);
    assertThat(cpu.load(EDGE, 8)).isEqualTo(0x1122334455L);
  }

  @Test
  void the_end_of_the_upper_half_is_followed_by_the_beginning_of_the_lower_one() {
    system.map(Pages.LAST_PAGE);
    assertThat(faultOf(() -> cpu.store(-4, 8, -1)).faultAddress()).isZero();
    first.map(0);
    cpu.store(-4, 8, 0x1122334455667788L);
    assertThat(cpu.load(-4, 8)).isEqualTo(0x1122334455667788L);
    assertThat(cpu.load(0, 4)).isEqualTo(0x11223344L);
  }

  /** Resolves what it is asked for, and does something else before. */
  private static FaultResolver resolving(PagedSpace space, Runnable before) {
    return new FaultResolver() {
      @Override
      public Translation translation() {
        return space.translation();
      }

      @Override
      public long firstPage() {
        return space.firstPage();
      }

      @Override
      public @Nullable Fault resolve(long address, Access access) {
        before.run();
        space.map(Pages.of(address));
        return null;
      }
    };
  }

  @Test
  void what_happens_to_one_half_while_the_other_is_resolved_is_seen() {
    first.map(BORDER - 1);
    cpu.store(EDGE - 8, 8, 7);
    cpu.attach(first, resolving(system, () -> first.translation().remove(BORDER - 1, BORDER - 1)));
    assertThat(faultOf(() -> cpu.store(EDGE - 3, 8, -1)).faultAddress()).isEqualTo(EDGE - 3);
    assertThat(cpu.load(EDGE, 8)).isZero();
    first.map(BORDER - 1);
    system.translation().remove(BORDER, BORDER);
    cpu.attach(first, resolving(system, () -> cpu.attach(second, system)));
    second.map(BORDER - 1);
    cpu.store(EDGE - 3, 8, -1);
    assertThat(cpu.attached()).isSameAs(second);
    assertThat(cpu.load(EDGE - 8, 8)).isEqualTo(0xFFFFFFL << 40);
    cpu.attach(first, system);
    assertThat(cpu.load(EDGE - 8, 8)).isZero();
    assertThat(cpu.load(EDGE, 8)).isEqualTo(0xFF_FFFF_FFFFL);
    system.translation().remove(BORDER, BORDER);
    cpu.attach(first, resolving(system, () -> first.translation().close()));
    assertThat(faultOf(() -> cpu.store(EDGE - 3, 8, -1)).reason())
        .isEqualTo(FaultReason.NOT_ATTACHED);
    assertThat(cpu.load(EDGE, 8)).isZero();
  }

  @Test
  void a_large_leaf_across_the_border_is_seen_from_its_own_half_alone() {
    long block = BORDER & -512;
    for (PagedSpace space : new PagedSpace[] {first, system}) {
      long pfn = machine.frames().allocateRun(RunRequest.of(512, 9), FrameOwner.OBJECT, 1);
      assertThat(
              space
                  .translation()
                  .installRun(block, pfn, 512, Permissions.READ_WRITE, CachePolicy.CACHED))
          .isTrue();
      machine.memory().writeLong(Pages.address(pfn), space == first ? 1 : 3);
      machine.memory().writeLong(Pages.address(pfn + BORDER - block), space == first ? 2 : 4);
    }
    for (int round = 0; round < 3; round++) {
      assertThat(cpu.load(Pages.address(block), 8)).isEqualTo(1);
      assertThat(cpu.load(EDGE, 8)).isEqualTo(4);
    }
    cpu.attach(second, system);
    assertFaults(Pages.address(block), FaultReason.UNMAPPED);
    assertThat(misses(() -> assertThat(cpu.load(EDGE, 8)).isEqualTo(4))).isZero();
  }

  @Test
  void large_leaves_of_the_upper_half_stay_cached_through_a_switch() {
    long block = (BORDER | 511) + 1;
    long pfn = machine.frames().allocateRun(RunRequest.of(1024, 9), FrameOwner.OBJECT, 1);
    for (PagedSpace space : new PagedSpace[] {first, system}) {
      long at = space == first ? 512 : block;
      assertThat(
              space
                  .translation()
                  .installRun(at, pfn, 1024, Permissions.READ_WRITE, CachePolicy.CACHED))
          .isTrue();
      storeAll(at, 1024, 1);
    }
    cpu.attach(second, system);
    assertThat(misses(() -> storeAll(block, 1024, 2))).isZero();
    assertFaults(Pages.address(512), FaultReason.UNMAPPED);
    assertFaults(Pages.address(1535), FaultReason.UNMAPPED);
  }

  @Test
  void bulk_accesses_go_across_the_border_and_report_how_far_they_came() {
    first.map(BORDER - 1);
    long address = EDGE - 0x100;
    MemorySegment bytes = MemorySegment.ofArray(new byte[0x200]);
    bytes.fill((byte) 0x5A);
    assertThat(Objects.requireNonNull(cpu.write(address, bytes, 0, 0x200)).faultAddress())
        .isEqualTo(EDGE);
    assertThat(cpu.load(EDGE - 1, 1)).isEqualTo(0x5A);
    system.map(BORDER);
    for (int round = 0; round < 2; round++) {
      assertThat(cpu.write(address, bytes, 0, 0x200)).isNull();
      assertThat(cpu.load(EDGE + 0xFF, 1)).isEqualTo(0x5A);
      assertThat(cpu.copy(address, address + 0x100, 0x200)).isNull();
      assertThat(cpu.load(EDGE + 0x1FF, 1)).isEqualTo(0x5A);
      assertThat(cpu.read(address, bytes, 0, 0x200)).isNull();
      assertThat(cpu.probe(address, 0x200, Access.WRITE)).isNull();
    }
    first.translation().remove(BORDER - 1, BORDER - 1);
    assertThat(Objects.requireNonNull(cpu.copy(EDGE, EDGE - 0x80, 0x200)).faultAddress())
        .isEqualTo(EDGE - 0x80);
    assertThat(Objects.requireNonNull(cpu.probe(address, 0x200, Access.READ)).faultAddress())
        .isEqualTo(address);
  }

  @Test
  void one_space_may_be_both_halves() {
    first.map(BORDER - 1);
    first.map(BORDER);
    Upper both =
        new Upper(machine, BORDER) {
          @Override
          public Translation translation() {
            return first.translation();
          }
        };
    cpu.attach(first, both);
    cpu.store(EDGE - 4, 8, -1);
    first.translation().remove(BORDER, BORDER);
    assertFaults(EDGE, FaultReason.UNMAPPED);
    cpu.attach(second, both);
    first.map(BORDER);
    cpu.load(EDGE, 8);
    first.translation().remove(BORDER, BORDER);
    assertFaults(EDGE, FaultReason.UNMAPPED);
    cpu.attach(first, both);
    first.translation().close();
    assertFaults(EDGE, FaultReason.NOT_ATTACHED);
    assertFaults(EDGE - 4, FaultReason.NOT_ATTACHED);
  }

  @Test
  void who_refuses_to_be_attached_changes_nothing() {
    first.map(0x100);
    cpu.load(0x100_000, 8);
    for (long page : new long[] {-1, Pages.LAST_PAGE + 1}) {
      assertThatThrownBy(() -> cpu.attach(second, new Upper(machine, page)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    FaultResolver foreign =
        new FaultResolver() {
          @Override
          public Translation translation() {
            throw new UnsupportedOperationException("on purpose");
          }

          @Override
          public @Nullable Fault resolve(long address, Access access) {
            return null;
          }
        };
    assertThatThrownBy(() -> cpu.attach(second, foreign))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(cpu.attached()).isSameAs(first);
    assertThat(cpu.attachedUpper()).isSameAs(system);
    assertThat(misses(() -> cpu.load(0x100_000, 8))).isZero();
    assertThat(((Cpu) cpu).number()).isZero();
  }

  @Test
  void a_stack_that_overflows_while_attaching_leaves_both_as_they_were_or_as_they_are_to_be() {
    Upper other = new Upper(machine, BORDER + 7);
    mapAll(first, 0x100, 1);
    mapAll(second, 0x100, 1);
    mapAll(system, BORDER, 1);
    mapAll(other, BORDER + 7, 1);
    for (int round = 0; round < 3; round++) {
      int overflows = 0;
      for (int fits = 0, framesAbove = 0; fits < 10; framesAbove++) {
        boolean odd = (framesAbove & 1) != 0;
        if (attachesAboveTheEnd(framesAbove, odd ? second : first, odd ? other : system)) {
          fits++;
        } else {
          overflows++;
        }
        FaultResolver upper = cpu.attachedUpper();
        assertThat(cpu.attached()).isSameAs(upper == system ? first : second);
        cpu.load(0x100_000, 8);
        cpu.load(Pages.address(BORDER + (upper == system ? 0 : 7)), 8);
        assertFaults(Pages.address(BORDER + (upper == system ? 7 : 0)), FaultReason.UNMAPPED);
      }
      assertThat(overflows).isPositive();
    }
    cpu.attach(second, other);
    second.translation().close();
    assertThat(cpu.attached()).isNull();
    assertThat(cpu.attachedUpper()).isSameAs(other);
  }

  /**
   * Attaches so many frames above the one in which the stack overflowed, wherever compilers leave
   * that; false when there is too little of it left.
   */
  private boolean attachesAboveTheEnd(int framesAbove, FaultResolver lower, FaultResolver upper) {
    var attempt =
        new Object() {
          int framesLeft = framesAbove;
          boolean ended;
          boolean attached;

          void goDown() {
            try {
              if (!ended) {
                goDown();
              }
            } catch (StackOverflowError end) {
              // What follows runs in the lowest frame that the stack has room for.
              ended = true;
            }
            if (framesLeft-- == 0) {
              try {
                cpu.attach(lower, upper);
                attached = true;
              } catch (StackOverflowError tooDeep) {
                attached = false;
              }
            }
          }
        };
    attempt.goDown();
    return attempt.attached;
  }
}
