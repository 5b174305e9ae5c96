package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.TranslationEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large leaves in domains: where they are, and that a part of one is unmapped without failing. */
class LargeLeafTest {
  private static final int MIB2 = 512;
  private static final int GIB = 512 * 512;

  private DmaWorld world = DmaWorld.chosen(DomainOptions.USUAL);

  @AfterEach
  void nothing_is_left() {
    world.machine.failures().off();
    world.close();
  }

  private void begin(DmaWorld other) {
    world.close();
    world = other;
  }

  /** The sizes of the leaves of a range, in order. */
  private List<Long> leaves(long first, long last) {
    List<Long> sizes = new ArrayList<>();
    world
        .domain
        .translation()
        .forEachLeaf(
            first,
            last,
            (page, pages, entry) -> {
              if (TranslationEntry.present(entry)) {
                sizes.add(pages);
              }
            });
    return sizes;
  }

  /** A mapping of adjacent frames, RAM or not, from a pfn on. */
  private void mapFrames(long page, long pages, long pfn) {
    DomainRequest request = new DomainRequest().pages(pages).at(page);
    assertThat(world.domain.map(request, at -> pfn + at)).isEqualTo(Outcome.OK);
  }

  @Test
  void adjacent_aligned_frames_are_shown_by_one_leaf() {
    world.mapAt(MIB2, 2 * MIB2, Permissions.READ_WRITE, 0);
    assertThat(leaves(0, 4 * MIB2)).containsExactly(512L, 512L);
    assertThat(world.write(MIB2 + 5, 6)).isNull();
    assertThat(world.word(5)).isEqualTo(6);
  }

  @Test
  void whatever_does_not_fit_is_shown_by_single_pages() {
    world.mapAt(MIB2 - 1, MIB2 + 2, Permissions.READ_WRITE, 511);
    assertThat(leaves(0, 4 * MIB2)).containsExactly(1L, 512L, 1L);
    world.mapAt(4 * MIB2, MIB2, Permissions.READ_WRITE, 1);
    assertThat(leaves(4 * MIB2, 5 * MIB2)).hasSize(MIB2);
    DomainRequest gap = new DomainRequest().pages(MIB2).at(6 * MIB2);
    assertThat(world.domain.map(gap, at -> world.firstPfn + (at == 300 ? 0 : at)))
        .isEqualTo(Outcome.OK);
    assertThat(leaves(6 * MIB2, 7 * MIB2)).hasSize(MIB2);
    world.mapAt(8 * MIB2, MIB2, Permissions.NONE, 0);
    assertThat(leaves(8 * MIB2, 9 * MIB2)).isEmpty();
  }

  @Test
  void an_iommu_without_large_leaves_and_an_option_leave_none() {
    begin(DmaWorld.withLeaves(1));
    world.mapAt(0, MIB2, Permissions.READ_WRITE, 0);
    assertThat(leaves(0, MIB2)).hasSize(MIB2);
    begin(DmaWorld.chosen(DomainOptions.USUAL.withoutLargeLeaves()));
    world.mapAt(0, MIB2, Permissions.READ_WRITE, 0);
    assertThat(leaves(0, MIB2)).hasSize(MIB2);
    begin(DmaWorld.withLeaves(2));
    mapFrames(GIB, GIB, 1L << 30);
    assertThat(leaves(GIB, 2 * GIB - 1)).hasSize(512).containsOnly(512L);
    assertThat(world.domain.unmap(GIB, GIB)).isEqualTo(Outcome.OK);
  }

  @Test
  void a_part_is_unmapped_while_every_acquisition_fails_and_the_rest_stays() {
    world.mapAt(MIB2, MIB2, Permissions.READ_WRITE, 0);
    assertThat(world.write(MIB2 + 7, 1)).isNull();
    world.machine.failures().failAll();
    world.unmap(MIB2 + 5, 10);
    world.machine.failures().off();
    assertThat(world.write(MIB2 + 7, 2)).isNotNull();
    assertThat(world.word(7)).isEqualTo(1);
    assertThat(world.write(MIB2 + 4, 3)).isNull();
    assertThat(world.write(MIB2 + 15, 4)).isNull();
    assertThat(world.word(4)).isEqualTo(3);
    assertThat(world.word(15)).isEqualTo(4);
    assertThat(leaves(MIB2, 2 * MIB2 - 1)).hasSize(MIB2 - 10);
    assertThat(world.stale).isEmpty();
    assertThat(world.machine.frames().holds(world.firstPfn + 7)).isZero();
    assertThat(world.machine.frames().holds(world.firstPfn + 4)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void single_pages_of_what_a_device_remembers_as_large_are_gone_one_by_one(boolean marking) {
    begin(marking ? DmaWorld.marking(DomainOptions.USUAL) : DmaWorld.chosen(DomainOptions.USUAL));
    world.mapAt(MIB2, MIB2, Permissions.READ_WRITE, 0);
    for (int i = 0; i < MIB2; i++) {
      assertThat(world.write(MIB2 + Math.max(i, MIB2 - 2), i)).isNull();
      world.unmap(MIB2 + i, 1);
      assertThat(world.write(MIB2 + i, -1)).isNotNull();
    }
    assertThat(world.stale).isEmpty();
  }

  @Test
  void after_a_part_the_same_frames_mapped_whole_are_large_again() {
    world.mapAt(0, MIB2, Permissions.READ_WRITE, 0);
    world.unmap(0, 1);
    world.unmap(1, MIB2 - 1);
    world.mapAt(0, MIB2, Permissions.READ_WRITE, 0);
    assertThat(leaves(0, MIB2 - 1)).containsExactly(512L);
    world.unmap(0, MIB2);
    assertThat(leaves(0, MIB2 - 1)).isEmpty();
  }

  @Test
  void one_leaf_of_1_gib_and_any_part_of_it() {
    mapFrames(GIB, 2 * GIB, 1L << 30);
    assertThat(leaves(GIB, 3 * GIB - 1)).containsExactly((long) GIB, (long) GIB);
    assertThat(TranslationEntry.pfn(world.domain.entry(GIB + 12345))).isEqualTo((1L << 30) + 12345);
    world.machine.failures().failAll();
    world.unmap(GIB + 3 * MIB2 + 1, 1);
    world.machine.failures().off();
    assertThat(leaves(GIB, 2 * GIB - 1)).hasSize(511 + 511);
    assertThat(leaves(2 * GIB, 3 * GIB - 1)).containsExactly((long) GIB);
    world.unmap(GIB, MIB2);
    assertThat(leaves(GIB, GIB + MIB2 - 1)).isEmpty();
    assertThat(world.domain.translation().entry(GIB + MIB2 + 5))
        .matches(entry -> TranslationEntry.pfn(entry) == (1L << 30) + MIB2 + 5);
  }

  @Test
  void a_device_that_remembers_pieces_of_1_gib_forgets_what_is_unmapped() {
    begin(DmaWorld.chosen(DomainOptions.USUAL));
    long base = world.firstPfn & -GIB;
    mapFrames(0, GIB, base);
    assertThat(leaves(0, GIB - 1)).containsExactly((long) GIB);
    long page = world.firstPfn - base;
    for (int i = 0; i < 1200; i++) {
      assertThat(world.write(page + i, i)).isNull();
    }
    world.unmap(page + 3, 1);
    assertThat(world.write(page + 3, -1)).isNotNull();
    assertThat(world.write(page + 4, -2)).isNull();
    world.unmap(page + 600, 1);
    assertThat(world.write(page + 600, -1)).isNotNull();
    world.unmap(page + 602, 5);
    assertThat(world.write(page + 603, -1)).isNotNull();
    assertThat(world.word(600)).isEqualTo(600);
    assertThat(world.stale).isEmpty();
  }

  @Test
  void reservations_have_large_leaves_that_acquire_nothing_either() {
    DomainReservation reservation =
        world.domain.reserve(new DomainRequest().at(MIB2).pages(2 * MIB2)).get();
    world.machine.failures().failAll();
    assertThat(reservation.map(0, 2 * MIB2, at -> world.firstPfn + at, Permissions.READ_WRITE))
        .isEqualTo(Outcome.OK);
    assertThat(leaves(MIB2, 3 * MIB2 - 1)).containsExactly(512L, 512L);
    assertThat(world.write(MIB2 + 9, 1)).isNull();
    assertThat(reservation.unmap(0, 2 * MIB2)).isEqualTo(Outcome.OK);
    assertThat(world.write(MIB2 + 9, 2)).isNotNull();
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
  }

  @Test
  void marks_of_writes_are_not_lost_when_a_part_goes() {
    begin(DmaWorld.marking(DomainOptions.USUAL));
    world.mapAt(0, MIB2, Permissions.READ_WRITE, 0);
    assertThat(leaves(0, MIB2 - 1)).containsExactly(512L);
    assertThat(TranslationEntry.dirty(world.domain.entry(3))).isFalse();
    assertThat(world.write(3, 1)).isNull();
    assertThat(TranslationEntry.dirty(world.domain.entry(3))).isTrue();
    world.unmap(100, 1);
    assertThat(TranslationEntry.dirty(world.domain.entry(3))).isTrue();
    assertThat(TranslationEntry.dirty(world.domain.translation().entry(3))).isTrue();
  }

  @Test
  void with_a_deferred_flush_the_whole_leaf_goes_stale_only_where_it_was_unmapped() {
    begin(DmaWorld.chosen(DomainOptions.USUAL.withDeferredFlush(4)));
    world.mapAt(0, MIB2, Permissions.READ_WRITE, 0);
    assertThat(world.write(8, 1)).isNull();
    world.unmap(8, 2);
    assertThat(world.write(10, 2)).isNull();
    assertThat(world.stale).isEmpty();
    assertThat(world.write(8, 3)).isNull();
    assertThat(world.stale).hasSize(1);
    world.domain.flush();
    assertThat(world.write(8, 4)).isNotNull();
    assertThat(world.write(10, 5)).isNull();
  }

  @Test
  void a_device_that_reads_meanwhile_never_meets_anything_but_what_is_mapped()
      throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<String> wrong = new AtomicReference<>("");
    world.iommu.watch(access -> wrong.set(access.toString()));
    Thread device =
        new Thread(() -> {
          while (!stop.get()) {
            // The first page of the 2 MiB stays mapped all the time.
            if (world.read(MIB2) != null) {
              wrong.set("the page that stays was refused");
            }
          }
        });
    world.mapAt(MIB2, MIB2, Permissions.READ_WRITE, 0);
    device.start();
    for (int round = 0; round < 300; round++) {
      int first = 1 + round % 400;
      world.unmap(MIB2 + first, MIB2 - first);
      world.mapAt(MIB2 + first, MIB2 - first, Permissions.READ_WRITE, first);
      if (round % 50 == 0) {
        Thread.sleep(1);
      }
    }
    stop.set(true);
    device.join();
    assertThat(wrong.get()).isEmpty();
  }
}
