package dev.mapwright.linux;

import static dev.mapwright.linux.abi.MapFlag.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.abi.Errno;
import dev.mapwright.linux.answer.LinuxCall;
import dev.mapwright.linux.answer.Refusal;
import dev.mapwright.linux.maps.MapsEntry;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random calls near the borders: whatever is refused, the table of answers has that error. */
class RandomRefusalsTest {
  private static final long PAGE = 4096;
  private static final long P = 0x1000_0000L;
  private static final int PAGES = 12;
  private static final int CALLS = 12_000;
  private static final int CALLS_A_SPACE = 300;

  /** The errors that the table must have seen at least once in the test: it is no empty test. */
  private static final Set<Errno> FREQUENT =
      EnumSet.of(Errno.EINVAL, Errno.ENOMEM, Errno.EPERM, Errno.EFAULT, Errno.EBUSY, Errno.EACCES);

  private final Map<LinuxCall, Set<Errno>> table = new EnumMap<>(LinuxCall.class);
  private final Set<Errno> seen = EnumSet.noneOf(Errno.class);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void no_call_answers_with_an_error_that_the_table_does_not_have(long seed) {
    for (LinuxCall call : LinuxCall.values()) {
      Set<Errno> errors = EnumSet.noneOf(Errno.class);
      for (Refusal refusal : call.refusals()) {
        errors.add(refusal.errno());
      }
      table.put(call, errors);
    }
    Random random = new Random(seed);
    try (SimulatedMachine machine = TestMachine.create();
        LinuxSystem system = new LinuxSystem(machine)) {
      assertThat(system.addSegment(5, 3 * PAGE)).isTrue();
      LinuxFile file = system.file("/lib/x");
      for (int done = 0; done < CALLS; done += CALLS_A_SPACE) {
        try (LinuxSpace space = system.newSpace()) {
          space.populate(
              List.of(new MapsEntry(P, P + 2 * PAGE - 1, 5, false, 0, "00:00", 0, "[vdso]")));
          for (int i = 0; i < CALLS_A_SPACE; i++) {
            if (random.nextInt(20) == 0) {
              machine.failures().failAll();
            }
            LinuxCall call = LinuxCall.values()[random.nextInt(LinuxCall.values().length)];
            check(call, answer(call, space, file, random));
            machine.failures().off();
          }
        }
      }
    }
    assertThat(seen).containsAll(FREQUENT);
  }

  private void check(LinuxCall call, long answer) {
    Errno errno = Answer.errno(answer);
    if (errno != null) {
      assertThat(table.get(call)).as(call.documentedName()).contains(errno);
      seen.add(errno);
    }
  }

  private static long answer(LinuxCall call, LinuxSpace space, LinuxFile file, Random random) {
    long address = address(random);
    long length = length(random);
    Choices choices = Choices.topDown();
    return switch (call) {
      case MMAP -> {
        long flags = random.nextInt(4) | (random.nextBoolean() ? MAP_ANONYMOUS : 0);
        flags |= random.nextInt(3) == 0 ? 1L << random.nextInt(21) : MAP_FIXED;
        yield space.mmap(
            address, length, random.nextInt(8), flags, file, random.nextInt(4) * PAGE, choices);
      }
      case MUNMAP -> random.nextInt(3) == 0 ? space.munmap(address, length) : 0;
      case MPROTECT -> space.mprotect(address, length, random.nextInt(17), -1);
      case MREMAP ->
          space.mremap(
              address, length, length(random), random.nextInt(9), address(random), choices);
      case REMAP_FILE_PAGES -> space.remapFilePages(address, length, 0, random.nextInt(4));
      case MADVISE -> space.madvise(address, length, random.nextInt(26));
      case MSYNC -> space.msync(address, length, random.nextInt(9));
      case MINCORE -> space.mincore(address, length);
      case MLOCK ->
          random.nextBoolean()
              ? space.mlock2(address, length, random.nextInt(3))
              : space.lock(address, length, random.nextBoolean());
      case MLOCKALL ->
          random.nextInt(4) == 0 ? space.mlockAll(random.nextInt(9)) : space.munlockAll();
      case PRCTL -> random.nextInt(20) == 0 ? space.refuseExecGain(random.nextInt(5), 0) : 0;
      case MSEAL -> random.nextInt(12) == 0 ? space.mseal(address, length, 0) : 0;
      case SHMAT ->
          space.shmat(5, random.nextInt(4) == 0 ? 0 : address, random.nextInt(8) << 12, choices);
      case SHMDT -> space.shmdt(address);
    };
  }

  private static long address(Random random) {
    return switch (random.nextInt(30)) {
      case 0 -> LinuxSpace.TASK_BYTES;
      case 1 -> -PAGE;
      case 2 -> P + 1;
      default -> P + random.nextInt(PAGES) * PAGE;
    };
  }

  private static long length(Random random) {
    return switch (random.nextInt(30)) {
      case 0 -> 0;
      case 1 -> -PAGE;
      case 2 -> LinuxSpace.TASK_BYTES;
      case 3 -> -1;
      default -> (1 + random.nextInt(4)) * PAGE;
    };
  }
}
