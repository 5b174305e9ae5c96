package dev.mapwright.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.PagePriority;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.answer.DriverUnload;
import dev.mapwright.windows.answer.MemoryAccess;
import dev.mapwright.windows.answer.ProcessExit;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.harness.Drivers;
import dev.mapwright.windows.harness.Leak;
import dev.mapwright.windows.harness.Processes;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.mdl.MdlMappingCalls;
import dev.mapwright.windows.pool.PoolCalls;
import dev.mapwright.windows.reserved.ReservedCalls;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer to the end of drivers and processes, and to accesses of memory. */
class EveryEndingAnswerTest extends WindowsTest {
  @ParameterizedTest(name = "the end of a driver {0}")
  @EnumSource
  void unloading(DriverUnload why) {
    NtContext other = kernel.newContext(kernel.loadDriver("other"));
    switch (why) {
      case DONE -> carriedOut(why, () -> assertThat(Drivers.unload(other)).isEmpty());
      case IRQL_TOO_HIGH -> {
        other.processor().setIrql(Irql.APC_LEVEL);
        refused(why, () -> Drivers.unload(other));
      }
      case POOL_LEAKED -> {
        PoolCalls.exAllocatePool2(other, PoolFlags.POOL_FLAG_NON_PAGED, 100, TAG);
        kernel.verifier().setOn(true);
        refused(why, () -> Drivers.unload(other));
        parameters(0x62, other.driver().driverObject(), 0, 1);
        kernel.verifier().setOn(false);
        List<Leak> leaks = Drivers.unload(other);
        assertThat(leaks).singleElement().extracting(Leak::kind).isEqualTo(Leak.Kind.POOL);
        assertThat(leaks.getFirst()).hasToString(leaks.getFirst().toString());
      }
      case LEAKED -> {
        long base = ReservedCalls.mmAllocateMappingAddress(other, 3 * PAGE, TAG);
        carriedOut(
            why,
            () ->
                assertThat(Drivers.unload(other))
                    .singleElement()
                    .hasToString("3 pages reserved at 0x" + Long.toHexString(base) + ", by other"));
      }
    }
  }

  /** A process with a page of memory, in which the driver's processor is. */
  private NtProcess process() {
    NtProcess process = kernel.newProcess("process");
    c.processor().attach(process);
    return process;
  }

  private static long page(NtProcess process) {
    return process.memory().allocate(PAGE, Permissions.READ_WRITE);
  }

  private long locked(NtProcess process) {
    long mdl = MdlCalls.ioAllocateMdl(c, page(process), (int) PAGE, false, false, 0);
    MdlCalls.mmProbeAndLockPages(c, mdl, 0, 1);
    return mdl;
  }

  @ParameterizedTest(name = "the end of a process {0}")
  @EnumSource
  void ending(ProcessExit why) {
    NtProcess process = process();
    switch (why) {
      case DONE -> {
        page(process);
        carriedOut(why, () -> Processes.end(c, process));
        assertThat(kernel.process(process.eprocess())).isNull();
      }
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.APC_LEVEL);
        refused(why, () -> Processes.end(c, process));
      }
      case LOCKED_PAGES_TRACKED -> {
        long mdl = locked(process);
        kernel.verifier().setOn(true);
        refused(why, () -> Processes.end(c, process));
        assertThat(lastReport().parameters().get(2)).isEqualTo(mdl);
        assertThat(lastReport().parameters().get(3)).isEqualTo(1);
      }
      case LOCKED_PAGES -> {
        long mdl = locked(process);
        refused(why, () -> Processes.end(c, process));
        parameters(0, process.eprocess(), 1, 0);
        MdlCalls.mmUnlockPages(c, mdl);
        carriedOut(ProcessExit.DONE, () -> Processes.end(c, process));
      }
      case MAPPINGS_LEFT -> {
        long mdl = lockedMdl(PAGE, 0);
        MdlMappingCalls.mmMapLockedPagesSpecifyCache(
            c, mdl, 1, MemoryCachingType.MM_CACHED, 0, 0, PagePriority.HIGH_PAGE_PRIORITY);
        carriedOut(why, () -> Processes.end(c, process));
        Event left = kernel.journal().events().getLast();
        assertThat(left.kind()).isEqualTo(EventKind.MISUSE);
        assertThat(machine.frames().holds(pfn(mdl, 0))).isZero();
      }
    }
  }

  @ParameterizedTest(name = "an access to memory {0}")
  @EnumSource
  void accessing(MemoryAccess why) {
    NtProcess process = process();
    long user = process.memory().allocate(PAGE, Permissions.READ);
    switch (why) {
      case INVALID_ADDRESS -> {
        refused(why, () -> c.load(BAD, 8));
        parameters(BAD, 0, 0, 2);
      }
      case READ_ONLY -> {
        c.load(user, 8);
        refused(why, () -> c.store(user, 8, 1));
        assertThat(lastReport().parameters().getFirst()).isEqualTo(user);
      }
      case NOT_EXECUTABLE -> {
        c.load(user, 8);
        refused(why, () -> c.fetch(user, 8));
      }
      case OUT_AT_HIGH_IRQL -> {
        long page = page(process);
        c.store(page, 8, 5);
        kernel.paging().putOut(process.space(), page, PAGE);
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        refused(why, () -> c.load(page, 8));
        parameters(page, 2, 0, 0);
        c.processor().setIrql(Irql.PASSIVE_LEVEL);
        assertThat(c.load(page, 8)).isEqualTo(5);
      }
      case USER_ACCESS_VIOLATION -> {
        refused(why, () -> c.userStore(user, 8, 1));
        refused(why, () -> c.userLoad(driver.driverObject(), 8));
        refused(why, () -> c.userLoad(-1, 8));
        assertThat(c.userLoad(user, 8)).isZero();
      }
    }
  }
}
