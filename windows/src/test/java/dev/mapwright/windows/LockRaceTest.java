package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockProcessPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exFreePool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.ExFreePool;
import dev.mapwright.windows.answer.MmFreeContiguousMemory;
import dev.mapwright.windows.answer.MmFreePagesFromMdl;
import dev.mapwright.windows.answer.MmProbeAndLockPages;
import dev.mapwright.windows.answer.ProcessExit;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.context.ProcessEnding;
import dev.mapwright.windows.harness.Processes;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processors at one MDL, or at the memory that it locks. */
class LockRaceTest extends RaceTest {
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;
  private static final long BYTES = 2 * PAGE;

  private long mdl;
  private long buffer;

  private void stage() {
    mdl = memory(MdlLayout.PFNS + 8 * 4);
    buffer = memory(BYTES);
  }

  private void lock(long address) {
    mmInitializeMdl(c, mdl, address, BYTES);
    carriedOut(() -> mmProbeAndLockPages(c, mdl, KERNEL, WRITE));
  }

  private boolean present(long address) {
    return TranslationEntry.present(kernel.systemPtes().translation().entry(Pages.of(address)));
  }

  private void refusedBecause(Object why) {
    assertThat(Objects.requireNonNull(other.lastRefusal()).condition()).isEqualTo(why);
  }

  /** Unlocking always succeeds; freeing does so unless it comes too early. */
  private void unlockAgainst(Object tooEarly, Runnable free, Runnable freeAgain) {
    both(() -> mmUnlockPages(c, mdl), free);
    assertThat(succeeded(c)).isTrue();
    if (!succeeded(other)) {
      refusedBecause(tooEarly);
      carriedOut(freeAgain);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void poolIsFreedWhenItIsUnlockedAndNotBefore(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          long block = exAllocatePool2(c, POOL_FLAG_NON_PAGED, BYTES, TAG);
          lock(block);
          unlockAgainst(
              ExFreePool.LOCKED, () -> exFreePool(other, block), () -> exFreePool(c, block));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void contiguousMemoryIsFreedWhenItIsUnlockedAndNotBefore(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          long block = mmAllocateContiguousMemory(c, BYTES, -1);
          lock(block);
          unlockAgainst(
              MmFreeContiguousMemory.LOCKED,
              () -> mmFreeContiguousMemory(other, block),
              () -> mmFreeContiguousMemory(c, block));
        });
  }

  /** Freeing such pages is allowed up to APC_LEVEL. */
  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.APC_LEVEL})
  void pagesOfAnMdlAreFreedWhenTheyAreUnlockedAndNotBefore(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          long owner = mmAllocatePagesForMdl(c, 0, -1, 0, BYTES);
          lock(mmGetSystemAddressForMdlSafe(c, owner, CAREFUL));
          unlockAgainst(
              MmFreePagesFromMdl.STILL_LOCKED,
              () -> mmFreePagesFromMdl(other, owner),
              () -> mmFreePagesFromMdl(c, owner));
          carriedOut(() -> exFreePool(c, owner));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.APC_LEVEL})
  void pagesOfAnMdlAreFreedOrLockedAndNeverBoth(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          long owner = mmAllocatePagesForMdl(c, 0, -1, 0, BYTES);
          long va = mmGetSystemAddressForMdlSafe(c, owner, CAREFUL);
          mmInitializeMdl(c, mdl, va, BYTES);
          both(
              () -> mmProbeAndLockPages(c, mdl, KERNEL, WRITE),
              () -> mmFreePagesFromMdl(other, owner));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          if (succeeded(c)) {
            refusedBecause(MmFreePagesFromMdl.STILL_LOCKED);
            carriedOut(() -> mmUnlockPages(c, mdl));
            carriedOut(() -> mmFreePagesFromMdl(c, owner));
          }
          carriedOut(() -> exFreePool(c, owner));
        });
  }

  /** What the race before this meets seldom: the moment between the last lock and the end. */
  @Test
  void pagesOfAnMdlThatAreAboutToBeFreedAreNotLocked() {
    stage();
    long owner = mmAllocatePagesForMdl(c, 0, -1, 0, BYTES);
    mmInitializeMdl(c, mdl, mmGetSystemAddressForMdlSafe(c, owner, CAREFUL), BYTES);
    c.store(mdl + MdlLayout.PROCESS, 8, 0);
    c.store(mdl + MdlLayout.PFNS, 8, MdlLayout.LIST_HEAD);
    machine.frames().addLocks(pfn(owner, 1), -1);
    refused(MmProbeAndLockPages.NO_MEMORY, () -> mmProbeAndLockPages(c, mdl, KERNEL, WRITE));
    machine.frames().addLocks(pfn(owner, 1), 1);
    carriedOut(() -> mmProbeAndLockPages(c, mdl, KERNEL, WRITE));
    mmUnlockPages(c, mdl);
    mmFreePagesFromMdl(c, owner);
    exFreePool(c, owner);
    assertThat(kernel.reports()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.APC_LEVEL})
  void ofTwoThatFreeThePagesOfAnMdlOneWins(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          long owner = mmAllocatePagesForMdl(c, 0, -1, 0, BYTES);
          if (random.nextBoolean()) {
            mmGetSystemAddressForMdlSafe(c, owner, CAREFUL);
          }
          both(() -> mmFreePagesFromMdl(c, owner), () -> mmFreePagesFromMdl(other, owner));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          carriedOut(() -> exFreePool(c, owner));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void ofTwoThatUnlockAnMdlOneWins(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          lock(buffer);
          boolean mapped = random.nextBoolean();
          long va = mapped ? mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL) : buffer;
          both(() -> mmUnlockPages(c, mdl), () -> mmUnlockPages(other, mdl));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          assertThat(machine.frames().locks(pfnOf(buffer))).isZero();
          assertThat(present(va)).isEqualTo(!mapped);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void unlockingAndUnmappingRemoveTheMappingOnce(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          lock(buffer);
          long va = mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL);
          both(() -> mmUnlockPages(c, mdl), () -> mmUnmapLockedPages(other, va, mdl));
          boolean unlocked = succeeded(c);
          assertThat(unlocked || succeeded(other)).isTrue();
          assertThat(present(va)).isFalse();
          if (!unlocked) {
            // It found another mapping than the MDL had said: 0xDA/0x06.
            setFlags(mdl, MDL_PAGES_LOCKED);
            carriedOut(() -> mmUnlockPages(c, mdl));
          }
          assertThat(machine.frames().locks(pfnOf(buffer))).isZero();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void whatIsMappedWhileItIsUnlockedStaysWithWhoeverHasIt(int irql) {
    level = irql;
    long[] va = new long[1];
    race(
        this::stage,
        () -> {
          long block = exAllocatePool2(c, POOL_FLAG_NON_PAGED, BYTES, TAG);
          lock(block);
          both(
              () -> va[0] = mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL),
              () -> mmUnlockPages(other, mdl));
          assertThat(succeeded(other)).isTrue();
          assertThat(succeeded(c)).isEqualTo(va[0] != 0);
          if (va[0] != 0 && present(va[0])) {
            forget(va[0]);
          }
          carriedOut(() -> exFreePool(c, block));
        });
  }

  /** Unmaps a mapping that its MDL may not know any more. */
  private void forget(long va) {
    setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
    c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, va);
    carriedOut(() -> mmUnmapLockedPages(c, va, mdl));
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void twoThatMapAnMdlGetPtesOfTheirOwnOrTheSame(int irql) {
    level = irql;
    long[] va = new long[2];
    race(
        this::stage,
        () -> {
          lock(buffer);
          both(
              () -> va[0] = mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL),
              () -> va[1] = mmGetSystemAddressForMdlSafe(other, mdl, CAREFUL));
          assertThat(va[0]).isNotZero();
          forget(va[0]);
          if (va[1] != va[0] && va[1] != 0 && present(va[1])) {
            forget(va[1]);
          }
          setFlags(mdl, MDL_PAGES_LOCKED);
          carriedOut(() -> mmUnlockPages(c, mdl));
        });
  }

  private NtProcess another() {
    return kernel.newProcess("another");
  }

  private void lockIn(NtContext x, NtProcess there) {
    mmProbeAndLockProcessPages(x, mdl, there.eprocess(), USER, WRITE);
  }

  /** Processes end at PASSIVE_LEVEL. */
  @Test
  void aProcessEndsWhenItsPagesAreUnlockedAndNotBefore() {
    race(
        this::stage,
        () -> {
          NtProcess there = another();
          long address = there.memory().allocate(BYTES, Permissions.READ_WRITE);
          mmInitializeMdl(c, mdl, address, BYTES);
          carriedOut(() -> lockIn(c, there));
          unlockAgainst(
              ProcessExit.LOCKED_PAGES,
              () -> Processes.end(other, there),
              () -> Processes.end(c, there));
          assertThat(kernel.process(there.eprocess())).isNull();
        });
  }

  @Test
  void aProcessEndsOrItsPagesAreLockedAndNeverBoth() {
    race(
        this::stage,
        () -> {
          NtProcess there = another();
          long address = there.memory().allocate(BYTES, Permissions.READ_WRITE);
          mmInitializeMdl(c, mdl, address, BYTES);
          both(() -> lockIn(c, there), () -> Processes.end(other, there));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          if (succeeded(c)) {
            refusedBecause(ProcessExit.LOCKED_PAGES);
            carriedOut(() -> mmUnlockPages(c, mdl));
            carriedOut(() -> Processes.end(c, there));
          }
        });
  }

  /** What the race before this meets seldom: the moment before it is looked who has locked what. */
  @Test
  void pagesOfAProcessThatIsEndingAreNotLocked() {
    stage();
    NtProcess there = another();
    long address = there.memory().allocate(BYTES, Permissions.READ_WRITE);
    mmInitializeMdl(c, mdl, address, BYTES);
    assertThat(ProcessEnding.begin(kernel, there)).isTrue();
    assertThatThrownBy(() -> lockIn(c, there)).isInstanceOf(NtStatusException.class);
    ProcessEnding.takeBack(there);
    carriedOut(() -> lockIn(c, there));
    carriedOut(() -> mmUnlockPages(c, mdl));
    carriedOut(() -> Processes.end(c, there));
  }

  @Test
  void aPageGoesOutOrIsLockedAndKeepsWhatIsInIt() {
    long[] address = new long[1];
    race(
        () -> {
          stage();
          address[0] = userMemory(BYTES);
        },
        () -> {
          long page = address[0];
          int value = random.nextInt();
          c.store(page, 4, value);
          c.store(page + PAGE, 4, ~value);
          mmInitializeMdl(c, mdl, page, BYTES);
          LongConsumer putOut = bytes -> kernel.paging().putOut(process.space(), page, bytes);
          both(() -> mmProbeAndLockPages(c, mdl, USER, WRITE), () -> putOut.accept(BYTES));
          assertThat(succeeded(c)).isTrue();
          for (int i = 0; i < 2; i++) {
            long entry = process.space().translation().entry(Pages.of(page) + i);
            assertThat(TranslationEntry.present(entry)).isTrue();
            assertThat(TranslationEntry.pfn(entry)).isEqualTo(pfn(mdl, i));
            assertThat(machine.frames().locks(pfn(mdl, i))).isEqualTo(1);
          }
          assertThat(kernel.paging().putOut(process.space(), page, BYTES)).isZero();
          both(() -> mmUnlockPages(c, mdl), () -> putOut.accept(BYTES));
          assertThat((int) c.load(page, 4)).isEqualTo(value);
          assertThat((int) c.load(page + PAGE, 4)).isEqualTo(~value);
          c.store(page, 4, 0);
          c.store(page + PAGE, 4, 0);
        });
  }

  @Test
  void memoryThatIsFreedWhileItIsLockedIsGoneWhenItIsUnlocked() {
    race(
        this::stage,
        () -> {
          long page = userMemory(BYTES);
          c.store(page, 8, 1);
          c.store(page + PAGE, 8, 2);
          mmInitializeMdl(c, mdl, page, BYTES);
          both(
              () -> mmProbeAndLockPages(c, mdl, USER, WRITE),
              () -> assertThat(process.memory().free(page)).isTrue());
          if (succeeded(c)) {
            long pfn = pfn(mdl, 1);
            assertThat(machine.frames().locks(pfn)).isEqualTo(1);
            carriedOut(() -> mmUnlockPages(c, mdl));
            assertThat(machine.frames().locks(pfn)).isZero();
          }
        });
  }
}
