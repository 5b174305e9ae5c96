package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.physical.PhysicalCalls.mmGetPhysicalAddress;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.answer.MmFreeContiguousMemory;
import dev.mapwright.windows.answer.MmMapIoSpace;
import dev.mapwright.windows.context.Driver;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.harness.Drivers;
import org.junit.jupiter.api.Test;

/** What becomes of that which a driver leaves behind. */
class UnloadedDriverTest extends MdlTest {
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
}
