package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Lease;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which pages were written. */
@OnEverySubstrate
class DirtyContractTest extends Contract {
  private final MemoryObject object = object(1024);
  private final long a = map(object, 1024, 0x2000);

  DirtyContractTest(Substrate substrate) {
    super(substrate);
    space.trackDirty(true);
  }

  private List<Long> collect(long first, long pages, boolean clear) {
    List<Long> dirty = new ArrayList<>();
    space
        .collectDirty(
            first,
            pages,
            clear,
            (page, count) -> {
              for (long i = 0; i < count; i++) {
                dirty.add(page + i - 0x2000);
              }
            })
        .orThrow();
    return dirty;
  }

  private List<Long> dirty() {
    return collect(0x2000, 1024, true);
  }

  private void write(int page) {
    store(a + page * BYTES, page);
  }

  @Test
  void stores_are_told_once_loads_never() {
    load(a);
    write(1);
    write(2);
    write(600);
    assertThat(dirty()).containsExactly(1L, 2L, 600L);
    assertThat(dirty()).isEmpty();
    write(2);
    assertThat(collect(0x2000, 1024, false)).containsExactly(2L);
    assertThat(collect(0x2000, 1024, false)).containsExactly(2L);
    assertThat(dirty()).containsExactly(2L);
  }

  @Test
  void clearing_a_part_leaves_the_rest() {
    for (int i = 0; i < 10; i++) {
      write(i);
    }
    assertThat(collect(0x2003, 4, true)).containsExactly(3L, 4L, 5L, 6L);
    assertThat(dirty()).containsExactly(0L, 1L, 2L, 7L, 8L, 9L);
  }

  @Test
  void every_way_to_write_counts() {
    cpu.store(a + BYTES - 1, 8, -1);
    cpu.compareAndSwap(a + 5 * BYTES, 8, 0, 1);
    cpu.compareAndSwap(a + 7 * BYTES, 8, 5, 1);
    cpu.write(a + 9 * BYTES, java.lang.foreign.MemorySegment.ofArray(new byte[5000]), 0, 5000);
    try (Lease lease = space.lease(0x2000 + 20, 2, true).get()) {
      assertThat(lease.contiguousPages(0)).isPositive();
    }
    try (Lease lease = space.lease(0x2000 + 30, 2, false).get()) {
      assertThat(lease.contiguousPages(0)).isPositive();
    }
    assertThat(dirty()).contains(0L, 1L, 5L, 9L, 10L, 20L, 21L).doesNotContain(30L, 31L, 4L, 11L);
  }

  @Test
  void forgotten_translations_keep_their_dirty_bit() {
    for (int i = 0; i < 8; i++) {
      write(i);
    }
    object.child(ChildKind.SNAPSHOT, 0, 1024).get().release();
    object.decommit(1, 1).orThrow();
    object.resize(6).orThrow();
    root().protect(0x2003, 1, Permissions.READ).orThrow();
    root().protect(0x2004, 1, Permissions.NONE).orThrow();
    assertThat(dirty()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(dirty()).isEmpty();
  }

  @Test
  void what_is_unmapped_is_no_longer_told() {
    write(1);
    write(2);
    write(3);
    root().unmap(0x2002, 1).orThrow();
    assertThat(dirty()).containsExactly(1L, 3L);
    request.clear().object(object, 2).pages(1).where().at(0x2002);
    root().map(request).orThrow();
    assertThat(dirty()).isEmpty();
    write(2);
    assertThat(dirty()).containsExactly(2L);
  }

  @Test
  void large_leaves_count_page_by_page_once_they_are_cut() {
    MemoryObject run = contiguous(1024, 9);
    request.clear().object(run, 0).pages(1024).installPresent(true).where().at(0x10_0000);
    root().map(request).orThrow();
    List<Long> told = new ArrayList<>();
    store(Pages.address(0x10_0000 + 3), 1);
    space
        .collectDirty(0x10_0000, 1024, true, (page, pages) -> told.addAll(List.of(page, pages)))
        .orThrow();
    assertThat(told).hasSize(2);
    assertThat(told.get(0)).isLessThanOrEqualTo(0x10_0000 + 3);
    assertThat(told.get(0) + told.get(1)).isGreaterThan(0x10_0000 + 3);
    told.clear();
    space.collectDirty(0x10_0000, 1024, true, (page, pages) -> told.add(page)).orThrow();
    assertThat(told).isEmpty();
    store(Pages.address(0x10_0000 + 700), 1);
    space.collectDirty(0x10_0000, 1024, true, (page, pages) -> told.add(page)).orThrow();
    assertThat(told).hasSize(1);
  }

  @Test
  void its_own_refusals() {
    assertThat(space.collectDirty(0x2000, 0, true, (page, pages) -> {})).isEqualTo(Outcome.INVALID);
    assertThat(space.collectDirty(FIRST_PAGE - 1, 1, true, (page, pages) -> {}))
        .isEqualTo(Outcome.OUTSIDE);
    assertThat(space.collectDirty(LAST_PAGE, 2, true, (page, pages) -> {}))
        .isEqualTo(Outcome.OUTSIDE);
    space.trackDirty(false);
    assertThat(space.collectDirty(0x2000, 1, true, (page, pages) -> {})).isEqualTo(Outcome.INVALID);
    space.trackDirty(true);
    assertThat(dirty()).isEmpty();
    space.close();
    assertThat(space.collectDirty(0x2000, 1, true, (page, pages) -> {})).isEqualTo(Outcome.DEAD);
  }

  @Test
  void without_memory_to_remember_too_much_is_told_and_only_until_the_next_clearing() {
    write(1);
    machine.failures().failNth(1, EnumSet.of(AllocationPoint.INDEX_NODE));
    object.resize(1).orThrow();
    assertThat(machine.failures().refused()).as("a bit that could not be kept").isEqualTo(1);
    machine.failures().off();
    assertThat(dirty()).contains(1L);
    assertThat(collect(FIRST_PAGE, LAST_PAGE - FIRST_PAGE + 1, false).size())
        .as("nothing was written since")
        .isZero();
    write(0);
    assertThat(dirty()).containsExactly(0L);
  }

  @Test
  void what_a_lease_wrote_is_not_told_any_more_once_it_is_unmapped() {
    space.lease(0x2003, 2, true).get().close();
    assertThat(collect(0x2000, 1024, false)).containsExactly(3L, 4L);
    root().unmap(0x2003, 1).orThrow();
    assertThat(collect(0x2000, 1024, false)).containsExactly(4L);
    map(object, 0, 1, 0x2003);
    assertThat(dirty()).containsExactly(4L);
  }

  @Test
  void a_visitor_that_throws_leaves_everything_written_but_what_it_has_unmapped() {
    write(3);
    write(5);
    assertThatThrownBy(() ->
            space.collectDirty(
                0x2000,
                1024,
                true,
                (page, count) -> {
                  root().unmap(0x2003, 1).orThrow();
                  throw new ArithmeticException();
                }))
        .isInstanceOf(ArithmeticException.class);
    assertThat(dirty()).containsExactly(5L);
  }
}
