package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.physical.PhysicalCalls.mmGetPhysicalAddress;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exFreePool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.RefusedException;
import dev.mapwright.windows.answer.ExFreePool;
import dev.mapwright.windows.answer.MmFreeContiguousMemory;
import dev.mapwright.windows.answer.MmMapIoSpace;
import dev.mapwright.windows.answer.ProcessExit;
import dev.mapwright.windows.context.Driver;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.harness.Drivers;
import dev.mapwright.windows.harness.Processes;
import org.junit.jupiter.api.Test;

/** What becomes of that which a driver leaves behind. */
class UnloadedDriverTest extends MdlTest {
  @Test
  void whatItHasLeftBehindIsNotOfTheDriverThatIsLoadedAgain() {
    NtContext first = kernel.newContext(kernel.loadDriver("twice"));
    exAllocatePool2(first, POOL_FLAG_NON_PAGED, PAGE, TAG);
    assertThat(Drivers.unload(first)).hasSize(1);
    NtContext again = kernel.newContext(kernel.loadDriver("twice"));
    assertThat(again.driver().name()).isEqualTo("twice #2");
    kernel.verifier().setOn(true);
    assertThat(Drivers.unload(again)).isEmpty();
  }

  /** Lets each acquisition fail in turn: nothing is left then. How many there are. */
  private int sweep(Runnable making) {
    memory(0x150); // a page of pool for objects of this size is there
    for (int failed = 0; ; failed++) {
      String before = image();
      machine.failures().failNth(failed + 1);
      try {
        making.run();
        return failed;
      } catch (RefusedException full) {
        machine.failures().off();
        assertThat(image()).as("acquisition %d", failed + 1).isEqualTo(before);
      } finally {
        machine.failures().off();
      }
    }
  }

  @Test
  void aDriverThatCanNotBeLoadedLeavesNothing() {
    assertThat(sweep(() -> kernel.loadDriver("driver"))).isEqualTo(2);
  }

  @Test
  void aProcessThatCanNotBeStartedLeavesNothing() {
    assertThat(sweep(() -> kernel.newProcess("process"))).isGreaterThan(1);
  }

  @Test
  void aContiguousBlockIsNotOfTheDriverThatGetsTheAddressOfItsObject() {
    NtContext first = kernel.newContext(kernel.loadDriver("first"));
    long block = mmAllocateContiguousMemory(first, 2 * PAGE, -1);
    Drivers.unload(first);
    Driver second = kernel.loadDriver("second");
    assertThat(second.driverObject()).isEqualTo(first.driver().driverObject());
    NtContext other = kernel.newContext(second);
    long physical = mmGetPhysicalAddress(other, block);
    doneWith(MmMapIoSpace.NOT_LOCKED, () -> mmMapIoSpace(other, physical, PAGE, MM_CACHED));
    carriedOut(MmFreeContiguousMemory.DONE, () -> mmFreeContiguousMemory(other, block));
  }

  @Test
  void theObjectOfAProcessThatADriverHasFreedBecomesNobodyElses() {
    NtProcess process = kernel.newProcess("process");
    Driver other = kernel.loadDriver("other");
    long device = kernel.newDeviceObject();
    exFreePool(c, process.eprocess());
    exFreePool(c, other.driverObject());
    exFreePool(c, device);
    for (int i = 0; i < 20; i++) {
      assertThat(kernel.newProcess("another").eprocess())
          .isNotIn(process.eprocess(), other.driverObject(), device);
    }
    assertThat(kernel.process(process.eprocess())).isSameAs(process);
  }

  @Test
  void memoryThatADriverGetsInThePlaceOfAnObjectIsNotFreedWithTheObject() {
    NtProcess process = kernel.newProcess("process");
    exFreePool(c, process.eprocess());
    long block = exAllocatePool2(c, POOL_FLAG_NON_PAGED, 0x150, TAG);
    assertThat(block).isEqualTo(process.eprocess());
    carriedOut(ProcessExit.DONE, () -> Processes.end(c, process));
    carriedOut(ExFreePool.DONE, () -> exFreePool(c, block));
  }

  @Test
  void aDriverIsUnloadedOnce() {
    NtContext first = kernel.newContext(kernel.loadDriver("once"));
    NtContext second = kernel.newContext(first.driver());
    Drivers.unload(first);
    assertThatThrownBy(() -> Drivers.unload(second)).hasMessageContaining("unloaded before");
  }
}
