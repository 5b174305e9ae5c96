package dev.mapwright.windows;

import static dev.mapwright.windows.abi.PoolFlags.NON_PAGED_POOL;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED_EXECUTE;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_PAGED;
import static dev.mapwright.windows.irp.IrpCalls.ioAllocateIrp;
import static dev.mapwright.windows.irp.IrpCalls.ioFreeIrp;
import static dev.mapwright.windows.irql.IrqlCalls.keRaiseIrql;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePoolWithTag;
import static dev.mapwright.windows.pool.PoolCalls.exFreePool;
import static dev.mapwright.windows.pool.PoolCalls.exFreePoolWithTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.IrpLayout;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.context.KernelOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What pool, IRPs and the IRQL do, beyond their answers. */
class PoolTest extends WindowsTest {
  @Test
  void aBlockOfAPageBeginsAtAPageAndASmallerOneAtAMultipleOf16() {
    for (long flags : new long[] {POOL_FLAG_NON_PAGED, POOL_FLAG_PAGED}) {
      for (int i = 0; i < 3; i++) {
        assertThat(exAllocatePool2(c, flags, PAGE, TAG) % PAGE).isZero();
        assertThat(exAllocatePool2(c, flags, PAGE + 1, TAG) % PAGE).isZero();
        assertThat(exAllocatePool2(c, flags, 17, TAG) % 16).isZero();
      }
    }
  }

  @Test
  void aBlockIsZeroedAlsoWhereAnotherHasWritten() {
    for (long flags : new long[] {POOL_FLAG_NON_PAGED, POOL_FLAG_PAGED}) {
      long keepsThePage = exAllocatePool2(c, flags, 64, TAG);
      long first = exAllocatePool2(c, flags, 64, TAG);
      c.store(first, 8, -1);
      exFreePool(c, first);
      long second = exAllocatePool2(c, flags, 64, TAG);
      assertThat(second).isEqualTo(first);
      assertThat(c.load(second, 8)).isZero();
      c.store(second, 8, -1);
      exFreePool(c, keepsThePage);
    }
  }

  @Test
  void onlyExecutablePoolIsExecuted() {
    long code = exAllocatePool2(c, POOL_FLAG_NON_PAGED_EXECUTE, 64, TAG);
    long data = exAllocatePool2(c, POOL_FLAG_NON_PAGED, 64, TAG);
    c.fetch(code, 1);
    c.fetch(exAllocatePoolWithTag(c, NON_PAGED_POOL, 64, TAG), 1);
    assertThat(kernel.reports()).isEmpty();
    c.fetch(data, 1);
    assertThat(lastReport().code()).isEqualTo(BugCheckCode.ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY);
  }

  @Test
  void aFreedPageFaults() {
    long block = exAllocatePool2(c, POOL_FLAG_NON_PAGED, PAGE, TAG);
    exFreePoolWithTag(c, block, TAG);
    c.load(block, 1);
    assertThat(lastReport().code()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
  }

  @Test
  void poolIsUsedUpAndComesBackWhole() {
    String before = image();
    List<Long> blocks = new ArrayList<>();
    for (long size = 3000; size >= 16; size /= 3) {
      long block;
      while ((block = exAllocatePool2(c, POOL_FLAG_NON_PAGED, size, TAG)) != 0) {
        blocks.add(block);
      }
    }
    assertThat(blocks.size()).isGreaterThan(1000);
    for (int i = 0; i < blocks.size(); i += 2) {
      exFreePoolWithTag(c, blocks.get(i), TAG);
    }
    for (int i = 1; i < blocks.size(); i += 2) {
      exFreePoolWithTag(c, blocks.get(i), TAG);
    }
    assertThat(kernel.reports()).isEmpty();
    assertThat(image()).isEqualTo(before);
  }

  @Test
  void smallBlocksAreFoundWhereALargeOneWas() {
    boot(KernelOptions.DEFAULT.with(LAYOUT.withPools(4096, 16)).recordingMisuse());
    long large = exAllocatePool2(c, POOL_FLAG_NON_PAGED, 1600 * PAGE, TAG);
    exFreePool(c, large);
    List<Long> small = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      small.add(exAllocatePool2(c, POOL_FLAG_NON_PAGED, PAGE, TAG));
    }
    for (long block : small) {
      exFreePoolWithTag(c, block, TAG);
    }
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  void theBlocksInUseAreToldWithTheirTags() {
    exAllocatePool2(c, POOL_FLAG_PAGED, 10, TAG);
    long second = exAllocatePool2(c, POOL_FLAG_PAGED, 2 * PAGE, OTHER_TAG);
    exFreePool(c, exAllocatePool2(c, POOL_FLAG_PAGED, 10, TAG));
    List<String> told = new ArrayList<>();
    kernel
        .pools()
        .paged()
        .forEachBlock((address, bytes, tag, maker) ->
            told.add(bytes + " " + (tag == TAG) + " " + kernel.makers().maker(maker).driver()));
    assertThat(told).containsExactlyInAnyOrder("10 true test driver", "8192 false test driver");
    assertThat(second % PAGE).isZero();
  }

  @Test
  void theOldIrqlIsWrittenWhenTheNewOneHolds() {
    long paged = exAllocatePool2(c, POOL_FLAG_PAGED, PAGE, TAG);
    c.store(paged, 1, 5);
    kernel.paging().putOut(kernel.systemSpace().space(), paged, PAGE);
    keRaiseIrql(c, Irql.DISPATCH_LEVEL, paged);
    assertThat(lastReport().code()).isEqualTo(BugCheckCode.DRIVER_IRQL_NOT_LESS_OR_EQUAL);
    parameters(paged, 2, 1, 0);
    assertThat(c.irql()).isEqualTo(Irql.PASSIVE_LEVEL);
    assertThat(c.load(paged, 1)).isEqualTo(5);
  }

  @Test
  void anIrpSaysWhatItIsAndItsMdlsOutliveIt() {
    long irp = ioAllocateIrp(c, 2, false);
    assertThat(c.load(irp + IrpLayout.TYPE, 2)).isEqualTo(6);
    assertThat(c.load(irp + IrpLayout.SIZE, 2)).isEqualTo(0xD0 + 2 * 0x48);
    assertThat(c.load(irp + IrpLayout.MDL_ADDRESS, 8)).isZero();
    assertThat(c.load(irp + IrpLayout.STACK_COUNT, 1)).isEqualTo(2);
    assertThat(c.load(irp + IrpLayout.CURRENT_LOCATION, 1)).isEqualTo(3);
    assertThat(c.load(irp + IrpLayout.CURRENT_STACK_LOCATION, 8)).isEqualTo(irp + 0xD0 + 2 * 0x48);
    long mdl = memory(0x38);
    c.store(irp + IrpLayout.MDL_ADDRESS, 8, mdl);
    ioFreeIrp(c, irp);
    exFreePoolWithTag(c, mdl, TAG);
    assertThat(kernel.reports()).isEmpty();
  }
}
