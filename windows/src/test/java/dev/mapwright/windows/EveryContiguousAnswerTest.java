package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.NodeRequirement.MM_ANY_NODE_OK;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOCACHE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READONLY;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_WRITECOMBINE;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemoryEx;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemorySpecifyCache;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemorySpecifyCacheNode;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousNodeMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateNonCachedMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemorySpecifyCache;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeNonCachedMemory;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAllocateContiguousMemory;
import dev.mapwright.windows.answer.MmAllocateContiguousMemoryEx;
import dev.mapwright.windows.answer.MmAllocateContiguousMemorySpecifyCache;
import dev.mapwright.windows.answer.MmAllocateContiguousMemorySpecifyCacheNode;
import dev.mapwright.windows.answer.MmAllocateContiguousNodeMemory;
import dev.mapwright.windows.answer.MmAllocateNonCachedMemory;
import dev.mapwright.windows.answer.MmFreeContiguousMemory;
import dev.mapwright.windows.answer.MmFreeContiguousMemorySpecifyCache;
import dev.mapwright.windows.answer.MmFreeNonCachedMemory;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines on contiguous and non-cached memory. */
class EveryContiguousAnswerTest extends WindowsTest {
  private void isNull(Condition why, LongSupplier call) {
    refused(why, () -> assertThat(call.getAsLong()).isZero());
  }

  private void isAddress(Condition why, LongSupplier call) {
    carriedOut(why, () -> assertThat(call.getAsLong()).isNotZero());
  }

  private void isStatus(Condition why, IntSupplier call) {
    refused(why, () -> assertThat(call.getAsInt()).isEqualTo(why.answer().code()));
  }

  private void atDeviceLevel() {
    c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
  }

  private void atDispatchLevel() {
    c.processor().setIrql(Irql.DISPATCH_LEVEL);
  }

  private long lockPage(long address) {
    long entry = kernel.systemSpace().space().translation().entry(Pages.of(address));
    machine.frames().addLocks(TranslationEntry.pfn(entry), 1);
    return TranslationEntry.pfn(entry);
  }

  @ParameterizedTest(name = "MmAllocateContiguousMemory {0}")
  @EnumSource
  void mmAllocateContiguousMemoryAnswers(MmAllocateContiguousMemory why) {
    switch (why) {
      case DONE -> isAddress(why, () -> mmAllocateContiguousMemory(c, 5 * PAGE, -1));
      case IRQL_TOO_HIGH -> {
        atDeviceLevel();
        isNull(why, () -> mmAllocateContiguousMemory(c, 1, -1));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> mmAllocateContiguousMemory(c, 1, -1));
      }
      case ZERO_BYTES -> isNull(why, () -> mmAllocateContiguousMemory(c, 0, -1));
      case NOT_AT_THIS_IRQL -> {
        atDispatchLevel();
        isNull(why, () -> mmAllocateContiguousMemory(c, PAGE + 1, -1));
      }
      case NO_MEMORY -> {
        isNull(why, () -> mmAllocateContiguousMemory(c, 1, 0x100 * PAGE - 1));
        isNull(why, () -> mmAllocateContiguousMemory(c, 1, 0));
        isNull(why, () -> mmAllocateContiguousMemory(c, -1, -1));
        isNull(why, () -> mmAllocateContiguousMemory(c, 16_385 * PAGE, -1));
      }
    }
  }

  @ParameterizedTest(name = "MmAllocateContiguousMemorySpecifyCache {0}")
  @EnumSource
  void mmAllocateContiguousMemorySpecifyCacheAnswers(MmAllocateContiguousMemorySpecifyCache why) {
    switch (why) {
      case DONE -> isAddress(why, () -> specify(PAGE, 0, -1, 0, MM_NON_CACHED));
      case IRQL_TOO_HIGH -> {
        atDeviceLevel();
        isNull(why, () -> specify(PAGE, 0, -1, 0, MM_CACHED));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> specify(1, 0, -1, 0, MM_CACHED));
      }
      case ZERO_BYTES -> isNull(why, () -> specify(0, 0, -1, 0, MM_CACHED));
      case BAD_LIMITS -> isNull(why, () -> specify(1, -1, 0x1000_0000, 0, MM_CACHED));
      case BAD_BOUNDARY -> {
        isNull(why, () -> specify(1, 0, -1, 0x800, MM_CACHED));
        isNull(why, () -> specify(1, 0, -1, 3 * PAGE, MM_CACHED));
        isNull(why, () -> specify(PAGE + 1, 0, -1, PAGE, MM_CACHED));
      }
      case BAD_CACHE_TYPE -> {
        isNull(why, () -> specify(1, 0, -1, 0, 3));
        isNull(why, () -> specify(1, 0, -1, 0, -1));
      }
      case NOT_AT_THIS_IRQL -> {
        atDispatchLevel();
        isNull(why, () -> specify(2 * PAGE, 0, -1, 0, MM_CACHED));
      }
      case NO_MEMORY ->
          isNull(why, () -> specify(2 * PAGE, 0x200 * PAGE, 0x202 * PAGE - 2, 0, MM_CACHED));
    }
  }

  private long specify(long bytes, long low, long high, long boundary, int type) {
    return mmAllocateContiguousMemorySpecifyCache(c, bytes, low, high, boundary, type);
  }

  private long onNode(long bytes, long low, long high, long boundary, int type, int node) {
    return mmAllocateContiguousMemorySpecifyCacheNode(c, bytes, low, high, boundary, type, node);
  }

  @ParameterizedTest(name = "MmAllocateContiguousMemorySpecifyCacheNode {0}")
  @EnumSource
  void mmAllocateContiguousMemorySpecifyCacheNodeAnswers(
      MmAllocateContiguousMemorySpecifyCacheNode why) {
    switch (why) {
      case DONE -> {
        isAddress(why, () -> onNode(1, 0, -1, 0, MM_CACHED, 0));
        isAddress(why, () -> onNode(1, 0, -1, 0, MM_CACHED, MM_ANY_NODE_OK));
      }
      case IRQL_TOO_HIGH -> {
        atDeviceLevel();
        isNull(why, () -> onNode(1, 0, -1, 0, MM_CACHED, 0));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> onNode(1, 0, -1, 0, MM_CACHED, 0));
      }
      case ZERO_BYTES -> isNull(why, () -> onNode(0, 0, -1, 0, MM_CACHED, 0));
      case BAD_LIMITS -> isNull(why, () -> onNode(1, 2, 1, 0, MM_CACHED, 0));
      case BAD_BOUNDARY -> isNull(why, () -> onNode(1, 0, -1, 1, MM_CACHED, 0));
      case BAD_CACHE_TYPE -> isNull(why, () -> onNode(1, 0, -1, 0, 6, 0));
      case BAD_NODE -> {
        isNull(why, () -> onNode(1, 0, -1, 0, MM_CACHED, -1));
        isNull(why, () -> onNode(1, 0, -1, 0, MM_CACHED, 1));
      }
      case NOT_AT_THIS_IRQL -> {
        atDispatchLevel();
        isNull(why, () -> onNode(2 * PAGE, 0, -1, 0, MM_CACHED, 0));
      }
      case NO_MEMORY -> isNull(why, () -> onNode(1, 0, 0xF_FFFF, 0, MM_CACHED, 0));
    }
  }

  private long node(long bytes, long low, long high, long boundary, int protect, int node) {
    return mmAllocateContiguousNodeMemory(c, bytes, low, high, boundary, protect, node);
  }

  @ParameterizedTest(name = "MmAllocateContiguousNodeMemory {0}")
  @EnumSource
  void mmAllocateContiguousNodeMemoryAnswers(MmAllocateContiguousNodeMemory why) {
    int rw = PAGE_READWRITE;
    switch (why) {
      case DONE -> isAddress(why, () -> node(1, 0, -1, 0, rw | PAGE_WRITECOMBINE, 0));
      case IRQL_TOO_HIGH -> {
        atDeviceLevel();
        isNull(why, () -> node(1, 0, -1, 0, rw, 0));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> node(1, 0, -1, 0, rw, 0));
      }
      case ZERO_BYTES -> isNull(why, () -> node(0, 0, -1, 0, rw, 0));
      case BAD_LIMITS -> isNull(why, () -> node(1, 2, 1, 0, rw, 0));
      case BAD_BOUNDARY -> isNull(why, () -> node(1, 0, -1, Long.MIN_VALUE + 1, rw, 0));
      case BAD_PROTECTION -> {
        isNull(why, () -> node(1, 0, -1, 0, PAGE_READONLY, 0));
        isNull(why, () -> node(1, 0, -1, 0, rw | PAGE_NOCACHE | PAGE_WRITECOMBINE, 0));
      }
      case BAD_NODE -> {
        isNull(why, () -> node(1, 0, -1, 0, rw, Integer.MIN_VALUE + 1));
        isNull(why, () -> node(1, 0, -1, 0, rw, 99));
      }
      case NOT_AT_THIS_IRQL -> {
        atDispatchLevel();
        isNull(why, () -> node(2 * PAGE, 0, -1, 0, rw, 0));
      }
      case NO_MEMORY -> isNull(why, () -> node(1, 0, 0xF_FFFF, 0, rw, 0));
    }
  }

  private int ex(
      long size, long low, long boundary, int node, int protect, long part, int flags, long base) {
    return mmAllocateContiguousMemoryEx(
        c, size, low, 0x1000_0000, boundary, node, protect, part, TAG, flags, base);
  }

  @ParameterizedTest(name = "MmAllocateContiguousMemoryEx {0}")
  @EnumSource
  void mmAllocateContiguousMemoryExAnswers(MmAllocateContiguousMemoryEx why) {
    int rw = PAGE_READWRITE;
    long size = memory(8);
    long base = memory(8);
    c.store(size, 8, PAGE + 1);
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> assertThat(ex(size, 0, 0, 0, rw, 0, 1, base)).isZero());
        assertThat(c.load(size, 8)).isEqualTo(2 * PAGE);
        c.store(c.load(base, 8) + PAGE, 8, 1);
        assertThat(kernel.reports()).isEmpty();
      }
      case IRQL_TOO_HIGH -> {
        atDeviceLevel();
        refused(why, () -> ex(size, 0, 0, 0, rw, 0, 0, base));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isStatus(why, () -> ex(size, 0, 0, 0, rw, 0, 0, base));
      }
      case ZERO_BYTES -> {
        c.store(size, 8, 0);
        isStatus(why, () -> ex(size, 0, 0, 0, rw, 0, 0, base));
      }
      case BAD_LIMITS -> isStatus(why, () -> ex(size, -1, 0, 0, rw, 0, 0, base));
      case BAD_BOUNDARY -> isStatus(why, () -> ex(size, 0, PAGE, 0, rw, 0, 0, base));
      case BAD_NODE -> {
        isStatus(why, () -> ex(size, 0, 0, -1, rw, 0, 0, base));
        isStatus(why, () -> ex(size, 0, 0, 1, rw, 0, 0, base));
      }
      case BAD_PROTECTION -> isStatus(why, () -> ex(size, 0, 0, 0, 0, 0, 0, base));
      case BAD_PARTITION -> isStatus(why, () -> ex(size, 0, 0, 0, rw, BAD, 0, base));
      case UNKNOWN_FLAG -> isStatus(why, () -> ex(size, 0, 0, 0, rw, 0, 2, base));
      case NO_RESULT -> isStatus(why, () -> ex(size, 0, 0, 0, rw, 0, 0, 0));
      case NOT_AT_THIS_IRQL -> {
        atDispatchLevel();
        isStatus(why, () -> ex(size, 0, 0, 0, rw, 0, 0, base));
      }
      case NO_MEMORY -> isStatus(why, () -> ex(size, 0x0FFF_F000, 0, 0, rw, 0, 0, base));
    }
  }

  @ParameterizedTest(name = "MmFreeContiguousMemory {0}")
  @EnumSource
  void mmFreeContiguousMemoryAnswers(MmFreeContiguousMemory why) {
    long base = mmAllocateContiguousMemory(c, 3 * PAGE, -1);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmFreeContiguousMemory(c, base));
      case IRQL_TOO_HIGH -> {
        atDeviceLevel();
        refused(why, () -> mmFreeContiguousMemory(c, base));
      }
      case NOT_A_BASE -> {
        long other = mmAllocateNonCachedMemory(c, PAGE);
        for (long address : new long[] {0, -1, BAD, base + 1, base + PAGE, other}) {
          refused(why, () -> mmFreeContiguousMemory(c, address));
          parameters(0x60, address, 0, 0);
        }
        mmFreeContiguousMemory(c, base);
        refused(why, () -> mmFreeContiguousMemory(c, base));
      }
      case LOCKED -> {
        long pfn = lockPage(base + 2 * PAGE);
        refused(why, () -> mmFreeContiguousMemory(c, base));
        parameters(0x9A, pfn, 6, 1);
      }
    }
  }

  @ParameterizedTest(name = "MmFreeContiguousMemorySpecifyCache {0}")
  @EnumSource
  void mmFreeContiguousMemorySpecifyCacheAnswers(MmFreeContiguousMemorySpecifyCache why) {
    long base = specify(PAGE + 1, 0, -1, 0, MM_NON_CACHED);
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> mmFreeContiguousMemorySpecifyCache(c, base, PAGE + 1, MM_NON_CACHED));
        assertThat(c.lastRefusal()).isNull();
      }
      case IRQL_TOO_HIGH -> {
        atDeviceLevel();
        refused(why, () -> mmFreeContiguousMemorySpecifyCache(c, base, PAGE + 1, MM_NON_CACHED));
      }
      case NOT_A_BASE -> {
        refused(why, () -> mmFreeContiguousMemorySpecifyCache(c, base + PAGE, 1, MM_CACHED));
        parameters(0x60, base + PAGE, 0, 0);
      }
      case LOCKED -> {
        long pfn = lockPage(base);
        refused(why, () -> mmFreeContiguousMemorySpecifyCache(c, base, 1, MM_CACHED));
        parameters(0x9A, pfn, 6, 1);
      }
      case MISMATCH -> {
        mmFreeContiguousMemorySpecifyCache(c, base, PAGE + 1, MM_CACHED);
        noted(why);
        long second = specify(PAGE + 1, 0, -1, 0, MM_NON_CACHED);
        assertThat(second).isEqualTo(base); // the first was freed
        mmFreeContiguousMemorySpecifyCache(c, second, PAGE, MM_NON_CACHED);
        noted(why);
      }
    }
  }

  private void noted(Condition why) {
    var refusal = c.lastRefusal();
    assertThat(refusal).isNotNull();
    assertThat(refusal == null ? null : refusal.condition()).isEqualTo(why);
  }

  @ParameterizedTest(name = "MmAllocateNonCachedMemory {0}")
  @EnumSource
  void mmAllocateNonCachedMemoryAnswers(MmAllocateNonCachedMemory why) {
    switch (why) {
      case DONE -> isAddress(why, () -> mmAllocateNonCachedMemory(c, 5));
      case IRQL_TOO_HIGH -> {
        atDispatchLevel();
        isNull(why, () -> mmAllocateNonCachedMemory(c, 5));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> mmAllocateNonCachedMemory(c, 1));
      }
      case ZERO_BYTES -> isNull(why, () -> mmAllocateNonCachedMemory(c, 0));
      case NO_MEMORY -> {
        isNull(why, () -> mmAllocateNonCachedMemory(c, -1));
        isNull(why, () -> mmAllocateNonCachedMemory(c, 16_384 * PAGE));
      }
    }
  }

  @ParameterizedTest(name = "MmFreeNonCachedMemory {0}")
  @EnumSource
  void mmFreeNonCachedMemoryAnswers(MmFreeNonCachedMemory why) {
    long base = mmAllocateNonCachedMemory(c, PAGE + 1);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmFreeNonCachedMemory(c, base, 2 * PAGE));
      case IRQL_TOO_HIGH -> {
        atDispatchLevel();
        refused(why, () -> mmFreeNonCachedMemory(c, base, PAGE + 1));
      }
      case NOT_A_BASE -> {
        long other = mmAllocateContiguousMemory(c, PAGE, -1);
        for (long address : new long[] {0, memory(PAGE), other + PAGE, other}) {
          refused(why, () -> mmFreeNonCachedMemory(c, address, PAGE));
          parameters(0x303, address, 1, 0);
        }
      }
      case INSIDE -> {
        for (long address : new long[] {base + PAGE, base + 1}) {
          refused(why, () -> mmFreeNonCachedMemory(c, address, PAGE));
          parameters(0x304, address, 1, 0);
        }
      }
      case FREED_TWICE -> {
        mmFreeNonCachedMemory(c, base, PAGE + 1);
        refused(why, () -> mmFreeNonCachedMemory(c, base + 1, PAGE + 1));
        parameters(0x306, base + 1, base, 2);
      }
      case WRONG_SIZE -> {
        refused(why, () -> mmFreeNonCachedMemory(c, base, PAGE));
        parameters(0x305, base, 1, 2);
        refused(why, () -> mmFreeNonCachedMemory(c, base, -1));
        parameters(0x305, base, 1L << 52, 2);
      }
      case LOCKED -> {
        long pfn = lockPage(base);
        refused(why, () -> mmFreeNonCachedMemory(c, base, PAGE + 1));
        parameters(0x9A, pfn, 6, 1);
      }
    }
  }
}
