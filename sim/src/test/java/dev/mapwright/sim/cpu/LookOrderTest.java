package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

  /** Lets a CPU that has a choice begin with the large entries (1) or the small ones (0). */
  static void begin(Cpu cpu, int largeFirst) {
    if (cpu instanceof DirectCpu direct) {
      direct.largeFirst = largeFirst;
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
    assertThat(cpu.largeFirst).isZero();
    hit(WIDE, DirectCpu.SECONDS);
    assertThat(cpu.largeFirst).isNotZero();
    hit(WIDE, 3 * DirectCpu.SECONDS);
    assertThat(cpu.largeFirst).as("hits of the first").isNotZero();
    hit(NARROW, DirectCpu.SECONDS / 4);
    assertThat(cpu.largeFirst).isNotZero();
    hit(NARROW, DirectCpu.SECONDS);
    assertThat(cpu.largeFirst).isZero();
    assertThat(cpu.walks()).as("found in either order").isEqualTo(walks);
  }

  @Test
  void what_was_removed_is_found_in_neither_order() {
    for (int order = 0; order <= 1; order++) {
      cpu.largeFirst = order;
      space.translation().remove(Pages.of(NARROW), Pages.of(NARROW));
      assertThatThrownBy(() -> hit(NARROW, 1)).isInstanceOf(MemoryFault.class);
      hit(WIDE, 1);
      space.map(Pages.of(NARROW), Permissions.ALL);
      hit(NARROW, 1);
    }
    for (int order = 0; order <= 1; order++) {
      cpu.largeFirst = order;
      space.translation().remove(Pages.of(WIDE), Pages.of(WIDE) + 511);
      assertThatThrownBy(() -> hit(WIDE, 1)).isInstanceOf(MemoryFault.class);
      hit(NARROW, 1);
    }
  }
}
