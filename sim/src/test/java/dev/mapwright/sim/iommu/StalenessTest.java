package dev.mapwright.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.CallerTables;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.VtdFirstStage;
import dev.mapwright.sim.format.VtdSecondStage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an IOMMU goes on using after it has changed in memory, and for how long. Structures and
 * tables are written here, word by word; the unit only reads them.
 */
class StalenessTest {
  private static final int NONE = DmaFault.NO_PASID;
  private static final long ROOT = 0x10_000;
  private static final long CONTEXTS = 0x20_000;
  private static final long DIRECTORY = 0x30_000;
  private static final long PASIDS = 0x40_000;

  /** Two trees, the second with all tables 0x10000 higher. */
  private static final long[] TREES = {0x100_000, 0x110_000};

  private final SimulatedMachine machine =
      SimulatedMachine.builder().ram(0, 1024).iommu(IommuMode.SCALABLE, 48).build();
  private final VtdUnit unit = ((SimulatedIommu) Objects.requireNonNull(machine.iommu())).unit();
  private final TableFormat second = new VtdSecondStage(3, false, 52);

  @AfterEach
  void close() {
    machine.close();
  }

  private void put(long at, long... words) {
    for (int i = 0; i < words.length; i++) {
      machine.memory().writeLong(at + 8L * i, words[i]);
    }
  }

  /** Tables of three levels that lead pages 0 to 15 to frames from one on. */
  private void tree(long root, long pfn) {
    put(root, second.table(3, (root >>> 12) + 1));
    put(root + 0x1000, second.table(2, (root >>> 12) + 2));
    for (int page = 0; page < 16; page++) {
      put(root + 0x2000 + 8L * page, leaf(pfn + page));
    }
  }

  private long leaf(long pfn) {
    return second.leaf(1, pfn, Permissions.ALL, CachePolicy.CACHED);
  }

  private void legacy(int requester, long root, int domain) {
    put(ROOT, CONTEXTS | 1, 0);
    put(CONTEXTS + 16L * requester, root | 1, (long) domain << 8 | 1);
    unit.setRoot(ROOT);
  }

  private void scalable(int requester, long root, int domain) {
    put(ROOT, CONTEXTS | 1, 0);
    put(CONTEXTS + 32L * requester, DIRECTORY | 0x409, 0);
    put(DIRECTORY, PASIDS | 1);
    put(PASIDS, root | 0x85, domain);
    unit.setRoot(ROOT | 0x400);
  }

  /** Each frame holds its own number. */
  private void number(long pfn) {
    for (long at = pfn; at < pfn + 16; at++) {
      put(at << 12, at);
    }
  }

  private static long read(DmaPort port, long page) {
    byte[] bytes = new byte[8];
    MemorySegment into = MemorySegment.ofArray(bytes);
    return port.read(page << 12, into, 0, 8) == null
        ? into.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)
        : -1;
  }

  private DmaPort ready(boolean scalable) {
    number(0x200);
    number(0x300);
    tree(TREES[0], 0x200);
    tree(TREES[1], 0x300);
    if (scalable) {
      scalable(5, TREES[0], 7);
    } else {
      legacy(5, TREES[0], 7);
    }
    DmaPort port = machine.newDmaPort(5, NONE);
    assertThat(read(port, 3)).isEqualTo(0x203);
    return port;
  }

  private void unmap(int page) {
    put(TREES[0] + 0x2000 + 8L * page, 0);
  }

  @Test
  void a_removed_page_is_used_until_a_flush_covers_it() {
    DmaPort port = ready(false);
    assertThat(read(port, 4)).isEqualTo(0x204);
    unmap(3);
    unmap(4);
    assertThat(read(port, 3)).as("stale").isEqualTo(0x203);
    unit.forgetPages(8);
    assertThat(read(port, 3)).as("another domain's flush").isEqualTo(0x203);
    unit.forgetPages(8, 3, 3);
    unit.forgetPages(7, 5, 9);
    unit.forgetPages(7, 0, 2);
    assertThat(read(port, 3)).as("other pages' flush").isEqualTo(0x203);
    unit.forgetContexts();
    unit.forgetPasids();
    assertThat(read(port, 3))
        .as("what is remembered of contexts is another thing")
        .isEqualTo(0x203);
    unit.forgetPages(7, 3, 3);
    assertThat(read(port, 3)).isEqualTo(-1);
    assertThat(read(port, 4)).as("its neighbour stays").isEqualTo(0x204);
    unit.forgetPages(7);
    assertThat(read(port, 4)).isEqualTo(-1);
  }

  @Test
  void a_global_flush_covers_all() {
    DmaPort port = ready(false);
    unmap(3);
    unit.forgetPages();
    assertThat(read(port, 3)).isEqualTo(-1);
  }

  @Test
  void a_page_that_was_not_there_is_found_without_a_flush() {
    DmaPort port = ready(false);
    assertThat(read(port, 20)).isEqualTo(-1);
    put(TREES[0] + 0x2000 + 8L * 20, leaf(0x205));
    assertThat(read(port, 20)).isEqualTo(0x205);
    put(TREES[0] + 0x2000 + 8L * 20, leaf(0x206));
    assertThat(read(port, 20)).as("one that was there is not looked at again").isEqualTo(0x205);
  }

  @Test
  void more_permissions_are_found_without_a_flush_and_fewer_are_not() {
    DmaPort port = ready(false);
    MemorySegment one = MemorySegment.ofArray(new byte[1]);
    put(TREES[0] + 0x2000 + 8L * 9, leaf(0x209) & ~2L);
    assertThat(read(port, 9)).isEqualTo(0x209);
    assertThat(port.write(0x9000, one, 0, 1)).isNotNull();
    put(TREES[0] + 0x2000 + 8L * 9, leaf(0x209));
    assertThat(port.write(0x9000, one, 0, 1)).isNull();
    put(TREES[0] + 0x2000 + 8L * 9, leaf(0x209) & ~2L);
    assertThat(port.write(0x9000, one, 0, 1)).as("stale").isNull();
    unit.forgetPages(7, 9, 9);
    assertThat(port.write(0x9000, one, 0, 1)).isNotNull();
  }

  @Test
  void a_context_entry_of_legacy_mode_goes_stale_by_itself() {
    DmaPort port = ready(false);
    legacy(5, TREES[1], 8);
    assertThat(read(port, 3)).isEqualTo(0x203);
    assertThat(read(port, 6)).as("also for what it has never read").isEqualTo(0x206);
    unit.forgetPages();
    unit.forgetPasids();
    assertThat(read(port, 3)).isEqualTo(0x203);
    unit.forgetContext(6);
    unit.forgetContexts(8);
    assertThat(read(port, 3)).isEqualTo(0x203);
    unit.forgetContext(5);
    assertThat(read(port, 3)).as("another domain's pages are not the same").isEqualTo(0x303);
    legacy(5, TREES[0], 7);
    unit.forgetContexts(8);
    assertThat(read(port, 3)).isEqualTo(0x203);
    put(CONTEXTS + 16L * 5, 0);
    assertThat(read(port, 3)).isEqualTo(0x203);
    unit.forgetContexts();
    assertThat(read(port, 3)).isEqualTo(-1);
    legacy(5, TREES[0], 7);
    assertThat(read(port, 3)).as("absent entries are not remembered").isEqualTo(0x203);
  }

  @Test
  void other_tables_under_the_same_domain_number_leave_its_pages_remembered() {
    DmaPort port = ready(false);
    legacy(5, TREES[1], 7);
    unit.forgetContexts();
    assertThat(read(port, 3)).as("stale").isEqualTo(0x203);
    assertThat(read(port, 4)).isEqualTo(0x304);
    unit.forgetPages(7);
    assertThat(read(port, 3)).isEqualTo(0x303);
  }

  @Test
  void what_passes_through_is_never_translated_by_what_is_remembered() {
    DmaPort port = ready(false);
    put(CONTEXTS + 16L * 5, 9, 7 << 8 | 2);
    unit.forgetContexts();
    number(0);
    assertThat(read(port, 3)).isEqualTo(3);
  }

  @Test
  void context_PASID_and_pages_go_stale_one_by_one_in_scalable_mode() {
    DmaPort port = ready(true);
    // The entry of the PASID: only its own command makes it be read again.
    put(PASIDS, TREES[1] | 0x85, 8);
    unit.forgetContexts();
    unit.forgetPages();
    assertThat(read(port, 3)).isEqualTo(0x203);
    unit.forgetPasids(8);
    unit.forgetPasid(7, 1);
    assertThat(read(port, 3)).isEqualTo(0x203);
    unit.forgetPasid(7, 0);
    assertThat(read(port, 3)).isEqualTo(0x303);
    // The context entry: another directory is not looked at while the PASID is remembered.
    put(DIRECTORY + 0x4000, PASIDS + 0x4000 | 1);
    put(PASIDS + 0x4000, TREES[0] | 0x85, 7);
    put(CONTEXTS + 32L * 5, DIRECTORY + 0x4000 | 0x409);
    unit.forgetPasids();
    assertThat(read(port, 3)).as("the context is remembered").isEqualTo(0x303);
    unit.forgetContext(5);
    assertThat(read(port, 3)).as("the PASID is remembered").isEqualTo(0x303);
    unit.forgetPasids(8);
    assertThat(read(port, 3)).isEqualTo(0x203);
    // The context entry says another PASID for requests without one.
    put(CONTEXTS + 32L * 5, DIRECTORY | 0x409, 1);
    put(PASIDS + 64, TREES[1] | 0x85, 8);
    unit.forgetContexts();
    assertThat(read(port, 3)).isEqualTo(0x303);
  }

  @Test
  void a_root_table_that_moves_is_found_when_the_contexts_are_forgotten() {
    DmaPort port = ready(false);
    unit.setRoot(0x60_000);
    assertThat(read(port, 3)).isEqualTo(0x203);
    unit.forgetContexts();
    assertThat(read(port, 3)).isEqualTo(-1);
    scalable(5, TREES[1], 9);
    assertThat(read(port, 3)).as("from one mode to the other").isEqualTo(0x303);
    legacy(5, TREES[0], 7);
    unit.forgetContexts();
    assertThat(read(port, 3)).isEqualTo(0x203);
  }

  @Test
  void a_large_leaf_is_remembered_and_forgotten_whole() {
    put(ROOT, CONTEXTS | 1, 0);
    legacy(5, TREES[0], 7);
    tree(TREES[0], 0x200);
    number(0x200);
    put(TREES[0] + 0x1008, second.leaf(2, 0x200, Permissions.ALL, CachePolicy.CACHED));
    for (long pfn = 0x200; pfn < 0x400; pfn += 64) {
      put(pfn << 12, pfn);
    }
    DmaPort port = machine.newDmaPort(5, NONE);
    assertThat(read(port, 0x240)).isEqualTo(0x240);
    put(TREES[0] + 0x1008, 0);
    assertThat(read(port, 0x3C0)).as("stale throughout").isEqualTo(0x3C0);
    unit.forgetPages(7, 0x400, 0x500);
    assertThat(read(port, 0x3C0)).isEqualTo(0x3C0);
    unit.forgetPages(7, 0x2FF, 0x2FF);
    assertThat(read(port, 0x240)).isEqualTo(-1);
  }

  // ---- tables that the caller owns

  @ParameterizedTest
  @EnumSource
  void a_forgotten_flush_of_the_callers_tables_is_seen(TableKind kind) {
    TableFormat format =
        kind == TableKind.FIRST_STAGE ? new VtdFirstStage(4, 52) : new VtdSecondStage(4, false, 52);
    Iommu iommu = Objects.requireNonNull(machine.iommu());
    long[] tables = new long[5];
    for (int level = 1; level <= 4; level++) {
      tables[level] = machine.frames().allocate(FrameOwner.OBJECT, 1);
      if (level > 1) {
        put(tables[level] << 12, format.table(level, tables[level - 1]));
      }
    }
    number(0x300);
    for (int page = 0; page < 16; page++) {
      put(
          (tables[1] << 12) + 8L * page,
          format.leaf(1, 0x300 + page, Permissions.ALL, CachePolicy.CACHED));
    }
    CallerTables domain = Objects.requireNonNull(iommu.callerTables(kind, 4, tables[4]));
    assertThat(domain.rootPfn()).isEqualTo(tables[4]);
    assertThat(iommu.attach(5, domain)).isTrue();
    DmaPort port = machine.newDmaPort(5, NONE);
    DmaPort other = machine.newDmaPort(5, NONE);
    for (int page = 2; page < 5; page++) {
      assertThat(read(port, page)).isEqualTo(0x300 + page);
      assertThat(read(other, page)).isEqualTo(0x300 + page);
      put((tables[1] << 12) + 8L * page, 0);
      assertThat(read(port, page)).as("stale").isEqualTo(0x300 + page);
    }
    domain.flush(0, 1, true);
    domain.flush(4, 3, true);
    assertThat(read(port, 2)).isEqualTo(0x302);
    domain.flush(2, 2, true);
    assertThat(read(port, 2)).isEqualTo(-1);
    assertThat(read(other, 2)).isEqualTo(-1);
    assertThat(read(port, 3)).isEqualTo(0x303);
    domain.flush(Long.MIN_VALUE, Long.MAX_VALUE, false);
    assertThat(read(port, 3)).isEqualTo(-1);
    put((tables[1] << 12) + 8L * 4, format.leaf(1, 0x30F, Permissions.ALL, CachePolicy.CACHED));
    assertThat(read(port, 4)).isEqualTo(0x30F);
    put((tables[1] << 12) + 8L * 4, 0);
    domain.flush();
    assertThat(read(other, 4)).isEqualTo(-1);
    DmaFault fault =
        Objects.requireNonNull(port.read(0x4000, MemorySegment.ofArray(new byte[1]), 0, 1));
    assertThat(fault.tables()).isNull();
    assertThat(fault.hardwareReason()).isEqualTo(kind == TableKind.FIRST_STAGE ? 0x71 : 0x86);
    assertThat(read(port, 6)).isEqualTo(0x306);
    put((tables[1] << 12) + 8L * 6, 0);
    iommu.detach(5);
    assertThat(iommu.attach(5, domain)).isTrue();
    assertThat(read(port, 6)).as("nor does attaching again").isEqualTo(-1);
    iommu.detach(5);
    assertThat(read(port, 5)).as("detaching needs no flush").isEqualTo(-1);
    assertThat(machine.census().leaks()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void the_hardware_marks_what_it_uses_where_that_is_switched_on(TableKind kind) {
    boolean first = kind == TableKind.FIRST_STAGE;
    TableFormat format = first ? new VtdFirstStage(4, 52) : new VtdSecondStage(4, true, 52);
    scalable(5, 0, 7);
    for (int level = 2; level <= 4; level++) {
      put(0x100_000 + 0x1000L * level, format.table(level, 0x100 + level - 1));
    }
    put(0x101_000, format.leaf(1, 0x300, Permissions.ALL, CachePolicy.CACHED));
    if (first) {
      put(PASIDS, 0x41, 7, 0x104_000);
    } else {
      put(PASIDS, 0x104_000 | 0x289, 7);
    }
    DmaPort port = machine.newDmaPort(5, NONE);
    long leaf = machine.memory().readLong(0x101_000);
    assertThat(read(port, 0)).isZero();
    long accessed = format.withAccessed(1, leaf);
    assertThat(machine.memory().readLong(0x101_000)).isEqualTo(accessed).isNotEqualTo(leaf);
    assertThat(port.write(0, MemorySegment.ofArray(new byte[1]), 0, 1)).isNull();
    assertThat(machine.memory().readLong(0x101_000))
        .as("also though reading is remembered")
        .isEqualTo(format.withDirty(1, accessed))
        .isNotEqualTo(accessed);
  }

  // ---- reasons of tables

  @Test
  void second_stage_tables_are_refused_by_the_numbers_of_the_manual() {
    DmaPort port = ready(false);
    unit.forgetPages();
    assertReason(port, TREES[0], 0, 6);
    assertReason(port, TREES[0] + 0x1000, second.table(2, 0x103) | 1 << 11, 0xC);
    assertReason(port, TREES[0] + 0x2000 + 24, leaf(0x203) | 1L << 62, 0xC);
    assertReason(port, TREES[0] + 0x1000, second.table(2, 1 << 30), 7);
    assertReason(port, TREES[0] + 0x2000 + 24, leaf(0x203) & ~1L, 6);
    put(CONTEXTS + 16L * 5, 1L << 42 | 1);
    unit.forgetContexts();
    unit.forgetPages();
    DmaFault fault =
        Objects.requireNonNull(port.read(0x3000, MemorySegment.ofArray(new byte[1]), 0, 1));
    assertThat(fault.hardwareReason()).isEqualTo(3);
    assertThat(fault.reason()).isEqualTo(DmaFault.Reason.OUTSIDE_RAM);
  }

  @Test
  void an_entry_that_does_not_allow_is_found_before_what_is_wrong_below_it() {
    DmaPort port = ready(false);
    unit.forgetPages();
    // No reading from here on, and reserved bits in the same entry and below.
    assertReason(port, TREES[0] + 0x1000, (second.table(2, 0x102) & ~1L) | 1 << 11, 6);
    put(TREES[0] + 0x2000 + 24, leaf(0x203) | 1L << 62);
    put(TREES[0] + 0x1000, second.table(2, 0x102) & ~1L);
    unit.forgetPages();
    DmaFault fault =
        Objects.requireNonNull(port.read(0x3000, MemorySegment.ofArray(new byte[1]), 0, 1));
    assertThat(fault.hardwareReason()).isEqualTo(6);
  }

  @Test
  void first_stage_tables_are_refused_by_the_numbers_of_the_manual() {
    scalable(5, 0, 7);
    put(PASIDS, 0x41, 7, 0x104_000);
    for (int level = 2; level <= 4; level++) {
      put(0x100_000 + 0x1000L * level, 0x100_007 + 0x1000L * (level - 1));
    }
    put(0x101_018, 0x203_007);
    DmaPort port = machine.newDmaPort(5, NONE);
    assertReason(port, 0x104_000, 0, 0x71);
    assertReason(port, 0x101_018, 0x203_006, 0x71);
    assertReason(port, 0x103_000, 0x102_003, 0x81);
    assertReason(port, 0x101_018, 0x203_003, 0x81);
    assertReason(port, 0x104_000, 0x103_087, 0x72);
    assertReason(port, 0x104_000, 1L << 42 | 7, 0x70);
    put(0x101_018, 0x203_005);
    DmaFault fault =
        Objects.requireNonNull(port.write(0x3000, MemorySegment.ofArray(new byte[1]), 0, 1));
    assertThat(fault.hardwareReason()).isEqualTo(0x85);
    fault = Objects.requireNonNull(port.read(1L << 47, MemorySegment.ofArray(new byte[1]), 0, 1));
    assertThat(fault.hardwareReason()).isEqualTo(0x80);
    put(PASIDS + 16, 1L << 42);
    unit.forgetPasids();
    unit.forgetPages();
    fault = Objects.requireNonNull(port.read(0x3000, MemorySegment.ofArray(new byte[1]), 0, 1));
    assertThat(fault.hardwareReason()).isEqualTo(0x73);
  }

  /** What a read of page 3 is refused for while a word is another one. */
  private void assertReason(DmaPort port, long at, long word, int number) {
    long before = machine.memory().readLong(at);
    put(at, word);
    unit.forgetPages();
    DmaFault fault = port.read(0x3000, MemorySegment.ofArray(new byte[1]), 0, 1);
    assertThat(fault).isNotNull();
    assertThat(Objects.requireNonNull(fault).hardwareReason()).isEqualTo(number);
    put(at, before);
    assertThat(port.read(0x3000, MemorySegment.ofArray(new byte[1]), 0, 1)).isNull();
  }

  @Test
  void faults_are_not_told_when_an_entry_says_so() {
    DmaPort port = ready(false);
    int[] told = {0};
    Objects.requireNonNull(machine.iommu()).listen(fault -> told[0]++);
    assertThat(read(port, 100)).isEqualTo(-1);
    assertThat(told[0]).isEqualTo(1);
    put(CONTEXTS + 16L * 5, TREES[0] | 3);
    unit.forgetContexts();
    assertThat(read(port, 100)).isEqualTo(-1);
    put(CONTEXTS + 16L * 5, TREES[0] | 2);
    unit.forgetContexts();
    assertThat(told[0]).isEqualTo(1);
    assertThat(read(port, 100)).as("an entry that is not present says nothing").isEqualTo(-1);
    assertThat(told[0]).isEqualTo(2);
  }

  // ---- hostile

  @Test
  void a_hostile_device_and_hostile_structures_reach_nothing_but_RAM_and_throw_nothing() {
    Random random = new Random(9);
    int done = 0;
    int refused = 0;
    DmaPort[] ports = new DmaPort[8];
    for (int i = 0; i < ports.length; i++) {
      ports[i] = machine.newDmaPort(random.nextInt(4), i % 2 == 0 ? NONE : 1 + i);
    }
    for (int round = 0; round < 300; round++) {
      for (long at = 0; at < 32 * 4096; at += 8) {
        long near = (long) random.nextInt(40) << 12;
        long word =
            switch (random.nextInt(8)) {
              case 0 -> random.nextLong();
              case 1 -> near | 0x409;
              case 2 -> near | 0x85;
              case 3 -> near | 0x41;
              case 4 -> near | 0x87;
              default -> near | (random.nextBoolean() ? 3 : 7);
            };
        put(at, word);
      }
      long register =
          random.nextInt(4) == 0
              ? random.nextLong()
              : (long) random.nextInt(32) << 12 | random.nextInt(2) << 10;
      unit.setRoot(register);
      unit.forgetContexts();
      unit.forgetPasids();
      for (int access = 0; access < 100; access++) {
        DmaPort port = ports[random.nextInt(ports.length)];
        long address = random.nextLong() >>> random.nextInt(60);
        MemorySegment buffer = MemorySegment.ofArray(new byte[64]);
        DmaFault fault =
            switch (random.nextInt(3)) {
              case 0 -> port.read(address, buffer, 0, random.nextInt(64));
              case 1 -> port.write(address, buffer, 0, random.nextInt(64));
              default -> port.fetchAndAdd(address & -8, 8, 1, new long[1]);
            };
        if (fault == null) {
          done++;
        } else {
          refused++;
          assertThat(fault.reason().sentence()).isNotEmpty();
        }
      }
    }
    assertThat(done).isPositive();
    assertThat(refused).isPositive();
  }
}
