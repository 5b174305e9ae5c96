package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_WRITE_COMBINED;
import static dev.mapwright.windows.abi.PageProtection.PAGE_EXECUTE_READWRITE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_GUARD;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOACCESS;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOCACHE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READONLY;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_WRITECOMBINE;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmAllocateMdlForIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpaceEx;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmUnmapIoSpace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAllocateMdlForIoSpace;
import dev.mapwright.windows.answer.MmMapIoSpace;
import dev.mapwright.windows.answer.MmMapIoSpaceEx;
import dev.mapwright.windows.answer.MmUnmapIoSpace;
import dev.mapwright.windows.answer.RegisterAccess;
import dev.mapwright.windows.iospace.RegisterCalls;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines on I/O space. */
class EveryIoSpaceAnswerTest extends WindowsTest {
  private static final long DEVICE = FIRST_DEVICE_PFN * PAGE;
  private static final int RW = PAGE_READWRITE | PAGE_NOCACHE;

  private void isNull(Condition why, LongSupplier call) {
    refused(why, () -> assertThat(call.getAsLong()).isZero());
  }

  private void isStatus(Condition why, IntSupplier call) {
    refused(why, () -> assertThat(call.getAsInt()).isEqualTo(why.answer().code()));
  }

  private long withoutMemory(LongSupplier call) {
    machine.failures().failAll();
    try {
      return call.getAsLong();
    } finally {
      machine.failures().off();
    }
  }

  private long map(long address, long bytes, int type) {
    return mmMapIoSpace(c, address, bytes, type);
  }

  private long mapEx(long address, long bytes, int protect) {
    return mmMapIoSpaceEx(c, address, bytes, protect);
  }

  private long systemTopTable() {
    return kernel
        .systemSpace()
        .space()
        .translation()
        .walk(kernel.systemSpace().space().firstPage())
        .getFirst()
        .tableAddress();
  }

  @ParameterizedTest(name = "MmMapIoSpace {0}")
  @EnumSource
  void mmMapIoSpaceAnswers(MmMapIoSpace why) {
    switch (why) {
      case DONE ->
          carriedOut(
              why,
              () -> assertThat(Pages.offset(map(DEVICE + 0x10, 4, MM_NON_CACHED))).isEqualTo(0x10));
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isNull(why, () -> map(DEVICE, 4, MM_NON_CACHED));
        parameters(0x73, 3, DEVICE, 4);
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> map(DEVICE, 4, MM_NON_CACHED));
      }
      case ZERO_BYTES -> isNull(why, () -> map(DEVICE, 0, MM_NON_CACHED));
      case BEYOND_MEMORY -> {
        isNull(why, () -> map(DEVICE, -1, MM_NON_CACHED));
        isNull(why, () -> map(-PAGE, PAGE, MM_NON_CACHED));
        isNull(why, () -> map(-PAGE, PAGE + 1, MM_NON_CACHED));
        isNull(why, () -> map((1L << 52) - PAGE, PAGE + 1, MM_NON_CACHED));
      }
      case BAD_CACHE_TYPE -> {
        isNull(why, () -> map(DEVICE, 4, 6));
        isNull(why, () -> map(DEVICE, 4, -1));
      }
      case NO_SYSTEM_PTES -> {
        isNull(why, () -> map(HOLE_PFN * PAGE, 1025 * PAGE, MM_NON_CACHED));
        isNull(why, () -> map(0, 1L << 52, MM_NON_CACHED));
        long low = map(HOLE_PFN * PAGE, 400 * PAGE, MM_NON_CACHED);
        map(HOLE_PFN * PAGE, 400 * PAGE, MM_NON_CACHED);
        mmUnmapIoSpace(c, low, 400 * PAGE);
        isNull(why, () -> map(HOLE_PFN * PAGE, 500 * PAGE, MM_NON_CACHED));
      }
      case PAGE_TABLE -> {
        isNull(why, () -> map(systemTopTable(), 8, MM_CACHED));
        c.processor().attach(kernel.newProcess("another"));
        isNull(why, () -> map(systemTopTable(), 8, MM_CACHED));
      }
      case NOT_LOCKED -> {
        kernel.verifier().setOn(true);
        long pfn = machine.frames().allocate(FrameOwner.POOL, 7);
        isNull(why, () -> map(pfn * PAGE + 5, 3, MM_CACHED));
        parameters(0x83, pfn * PAGE + 5, 3, pfn);
      }
      case CACHE_CONFLICT -> {
        assertThat(map(DEVICE, 4, MM_NON_CACHED)).isNotZero();
        isNull(why, () -> map(DEVICE - 1, 2, MM_WRITE_COMBINED));
      }
      case NO_MEMORY -> isNull(why, () -> withoutMemory(() -> map(DEVICE, 4, MM_NON_CACHED)));
    }
  }

  @ParameterizedTest(name = "MmMapIoSpaceEx {0}")
  @EnumSource
  void mmMapIoSpaceExAnswers(MmMapIoSpaceEx why) {
    switch (why) {
      case DONE -> carriedOut(why, () -> assertThat(mapEx(DEVICE, 4, RW)).isNotZero());
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isNull(why, () -> mapEx(DEVICE, 4, RW));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> mapEx(DEVICE, 4, RW));
      }
      case ZERO_BYTES -> isNull(why, () -> mapEx(DEVICE, 0, RW));
      case BEYOND_MEMORY -> isNull(why, () -> mapEx(1L << 52, 1, RW));
      case BAD_PROTECTION -> {
        int[] wrong = {
          0,
          PAGE_READWRITE | PAGE_READONLY,
          RW | PAGE_WRITECOMBINE,
          PAGE_READWRITE | PAGE_GUARD,
          PAGE_NOACCESS,
          PAGE_NOCACHE,
          PAGE_READWRITE | 0x800,
          -1
        };
        for (int protect : wrong) {
          isNull(why, () -> mapEx(DEVICE, 4, protect));
        }
      }
      case EXECUTABLE -> {
        kernel.verifier().setOn(true);
        isNull(why, () -> mapEx(DEVICE, 4, PAGE_EXECUTE_READWRITE));
        parameters(0x2001, 0, PAGE_EXECUTE_READWRITE, 0);
      }
      case NO_SYSTEM_PTES -> isNull(why, () -> mapEx(HOLE_PFN * PAGE, 1025 * PAGE, RW));
      case PAGE_TABLE -> isNull(why, () -> mapEx(systemTopTable(), 8, RW));
      case NOT_LOCKED -> {
        kernel.verifier().setOn(true);
        isNull(why, () -> mapEx(0x200 * PAGE, 2 * PAGE, PAGE_READWRITE));
        parameters(0x83, 0x200 * PAGE, 2 * PAGE, 0x200);
      }
      case CACHE_CONFLICT -> {
        assertThat(mapEx(DEVICE, 4, RW)).isNotZero();
        isNull(why, () -> mapEx(DEVICE, 4, PAGE_READWRITE));
      }
      case NO_MEMORY -> isNull(why, () -> withoutMemory(() -> mapEx(DEVICE, 4, RW)));
    }
  }

  @ParameterizedTest(name = "MmUnmapIoSpace {0}")
  @EnumSource
  void mmUnmapIoSpaceAnswers(MmUnmapIoSpace why) {
    long base = map(DEVICE + 0xFFF, 2, MM_NON_CACHED);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmUnmapIoSpace(c, base, 2));
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> mmUnmapIoSpace(c, base, 2));
        parameters(0x7B, 3, base, 2);
      }
      case NOT_MAPPED -> {
        for (long address : new long[] {0, -1, BAD, base + 1, base + 2 * PAGE}) {
          refused(why, () -> mmUnmapIoSpace(c, address, 1));
          parameters(0x400, address, 1, 0);
        }
      }
      case WRONG_SIZE -> {
        refused(why, () -> mmUnmapIoSpace(c, base, 1));
        parameters(0x305, base, 1, 2);
        refused(why, () -> mmUnmapIoSpace(c, base, 0x1002));
        parameters(0x305, base, 3, 2);
        refused(why, () -> mmUnmapIoSpace(c, base, -1));
        parameters(0x305, base, (1L << 52) + 1, 2);
        refused(why, () -> mmUnmapIoSpace(c, base & -PAGE, 0));
        parameters(0x305, base & -PAGE, 0, 2);
      }
    }
  }

  /** A list of ranges in memory; the numbers are addresses and lengths. */
  private long list(long... words) {
    long list = memory(Math.max(8, words.length * 8L));
    for (int i = 0; i < words.length; i++) {
      c.store(list + 8L * i, 8, words[i]);
    }
    return list;
  }

  @ParameterizedTest(name = "MmAllocateMdlForIoSpace {0}")
  @EnumSource
  void mmAllocateMdlForIoSpaceAnswers(MmAllocateMdlForIoSpace why) {
    long result = memory(8);
    long good = list(DEVICE, PAGE, HOLE_PFN * PAGE, 2 * PAGE);
    switch (why) {
      case DONE ->
          carriedOut(why, () -> assertThat(mmAllocateMdlForIoSpace(c, good, 2, result)).isZero());
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> mmAllocateMdlForIoSpace(c, good, 2, result));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isStatus(why, () -> mmAllocateMdlForIoSpace(c, good, 2, result));
      }
      case MISALIGNED -> {
        long list = list(DEVICE, PAGE, DEVICE + 8, PAGE);
        isStatus(why, () -> mmAllocateMdlForIoSpace(c, list, 2, result));
      }
      case BAD_SIZE -> {
        for (long size : new long[] {0, 1, PAGE + 1, -1}) {
          long list = list(DEVICE, size);
          isStatus(why, () -> mmAllocateMdlForIoSpace(c, list, 1, result));
        }
      }
      case BEYOND_MEMORY -> {
        long wraps = list(DEVICE, -PAGE);
        isStatus(why, () -> mmAllocateMdlForIoSpace(c, wraps, 1, result));
        long beyond = list(1L << 52, PAGE);
        isStatus(why, () -> mmAllocateMdlForIoSpace(c, beyond, 1, result));
      }
      case IS_RAM -> {
        long list = list(0xFF * PAGE, 2 * PAGE);
        isStatus(why, () -> mmAllocateMdlForIoSpace(c, list, 1, result));
      }
      case TOO_LARGE -> {
        long list = list(HOLE_PFN * PAGE, 1L << 31, HOLE_PFN * PAGE, 1L << 31);
        isStatus(why, () -> mmAllocateMdlForIoSpace(c, list, 2, result));
        long one = list(HOLE_PFN * PAGE, 1L << 32);
        isStatus(why, () -> mmAllocateMdlForIoSpace(c, one, 1, result));
      }
      case NO_ENTRIES -> isStatus(why, () -> mmAllocateMdlForIoSpace(c, good, 0, result));
      case NO_RESULT -> isStatus(why, () -> mmAllocateMdlForIoSpace(c, good, 2, 0));
      case NO_MEMORY ->
          isStatus(
              why, () -> (int) withoutMemory(() -> mmAllocateMdlForIoSpace(c, good, 2, result)));
    }
  }

  @ParameterizedTest(name = "{0} DONE")
  @EnumSource
  void registersAreAccessed(RegisterAccess why) {
    long r = map(DEVICE, PAGE, MM_NON_CACHED) + 0x48;
    long buffer = memory(64);
    carriedOut(why, () -> access(why, r, buffer));
    assertThat(Pages.offset(r)).isEqualTo(0x48);
  }

  private void access(RegisterAccess why, long r, long buffer) {
    switch (why) {
      case READ_REGISTER_UCHAR -> assertThat(RegisterCalls.readRegisterUchar(c, r)).isEqualTo(0x48);
      case READ_REGISTER_USHORT ->
          assertThat(RegisterCalls.readRegisterUshort(c, r)).isEqualTo(0x48);
      case READ_REGISTER_ULONG -> assertThat(RegisterCalls.readRegisterUlong(c, r)).isEqualTo(0x48);
      case READ_REGISTER_ULONG64 ->
          assertThat(RegisterCalls.readRegisterUlong64(c, r)).isEqualTo(0x48);
      case READ_REGISTER_BUFFER_UCHAR -> {
        RegisterCalls.readRegisterBufferUchar(c, r, buffer, 3);
        assertThat(c.load(buffer, 4)).isEqualTo(0x4A_49_48);
      }
      case READ_REGISTER_BUFFER_USHORT -> {
        RegisterCalls.readRegisterBufferUshort(c, r, buffer, 2);
        assertThat(c.load(buffer, 8)).isEqualTo(0x4A_0048);
      }
      case READ_REGISTER_BUFFER_ULONG -> {
        RegisterCalls.readRegisterBufferUlong(c, r, buffer, 2);
        assertThat(c.load(buffer, 8)).isEqualTo(0x4C_0000_0048L);
      }
      case READ_REGISTER_BUFFER_ULONG64 -> {
        RegisterCalls.readRegisterBufferUlong64(c, r, buffer, 2);
        assertThat(c.load(buffer + 8, 8)).isEqualTo(0x50);
      }
      case WRITE_REGISTER_UCHAR -> RegisterCalls.writeRegisterUchar(c, r, 1);
      case WRITE_REGISTER_USHORT -> RegisterCalls.writeRegisterUshort(c, r, 1);
      case WRITE_REGISTER_ULONG -> RegisterCalls.writeRegisterUlong(c, r, 1);
      case WRITE_REGISTER_ULONG64 -> RegisterCalls.writeRegisterUlong64(c, r, 1);
      case WRITE_REGISTER_BUFFER_UCHAR -> RegisterCalls.writeRegisterBufferUchar(c, r, buffer, 1);
      case WRITE_REGISTER_BUFFER_USHORT -> RegisterCalls.writeRegisterBufferUshort(c, r, buffer, 1);
      case WRITE_REGISTER_BUFFER_ULONG -> RegisterCalls.writeRegisterBufferUlong(c, r, buffer, 1);
      case WRITE_REGISTER_BUFFER_ULONG64 ->
          RegisterCalls.writeRegisterBufferUlong64(c, r, buffer, 1);
    }
  }
}
