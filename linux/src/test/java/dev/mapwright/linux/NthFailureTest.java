package dev.mapwright.linux;

import static dev.mapwright.linux.abi.Advice.*;
import static dev.mapwright.linux.abi.MapFlag.*;
import static dev.mapwright.linux.abi.Protection.*;
import static dev.mapwright.linux.abi.RemapFlag.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.failure.FailureSweep;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.linux.abi.Errno;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each call, with the first acquisition refused, then the second, until none is left: it answers
 * ENOMEM and has changed nothing, or succeeds.
 *
 * <p>Before each call there are, from P on: 16 private pages, 16 shared ones, a hole of 4, 4
 * private pages, a hole, and from 2 P on 16 private pages, a hole of 4, and 16 shared ones. Calls
 * cut all of them in the middle. Every other private page has contents.
 */
class NthFailureTest {

  private static final long PAGE = 4096;
  private static final long P = 0x1000_0000L;
  private static final long RW = PROT_READ | PROT_WRITE;
  private static final long PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  private static final long SHARED = MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED;
  private static final long MOVE_TO = MREMAP_MAYMOVE | MREMAP_FIXED;
  private static final long KEEP = MREMAP_MAYMOVE | MREMAP_DONTUNMAP;

  /** One call, that succeeds when nothing is refused. */
  private interface Call {
    long make(LinuxSpace space);
  }

  private static final Map<String, Call> CALLS = new TreeMap<>();

  private static void mremap(
      String name, long from, long pages, long newPages, long flags, long to) {
    CALLS.put(
        "mremap " + name,
        space ->
            space.mremap(
                P + from * PAGE,
                pages * PAGE,
                newPages * PAGE,
                flags,
                2 * P + to * PAGE,
                Choices.topDown()));
  }

  static {
    mremap("shrinks", 2, 4, 1, 0, 0);
    mremap("grows in place", 36, 4, 6, 0, 0);
    mremap("grows and moves private memory", 2, 4, 9, MREMAP_MAYMOVE, 0);
    mremap("grows and moves shared memory", 18, 4, 9, MREMAP_MAYMOVE, 0);
    mremap("grows over what is there", 2, 4, 9, MOVE_TO, 4);
    mremap("grows over what is there and a hole", 18, 4, 9, MOVE_TO, 13);
    mremap("grows over a hole and what is there", 2, 4, 9, MOVE_TO, 18);
    mremap("shrinks over what is there", 2, 9, 4, MOVE_TO, 4);
    mremap("shrinks and cuts off two areas", 12, 10, 2, MOVE_TO, 4);
    mremap("moves over what is there", 2, 4, 4, MOVE_TO, 4);
    mremap("moves two areas over a hole", 12, 10, 10, MOVE_TO, 12);
    mremap("moves areas with a hole over another hole", 28, 10, 10, MOVE_TO, 13);
    mremap("duplicates over what is there", 18, 0, 4, MOVE_TO, 4);
    mremap("moves and keeps private memory", 2, 4, 4, KEEP, 0);
    mremap("moves and keeps shared memory", 18, 4, 4, KEEP, 0);
    mremap("moves areas with a hole and keeps them", 12, 26, 26, KEEP | MREMAP_FIXED, 3);
    CALLS.put(
        "mremap takes the lock from what stays, when locked",
        space ->
            space.mremap(
                P + 12 * PAGE, 8 * PAGE, 8 * PAGE, KEEP | MREMAP_FIXED, 2 * P, Choices.topDown()));
    CALLS.put("mlock", space -> space.lock(P + 2 * PAGE, 20 * PAGE, true));
    CALLS.put("mseal", space -> space.mseal(P + 2 * PAGE, 20 * PAGE, 0));
    CALLS.put("munlock, when locked", space -> space.lock(P + 2 * PAGE, 20 * PAGE, false));
    CALLS.put("madvise notes", space -> space.madvise(P + 2 * PAGE, 4 * PAGE, MADV_DONTFORK));
    CALLS.put(
        "madvise drops, when shared with a child",
        space -> space.madvise(P + 2 * PAGE, 4 * PAGE, MADV_DONTNEED));
    CALLS.put("mprotect", space -> space.mprotect(P + 2 * PAGE, 4 * PAGE, PROT_READ, -1));
    CALLS.put("munmap", space -> space.munmap(P + 2 * PAGE, 20 * PAGE));
    CALLS.put(
        "mmap over what is there",
        space -> space.mmap(P + 2 * PAGE, 20 * PAGE, RW, PRIVATE, null, 0, Choices.topDown()));
  }

  static Iterable<String> calls() {
    return CALLS.keySet();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void a_call_refused_for_want_of_memory_has_changed_nothing(String name) {
    assertThat(FailureSweep.run(() -> new Sweep(name), 200)).isPositive();
  }

  private static final class Sweep implements FailureSweep.Scenario {

    private final String name;
    private final SimulatedMachine machine = TestMachine.create();
    private final LinuxSystem system = new LinuxSystem(machine);
    private final LinuxSpace space = system.newSpace();
    private @Nullable LinuxSpace child;
    private StateImage before = StateImage.of(machine);
    private long answer;

    Sweep(String name) {
      this.name = name;
    }

    private void map(long address, long pages, long flags) {
      space.mmap(address, pages * PAGE, RW, flags, null, 0, Choices.topDown());
    }

    @Override
    public FailurePoints prepare() {
      map(P, 16, PRIVATE);
      map(P + 16 * PAGE, 16, SHARED);
      map(P + 36 * PAGE, 4, PRIVATE);
      map(2 * P, 16, PRIVATE);
      map(2 * P + 20 * PAGE, 16, SHARED);
      Cpu cpu = machine.newCpu();
      cpu.attach(space.engine());
      for (long page = 0; page < 16; page += 2) {
        cpu.store(P + page * PAGE, 8, page + 1);
        cpu.store(2 * P + page * PAGE, 8, page + 101);
      }
      cpu.attach(null);
      if (name.endsWith("when locked")) {
        space.lock(P, 32 * PAGE, true);
      }
      child = name.endsWith("with a child") ? space.fork() : null;
      before = StateImage.of(machine);
      return machine.failures();
    }

    @Override
    public void act() {
      answer = Objects.requireNonNull(CALLS.get(name)).make(space);
    }

    @Override
    public void check(boolean failed) {
      if (Answer.isError(answer)) {
        assertThat(failed).isTrue();
        assertThat(Answer.errno(answer)).isEqualTo(Errno.ENOMEM);
        // What is translated may be forgotten: it is found again at the next access.
        assertThat(before.differences(StateImage.of(machine)))
            .allMatch(line -> line.contains("tables") || line.contains("free frames"));
      }
      assertThat(Invariants.violations(machine)).isEmpty();
      if (child != null) {
        child.close();
      }
      space.close();
      system.close();
      assertThat(machine.census().leaks()).isEmpty();
      machine.close();
    }
  }
}
