package dev.mapwright.windows;

import static dev.mapwright.windows.abi.PoolFlags.NON_PAGED_POOL_NX;
import static dev.mapwright.windows.abi.PoolFlags.PAGED_POOL;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_PAGED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_RAISE_ON_FAILURE;
import static dev.mapwright.windows.irp.IrpCalls.ioAllocateIrp;
import static dev.mapwright.windows.irp.IrpCalls.ioFreeIrp;
import static dev.mapwright.windows.irql.IrqlCalls.keGetCurrentIrql;
import static dev.mapwright.windows.irql.IrqlCalls.keLowerIrql;
import static dev.mapwright.windows.irql.IrqlCalls.keRaiseIrql;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePoolWithTag;
import static dev.mapwright.windows.pool.PoolCalls.exFreePool;
import static dev.mapwright.windows.pool.PoolCalls.exFreePoolWithTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.ExAllocatePool2;
import dev.mapwright.windows.answer.ExAllocatePoolWithTag;
import dev.mapwright.windows.answer.ExFreePool;
import dev.mapwright.windows.answer.ExFreePoolWithTag;
import dev.mapwright.windows.answer.IoAllocateIrp;
import dev.mapwright.windows.answer.IoFreeIrp;
import dev.mapwright.windows.answer.KeGetCurrentIrql;
import dev.mapwright.windows.answer.KeLowerIrql;
import dev.mapwright.windows.answer.KeRaiseIrql;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines on pool, IRPs, and the IRQL. */
class EveryPoolAnswerTest extends WindowsTest {
  private static final int IRP_TAG = PoolTag.of("Irp ");

  private void isNull(Condition why, LongSupplier call) {
    refused(why, () -> assertThat(call.getAsLong()).isZero());
  }

  private void isAddress(Condition why, LongSupplier call) {
    carriedOut(why, () -> assertThat(call.getAsLong()).isNotZero());
  }

  private long withoutMemory(LongSupplier call) {
    machine.failures().failAll();
    try {
      return call.getAsLong();
    } finally {
      machine.failures().off();
    }
  }

  private long block(long bytes) {
    return exAllocatePool2(c, POOL_FLAG_NON_PAGED, bytes, TAG);
  }

  private long paged() {
    return exAllocatePool2(c, POOL_FLAG_PAGED, 64, TAG);
  }

  /** Locks the page of a system address, as an MDL over it does; its PFN. */
  private long lock(long address) {
    long entry = kernel.systemSpace().space().translation().entry(Pages.of(address));
    long pfn = TranslationEntry.pfn(entry);
    machine.frames().addLocks(pfn, 1);
    return pfn;
  }

  @ParameterizedTest(name = "ExAllocatePool2 {0}")
  @EnumSource
  void exAllocatePool2Answers(ExAllocatePool2 why) {
    long flags = POOL_FLAG_NON_PAGED;
    switch (why) {
      case DONE -> isAddress(why, () -> exAllocatePool2(c, flags, 1, TAG));
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isNull(why, () -> exAllocatePool2(c, flags, 5, TAG));
        parameters(0x02, 3, flags, 5);
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> exAllocatePool2(c, flags, 1, TAG));
      }
      case BAD_FLAGS -> {
        isNull(why, () -> exAllocatePool2(c, 0, 1, TAG));
        isNull(why, () -> exAllocatePool2(c, flags | POOL_FLAG_PAGED, 1, TAG));
        isNull(why, () -> exAllocatePool2(c, flags | 1L << 40, 1, TAG));
      }
      case ZERO_BYTES -> isNull(why, () -> exAllocatePool2(c, flags, 0, TAG));
      case ZERO_TAG -> isNull(why, () -> exAllocatePool2(c, flags, 1, 0));
      case PAGED_AT_HIGH_IRQL -> {
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        isNull(why, () -> exAllocatePool2(c, POOL_FLAG_PAGED, 5, TAG));
        kernel.verifier().setOn(true);
        isNull(why, () -> exAllocatePool2(c, POOL_FLAG_PAGED, 5, TAG));
        parameters(0x01, 2, POOL_FLAG_PAGED, 5);
      }
      case NO_MEMORY -> {
        isNull(why, () -> withoutMemory(() -> exAllocatePool2(c, flags, 1, TAG)));
        isNull(why, () -> exAllocatePool2(c, flags, -1, TAG));
        isNull(why, () -> exAllocatePool2(c, POOL_FLAG_PAGED, 1025 * PAGE, TAG));
      }
      case NO_MEMORY_RAISED -> {
        long raising = flags | POOL_FLAG_RAISE_ON_FAILURE;
        refused(why, () -> exAllocatePool2(c, raising, -1, TAG));
        kernel.verifier().simulateLowResources(10_000, 0);
        refused(why, () -> exAllocatePool2(c, raising, 1, TAG));
      }
    }
  }

  @ParameterizedTest(name = "ExAllocatePoolWithTag {0}")
  @EnumSource
  void exAllocatePoolWithTagAnswers(ExAllocatePoolWithTag why) {
    int type = NON_PAGED_POOL_NX;
    switch (why) {
      case DONE -> isAddress(why, () -> exAllocatePoolWithTag(c, type, 1, TAG));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isNull(why, () -> exAllocatePoolWithTag(c, type, 5, TAG));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> exAllocatePoolWithTag(c, type, 1, TAG));
      }
      case BAD_POOL_TYPE -> isNull(why, () -> exAllocatePoolWithTag(c, 0x201, 1, TAG));
      case ZERO_BYTES -> isNull(why, () -> exAllocatePoolWithTag(c, type, 0, TAG));
      case ZERO_TAG -> isNull(why, () -> exAllocatePoolWithTag(c, type, 1, 0));
      case PAGED_AT_HIGH_IRQL -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        isNull(why, () -> exAllocatePoolWithTag(c, PAGED_POOL, 5, TAG));
        parameters(0x01, 2, 1, 5);
      }
      case NO_MEMORY -> isNull(why, () -> exAllocatePoolWithTag(c, type, 1025 * PAGE, TAG));
    }
  }

  @ParameterizedTest(name = "ExFreePool {0}")
  @EnumSource
  void exFreePoolAnswers(ExFreePool why) {
    long block = block(PAGE);
    switch (why) {
      case DONE -> carriedOut(why, () -> exFreePool(c, block));
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> exFreePool(c, block));
        parameters(0x12, 3, PoolFlags.NON_PAGED_POOL_NX, block);
      }
      case FOREIGN -> {
        for (long address : new long[] {0, 1, BAD, block + 16, -1, block + PAGE}) {
          refused(why, () -> exFreePool(c, address));
          parameters(0x46, address, 0, 0);
        }
      }
      case TWICE -> {
        exFreePool(c, block);
        refused(why, () -> exFreePool(c, block));
        parameters(0x07, 0, TAG, block);
      }
      case PAGED_AT_HIGH_IRQL -> {
        long paged = paged();
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        refused(why, () -> exFreePool(c, paged));
        parameters(0x11, 2, 1, paged);
      }
      case LOCKED -> {
        long pfn = lock(block);
        refused(why, () -> exFreePool(c, block));
        parameters(0x9A, pfn, 6, 1);
      }
    }
  }

  @ParameterizedTest(name = "ExFreePoolWithTag {0}")
  @EnumSource
  void exFreePoolWithTagAnswers(ExFreePoolWithTag why) {
    long block = block(48);
    switch (why) {
      case DONE -> carriedOut(why, () -> exFreePoolWithTag(c, block, TAG));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> exFreePoolWithTag(c, block, TAG));
      }
      case FOREIGN -> {
        refused(why, () -> exFreePoolWithTag(c, BAD, TAG));
        parameters(0x46, BAD, 0, 0);
      }
      case TWICE -> {
        exFreePoolWithTag(c, block, TAG);
        refused(why, () -> exFreePoolWithTag(c, block, OTHER_TAG));
        parameters(0x07, 0, TAG, block);
      }
      case WRONG_TAG -> {
        refused(why, () -> exFreePoolWithTag(c, block, OTHER_TAG));
        parameters(0x0A, block, TAG, OTHER_TAG);
      }
      case PAGED_AT_HIGH_IRQL -> {
        long paged = paged();
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        refused(why, () -> exFreePoolWithTag(c, paged, TAG));
      }
      case LOCKED -> {
        long own = block(3 * PAGE);
        long pfn = lock(own + 2 * PAGE);
        refused(why, () -> exFreePoolWithTag(c, own, TAG));
        parameters(0x9A, pfn, 6, 1);
      }
    }
  }

  @ParameterizedTest(name = "KeRaiseIrql {0}")
  @EnumSource
  void keRaiseIrqlAnswers(KeRaiseIrql why) {
    long old = memory(1);
    c.processor().setIrql(Irql.APC_LEVEL);
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> keRaiseIrql(c, Irql.DISPATCH_LEVEL, old));
        assertThat(c.load(old, 1)).isEqualTo(Irql.APC_LEVEL);
        assertThat(c.irql()).isEqualTo(Irql.DISPATCH_LEVEL);
      }
      case LOWER -> {
        refused(why, () -> keRaiseIrql(c, Irql.PASSIVE_LEVEL, old));
        parameters(0x30, 1, 0, 0);
        refused(why, () -> keRaiseIrql(c, 16, old));
        parameters(0x30, 1, 16, 0);
        assertThat(c.irql()).isEqualTo(Irql.APC_LEVEL);
      }
    }
  }

  @ParameterizedTest(name = "KeLowerIrql {0}")
  @EnumSource
  void keLowerIrqlAnswers(KeLowerIrql why) {
    c.processor().setIrql(Irql.DISPATCH_LEVEL);
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> keLowerIrql(c, Irql.PASSIVE_LEVEL));
        assertThat(c.irql()).isEqualTo(Irql.PASSIVE_LEVEL);
      }
      case HIGHER -> {
        refused(why, () -> keLowerIrql(c, -1));
        parameters(0x31, 2, 0xFF, 0);
        assertThat(c.irql()).isEqualTo(Irql.DISPATCH_LEVEL);
      }
    }
  }

  @ParameterizedTest(name = "KeGetCurrentIrql {0}")
  @EnumSource
  void keGetCurrentIrqlAnswers(KeGetCurrentIrql why) {
    c.processor().setIrql(Irql.HIGH_LEVEL);
    carriedOut(why, () -> assertThat(keGetCurrentIrql(c)).isEqualTo(Irql.HIGH_LEVEL));
  }

  @ParameterizedTest(name = "IoAllocateIrp {0}")
  @EnumSource
  void ioAllocateIrpAnswers(IoAllocateIrp why) {
    switch (why) {
      case DONE -> isAddress(why, () -> ioAllocateIrp(c, 126, true));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isNull(why, () -> ioAllocateIrp(c, 1, false));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> ioAllocateIrp(c, 1, false));
      }
      case BAD_STACK_SIZE -> {
        isNull(why, () -> ioAllocateIrp(c, 127, false));
        isNull(why, () -> ioAllocateIrp(c, 0x80, false));
      }
      case NO_MEMORY -> isNull(why, () -> withoutMemory(() -> ioAllocateIrp(c, 1, false)));
    }
  }

  @ParameterizedTest(name = "IoFreeIrp {0}")
  @EnumSource
  void ioFreeIrpAnswers(IoFreeIrp why) {
    long irp = ioAllocateIrp(c, 1, false);
    switch (why) {
      case DONE -> carriedOut(why, () -> ioFreeIrp(c, irp));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> ioFreeIrp(c, irp));
      }
      case NOT_AN_IRP -> {
        refused(why, () -> ioFreeIrp(c, irp + 8));
        parameters(0x46, irp + 8, 0, 0);
      }
      case TWICE -> {
        ioFreeIrp(c, irp);
        refused(why, () -> ioFreeIrp(c, irp));
        parameters(0x07, 0, IRP_TAG, irp);
      }
      case WRONG_TAG -> {
        long block = block(PAGE);
        refused(why, () -> ioFreeIrp(c, block));
        parameters(0x0A, block, TAG, IRP_TAG);
      }
      case LOCKED -> {
        long pfn = lock(irp);
        refused(why, () -> ioFreeIrp(c, irp));
        parameters(0x9A, pfn, 6, 1);
      }
    }
  }
}
