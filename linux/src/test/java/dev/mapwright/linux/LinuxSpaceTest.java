package dev.mapwright.linux;

import static dev.mapwright.linux.abi.Advice.*;
import static dev.mapwright.linux.abi.Errno.*;
import static dev.mapwright.linux.abi.MapFlag.*;
import static dev.mapwright.linux.abi.Protection.*;
import static dev.mapwright.linux.abi.RemapFlag.*;
import static dev.mapwright.linux.abi.SharedMemoryFlag.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.linux.abi.Errno;
import dev.mapwright.linux.maps.MappedRange;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The answers are those that Linux 6.18 gave to the same calls. */
class LinuxSpaceTest {

  private static final long PAGE = 4096;
  private static final long P = 0x1000_0000L;
  private static final long PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS;
  private static final long FIXED = PRIVATE | MAP_FIXED;
  private static final long RW = PROT_READ | PROT_WRITE;
  private static final long MOVE = MREMAP_MAYMOVE;
  private static final long MOVE_TO = MREMAP_MAYMOVE | MREMAP_FIXED;

  private SimulatedMachine machine;
  private LinuxSystem system;
  private LinuxSpace space;
  private LinuxFile file;
  private Cpu cpu;

  @BeforeEach
  void boot() {
    machine = TestMachine.create();
    system = new LinuxSystem(machine);
    space = system.newSpace();
    file = system.file("/lib/x");
    cpu = machine.newCpu();
    cpu.attach(space.engine());
  }

  @AfterEach
  void halt() {
    assertThat(Invariants.violations(machine)).isEmpty();
    cpu.attach(null);
    space.close();
    system.close();
    assertThat(machine.census().leaks()).isEmpty();
    machine.close();
  }

  // ------------------------------------------------------------------ mmap

  @Test
  void mmap_checks_in_the_kernels_order() {
    refused(EINVAL, map(P, 0, 0, PRIVATE, null, 1));
    refused(EBADF, map(P, 0, 0, MAP_PRIVATE, null, 0));
    refused(EINVAL, map(P, 0, 0, MAP_PRIVATE | MAP_HUGETLB, file, 0));
    refused(EINVAL, map(P, 0, 0, PRIVATE, null, 0));
    refused(EINVAL, map(P, PAGE, 0, PRIVATE | MAP_HUGETLB | 25L << MAP_HUGE_SHIFT, null, 0));
    refused(ENOMEM, map(P, -1, 0, PRIVATE, null, 0));
    refused(ENOMEM, map(P, LinuxSpace.TASK_BYTES + PAGE, 0, PRIVATE, null, 0));
    refused(ENOMEM, map(LinuxSpace.TASK_BYTES, PAGE, 0, FIXED, null, 0));
    refused(ENOMEM, map(-PAGE, PAGE, 0, FIXED, null, 0));
    refused(EINVAL, map(P + 1, PAGE, 0, FIXED, null, 0));
    refused(EINVAL, map(P, PAGE, 0, MAP_ANONYMOUS, null, 0));
    refused(EINVAL, map(P, PAGE, 0, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, null, 0));
    refused(EINVAL, map(P, PAGE, 0, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, null, 0));
    refused(EINVAL, map(P, PAGE, 0, MAP_PRIVATE | MAP_GROWSDOWN, file, 0));
    refused(EINVAL, map(P, PAGE, 0, 0, file, 0));
    refused(EINVAL, map(P, PAGE, 0, MAP_DROPPABLE, file, 0));
    refused(EOPNOTSUPP, map(P, PAGE, 0, MAP_SHARED_VALIDATE | MAP_FIXED_NOREPLACE, file, 0));
    refused(EOVERFLOW, map(P, PAGE, 0, MAP_PRIVATE, file, 1L << 63));
    refused(EOVERFLOW, map(P, PAGE, 0, MAP_PRIVATE, file, Long.MAX_VALUE & -PAGE));
    assertThat(space.ranges()).isEmpty();
  }

  @Test
  void mmap_succeeds_where_the_kernel_does() {
    assertThat(map(0, PAGE, 0, FIXED, null, 0)).isZero();
    assertThat(map(LinuxSpace.TASK_BYTES - PAGE, 1, 0, FIXED, null, 0))
        .isEqualTo(LinuxSpace.TASK_BYTES - PAGE);
    assertThat(map(P, PAGE, 0, MAP_DROPPABLE | MAP_ANONYMOUS, null, 0)).isEqualTo(P);
    assertThat(map(P + PAGE, PAGE, 0x10, PRIVATE, null, 0)).isEqualTo(P + PAGE);
    assertThat(map(P + 2 * PAGE, PAGE, 0, MAP_PRIVATE, file, 1L << 62)).isEqualTo(P + 2 * PAGE);
  }

  @Test
  void a_hint_is_taken_if_it_is_free_and_raised_above_the_forbidden_pages() {
    assertThat(map(P + 5, PAGE, 0, PRIVATE, null, 0)).isEqualTo(P);
    assertThat(map(P, PAGE, 0, PRIVATE, null, 0)).isNotEqualTo(P).isPositive();
    assertThat(map(PAGE, PAGE, 0, PRIVATE, null, 0)).isEqualTo(LinuxSpace.LOWEST_ADDRESS);
  }

  @Test
  void without_a_hint_places_are_taken_from_the_top_down() {
    long first = map(0, 2 * PAGE, 0, PRIVATE, null, 0);
    assertThat(map(0, PAGE, 0, PRIVATE, null, 0)).isEqualTo(first - PAGE);
    space.munmap(first, PAGE);
    assertThat(map(0, PAGE, 0, PRIVATE, null, 0)).isEqualTo(first);
  }

  @Test
  void fixed_replaces_and_noreplace_does_not() {
    map(P, 3 * PAGE, RW, FIXED, null, 0);
    refused(EEXIST, map(P + PAGE, PAGE, 0, PRIVATE | MAP_FIXED_NOREPLACE, null, 0));
    assertThat(map(P + PAGE, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, file, 3 * PAGE))
        .isEqualTo(P + PAGE);
    assertThat(space.ranges())
        .containsExactly(
            new MappedRange(P, P + PAGE - 1, 3, false, "", 0),
            new MappedRange(P + PAGE, P + 2 * PAGE - 1, 1, true, "/lib/x", 3 * PAGE),
            new MappedRange(P + 2 * PAGE, P + 3 * PAGE - 1, 3, false, "", 0));
  }

  @Test
  void private_views_of_a_file_follow_it_until_they_are_written() {
    map(P, PAGE, RW, MAP_SHARED | MAP_FIXED, file, 0);
    map(P + PAGE, PAGE, RW, MAP_PRIVATE | MAP_FIXED, file, 0);
    cpu.store(P, 8, 7);
    assertThat(cpu.load(P + PAGE, 8)).isEqualTo(7);
    cpu.store(P + PAGE, 8, 8);
    cpu.store(P, 8, 9);
    assertThat(cpu.load(P + PAGE, 8)).isEqualTo(8);
    assertThat(cpu.load(P, 8)).isEqualTo(9);
  }

  // ------------------------------------------------------------------ munmap

  @Test
  void munmap_checks_and_ignores_holes() {
    refused(EINVAL, space.munmap(P, 0));
    refused(EINVAL, space.munmap(P + 1, PAGE));
    refused(EINVAL, space.munmap(LinuxSpace.TASK_BYTES, PAGE));
    refused(EINVAL, space.munmap(LinuxSpace.TASK_BYTES - PAGE, 2 * PAGE));
    refused(EINVAL, space.munmap(P, -PAGE));
    assertThat(space.munmap(LinuxSpace.TASK_BYTES - PAGE, PAGE)).isZero();
    map(P, 3 * PAGE, RW, MAP_SHARED | MAP_FIXED, file, PAGE);
    assertThat(space.munmap(P + PAGE, 1)).isZero();
    assertThat(space.munmap(P - PAGE, 3 * PAGE)).isZero();
    assertThat(space.ranges())
        .containsExactly(
            new MappedRange(P + 2 * PAGE, P + 3 * PAGE - 1, 3, true, "/lib/x", 3 * PAGE));
  }

  // ------------------------------------------------------------------ mprotect

  @Test
  void mprotect_checks_in_the_kernels_order() {
    map(P, 2 * PAGE, RW, FIXED, null, 0);
    refused(EINVAL, space.mprotect(P, 0, PROT_GROWSDOWN | PROT_GROWSUP, -1));
    refused(EINVAL, space.mprotect(P + 1, 0, 0x10, -1));
    assertThat(space.mprotect(P, 0, 0x10, -1)).isZero();
    refused(ENOMEM, space.mprotect(P, -1, 0x10, -1));
    refused(EINVAL, space.mprotect(P, PAGE, 0x10, -1));
    refused(EINVAL, space.mprotect(P, PAGE, PROT_READ, 3));
    refused(EINVAL, space.mprotect(P, PAGE, PROT_READ | PROT_GROWSDOWN, -1));
    refused(EINVAL, space.mprotect(P, PAGE, PROT_READ | PROT_GROWSUP, -1));
    refused(ENOMEM, space.mprotect(-PAGE * 2, PAGE, PROT_READ, -1));
    assertThat(space.mprotect(P, PAGE, PROT_SEM, -1)).isZero();
    space.setKey(3, true);
    assertThat(space.mprotect(P, PAGE, PROT_READ, 3)).isZero();
  }

  @Test
  void a_refused_mprotect_has_changed_what_lies_before_the_hole() {
    map(P, 2 * PAGE, RW, FIXED, null, 0);
    map(P + 3 * PAGE, PAGE, RW, FIXED, null, 0);
    refused(ENOMEM, space.mprotect(P + PAGE, 3 * PAGE, PROT_READ, -1));
    refused(ENOMEM, space.mprotect(P + 2 * PAGE, 2 * PAGE, PROT_READ, -1));
    assertThat(space.ranges())
        .extracting(MappedRange::permissions)
        .containsExactly("rw-p", "r--p", "rw-p");
  }

  @Test
  void a_stack_is_protected_down_to_its_start() {
    map(P, 4 * PAGE, RW, FIXED | MAP_GROWSDOWN, null, 0);
    assertThat(space.mprotect(P + 2 * PAGE, PAGE, PROT_READ | PROT_GROWSDOWN, -1)).isZero();
    assertThat(space.ranges())
        .extracting(MappedRange::toString)
        .containsExactly("10000000-10003000 r--p 00000000", "10003000-10004000 rw-p 00000000");
    assertThat(space.growDown(P - 2 * PAGE)).isTrue();
    assertThat(space.growDown(P - 3000 * PAGE)).isFalse();
    assertThat(space.isMapped(P - 2 * PAGE, PAGE)).isTrue();
  }

  // ------------------------------------------------------------------ mremap

  @Test
  void mremap_checks_in_the_kernels_order() {
    map(P, 2 * PAGE, RW, FIXED, null, 0);
    refused(EINVAL, remap(P, PAGE, 0, MOVE, 0));
    refused(EINVAL, remap(P, PAGE, PAGE, 8, 0));
    refused(EINVAL, remap(P + 1, PAGE, PAGE, MOVE, 0));
    refused(EINVAL, remap(P, PAGE, LinuxSpace.TASK_BYTES + PAGE, MOVE, 0));
    refused(EINVAL, remap(P, 0, PAGE, MOVE, 0));
    refused(EINVAL, remap(P, PAGE, PAGE, MOVE_TO, P + 1));
    refused(EINVAL, remap(P, PAGE, PAGE, MREMAP_FIXED, 2 * P));
    refused(EINVAL, remap(P, PAGE, 2 * PAGE, MOVE | MREMAP_DONTUNMAP, 2 * P));
    refused(EINVAL, remap(P, PAGE, PAGE, MREMAP_DONTUNMAP, 2 * P));
    refused(EINVAL, remap(P, PAGE, PAGE, MOVE_TO, LinuxSpace.TASK_BYTES));
    refused(EINVAL, remap(P, 2 * PAGE, 2 * PAGE, MOVE_TO, P + PAGE));
    refused(EFAULT, remap(P + 4 * PAGE, PAGE, PAGE, MOVE, 0));
    refused(EFAULT, remap(P + PAGE, 2 * PAGE, 3 * PAGE, MOVE, 0));
    refused(ENOMEM, remap(P, PAGE, 2 * PAGE, 0, 0));
    refused(EFAULT, remap(-PAGE * 4, PAGE, PAGE, MOVE, 0));
  }

  @Test
  void mremap_grows_in_place_or_moves_with_its_contents() {
    map(P, 2 * PAGE, RW, FIXED, null, 0);
    cpu.store(P + PAGE, 8, 42);
    assertThat(remap(P, 2 * PAGE, 3 * PAGE, 0, 0)).isEqualTo(P);
    assertThat(cpu.load(P + 2 * PAGE, 8)).isZero();
    map(P + 3 * PAGE, PAGE, RW, MAP_SHARED | MAP_FIXED, file, 0);
    long moved = remap(P, 3 * PAGE, 5 * PAGE, MOVE, 0);
    assertThat(moved).isPositive().isNotEqualTo(P);
    assertThat(cpu.load(moved + PAGE, 8)).isEqualTo(42);
    assertThat(cpu.load(moved + 4 * PAGE, 8)).isZero();
    assertThat(space.isFree(P, 3 * PAGE)).isTrue();
    assertThat(remap(moved, 5 * PAGE, PAGE, 0, 0)).isEqualTo(moved);
    assertThat(space.isFree(moved + PAGE, 4 * PAGE)).isTrue();
  }

  @Test
  void memory_that_grows_again_after_a_part_was_given_up_is_zero() {
    map(P, 2 * PAGE, RW, FIXED, null, 0);
    cpu.store(P + PAGE, 8, 42);
    space.munmap(P + PAGE, PAGE);
    assertThat(remap(P, PAGE, 2 * PAGE, 0, 0)).isEqualTo(P);
    assertThat(cpu.load(P + PAGE, 8)).isZero();
  }

  @Test
  void mremap_without_unmapping_leaves_the_old_range_empty() {
    map(P, PAGE, RW, FIXED, null, 0);
    cpu.store(P, 8, 42);
    long moved = remap(P, PAGE, PAGE, MOVE | MREMAP_DONTUNMAP, 0);
    assertThat(cpu.load(moved, 8)).isEqualTo(42);
    assertThat(cpu.load(P, 8)).isZero();
  }

  @Test
  void mremap_without_unmapping_takes_the_lock_from_the_whole_area_that_stays() {
    map(P, 3 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, null, 0);
    assertThat(space.lock(P, 3 * PAGE, true)).isZero();
    refused(EBUSY, space.msync(P + 2 * PAGE, PAGE, 2));
    remap(P, PAGE, PAGE, MOVE | MREMAP_DONTUNMAP, 0);
    assertThat(space.msync(P + 2 * PAGE, PAGE, 2)).isZero();
  }

  @Test
  void an_old_length_of_zero_duplicates_shared_memory() {
    map(P, 2 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, null, 0);
    refused(ENOMEM, remap(P, 0, PAGE, 0, 0));
    long twin = remap(P + PAGE, 0, PAGE, MOVE, 0);
    cpu.store(P + PAGE, 8, 42);
    assertThat(cpu.load(twin, 8)).isEqualTo(42);
  }

  @Test
  void a_move_of_several_areas_keeps_their_holes_and_does_not_resize() {
    map(P, PAGE, RW, FIXED, null, 0);
    map(P + 2 * PAGE, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0);
    map(2 * P, 3 * PAGE, 0, FIXED, null, 0);
    refused(EFAULT, remap(P, 3 * PAGE, 4 * PAGE, MOVE_TO, 2 * P));
    refused(EFAULT, remap(P - PAGE, 4 * PAGE, 4 * PAGE, MOVE_TO, 2 * P));
    space.munmap(2 * P, 4 * PAGE);
    map(2 * P, 3 * PAGE, 0, FIXED, null, 0);
    assertThat(remap(P, 3 * PAGE, 3 * PAGE, MOVE_TO, 2 * P)).isEqualTo(2 * P);
    assertThat(space.ranges())
        .extracting(MappedRange::permissions)
        .containsExactly("rw-p", "---p", "r--s");
  }

  @Test
  void a_range_that_grows_over_another_and_the_free_pages_behind_it_replaces_all_of_it() {
    long top = LinuxSpace.TASK_BYTES - 16 * PAGE;
    map(P, 2 * PAGE, RW, FIXED, null, 0);
    cpu.store(P + PAGE, 8, 42);
    map(top, 2 * PAGE, 0, FIXED, null, 0);
    assertThat(remap(P, 2 * PAGE, 16 * PAGE, MOVE_TO, top)).isEqualTo(top);
    assertThat(space.isMapped(top, 16 * PAGE)).isTrue();
    assertThat(cpu.load(top + PAGE, 8)).isEqualTo(42);
    assertThat(cpu.load(top + 15 * PAGE, 8)).isZero();
    assertThat(space.ranges()).allMatch(range -> range.first() >= top);
  }

  @Test
  void a_move_over_what_is_there_clears_it_before_it_finds_that_nothing_can_be_cut_off() {
    map(P, 2 * PAGE, RW, FIXED, null, 0);
    map(2 * P, PAGE, RW, FIXED, null, 0);
    refused(EINVAL, remap(P, -3 * PAGE, PAGE, MOVE_TO, 2 * P));
    assertThat(space.isFree(2 * P, PAGE)).isTrue();
    assertThat(space.isMapped(P, 2 * PAGE)).isTrue();
  }

  @Test
  void a_move_of_several_areas_ends_before_one_that_is_sealed() {
    map(P, PAGE, RW, FIXED, null, 0);
    map(P + PAGE, PAGE, PROT_READ, FIXED, null, 0);
    space.mseal(P + PAGE, PAGE, 0);
    refused(EPERM, remap(P, 2 * PAGE, 2 * PAGE, MOVE_TO, 2 * P));
    assertThat(space.isFree(P, PAGE)).isTrue();
    assertThat(space.isMapped(2 * P, PAGE)).isTrue();
    assertThat(space.isFree(2 * P + PAGE, PAGE)).isTrue();
  }

  @Test
  void a_range_over_two_kinds_of_memory_is_not_one_area() {
    map(P, PAGE, RW, FIXED, null, 0);
    map(P + PAGE, PAGE, PROT_READ, FIXED, null, 0);
    refused(EFAULT, remap(P, 2 * PAGE, 3 * PAGE, MOVE, 0));
    space.mprotect(P + PAGE, PAGE, RW, -1);
    assertThat(remap(P, 2 * PAGE, 3 * PAGE, MOVE, 0)).isEqualTo(P);
  }

  // ------------------------------------------------------------------ brk

  @Test
  void brk_moves_the_end_of_the_heap_or_answers_where_it_is() {
    long start = space.brk(0, Choices.topDown());
    assertThat(space.brk(start - 1, Choices.topDown())).isEqualTo(start);
    assertThat(space.brk(start + 5 * PAGE + 1, Choices.topDown())).isEqualTo(start + 5 * PAGE + 1);
    assertThat(space.isMapped(start, 6 * PAGE)).isTrue();
    cpu.store(start + 4 * PAGE, 8, 42);
    assertThat(space.brk(start + PAGE, Choices.topDown())).isEqualTo(start + PAGE);
    assertThat(space.isFree(start + PAGE, 5 * PAGE)).isTrue();
    assertThat(space.brk(start + 5 * PAGE, Choices.topDown())).isEqualTo(start + 5 * PAGE);
    assertThat(cpu.load(start + 4 * PAGE, 8)).isZero();
    map(start + 8 * PAGE, PAGE, RW, FIXED, null, 0);
    // The page behind the heap has to stay free.
    assertThat(space.brk(start + 8 * PAGE, Choices.topDown())).isEqualTo(start + 5 * PAGE);
    assertThat(space.brk(start + 7 * PAGE, Choices.topDown())).isEqualTo(start + 7 * PAGE);
  }

  // ------------------------------------------------------------------ madvise and its relatives

  @Test
  void madvise_checks_and_goes_on_behind_holes() {
    map(P, PAGE, RW, FIXED, null, 0);
    map(P + 2 * PAGE, PAGE, RW, FIXED, null, 0);
    map(P + 3 * PAGE, PAGE, RW, MAP_PRIVATE | MAP_FIXED, file, 0);
    map(P + 4 * PAGE, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0);
    cpu.store(P + 2 * PAGE, 8, 42);
    refused(EINVAL, space.madvise(P, PAGE, 7));
    refused(EINVAL, space.madvise(P, 0, 99));
    refused(EINVAL, space.madvise(P + 1, PAGE, MADV_DONTNEED));
    refused(EINVAL, space.madvise(P, -1, MADV_DONTNEED));
    refused(EINVAL, space.madvise(P, -5000, MADV_DONTNEED));
    assertThat(space.madvise(P, 0, MADV_DONTNEED)).isZero();
    refused(ENOMEM, space.madvise(P, 3 * PAGE, MADV_DONTNEED));
    assertThat(cpu.load(P + 2 * PAGE, 8)).isZero();
    refused(EINVAL, space.madvise(P + 3 * PAGE, PAGE, MADV_FREE));
    refused(EACCES, space.madvise(P + 3 * PAGE, PAGE, MADV_REMOVE));
    refused(EINVAL, space.madvise(P + 3 * PAGE, PAGE, MADV_WIPEONFORK));
    assertThat(space.madvise(P + 4 * PAGE, PAGE, MADV_REMOVE)).isZero();
    refused(EINVAL, space.madvise(P, PAGE, MADV_REMOVE));
    assertThat(space.lock(P, PAGE, true)).isZero();
    refused(EINVAL, space.madvise(P, PAGE, MADV_DONTNEED));
    refused(EINVAL, space.madvise(P, PAGE, MADV_FREE));
    assertThat(space.madvise(P, PAGE, MADV_DONTNEED_LOCKED)).isZero();
    assertThat(space.lock(P, PAGE, false)).isZero();
    assertThat(space.madvise(P, PAGE, MADV_DONTNEED)).isZero();
  }

  @Test
  void a_private_view_that_is_dropped_shows_the_file_again() {
    map(P, PAGE, RW, MAP_PRIVATE | MAP_FIXED, file, 0);
    map(P + PAGE, PAGE, RW, MAP_SHARED | MAP_FIXED, file, 0);
    cpu.store(P + PAGE, 8, 1);
    cpu.store(P, 8, 2);
    assertThat(space.madvise(P, PAGE, MADV_DONTNEED)).isZero();
    assertThat(cpu.load(P, 8)).isEqualTo(1);
  }

  @Test
  void msync_mincore_and_mlock_find_holes() {
    map(P, PAGE, RW, FIXED, null, 0);
    refused(EINVAL, space.msync(P, PAGE, 8));
    refused(EINVAL, space.msync(P, PAGE, 5));
    refused(EINVAL, space.msync(P + 1, 1, 4));
    assertThat(space.msync(P, 0, 4)).isZero();
    assertThat(space.msync(P, PAGE, 4)).isZero();
    refused(ENOMEM, space.msync(P, 2 * PAGE, 4));
    assertThat(space.mincore(P, 1)).isZero();
    refused(ENOMEM, space.mincore(P, PAGE + 1));
    refused(EINVAL, space.mincore(P + 1, PAGE));
    assertThat(space.lock(P + 1, 1, true)).isZero();
    refused(EBUSY, space.msync(P, PAGE, 2));
    refused(ENOMEM, space.lock(P, 2 * PAGE, true));
    refused(EINVAL, space.lock(P, -2 * PAGE, true));
  }

  @Test
  void sealed_memory_cannot_be_changed() {
    map(P, 3 * PAGE, RW, FIXED, null, 0);
    refused(EINVAL, space.mseal(P, PAGE, 1));
    refused(ENOMEM, space.mseal(P, 4 * PAGE, 0));
    assertThat(space.mseal(P + PAGE, PAGE, 0)).isZero();
    refused(EPERM, space.munmap(P, 3 * PAGE));
    refused(EPERM, space.mprotect(P + PAGE, PAGE, PROT_READ, -1));
    refused(EPERM, remap(P + PAGE, PAGE, 2 * PAGE, MOVE, 0));
    refused(EPERM, map(P, 3 * PAGE, 0, FIXED, null, 0));
    assertThat(space.munmap(P, PAGE)).isZero();
    assertThat(space.isMapped(P + PAGE, 2 * PAGE)).isTrue();
  }

  @Test
  void sealed_anonymous_memory_keeps_its_contents_and_a_files_view_may_lose_them() {
    map(P, PAGE, PROT_READ, FIXED, null, 0);
    map(P + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0);
    map(P + 2 * PAGE, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0);
    map(P + 3 * PAGE, PAGE, RW, FIXED, null, 0);
    assertThat(space.mseal(P, 4 * PAGE, 0)).isZero();
    int[] discards = {
      MADV_DONTNEED,
      MADV_DONTNEED_LOCKED,
      MADV_FREE,
      MADV_REMOVE,
      MADV_DONTFORK,
      MADV_WIPEONFORK,
      MADV_GUARD_INSTALL
    };
    for (int advice : discards) {
      refused(EPERM, space.madvise(P, PAGE, advice));
    }
    assertThat(space.madvise(P, PAGE, MADV_GUARD_REMOVE)).isZero();
    for (long page = 1; page < 4; page++) {
      assertThat(space.madvise(P + page * PAGE, PAGE, MADV_DONTNEED)).isZero();
      assertThat(space.madvise(P + page * PAGE, PAGE, MADV_DONTFORK)).isZero();
      assertThat(space.madvise(P + page * PAGE, PAGE, MADV_GUARD_INSTALL)).isZero();
    }
    refused(EACCES, space.madvise(P + PAGE, PAGE, MADV_REMOVE));
    refused(EINVAL, space.madvise(P + PAGE, PAGE, MADV_FREE));
  }

  @Test
  void locks_on_fault_make_nothing_present_and_are_another_kind() {
    map(P, 4 * PAGE, RW, FIXED, null, 0);
    refused(EINVAL, space.mlock2(P + 1, PAGE, 2));
    refused(EINVAL, space.mlock2(LinuxSpace.TASK_BYTES, PAGE, 3));
    assertThat(space.mlock2(P, PAGE, 0)).isZero();
    assertThat(space.mlock2(P + PAGE, PAGE, 1)).isZero();
    refused(EBUSY, space.msync(P + PAGE, PAGE, 2));
    refused(EFAULT, remap(P, 2 * PAGE, 3 * PAGE, MOVE, 0));
    assertThat(space.lock(P + PAGE, PAGE, true)).isZero();
    assertThat(remap(P, 2 * PAGE, 3 * PAGE, MOVE, 0)).isPositive();
    map(P, PAGE, PROT_NONE, FIXED, null, 0);
    assertThat(space.mlock2(P, PAGE, 1)).isZero();
    refused(ENOMEM, space.lock(P, PAGE, true));
    assertThat(space.lock(P, PAGE, false)).isZero();
    assertThat(space.msync(P, PAGE, 2)).isZero();
  }

  @Test
  void everything_is_locked_and_what_comes_later_too() {
    for (long flags : new long[] {0, 8, 4, 15}) {
      refused(EINVAL, space.mlockAll(flags));
    }
    map(P, PAGE, RW, FIXED, null, 0);
    assertThat(space.mlockAll(1)).isZero();
    refused(EBUSY, space.msync(P, PAGE, 2));
    map(P + PAGE, PAGE, PROT_NONE, FIXED, null, 0);
    assertThat(space.msync(P + PAGE, PAGE, 2)).isZero();

    assertThat(space.mlockAll(2)).isZero();
    assertThat(space.msync(P + PAGE, PAGE, 2)).isZero();
    map(P + 2 * PAGE, PAGE, PROT_NONE, FIXED, null, 0);
    refused(EBUSY, space.msync(P + 2 * PAGE, PAGE, 2));
    map(2 * P, 2L << 20, RW, FIXED | MAP_HUGETLB, null, 0);
    assertThat(space.msync(2 * P, PAGE, 2)).isZero();
    long heap = space.brk(0, Choices.topDown());
    space.brk(heap + PAGE, Choices.topDown());
    refused(EBUSY, space.msync(heap, PAGE, 2));
    try (LinuxSpace child = space.fork()) {
      assertThat(child.msync(P, PAGE, 2)).isZero();
      child.mmap(P, PAGE, RW, FIXED, null, 0, Choices.topDown());
      assertThat(child.msync(P, PAGE, 2)).isZero();
    }

    assertThat(space.munlockAll()).isZero();
    assertThat(space.msync(P, 3 * PAGE, 2)).isZero();
    map(P + PAGE, PAGE, PROT_NONE, FIXED, null, 0);
    assertThat(space.msync(P + PAGE, PAGE, 2)).isZero();
  }

  @Test
  void nothing_becomes_executable_after_it_was_refused() {
    map(P, PAGE, PROT_READ | PROT_EXEC, FIXED, null, 0);
    map(P + PAGE, PAGE, RW | PROT_EXEC, FIXED, null, 0);
    map(P + 2 * PAGE, PAGE, PROT_READ, FIXED, null, 0);
    space.mseal(P + 2 * PAGE, PAGE, 0);
    refused(EINVAL, space.refuseExecGain(2, 0));
    refused(EINVAL, space.refuseExecGain(4, 0));
    refused(EINVAL, space.refuseExecGain(1, 1));
    assertThat(space.refuseExecGain(1, 0)).isZero();
    refused(EPERM, space.refuseExecGain(0, 0));
    refused(EPERM, space.refuseExecGain(3, 0));
    assertThat(space.refuseExecGain(1, 0)).isZero();

    refused(EACCES, map(0, PAGE, RW | PROT_EXEC, PRIVATE, null, 0));
    refused(EACCES, map(P + 2 * PAGE, PAGE, RW | PROT_EXEC, FIXED, null, 0)); // before EPERM
    refused(EEXIST, map(P, PAGE, RW | PROT_EXEC, PRIVATE | MAP_FIXED_NOREPLACE, null, 0));
    refused(ENOMEM, map(0, LinuxSpace.TASK_BYTES, RW | PROT_EXEC, PRIVATE, null, 0));
    assertThat(map(P + 3 * PAGE, PAGE, PROT_EXEC, FIXED, null, 0)).isPositive();

    refused(EACCES, space.mprotect(P + 2 * PAGE, PAGE, PROT_READ | PROT_EXEC, -1));
    refused(EPERM, space.mprotect(P + 2 * PAGE, PAGE, RW, -1));
    refused(EACCES, space.mprotect(P + PAGE, PAGE, RW | PROT_EXEC, -1));
    assertThat(space.mprotect(P + PAGE, PAGE, PROT_EXEC, -1)).isZero();
    assertThat(space.mprotect(P, PAGE, PROT_READ, -1)).isZero();
    refused(EACCES, space.mprotect(P, PAGE, PROT_READ | PROT_EXEC, -1));

    try (LinuxSpace child = space.fork()) {
      refused(EPERM, child.refuseExecGain(0, 0));
    }
    try (LinuxSpace next = system.newSpace()) {
      next.inheritFrom(space);
      refused(EPERM, next.refuseExecGain(0, 0));
    }
  }

  @Test
  void what_is_not_inherited_is_refused_to_this_process_alone() {
    assertThat(space.refuseExecGain(3, 0)).isZero();
    refused(EACCES, map(0, PAGE, RW | PROT_EXEC, PRIVATE, null, 0));
    try (LinuxSpace child = space.fork()) {
      assertThat(child.refuseExecGain(0, 0)).isZero();
    }
  }

  @Test
  void remap_file_pages_checks_in_the_kernels_order() {
    map(P, 4 * PAGE, RW, MAP_SHARED | MAP_FIXED, file, 0);
    long pastEveryFile = 1L << 51;
    assertThat(remapFilePages(P, 4, 5)).isZero();
    assertThat(remapFilePages(P, 4, pastEveryFile - 5)).isZero();
    for (long page : new long[] {pastEveryFile - 4, 1L << 52, Long.MAX_VALUE, -5}) {
      refused(EOVERFLOW, remapFilePages(P, 4, page));
    }
    refused(EINVAL, remapFilePages(P, 4, -4)); // goes around
    refused(EINVAL, remapFilePages(P, 4, -3));
    space.mseal(P + PAGE, PAGE, 0);
    refused(EINVAL, remapFilePages(P, 4, 0)); // no longer one area, nor several alike
    refused(EOVERFLOW, remapFilePages(P + PAGE, 1, pastEveryFile));
    refused(EPERM, remapFilePages(P + PAGE, 1, 0));
    assertThat(remapFilePages(P, 1, 0)).isZero();
  }

  private long remapFilePages(long address, long pages, long page) {
    return space.remapFilePages(address, pages * PAGE, 0, page);
  }

  // ------------------------------------------------------------------ segments

  @Test
  void segments_are_attached_and_detached_whole() {
    assertThat(system.addSegment(5, 2 * PAGE + 1)).isTrue();
    refused(EINVAL, space.shmat(6, 0, 0, Choices.topDown()));
    refused(EINVAL, space.shmat(5, 0, SHM_REMAP, Choices.topDown()));
    refused(EINVAL, space.shmat(5, P + 1, 0, Choices.topDown()));
    assertThat(space.shmat(5, P + 1, SHM_RND, Choices.topDown())).isEqualTo(P);
    assertThat(space.isMapped(P, 3 * PAGE)).isTrue();
    refused(EINVAL, space.shmat(5, P + 2 * PAGE, 0, Choices.topDown()));
    assertThat(space.shmat(5, P + 2 * PAGE, SHM_REMAP, Choices.topDown())).isEqualTo(P + 2 * PAGE);
    long readOnly = space.shmat(5, 0, SHM_RDONLY, Choices.topDown());
    refused(EACCES, space.mprotect(readOnly, PAGE, RW, -1));
    cpu.store(P, 8, 42);
    assertThat(cpu.load(P + 2 * PAGE, 8)).isEqualTo(42);
    refused(EINVAL, space.shmdt(P + PAGE));
    assertThat(space.shmdt(P)).isZero();
    assertThat(space.isFree(P, 2 * PAGE)).isTrue();
    assertThat(space.isMapped(P + 2 * PAGE, 3 * PAGE)).isTrue();
  }

  // ------------------------------------------------------------------ fork

  @Test
  void a_child_has_the_parents_memory_until_one_of_them_writes() {
    map(P, 4 * PAGE, RW, FIXED, null, 0);
    map(P + 4 * PAGE, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, null, 0);
    for (int i = 0; i < 5; i++) {
      cpu.store(P + i * PAGE, 8, 100 + i);
    }
    space.madvise(P + 2 * PAGE, PAGE, MADV_DONTFORK);
    space.madvise(P + 3 * PAGE, PAGE, MADV_WIPEONFORK);
    try (LinuxSpace child = space.fork()) {
      Cpu other = machine.newCpu();
      other.attach(child.engine());
      assertThat(other.load(P, 8)).isEqualTo(100);
      cpu.store(P, 8, 1);
      other.store(P + PAGE, 8, 2);
      other.store(P + 4 * PAGE, 8, 3);
      assertThat(other.load(P, 8)).isEqualTo(100);
      assertThat(cpu.load(P + PAGE, 8)).isEqualTo(101);
      assertThat(cpu.load(P + 4 * PAGE, 8)).isEqualTo(3);
      assertThat(child.isFree(P + 2 * PAGE, PAGE)).isTrue();
      assertThat(other.load(P + 3 * PAGE, 8)).isZero();
      assertThat(child.madvise(P, PAGE, MADV_DONTNEED)).isZero();
      assertThat(other.load(P, 8)).isZero();
      assertThat(Invariants.violations(machine)).isEmpty();
      other.attach(null);
    }
    assertThat(cpu.load(P, 8)).isEqualTo(1);
  }

  // ------------------------------------------------------------------ permissions

  @Test
  void a_cpu_is_held_to_the_permissions() {
    map(P, PAGE, PROT_READ, FIXED, null, 0);
    assertThat(cpu.probe(P, 1, Access.READ)).isNull();
    Fault fault = cpu.probe(P, 1, Access.WRITE);
    assertThat(fault).isNotNull();
    space.mprotect(P, PAGE, PROT_READ | PROT_EXEC, -1);
    assertThat(cpu.probe(P, 1, Access.FETCH)).isNull();
    space.mprotect(P, PAGE, PROT_NONE, -1);
    assertThat(cpu.probe(P, 1, Access.READ)).isNotNull();
    // The kernel gives execution alone a protection key that forbids the rest.
    space.mprotect(P, PAGE, PROT_EXEC, -1);
    assertThat(cpu.probe(P, 1, Access.FETCH)).isNull();
    assertThat(cpu.probe(P, 1, Access.READ)).isNotNull();
    // Writing alone is not to be had: the processor has no such page.
    space.mprotect(P, PAGE, PROT_WRITE, -1);
    assertThat(cpu.probe(P, 1, Access.READ)).isNull();
    assertThat(cpu.probe(P, 1, Access.FETCH)).isNotNull();
  }

  @Test
  void what_was_saved_comes_back() {
    map(P, 3 * PAGE, RW, FIXED, null, 0);
    cpu.store(P + PAGE, 8, 42);
    try (SavedAreas saved = space.save()) {
      saved.add(P, 4 * PAGE);
      space.munmap(P, 2 * PAGE);
      map(P + 3 * PAGE, PAGE, RW, FIXED, null, 0);
      saved.restore();
    }
    assertThat(cpu.load(P + PAGE, 8)).isEqualTo(42);
    assertThat(space.isFree(P + 3 * PAGE, PAGE)).isTrue();
  }

  private long map(
      long address,
      long length,
      long protection,
      long flags,
      @Nullable LinuxFile what,
      long offset) {
    return space.mmap(address, length, protection, flags, what, offset, Choices.topDown());
  }

  private long remap(long address, long oldLength, long newLength, long flags, long newAddress) {
    return space.mremap(address, oldLength, newLength, flags, newAddress, Choices.topDown());
  }

  private static void refused(Errno errno, long answer) {
    assertThat(Answer.errno(answer)).isEqualTo(errno);
  }
}
