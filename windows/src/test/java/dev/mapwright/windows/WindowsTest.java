package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.bugcheck.BugCheckReport;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.Driver;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.system.SystemLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A driver in a small system, and what tests do again and again. Misuse is recorded unless a test
 * boots another system. Every answer that a test gets is recorded by {@link ObservedAnswers}.
 */
@ExtendWith(ObservedAnswers.NameOfTest.class)
abstract class WindowsTest {
  static final long PAGE = 4096;
  static final int TAG = PoolTag.of("Test");
  static final int OTHER_TAG = PoolTag.of("Else");

  /** No address of anything. */
  static final long BAD = 0x1234_5678_9000L;

  static final long FIRST_DEVICE_PFN = 0x10_0000;
  static final long HOLE_PFN = 0x20_0000;

  /** Small parts, so that exhaustion is near. */
  static final SystemLayout LAYOUT =
      SystemLayout.X64.withSystemPtes(1024).withPools(1024, 1024).withPageFile(256);

  SimulatedMachine machine = newMachine();
  Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse());
  Driver driver = kernel.loadDriver("test driver");
  NtContext c = kernel.newContext(driver);

  /** The answer of the last call. */
  @Nullable Condition last;

  static SimulatedMachine newMachine() {
    return SimulatedMachine.builder()
        .ram(0x100, 16_384)
        .device("device", FIRST_DEVICE_PFN, 16, new Registers())
        .seed(1)
        .build();
  }

  @BeforeEach
  void watchAnswers() {
    kernel.observe(this::observed);
  }

  void observed(Condition condition) {
    last = condition;
    ObservedAnswers.answered(condition);
  }

  /** Boots another system on the same machine, which replaces the first. */
  void boot(KernelOptions options) {
    kernel.close();
    kernel = Kernel.boot(machine, options);
    driver = kernel.loadDriver("test driver");
    c = kernel.newContext(driver);
    kernel.observe(this::observed);
  }

  /** Boots on another machine, which replaces the one there is. */
  final void onMachine(SimulatedMachine replacement) {
    kernel.close();
    machine.close();
    machine = replacement;
    kernel = Kernel.boot(machine, KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse());
    driver = kernel.loadDriver("test driver");
    c = kernel.newContext(driver);
    kernel.observe(this::observed);
  }

  @AfterEach
  void nothingIsWrongAndTheMachineGoes() {
    machine.failures().off();
    Invariants.verify(machine);
    kernel.close();
    machine.close();
  }

  // ---- what there is

  /** Nonpaged memory for a structure. */
  long memory(long bytes) {
    long address = kernel.pools().nonPaged().allocate(bytes, TAG, 0, true);
    assertThat(address).isNotZero();
    return address;
  }

  /** A frame that somebody has allocated and locked. */
  long lockedFrame() {
    long pfn = machine.frames().allocate(FrameOwner.POOL, 7);
    machine.frames().addLocks(pfn, 1);
    return pfn;
  }

  /** An MDL as a driver fills it, of fresh locked pages. */
  long lockedMdl(long bytes, int byteOffset) {
    int pages = (int) MdlLayout.spanPages(byteOffset, bytes);
    long mdl = memory(MdlLayout.PFNS + 8L * pages);
    long[] pfns = new long[pages];
    for (int i = 0; i < pages; i++) {
      pfns[i] = lockedFrame();
    }
    fillMdl(mdl, MDL_PAGES_LOCKED, 0, bytes, byteOffset, pfns);
    return mdl;
  }

  void fillMdl(long mdl, int flags, long startVa, long bytes, int byteOffset, long... pfns) {
    c.store(mdl + MdlLayout.NEXT, 8, 0);
    c.store(mdl + MdlLayout.SIZE, 2, MdlLayout.PFNS + 8L * pfns.length);
    c.store(mdl + MdlLayout.MDL_FLAGS, 2, flags);
    c.store(mdl + MdlLayout.PROCESS, 8, 0xDEAD_BEEFL);
    c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, 0xDEAD_BEEFL);
    c.store(mdl + MdlLayout.START_VA, 8, startVa);
    c.store(mdl + MdlLayout.BYTE_COUNT, 4, bytes);
    c.store(mdl + MdlLayout.BYTE_OFFSET, 4, byteOffset);
    for (int i = 0; i < pfns.length; i++) {
      c.store(mdl + MdlLayout.PFNS + 8L * i, 8, pfns[i]);
    }
  }

  int flags(long mdl) {
    return (int) c.load(mdl + MdlLayout.MDL_FLAGS, 2);
  }

  void setFlags(long mdl, int flags) {
    c.store(mdl + MdlLayout.MDL_FLAGS, 2, flags);
  }

  long pfn(long mdl, int index) {
    return c.load(mdl + MdlLayout.PFNS + 8L * index, 8);
  }

  // ---- what is expected

  /** Everything that can be seen. */
  String image() {
    return StateImage.of(machine) + "\n" + kernel.describe();
  }

  /**
   * Makes a call that is refused, or is misuse: the answer is the one expected, and nothing has
   * changed.
   */
  void refused(Condition expected, Runnable call) {
    String before = image();
    int reports = kernel.reports().size();
    last = null;
    Integer raised = null;
    try {
      call.run();
    } catch (NtStatusException exception) {
      raised = exception.status();
    }
    assertThat(last).isEqualTo(expected);
    Answer answer = expected.answer();
    assertThat(raised).isEqualTo(answer.effect() == Effect.RAISED ? (Integer) answer.code() : null);
    boolean stops = kernel.verifier().stops(expected);
    assertThat(kernel.reports()).hasSize(reports + (stops ? 1 : 0));
    if (stops) {
      assertThat(lastReport().condition()).isEqualTo(expected);
    }
    assertThat(image()).isEqualTo(before);
  }

  /** Makes a call that is carried out, with the answer that is expected. */
  void carriedOut(Condition expected, Runnable call) {
    int reports = kernel.reports().size();
    last = null;
    call.run();
    assertThat(last).isEqualTo(expected);
    assertThat(kernel.reports()).hasSize(reports);
  }

  BugCheckReport lastReport() {
    List<BugCheckReport> reports = kernel.reports();
    return reports.getLast();
  }

  /** The parameters of the bug check that was recorded last. */
  void parameters(long... expected) {
    assertThat(lastReport().parameters())
        .containsExactlyElementsOf(Arrays.stream(expected).boxed().toList());
  }

  /** The bug check that a call ends in. */
  static BugCheck stops(Runnable call) {
    try {
      call.run();
    } catch (BugCheck bugCheck) {
      return bugCheck;
    }
    throw new AssertionError("no bug check");
  }

  /** A device whose registers read as their offsets. */
  static final class Registers implements DeviceHandler {
    @Override
    public long read(long offsetBytes, int bytes) {
      return offsetBytes;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {}
  }
}
