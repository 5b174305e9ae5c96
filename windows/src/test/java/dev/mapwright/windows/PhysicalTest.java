package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.MmCopyFlags.MM_COPY_MEMORY_PHYSICAL;
import static dev.mapwright.windows.abi.MmCopyFlags.MM_COPY_MEMORY_VIRTUAL;
import static dev.mapwright.windows.abi.PageProtection.PAGE_EXECUTE;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_PAGED;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpaceEx;
import static dev.mapwright.windows.physical.PhysicalCalls.keFlushIoBuffers;
import static dev.mapwright.windows.physical.PhysicalCalls.mmCopyMemory;
import static dev.mapwright.windows.physical.PhysicalCalls.mmGetPhysicalAddress;
import static dev.mapwright.windows.physical.PhysicalCalls.mmIsAddressValid;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.KeFlushIoBuffers;
import dev.mapwright.windows.answer.MmCopyMemory;
import dev.mapwright.windows.answer.MmGetPhysicalAddress;
import dev.mapwright.windows.answer.MmIsAddressValid;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines on addresses and copies, and what they do beyond that. */
class PhysicalTest extends WindowsTest {
  private static final long DEVICE = FIRST_DEVICE_PFN * PAGE;

  private int copy(long to, long from, long bytes, int flags, long count) {
    return mmCopyMemory(c, to, from, bytes, flags, count);
  }

  private int lastCode() {
    return lastReport().code();
  }

  /** Nonpaged memory that was written before, so that writing it again leaves no new mark. */
  private long written(long bytes) {
    long address = memory(bytes);
    for (long at = 0; at < bytes; at += 8) {
      c.store(address + at, 8, -1);
    }
    return address;
  }

  @ParameterizedTest(name = "MmGetPhysicalAddress {0}")
  @EnumSource
  void mmGetPhysicalAddressAnswers(MmGetPhysicalAddress why) {
    switch (why) {
      case DONE -> {
        c.processor().setIrql(Irql.HIGH_LEVEL);
        long io = memory(PAGE) + 5;
        carriedOut(why, () -> assertThat(mmGetPhysicalAddress(c, io) % PAGE).isEqualTo(5));
      }
      case NOT_VALID -> {
        for (long address : new long[] {0, BAD, -1, Long.MIN_VALUE, 1L << 50}) {
          refused(why, () -> assertThat(mmGetPhysicalAddress(c, address)).isZero());
        }
      }
    }
  }

  @ParameterizedTest(name = "MmIsAddressValid {0}")
  @EnumSource
  void mmIsAddressValidAnswers(MmIsAddressValid why) {
    long address = memory(8);
    switch (why) {
      case DONE -> carriedOut(why, () -> assertThat(mmIsAddressValid(c, address)).isTrue());
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> assertThat(mmIsAddressValid(c, address)).isFalse());
      }
      case NOT_VALID -> refused(why, () -> assertThat(mmIsAddressValid(c, BAD)).isFalse());
    }
  }

  @ParameterizedTest(name = "MmCopyMemory {0}")
  @EnumSource
  void mmCopyMemoryAnswers(MmCopyMemory why) {
    long target = written(64);
    long count = written(8);
    long source = memory(64);
    c.store(source, 8, 0x1234);
    switch (why) {
      case DONE -> {
        carriedOut(
            why,
            () -> assertThat(copy(target, source, 64, MM_COPY_MEMORY_VIRTUAL, count)).isZero());
        assertThat(c.load(target, 8)).isEqualTo(0x1234);
        assertThat(c.load(count, 8)).isEqualTo(64);
      }
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        refused(why, () -> copy(target, source, 8, MM_COPY_MEMORY_VIRTUAL, count));
      }
      case BAD_FLAGS -> {
        for (int flags : new int[] {0, 3, 4, -1}) {
          refused(
              why, () -> assertThat(copy(target, source, 8, flags, count)).isEqualTo(0xC00000F2));
        }
      }
      case NO_RESULT ->
          refused(
              why,
              () ->
                  assertThat(copy(target, source, 8, MM_COPY_MEMORY_VIRTUAL, 0))
                      .isEqualTo(0xC00000F3));
      case INVALID_SOURCE -> {
        refused(
            why,
            () ->
                assertThat(copy(target, BAD, 8, MM_COPY_MEMORY_VIRTUAL, count))
                    .isEqualTo(0xC0000141));
        assertThat(c.load(count, 8)).isZero();
      }
    }
  }

  @ParameterizedTest(name = "KeFlushIoBuffers {0}")
  @EnumSource
  void keFlushIoBuffersAnswers(KeFlushIoBuffers why) {
    long mdl = lockedMdl(PAGE, 0);
    switch (why) {
      case DONE -> carriedOut(why, () -> keFlushIoBuffers(c, mdl, true, true));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> keFlushIoBuffers(c, mdl, true, true));
      }
    }
  }

  @Test
  void physicalAddressesAreThoseOfTheMapping() {
    long io = mmMapIoSpace(c, DEVICE + 0x123, 8, MM_NON_CACHED);
    assertThat(mmGetPhysicalAddress(c, io)).isEqualTo(DEVICE + 0x123);
    long base = mmAllocateContiguousMemory(c, 2 * PAGE, -1);
    assertThat(mmGetPhysicalAddress(c, base + PAGE))
        .isEqualTo(mmGetPhysicalAddress(c, base) + PAGE);
    NtProcess process = kernel.newProcess("user");
    long user = process.memory().allocate(PAGE, Permissions.READ_WRITE);
    assertThat(mmGetPhysicalAddress(c, user)).isZero();
    c.processor().attach(process);
    assertThat(mmGetPhysicalAddress(c, user)).isZero(); // nothing was ever stored there
    c.store(user, 8, 7);
    assertThat(machine.memory().readLong(mmGetPhysicalAddress(c, user))).isEqualTo(7);
  }

  @Test
  void whatIsOutIsNotValidUntilItIsUsed() {
    long paged = exAllocatePool2(c, POOL_FLAG_PAGED, PAGE, TAG);
    c.store(paged, 8, 9);
    assertThat(mmIsAddressValid(c, paged)).isTrue();
    kernel.paging().putOut(kernel.systemSpace().space(), paged, PAGE);
    assertThat(mmIsAddressValid(c, paged)).isFalse();
    assertThat(mmGetPhysicalAddress(c, paged)).isZero();
    long target = memory(16);
    assertThat(copy(target, paged, 8, MM_COPY_MEMORY_VIRTUAL, target + 8)).isZero();
    assertThat(c.load(target, 8)).isEqualTo(9);
    assertThat(mmIsAddressValid(c, paged)).isTrue();
  }

  @Test
  void whatCanOnlyBeExecutedCanNotBeRead() {
    long code = mmMapIoSpaceEx(c, lockedFrame() * PAGE, PAGE, PAGE_EXECUTE);
    assertThat(mmIsAddressValid(c, code)).isFalse();
    assertThat(mmGetPhysicalAddress(c, code)).isNotZero();
  }

  @Test
  void aCopyEndsWhereTheSourceDoes() {
    long source = exAllocatePool2(c, POOL_FLAG_NON_PAGED, 2 * PAGE, TAG);
    c.store(source + 2 * PAGE - 8, 8, 0x77);
    long target = memory(3 * PAGE);
    long count = memory(8);
    assertThat(copy(target, source, 2 * PAGE, MM_COPY_MEMORY_VIRTUAL, count)).isZero();
    assertThat(c.load(count, 8)).isEqualTo(2 * PAGE);
    assertThat(c.load(target + 2 * PAGE - 8, 8)).isEqualTo(0x77);
    long paged = exAllocatePool2(c, POOL_FLAG_PAGED, 2 * PAGE, TAG);
    c.store(paged + 2 * PAGE - 8, 8, 0x88);
    assertThat(copy(target, paged + PAGE, 2 * PAGE, MM_COPY_MEMORY_VIRTUAL, count))
        .isEqualTo(0xC0000141);
    assertThat(c.load(count, 8)).isEqualTo(PAGE);
    assertThat(c.load(target + PAGE - 8, 8)).isEqualTo(0x88);
    long lastRam = (0x100 + 16_384) * PAGE;
    assertThat(copy(target, lastRam - 16, -1, MM_COPY_MEMORY_PHYSICAL, count))
        .isEqualTo(0xC0000141);
    assertThat(c.load(count, 8)).isEqualTo(16);
    assertThat(copy(target, -1, -1, MM_COPY_MEMORY_VIRTUAL, count)).isEqualTo(0xC0000141);
    assertThat(copy(target, -8, -1, MM_COPY_MEMORY_PHYSICAL, count)).isEqualTo(0xC0000141);
    assertThat(copy(target, 0, 0, MM_COPY_MEMORY_PHYSICAL, count)).isZero();
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  void registersAreNotCopied() {
    int[] touched = new int[1];
    DeviceHandler device =
        new DeviceHandler() {
          @Override
          public long read(long offsetBytes, int bytes) {
            return touched[0]++;
          }

          @Override
          public void write(long offsetBytes, int bytes, long value) {
            touched[0]++;
          }
        };
    try (SimulatedMachine own =
            SimulatedMachine.builder().ram(0x100, 1024).device("d", 0x1000, 1, device).build();
        Kernel other = Kernel.boot(own, KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse())) {
      var there = other.newContext(other.loadDriver("other"));
      long r = mmMapIoSpace(there, 0x1000 * PAGE, PAGE, MM_NON_CACHED);
      long memory = other.pools().nonPaged().allocate(64, TAG, 0, true);
      long count = memory + 32;
      assertThat(mmCopyMemory(there, memory, r, 8, MM_COPY_MEMORY_VIRTUAL, count))
          .isEqualTo(0xC0000141);
      assertThat(mmCopyMemory(there, memory, 0x1000 * PAGE, 8, MM_COPY_MEMORY_PHYSICAL, count))
          .isEqualTo(0xC0000141);
      assertThat(touched[0]).isZero();
    }
  }

  @Test
  void aTargetThatIsNotThereIsTheCallersFault() {
    long source = memory(8);
    String before = image();
    assertThat(copy(BAD, source, 8, MM_COPY_MEMORY_VIRTUAL, source)).isEqualTo(0xC0000001);
    assertThat(lastCode()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
    keFlushIoBuffers(c, BAD, false, false);
    assertThat(lastCode()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
    assertThat(image()).isEqualTo(before);
  }
}
