package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.memory.HostMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which entries of its TLB a CPU looks at first, and that the others are found all the same. */
@ParameterizedClass
@EnumSource
class LookOrderTest {
  /** What the hits are. */
  enum Kind {
    LOADS,
    FETCHES,
    STORES
  }

  private static final long WIDE = Pages.address(0x4_0000);
  private static final long NARROW = Pages.address(0x8_0001);
  private static final int OFFSET = 8;

  private final Kind kind;
  private final SimulatedMachine machine = SimulatedMachine.builder().ram(0, 8192).build();
  private final PagedSpace space = new PagedSpace(machine);
  private final DirectCpu cpu;
  private long stores;

  LookOrderTest(Kind kind) {
    assumeTrue(HostMemory.granted(), "a checked CPU has one order");
    this.kind = kind;
    cpu = (DirectCpu) machine.newCpu();
  }

  /** Lets a CPU that has a choice begin with the large entries or the small ones. */
  static void begin(Cpu cpu, boolean largeFirst) {
    if (cpu instanceof DirectCpu direct && direct.tlb.largeFirst() != largeFirst) {
      direct.turn();
    }
  }

  @BeforeEach
  void fillTheTlb() {
    long pfn = machine.frames().allocateRun(RunRequest.of(512, 9), FrameOwner.OBJECT, 1);
    space.translation().installRun(Pages.of(WIDE), pfn, 512, Permissions.ALL, CachePolicy.CACHED);
    space.map(Pages.of(NARROW), Permissions.ALL);
    cpu.attach(space);
    cpu.enter();
    for (int i = 0; i <= Tlb.MISSES_WITHOUT_ARRAYS; i++) {
      for (long at = NARROW; at != 0; at = at == NARROW ? WIDE : 0) {
        cpu.store(at + OFFSET, 8, 0);
        cpu.load(at + OFFSET, 8);
        cpu.fetch(at + OFFSET, 8);
      }
    }
  }

  @AfterEach
  void close() {
    cpu.exit();
    machine.close();
  }

  private void hit(long at, int times) {
    for (int i = 0; i < times; i++) {
      if (kind == Kind.STORES) {
        stores++;
        cpu.store(at + OFFSET, 8, stores);
        assertThat(cpu.load(at + OFFSET, 8)).isEqualTo(stores);
      } else {
        long seen = kind == Kind.LOADS ? cpu.load(at + OFFSET, 8) : cpu.fetch(at + OFFSET, 8);
        assertThat(seen).isZero();
      }
    }
  }

  @Test
  void the_entries_that_hit_as_the_second_for_long_become_the_first() {
    long walks = cpu.walks();
    hit(WIDE, DirectCpu.SECONDS / 4);
    hit(NARROW, 3 * DirectCpu.SECONDS);
    assertThat(cpu.tlb.largeFirst()).isFalse();
    hit(WIDE, DirectCpu.SECONDS);
    assertThat(cpu.tlb.largeFirst()).isTrue();
    hit(WIDE, 3 * DirectCpu.SECONDS);
    assertThat(cpu.tlb.largeFirst()).as("hits of the first").isTrue();
    hit(NARROW, DirectCpu.SECONDS / 4);
    assertThat(cpu.tlb.largeFirst()).isTrue();
    hit(NARROW, DirectCpu.SECONDS);
    assertThat(cpu.tlb.largeFirst()).isFalse();
    assertThat(cpu.walks()).as("found in either order").isEqualTo(walks);
  }

  @Test
  void what_was_removed_is_found_in_neither_order() {
    for (boolean largeFirst : new boolean[] {false, true}) {
      begin(cpu, largeFirst);
      space.translation().remove(Pages.of(NARROW), Pages.of(NARROW));
      assertThatThrownBy(() -> hit(NARROW, 1)).isInstanceOf(MemoryFault.class);
      hit(WIDE, 1);
      space.map(Pages.of(NARROW), Permissions.ALL);
      hit(NARROW, 1);
    }
    for (boolean largeFirst : new boolean[] {false, true}) {
      begin(cpu, largeFirst);
      space.translation().remove(Pages.of(WIDE), Pages.of(WIDE) + 511);
      assertThatThrownBy(() -> hit(WIDE, 1)).isInstanceOf(MemoryFault.class);
      hit(NARROW, 1);
    }
  }

  @Test
  void what_is_to_be_forgotten_is_not_published_by_a_turn() {
    for (int turns = 0; turns < 2; turns++) {
      hit(WIDE, 1);
      hit(NARROW, 1);
      assertThat(cpu.hits(WIDE, 8, Access.READ)).isTrue();
      assertThat(cpu.hits(NARROW, 8, Access.READ)).isTrue();
      cpu.forget(0, 0);
      cpu.turn();
      assertThat(cpu.hits(WIDE, 8, Access.READ)).isFalse();
      assertThat(cpu.hits(NARROW, 8, Access.READ)).isFalse();
      hit(WIDE, 1);
      hit(NARROW, 1);
    }
  }

  @Test
  void an_access_over_the_end_of_an_entry_is_no_hit_of_either() {
    for (int turns = 0; turns < 3; turns++) {
      for (int bytes = 1; bytes <= 8; bytes *= 2) {
        noHitOver(NARROW + Pages.BYTES, bytes);
        noHitOver(WIDE + TlbArray.LARGE_BYTES, bytes);
      }
      assertThatThrownBy(() -> cpu.load(NARROW, 3)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cpu.load(WIDE, 16)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cpu.store(WIDE, -1, 0)).isInstanceOf(IllegalArgumentException.class);
      cpu.turn();
    }
  }

  private void noHitOver(long end, int bytes) {
    assertThat(cpu.load(end - bytes, bytes)).isZero();
    for (int beyond = 1; beyond < bytes; beyond++) {
      long at = end - bytes + beyond;
      assertThatThrownBy(() -> cpu.load(at, bytes)).isInstanceOf(MemoryFault.class);
      assertThatThrownBy(() -> cpu.store(at, bytes, 1)).isInstanceOf(MemoryFault.class);
    }
  }
}
