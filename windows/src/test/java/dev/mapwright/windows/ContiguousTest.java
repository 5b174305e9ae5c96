package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_WRITE_COMBINED;
import static dev.mapwright.windows.abi.PageProtection.PAGE_EXECUTE_READWRITE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemoryEx;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemorySpecifyCache;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousNodeMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateNonCachedMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeNonCachedMemory;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmUnmapIoSpace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.answer.MmFreeContiguousMemory;
import dev.mapwright.windows.answer.MmMapIoSpace;
import dev.mapwright.windows.context.NtContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What contiguous and non-cached memory is, beyond the answers of its routines. */
class ContiguousTest extends WindowsTest {
  private long pfnAt(long address) {
    long entry = kernel.systemSpace().space().translation().entry(Pages.of(address));
    assertThat(TranslationEntry.present(entry)).isTrue();
    return TranslationEntry.pfn(entry);
  }

  private long specify(long bytes, long low, long high, long boundary, int type) {
    return mmAllocateContiguousMemorySpecifyCache(c, bytes, low, high, boundary, type);
  }

  @Test
  @DisplayName("Zero bytes: contiguous: NULL")
  void zeroBytesAreNotAllocated() {
    assertThat(mmAllocateContiguousMemory(c, 0, -1)).isZero();
    assertThat(specify(0, 0, -1, 0, MM_CACHED)).isZero();
    assertThat(mmAllocateContiguousNodeMemory(c, 0, 0, -1, 0, PAGE_READWRITE, 0)).isZero();
    assertThat(mmAllocateNonCachedMemory(c, 0)).isZero();
  }

  @Test
  void lockedMemoryIsNotFreed() {
    long base = mmAllocateContiguousMemory(c, 2 * PAGE, -1);
    long pfn = pfnAt(base + PAGE);
    machine.frames().addLocks(pfn, 1);
    refused(MmFreeContiguousMemory.LOCKED, () -> mmFreeContiguousMemory(c, base));
    parameters(0x9A, pfn, 6, 1);
    machine.frames().addLocks(pfn, -1);
    carriedOut(MmFreeContiguousMemory.DONE, () -> mmFreeContiguousMemory(c, base));
  }

  @Test
  void theFramesAreAdjacentAndWithinTheLimits() {
    long base = specify(5 * PAGE, 0x1000 * PAGE - 5, 0x1005 * PAGE - 1, 0, MM_CACHED);
    for (int i = 0; i < 5; i++) {
      assertThat(pfnAt(base + i * PAGE)).isEqualTo(0x1000 + i);
    }
    assertThat(base % PAGE).isZero();
    // The last byte allowed is not the last of its page: that page is out of bounds.
    assertThat(specify(PAGE, 0x2000 * PAGE, 0x2001 * PAGE - 2, 0, MM_CACHED)).isZero();
    assertThat(specify(PAGE, 0x2000 * PAGE, 0x2001 * PAGE - 1, 0, MM_CACHED)).isNotZero();
  }

  @Test
  void aBlockDoesNotCrossItsBoundary() {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      long base = specify(3 * PAGE, 0, -1, 4 * PAGE, MM_CACHED);
      assertThat(pfnAt(base) / 4).isEqualTo(pfnAt(base + 2 * PAGE) / 4);
      blocks.add(base);
    }
    blocks.forEach(base -> mmFreeContiguousMemory(c, base));
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  void onlyBlocksThatAskForItCanNotBeExecuted() {
    c.fetch(mmAllocateContiguousMemory(c, 1, -1), 1);
    c.fetch(specify(1, 0, -1, 0, MM_NON_CACHED), 1);
    c.fetch(mmAllocateContiguousNodeMemory(c, 1, 0, -1, 0, PAGE_EXECUTE_READWRITE, 0), 1);
    assertThat(kernel.reports()).isEmpty();
    c.fetch(mmAllocateContiguousNodeMemory(c, 1, 0, -1, 0, PAGE_READWRITE, 0), 1);
    assertThat(lastReport().code()).isEqualTo(BugCheckCode.ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY);
  }

  @Test
  void theFramesHaveTheCachingTypeAsLongAsTheBlockLives() {
    long base = specify(PAGE, 0, -1, 0, MM_WRITE_COMBINED);
    long pfn = pfnAt(base);
    assertThat(machine.frames().cachePolicy(pfn)).isEqualTo(CachePolicy.WRITE_COMBINING);
    assertThat(
            TranslationEntry.cache(
                kernel.systemSpace().space().translation().entry(Pages.of(base))))
        .isEqualTo(CachePolicy.WRITE_COMBINING);
    mmFreeContiguousMemory(c, base);
    assertThat(machine.frames().cachePolicy(pfn)).isEqualTo(CachePolicy.CACHED);
    long nonCached = mmAllocateNonCachedMemory(c, 2 * PAGE);
    assertThat(machine.frames().cachePolicy(pfnAt(nonCached + PAGE)))
        .isEqualTo(CachePolicy.UNCACHED);
  }

  @Test
  void aBlockIsTheDriversOwnForMmMapIoSpace() {
    kernel.verifier().setOn(true);
    long base = mmAllocateContiguousMemory(c, 2 * PAGE, -1);
    long physical = pfnAt(base) * PAGE;
    long mapped = mmMapIoSpace(c, physical + 8, PAGE, MM_CACHED);
    c.store(mapped, 8, 42);
    assertThat(c.load(base + 8, 8)).isEqualTo(42);
    assertThat(kernel.reports()).isEmpty();
    NtContext other = kernel.newContext(kernel.loadDriver("another driver"));
    assertThat(mmMapIoSpace(other, physical, PAGE, MM_CACHED)).isZero();
    assertThat(lastReport().condition()).isEqualTo(MmMapIoSpace.NOT_LOCKED);
    mmUnmapIoSpace(c, mapped, PAGE);
  }

  @Test
  void theVerifierFillsABlockWithAPattern() {
    kernel.verifier().setOn(true);
    long base = mmAllocateContiguousMemory(c, PAGE, -1);
    long first = c.load(base, 8);
    assertThat(first).isNotZero();
    assertThat(c.load(base + 8, 8)).isNotEqualTo(first);
    mmFreeContiguousMemory(c, base);
    assertThat(c.load(mmAllocateContiguousMemory(c, PAGE, -1), 8)).isEqualTo(first);
  }

  @Test
  void aFreedBlockFaults() {
    long base = mmAllocateNonCachedMemory(c, PAGE);
    mmFreeNonCachedMemory(c, base, PAGE);
    c.load(base, 1);
    assertThat(lastReport().code()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
  }

  @Test
  void fragmentedMemoryHasPagesAndNoBlock() {
    String before = image();
    long highest = 0x500 * PAGE - 1;
    List<Long> pages = new ArrayList<>();
    long page;
    while ((page = mmAllocateContiguousMemory(c, PAGE, highest)) != 0) {
      pages.add(page);
    }
    assertThat(pages).hasSizeGreaterThan(900);
    for (int i = 0; i < pages.size(); i += 2) {
      mmFreeContiguousMemory(c, pages.get(i));
    }
    assertThat(mmAllocateContiguousMemory(c, 2 * PAGE, highest)).isZero();
    long scattered = mmAllocateNonCachedMemory(c, 100 * PAGE);
    assertThat(pfnAt(scattered + PAGE)).isNotEqualTo(pfnAt(scattered) + 1);
    mmFreeNonCachedMemory(c, scattered, 100 * PAGE);
    for (int i = 1; i < pages.size(); i += 2) {
      mmFreeContiguousMemory(c, pages.get(i));
    }
    assertThat(kernel.reports()).isEmpty();
    assertThat(image()).isEqualTo(before);
  }

  @Test
  void aResultThatCanNotBeWrittenLeavesNothing() {
    long size = memory(8);
    c.store(size, 8, PAGE + 1);
    String before = image();
    int status = mmAllocateContiguousMemoryEx(c, size, 0, -1, 0, 0, PAGE_READWRITE, 0, TAG, 0, BAD);
    assertThat(status).isEqualTo(0xC0000001);
    assertThat(c.load(size, 8)).isEqualTo(PAGE + 1);
    assertThat(image()).isEqualTo(before);
    assertThat(mmAllocateContiguousMemoryEx(c, 0, 0, -1, 0, 0, 4, 0, TAG, 0, size))
        .isEqualTo(0xC0000001);
  }

  @Test
  void everyFailureOfAnAllocationLeavesNothing() {
    int refused = 0;
    for (int nth = 1; nth < 30; nth++) {
      String before = image();
      machine.failures().failNth(nth);
      long base = mmAllocateContiguousMemory(c, 3 * PAGE, -1);
      machine.failures().off();
      if (base != 0) {
        mmFreeContiguousMemory(c, base);
      } else {
        refused++;
        assertThat(image()).isEqualTo(before);
      }
    }
    assertThat(refused).isBetween(3, 28);
  }

  @Test
  void whatADriverHasLeftIsTold() {
    mmAllocateContiguousMemory(c, 2 * PAGE + 1, -1);
    mmAllocateNonCachedMemory(c, 5);
    List<String> told = new ArrayList<>();
    kernel
        .contiguousMemory()
        .forEachBlock(
            block -> told.add(block.bytes() + " " + kernel.makers().maker(block.maker()).driver()));
    assertThat(told).containsExactly("8193 test driver", "5 test driver");
  }
}
