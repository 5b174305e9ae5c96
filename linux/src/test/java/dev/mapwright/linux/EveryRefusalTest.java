package dev.mapwright.linux;

import static dev.mapwright.linux.abi.Advice.*;
import static dev.mapwright.linux.abi.LockFlag.*;
import static dev.mapwright.linux.abi.MapFlag.*;
import static dev.mapwright.linux.abi.PrctlFlag.*;
import static dev.mapwright.linux.abi.Protection.*;
import static dev.mapwright.linux.abi.RemapFlag.*;
import static dev.mapwright.linux.abi.SharedMemoryFlag.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.linux.answer.LinuxCall;
import dev.mapwright.linux.answer.MadviseError;
import dev.mapwright.linux.answer.MincoreError;
import dev.mapwright.linux.answer.MlockError;
import dev.mapwright.linux.answer.MlockallError;
import dev.mapwright.linux.answer.MmapError;
import dev.mapwright.linux.answer.MprotectError;
import dev.mapwright.linux.answer.MremapError;
import dev.mapwright.linux.answer.MsealError;
import dev.mapwright.linux.answer.MsyncError;
import dev.mapwright.linux.answer.MunmapError;
import dev.mapwright.linux.answer.PrctlError;
import dev.mapwright.linux.answer.Refusal;
import dev.mapwright.linux.answer.RemapFilePagesError;
import dev.mapwright.linux.answer.ShmatError;
import dev.mapwright.linux.answer.ShmdtError;
import dev.mapwright.linux.maps.MapsEntry;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each row of the table of answers with a call in which this one thing is wrong. The switches are
 * exhaustive, so a new row does not compile without its call.
 */
class EveryRefusalTest {
  private static final long PAGE = 4096;
  private static final long END = LinuxSpace.TASK_BYTES;

  /** Two pages, readable and writable, private. */
  private static final long P = 0x1000_0000L;

  /** Two pages of the kernel's own. */
  private static final long VDSO = 0x2000_0000L;

  /** One sealed page, read-only, private; a page that is not sealed before and behind. */
  private static final long SEALED = 0x3000_0000L;

  /** A locked page, private. */
  private static final long LOCKED = 0x4000_0000L;

  /** Two pages of a file, shared, readable and writable. */
  private static final long SHARED = 0x5000_0000L;

  /** A segment of two pages, attached for reading; a page of something else behind it. */
  private static final long SEGMENT = 0x6000_0000L;

  /** A page that allows no access. */
  private static final long NONE = 0x7000_0000L;

  /** Nothing for many pages. */
  private static final long FREE = 0x8000_0000L;

  private static final long PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS;
  private static final long FIXED = PRIVATE | MAP_FIXED;
  private static final long RW = PROT_READ | PROT_WRITE;
  private static final long MOVE_TO = MREMAP_MAYMOVE | MREMAP_FIXED;
  private static final long KEEP = MREMAP_MAYMOVE | MREMAP_DONTUNMAP;
  private static final int ID = 5;

  private SimulatedMachine machine;
  private LinuxSystem system;
  private LinuxSpace space;
  private LinuxFile file;

  private final Choices choices = Choices.topDown();

  @BeforeEach
  void boot() {
    machine = TestMachine.create();
    system = new LinuxSystem(machine);
    space = system.newSpace();
    file = system.file("/lib/x");
    space.populate(
        List.of(
            new MapsEntry(
                VDSO, VDSO + 2 * PAGE - 1, PROT_READ | PROT_EXEC, false, 0, "00:00", 0, "[vdso]")));
    done(map(P, 2 * PAGE, RW, FIXED, null, 0));
    done(map(SEALED - PAGE, 3 * PAGE, PROT_READ, FIXED, null, 0));
    done(space.mseal(SEALED, PAGE, 0));
    done(map(LOCKED, PAGE, RW, FIXED | MAP_LOCKED, null, 0));
    done(map(SHARED, 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, file, 0));
    done(map(NONE, PAGE, PROT_NONE, FIXED, null, 0));
    assertThat(system.addSegment(ID, 2 * PAGE)).isTrue();
    done(space.shmat(ID, SEGMENT, SHM_RDONLY, choices));
    done(map(SEGMENT + 2 * PAGE, PAGE, RW, FIXED, null, 0));
  }

  @AfterEach
  void halt() {
    assertThat(Invariants.violations(machine)).isEmpty();
    space.close();
    system.close();
    assertThat(machine.census().leaks()).isEmpty();
    machine.close();
  }

  static Stream<Refusal> refusals() {
    return Stream.of(LinuxCall.values()).flatMap(call -> call.refusals().stream());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void a_call_in_which_one_thing_is_wrong_is_answered_as_the_table_says(Refusal refusal) {
    long answer =
        switch (refusal) {
          case MmapError e -> mmap(e);
          case MunmapError e -> munmap(e);
          case MprotectError e -> mprotect(e);
          case MremapError e -> mremap(e);
          case RemapFilePagesError e -> remapFilePages(e);
          case MadviseError e -> madvise(e);
          case MsyncError e -> msync(e);
          case MincoreError e -> mincore(e);
          case MlockError e -> mlock(e);
          case MlockallError e -> mlockall(e);
          case MsealError e -> mseal(e);
          case PrctlError e -> prctl(e);
          case ShmatError e -> shmat(e);
          case ShmdtError e -> shmdt(e);
          default -> throw new AssertionError("a call without a test: " + refusal);
        };
    assertThat(Answer.errno(answer)).isEqualTo(refusal.errno());
  }

  private long mmap(MmapError e) {
    return switch (e) {
      case OFFSET_MISALIGNED -> map(FREE, PAGE, RW, PRIVATE, null, 1);
      case HUGE_SIZE_UNKNOWN ->
          map(FREE, PAGE, RW, PRIVATE | MAP_HUGETLB | 25L << MAP_HUGE_SHIFT, null, 0);
      case FILE_NOT_OPEN -> map(FREE, PAGE, RW, MAP_PRIVATE, null, 0);
      case HUGE_FILE -> map(FREE, PAGE, RW, MAP_PRIVATE | MAP_HUGETLB, file, 0);
      case LENGTH_ZERO -> map(FREE, 0, RW, PRIVATE, null, 0);
      case TOO_LONG -> map(0, END + PAGE, RW, PRIVATE, null, 0);
      case FIXED_OUTSIDE -> map(END, PAGE, RW, FIXED, null, 0);
      case FIXED_MISALIGNED -> map(FREE + 1, PAGE, RW, FIXED, null, 0);
      case TAKEN -> map(P, PAGE, RW, PRIVATE | MAP_FIXED_NOREPLACE, null, 0);
      case OFFSET_TOO_LARGE -> map(FREE, PAGE, RW, MAP_PRIVATE, file, Long.MAX_VALUE & -PAGE);
      case NO_TYPE -> map(FREE, PAGE, RW, MAP_ANONYMOUS, null, 0);
      case UNKNOWN_FLAG -> map(FREE, PAGE, RW, MAP_SHARED_VALIDATE | MAP_FIXED_NOREPLACE, file, 0);
      case GROWS_DOWN -> map(FREE, PAGE, RW, MAP_PRIVATE | MAP_GROWSDOWN, file, 0);
      case NO_PLACE -> map(0, END, RW, PRIVATE, null, 0);
      case EXEC_GAIN -> {
        done(space.refuseExecGain(PR_MDWE_REFUSE_EXEC_GAIN, 0));
        yield map(FREE, PAGE, RW | PROT_EXEC, FIXED, null, 0);
      }
      case SEALED -> map(SEALED, PAGE, RW, FIXED, null, 0);
      case OUT_OF_MEMORY -> withoutMemory(() -> map(FREE, PAGE, RW, FIXED, null, 0));
    };
  }

  private long munmap(MunmapError e) {
    return switch (e) {
      case BAD_RANGE -> space.munmap(P, 0);
      case SEALED -> space.munmap(SEALED, PAGE);
      case KERNELS_OWN -> space.munmap(VDSO, PAGE);
      case OUT_OF_MEMORY -> withoutMemory(() -> space.munmap(SEGMENT, PAGE));
    };
  }

  private long mprotect(MprotectError e) {
    return switch (e) {
      case BOTH_GROWTHS -> space.mprotect(P, PAGE, PROT_GROWSUP | PROT_GROWSDOWN, -1);
      case MISALIGNED -> space.mprotect(P + 1, PAGE, RW, -1);
      case WRAPS -> space.mprotect(P, -PAGE, RW, -1);
      case UNKNOWN_PROTECTION -> space.mprotect(P, PAGE, 0x10, -1);
      case KEY_NOT_ALLOCATED -> space.mprotect(P, PAGE, RW, 3);
      case NOTHING_TO_GROW -> space.mprotect(FREE, PAGE, RW | PROT_GROWSUP, -1);
      case DOES_NOT_GROW -> space.mprotect(P, PAGE, RW | PROT_GROWSDOWN, -1);
      case HOLE -> space.mprotect(P, 3 * PAGE, RW, -1);
      case EXCEEDS_OPENING -> space.mprotect(SEGMENT, PAGE, RW, -1);
      case EXEC_GAIN -> {
        done(space.refuseExecGain(PR_MDWE_REFUSE_EXEC_GAIN, 0));
        yield space.mprotect(P, PAGE, PROT_EXEC, -1);
      }
      case SEALED -> space.mprotect(SEALED, PAGE, RW, -1);
      case KERNELS_OWN -> space.mprotect(VDSO, PAGE, PROT_READ, -1);
      case OUT_OF_MEMORY -> withoutMemory(() -> space.mprotect(P, PAGE, PROT_READ, -1));
    };
  }

  private long mremap(MremapError e) {
    return switch (e) {
      case UNKNOWN_FLAG -> remap(P, PAGE, PAGE, 8, 0);
      case OLD_MISALIGNED -> remap(P + 1, PAGE, PAGE, 0, 0);
      case BAD_NEW_SIZE -> remap(P, PAGE, 0, 0, 0);
      case NEW_OUTSIDE -> remap(P, PAGE, PAGE, MOVE_TO, END);
      case NEW_MISALIGNED -> remap(P, PAGE, PAGE, MOVE_TO, FREE + 1);
      case MAY_NOT_MOVE -> remap(P, PAGE, PAGE, MREMAP_FIXED, FREE);
      case KEEPS_AND_RESIZES -> remap(P, PAGE, 2 * PAGE, KEEP, FREE);
      case OVERLAP -> remap(P, 2 * PAGE, 2 * PAGE, MOVE_TO, P + PAGE);
      case NOT_MAPPED -> remap(FREE, PAGE, 2 * PAGE, MREMAP_MAYMOVE, 0);
      case SEALED -> remap(SEALED, PAGE, 2 * PAGE, MREMAP_MAYMOVE, 0);
      case DUPLICATES_PRIVATE -> remap(P, 0, PAGE, MREMAP_MAYMOVE, 0);
      case KEEPS_KERNELS_OWN -> remap(VDSO, 2 * PAGE, 2 * PAGE, KEEP, FREE);
      case NOT_ONE_AREA -> remap(P, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE, 0);
      case SEGMENT_AMONG_OTHERS -> remap(SEGMENT, 3 * PAGE, 3 * PAGE, MOVE_TO, FREE);
      case RESIZES_KERNELS_OWN -> remap(VDSO, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE, 0);
      case CUTS_KERNELS_OWN -> remap(P, PAGE, PAGE, MOVE_TO, VDSO);
      case CANNOT_GROW_IN_PLACE -> remap(P, PAGE, 2 * PAGE, 0, 0);
      case NO_PLACE -> remap(P, PAGE, END, MREMAP_MAYMOVE, 0);
      case OUT_OF_MEMORY -> withoutMemory(() -> remap(P, 2 * PAGE, 3 * PAGE, 0, 0));
    };
  }

  private long remapFilePages(RemapFilePagesError e) {
    return switch (e) {
      case PROTECTION -> space.remapFilePages(SHARED, PAGE, PROT_READ, 0);
      case BAD_RANGE -> space.remapFilePages(SHARED, 0, 0, 0);
      case NOT_SHARED -> space.remapFilePages(P, PAGE, 0, 0);
      case NOT_ONE_MAPPING -> space.remapFilePages(SHARED, 3 * PAGE, 0, 0);
      case OFFSET_TOO_LARGE -> space.remapFilePages(SHARED, PAGE, 0, 1L << 51);
      case SEALED -> {
        done(space.mseal(SHARED, 2 * PAGE, 0));
        yield space.remapFilePages(SHARED, PAGE, 0, 1);
      }
      case OUT_OF_MEMORY -> withoutMemory(() -> space.remapFilePages(SHARED, PAGE, 0, 1));
    };
  }

  private long madvise(MadviseError e) {
    return switch (e) {
      case UNKNOWN_ADVICE -> space.madvise(P, PAGE, 7);
      case MISALIGNED -> space.madvise(P + 1, PAGE, MADV_NORMAL);
      case WRAPS -> space.madvise(P, -PAGE, MADV_NORMAL);
      case LOCKED -> space.madvise(LOCKED, PAGE, MADV_DONTNEED);
      case UNFIT_AREA -> space.madvise(SHARED, PAGE, MADV_WIPEONFORK);
      case NOTHING_TO_POPULATE -> space.madvise(NONE, PAGE, MADV_POPULATE_READ);
      case REMOVE_UNWRITABLE -> space.madvise(SEGMENT, PAGE, MADV_REMOVE);
      case HOLE -> space.madvise(P, 3 * PAGE, MADV_NORMAL);
      case SEALED -> space.madvise(SEALED, PAGE, MADV_DONTNEED);
      case OUT_OF_MEMORY -> withoutMemory(() -> space.madvise(P, PAGE, MADV_DONTFORK));
    };
  }

  private long msync(MsyncError e) {
    return switch (e) {
      case UNKNOWN_FLAG -> space.msync(SHARED, PAGE, 8);
      case MISALIGNED -> space.msync(SHARED + 1, PAGE, 4);
      case BOTH_KINDS -> space.msync(SHARED, PAGE, 1 | 4);
      case WRAPS -> space.msync(SHARED, -PAGE, 4);
      case LOCKED -> space.msync(LOCKED, PAGE, 2);
      case HOLE -> space.msync(SHARED, 3 * PAGE, 4);
    };
  }

  private long mincore(MincoreError e) {
    return switch (e) {
      case MISALIGNED -> space.mincore(P + 1, PAGE);
      case OUTSIDE -> space.mincore(P, END);
      case HOLE -> space.mincore(P, 3 * PAGE);
    };
  }

  private long mlock(MlockError e) {
    return switch (e) {
      case UNKNOWN_FLAG -> space.mlock2(P, PAGE, 2);
      case WRAPS -> space.lock(P, -PAGE, true);
      case OUTSIDE -> space.lock(END, PAGE, true);
      case HOLE -> space.lock(P, 3 * PAGE, true);
      case INACCESSIBLE -> space.lock(NONE, PAGE, true);
      case OUT_OF_MEMORY -> withoutMemory(() -> space.lock(P, PAGE, true));
    };
  }

  private long mlockall(MlockallError e) {
    return switch (e) {
      case FLAGS -> space.mlockAll(MCL_ONFAULT);
      case OUT_OF_MEMORY -> withoutMemory(() -> space.mlockAll(MCL_CURRENT));
    };
  }

  private long prctl(PrctlError e) {
    return switch (e) {
      case BITS -> space.refuseExecGain(PR_MDWE_NO_INHERIT, 0);
      case CHANGES -> {
        done(space.refuseExecGain(PR_MDWE_REFUSE_EXEC_GAIN, 0));
        yield space.refuseExecGain(0, 0);
      }
    };
  }

  private long mseal(MsealError e) {
    return switch (e) {
      case FLAGS -> space.mseal(P, PAGE, 1);
      case MISALIGNED -> space.mseal(P + 1, PAGE, 0);
      case WRAPS -> space.mseal(P, -PAGE, 0);
      case HOLE -> space.mseal(P, 3 * PAGE, 0);
      case OUT_OF_MEMORY -> withoutMemory(() -> space.mseal(P, PAGE, 0));
    };
  }

  private long shmat(ShmatError e) {
    return switch (e) {
      case MISALIGNED -> space.shmat(ID, FREE + 1, 0, choices);
      case NO_SEGMENT -> space.shmat(ID + 1, FREE, 0, choices);
      case REPLACES_NOTHING -> space.shmat(ID, 0, SHM_REMAP, choices);
      case NO_PLACE -> {
        assertThat(system.addSegment(ID, END)).isTrue();
        yield space.shmat(ID, 0, 0, choices);
      }
      case WRAPS -> space.shmat(ID, -PAGE, 0, choices);
      case OUTSIDE -> space.shmat(ID, END, 0, choices);
      case TAKEN -> space.shmat(ID, P, 0, choices);
      case EXEC_GAIN -> {
        done(space.refuseExecGain(PR_MDWE_REFUSE_EXEC_GAIN, 0));
        yield space.shmat(ID, FREE, SHM_EXEC, choices);
      }
      case SEALED -> space.shmat(ID, SEALED, SHM_REMAP, choices);
      case OUT_OF_MEMORY -> withoutMemory(() -> space.shmat(ID, FREE, 0, choices));
    };
  }

  private long shmdt(ShmdtError e) {
    return switch (e) {
      case BAD_ADDRESS -> space.shmdt(SEGMENT + 1);
      case NOT_ATTACHED -> space.shmdt(P);
    };
  }

  private long map(
      long address, long length, long protection, long flags, @Nullable LinuxFile f, long offset) {
    return space.mmap(address, length, protection, flags, f, offset, choices);
  }

  private long remap(long address, long oldLength, long newLength, long flags, long newAddress) {
    return space.mremap(address, oldLength, newLength, flags, newAddress, choices);
  }

  private static void done(long answer) {
    assertThat(Answer.isError(answer)).isFalse();
  }

  /** The call without any memory to be had. */
  private long withoutMemory(LongSupplier call) {
    machine.failures().failAll();
    long answer = call.getAsLong();
    machine.failures().off();
    return answer;
  }
}
