package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.dma.CallerDomain;
import dev.mapwright.core.dma.DomainFault;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile devices, and hostile tables that a caller owns: an access ends, by a fault or not. */
class HostileDmaTest {
  private static final int ACCESSES = 60_000;
  private static final int BUFFER = 1 << 16;
  private static final int REQUESTER = 7;

  /** An address anywhere, with a liking for edges and for what is there. */
  private static long address(SplitMix random, long liked) {
    return switch (random.below(8)) {
      case 0 -> random.next();
      case 1 -> -1 - random.below(1 << 14);
      case 2 -> random.next() >>> 1 + random.below(62);
      case 3 -> (1L << random.below(64)) - 1 - random.below(64);
      case 4 -> 0xFEE0_0000L + random.below(1 << 21) - (1 << 19);
      default -> liked + random.below(1 << 23) - (1 << 10);
    };
  }

  /** One access of any kind and size, which ends. */
  private static @Nullable DmaFault access(
      DmaPort port, SplitMix random, MemorySegment buffer, long liked) {
    long address = address(random, liked);
    long bytes = random.below(4) == 0 ? random.below(BUFFER) : random.below(64);
    return switch (random.below(4)) {
      case 0, 1 -> port.read(address, buffer, 0, bytes);
      case 2 -> port.write(address, buffer, 0, bytes);
      default -> {
        long aligned = address & -8;
        yield random.chance(50)
            ? port.fetchAndAdd(aligned, 8, 1, new long[1])
            : port.compareAndSwap(aligned, 4, 0, random.next(), new long[1]);
      }
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void a_hostile_device_reaches_what_is_mapped_for_it_and_nothing_else(long seed) {
    SplitMix random = new SplitMix(seed);
    MemorySegment buffer = MemorySegment.ofArray(new long[BUFFER / 8]);
    try (DmaWorld world = DmaWorld.buddy(DomainOptions.USUAL.withQuarantine(64))) {
      // Its memory is every other frame; what lies between belongs to others.
      for (int frame = 0; frame < 512; frame++) {
        world.setWord(frame, 0x5A5A_0000L + frame);
      }
      int reached = 0;
      for (int i = 0; i < ACCESSES; i++) {
        if (i % 100 == 0) {
          long page = world.map(1, random.below(4), 2L * random.below(256), "a");
          if (random.chance(60)) {
            world.unmap(page, 1);
          }
        }
        reached += access(world.port, random, buffer, 0) == null ? 1 : 0;
      }
      assertThat(reached).isPositive();
      for (int frame = 1; frame < 512; frame += 2) {
        assertThat(world.word(frame)).isEqualTo(0x5A5A_0000L + frame);
      }
      assertThat(world.stale).isEmpty();
      Invariants.verify(world.machine);
    }
  }

  @Test
  void without_an_iommu_a_hostile_device_does_not_leave_memory() {
    SplitMix random = new SplitMix(4);
    MemorySegment buffer = MemorySegment.ofArray(new long[BUFFER / 8]);
    SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 256).build();
    DmaPort port = machine.newDmaPort(REQUESTER, DmaFault.NO_PASID);
    int reached = 0;
    for (int i = 0; i < ACCESSES; i++) {
      reached += access(port, random, buffer, 0x100000) == null ? 1 : 0;
    }
    assertThat(reached).isPositive();
    machine.close();
  }

  @ParameterizedTest
  @EnumSource(TableKind.class)
  void hostile_tables_end_every_access(TableKind kind) {
    for (long seed = 1; seed <= 6; seed++) {
      hostileTables(kind, seed);
    }
  }

  private static void hostileTables(TableKind kind, long seed) {
    SplitMix random = new SplitMix(seed);
    MemorySegment buffer = MemorySegment.ofArray(new long[BUFFER / 8]);
    SimulatedMachine machine =
        SimulatedMachine.builder().ram(0x100, 512).iommu(IommuMode.SCALABLE, 57).seed(seed).build();
    Iommu iommu = Objects.requireNonNull(machine.iommu());
    int tables = 64;
    long root = machine.frames().allocateRun(RunRequest.of(tables, 0), FrameOwner.POOL, 1);
    int levels = 4 + (int) (seed & 1);
    CallerDomain domain = CallerDomain.of(iommu, "hostile", kind, levels, root).get();
    int[] told = new int[2];
    domain.report(fault -> told[fault.usedStaleTranslation() ? 1 : 0]++);
    assertThat(domain.attach(REQUESTER)).isEqualTo(Outcome.OK);
    DmaPort port = machine.newDmaPort(REQUESTER, DmaFault.NO_PASID);
    long ended = 0;
    for (int i = 0; i < ACCESSES / 4; i++) {
      if (i % 40 == 0) {
        write(machine, random, root, tables, i == 0 ? tables * 512 : 64);
        if (random.chance(50)) {
          domain.flush();
        }
      }
      DmaFault fault = access(port, random, buffer, 0);
      ended += fault == null ? 0 : 1;
    }
    assertThat(told[0]).isEqualTo((int) ended);
    assertThat(told[1]).isPositive();
    domain.close();
    domain.close();
    assertThat(port.read(0, buffer, 0, 8)).isNotNull();
    assertThat(told[0]).isEqualTo((int) ended);
    machine.close();
  }

  /** Writes entries: bits at random, loops, tables outside memory, leaves of any size. */
  private static void write(
      SimulatedMachine machine, SplitMix random, long root, int tables, int entries) {
    for (int i = 0; i < entries; i++) {
      long table = root + random.below(tables);
      long entry =
          switch (random.below(8)) {
            case 0 -> random.next();
            case 1 -> 0;
            case 2 -> random.next() & 0x000F_FFFF_FFFF_F000L | 0x7; // mostly outside memory
            case 3 -> Pages.address(table) | 0x67; // leads to itself
            case 4 -> Pages.address(0x100 + random.below(512)) | 0xE7; // a large leaf
            default -> Pages.address(root + random.below(tables)) | 0x67;
          };
      int index = random.chance(60) ? random.below(4) : random.below(512);
      machine.memory().writeLong(Pages.address(table) + 8L * index, entry);
    }
  }

  @Test
  void roots_outside_memory_are_refused_when_they_are_used() {
    SimulatedMachine machine =
        SimulatedMachine.builder().ram(0x100, 256).iommu(IommuMode.LEGACY, 48).build();
    Iommu iommu = Objects.requireNonNull(machine.iommu());
    MemorySegment buffer = MemorySegment.ofArray(new long[8]);
    DmaPort port = machine.newDmaPort(REQUESTER, DmaFault.NO_PASID);
    for (long root : new long[] {0, 0xFEE00, 1L << 30, (1L << 40) - 1}) {
      CallerDomain domain =
          CallerDomain.of(iommu, "nowhere", TableKind.SECOND_STAGE, 4, root).get();
      DomainFault[] last = new DomainFault[1];
      domain.report(fault -> last[0] = fault);
      assertThat(domain.attach(REQUESTER)).isEqualTo(Outcome.OK);
      assertThat(port.read(0x1000, buffer, 0, 8)).isNotNull();
      assertThat(last[0].cause())
          .isIn(DomainFault.Cause.BAD_TABLES, DomainFault.Cause.NOT_ATTACHED);
      domain.close();
    }
    assertThat(machine.census().leaks()).isEmpty();
    machine.close();
  }
}
