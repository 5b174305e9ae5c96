package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mapwright.core.Access;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.tables.PageTables;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a CPU does where its page is not in the TLB and its table was walked before. */
@ParameterizedClass
@EnumSource
class LastTableAccessTest {
  enum Mode {
    SINGLE_THREADED,
    CONCURRENT,
    CONCURRENT_IN_A_BRACKET,
    LARGE_FIRST_IN_A_BRACKET,
    CHECKED_IN_A_BRACKET;

    final boolean inBracket = name().endsWith("IN_A_BRACKET");
  }

  /** In one table, with different places in the TLB. */
  private static final long FIRST = 0x400;

  private static final long SECOND = 0x401;

  /** What has the second one's place in the TLB, and another table. */
  private static final long RIVAL = SECOND + TlbArray.SMALL;

  private final SimulatedMachine machine;
  private final PagedSpace space;
  private final Cpu cpu;

  LastTableAccessTest(Mode mode) {
    var builder = SimulatedMachine.builder().ram(0, 8192);
    if (mode == Mode.SINGLE_THREADED) {
      builder.singleThreaded();
    } else if (mode == Mode.CHECKED_IN_A_BRACKET) {
      builder.checked();
    }
    machine = builder.build();
    space = new PagedSpace(machine);
    cpu = machine.newCpu();
    if (mode == Mode.LARGE_FIRST_IN_A_BRACKET) {
      LookOrderTest.begin(cpu, true);
    }
    cpu.attach(space);
    space.map(FIRST, Permissions.ALL);
    if (mode.inBracket) {
      cpu.enter();
    }
    for (int i = 0; i <= Tlb.MISSES_WITHOUT_ARRAYS + 1; i++) {
      cpu.load(Pages.address(FIRST), 8);
      cpu.store(Pages.address(FIRST), 8, 1);
      cpu.fetch(Pages.address(FIRST), 8);
    }
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private FaultReason reasonOf(Runnable access) {
    return Objects.requireNonNull(catchThrowableOfType(MemoryFault.class, access::run))
        .fault()
        .reason();
  }

  /** Drives the second page out of the TLB; nothing is forgotten for it. */
  private void driveOut() {
    space.map(RIVAL, Permissions.ALL);
    cpu.load(Pages.address(RIVAL), 8);
    cpu.store(Pages.address(RIVAL), 8, 1);
    cpu.load(Pages.address(FIRST), 8);
  }

  @Test
  void a_page_that_was_driven_out_is_found_again_and_counts_as_a_walk() {
    space.map(SECOND, Permissions.READ_WRITE);
    cpu.store(Pages.address(SECOND), 8, 77);
    driveOut();
    long before = ((SimulatedCpu) cpu).walks();
    assertThat(cpu.load(Pages.address(SECOND) + 4, 4)).isZero();
    assertThat(cpu.load(Pages.address(SECOND), 8)).isEqualTo(77);
    assertThat(((SimulatedCpu) cpu).walks()).isEqualTo(before + 1);
  }

  @Test
  void the_first_store_to_a_page_that_was_loaded_marks_it_as_written() {
    space.map(SECOND, Permissions.READ_WRITE);
    cpu.load(Pages.address(SECOND), 8);
    assertThat(TranslationEntry.dirty(space.translation().entry(SECOND))).isFalse();
    cpu.store(Pages.address(SECOND), 8, 1);
    assertThat(TranslationEntry.dirty(space.translation().entry(SECOND))).isTrue();
  }

  @Test
  void the_first_load_of_a_page_marks_it_as_accessed() {
    space.map(SECOND, Permissions.READ_WRITE);
    assertThat(TranslationEntry.accessed(space.translation().entry(SECOND))).isFalse();
    cpu.load(Pages.address(SECOND), 8);
    assertThat(TranslationEntry.accessed(space.translation().entry(SECOND))).isTrue();
  }

  /** Makes a walk of each kind come through the table, after which nothing is forgotten. */
  private void makeTheTableKnown(long page) {
    space.map(page, Permissions.ALL);
    cpu.load(Pages.address(page), 8);
    cpu.store(Pages.address(page), 8, 1);
    cpu.fetch(Pages.address(page), 8);
  }

  @Test
  void what_the_page_does_not_allow_any_more_faults() {
    space.map(SECOND, Permissions.READ_WRITE);
    cpu.store(Pages.address(SECOND), 8, 1);
    space.translation().restrict(SECOND, SECOND, Permissions.READ);
    makeTheTableKnown(SECOND + 1);
    assertThat(reasonOf(() -> cpu.store(Pages.address(SECOND), 8, 2)))
        .isEqualTo(FaultReason.DENIED);
    makeTheTableKnown(SECOND + 2);
    assertThat(reasonOf(() -> cpu.fetch(Pages.address(SECOND), 8))).isEqualTo(FaultReason.DENIED);
    assertThat(cpu.load(Pages.address(SECOND), 8)).isEqualTo(1);
  }

  @Test
  void an_entry_says_a_frame_only_where_a_walk_would_mark_nothing() {
    PageTables tables = (PageTables) space.translation();
    // Present, accessed and dirty, but for what is taken away.
    long all = 0x5067;
    assertThat(tables.frameOf(all, Permissions.READ)).isEqualTo(5);
    assertThat(tables.frameOf(all, Permissions.WRITE)).isEqualTo(5);
    assertThat(tables.frameOf(all, Permissions.EXECUTE)).isEqualTo(5);
    assertThat(tables.frameOf(all & ~1, Permissions.READ)).isEqualTo(-1);
    assertThat(tables.frameOf(all & ~2, Permissions.READ)).isEqualTo(5);
    assertThat(tables.frameOf(all & ~2, Permissions.WRITE)).isEqualTo(-1);
    assertThat(tables.frameOf(all & ~0x20, Permissions.READ)).isEqualTo(-1);
    assertThat(tables.frameOf(all & ~0x40, Permissions.READ)).isEqualTo(5);
    assertThat(tables.frameOf(all & ~0x40, Permissions.WRITE)).isEqualTo(-1);
    assertThat(tables.frameOf(all | Long.MIN_VALUE, Permissions.READ)).isEqualTo(5);
    assertThat(tables.frameOf(all | Long.MIN_VALUE, Permissions.EXECUTE)).isEqualTo(-1);
  }

  @Test
  void an_absent_page_beside_faults_until_it_is_there() {
    assertThat(reasonOf(() -> cpu.load(Pages.address(SECOND), 8))).isEqualTo(FaultReason.UNMAPPED);
    cpu.load(Pages.address(FIRST), 8);
    space.map(SECOND, Permissions.READ);
    assertThat(cpu.load(Pages.address(SECOND), 8)).isZero();
  }

  @Test
  void a_hook_is_told_though_the_table_is_known() {
    space.map(SECOND, Permissions.READ_WRITE);
    cpu.load(Pages.address(SECOND), 8);
    List<Long> told = new ArrayList<>();
    space
        .translation()
        .hook(
            Pages.address(SECOND),
            Pages.lastAddress(SECOND),
            EnumSet.allOf(Access.class),
            (by, access, address, bytes, value) -> told.add(address));
    driveOut();
    cpu.load(Pages.address(SECOND), 8);
    cpu.load(Pages.address(FIRST), 8);
    cpu.load(Pages.address(SECOND) + 8, 8);
    assertThat(told).containsExactly(Pages.address(SECOND), Pages.address(SECOND) + 8);
  }

  @Test
  void a_table_that_was_taken_away_is_not_read() {
    space.map(SECOND, Permissions.ALL);
    cpu.load(Pages.address(SECOND), 8);
    driveOut();
    long table = Pages.of(space.translation().walk(SECOND).getLast().tableAddress());
    space.translation().remove(FIRST, SECOND);
    // Its frame becomes somebody's page, with what looks like entries.
    long secret = machine.frames().allocate(FrameOwner.OBJECT, 1);
    long fresh = secret;
    while (fresh != table) {
      fresh = machine.frames().allocate(FrameOwner.OBJECT, 1);
      assertThat(fresh).isNotEqualTo(Frames.NONE);
    }
    for (int word = 0; word < 512; word++) {
      machine.memory().writeLong((table << Pages.SHIFT) + 8L * word, secret << Pages.SHIFT | 0x67);
    }
    assertThat(reasonOf(() -> cpu.load(Pages.address(SECOND), 8))).isEqualTo(FaultReason.UNMAPPED);
    assertThat(reasonOf(() -> cpu.store(Pages.address(FIRST), 8, 1)))
        .isEqualTo(FaultReason.UNMAPPED);
  }
}
