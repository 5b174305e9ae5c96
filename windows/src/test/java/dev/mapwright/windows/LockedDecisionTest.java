package dev.mapwright.windows;

import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exFreePool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.ExFreePool;
import dev.mapwright.windows.answer.MmFreeContiguousMemory;
import dev.mapwright.windows.answer.MmFreePagesFromMdl;
import dev.mapwright.windows.answer.MmProbeAndLockPages;
import dev.mapwright.windows.answer.MmUnlockPages;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.ProcessEnding;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/**
 * What races meet by luck: a call has come as far as the lock of the pages, and while it waits
 * there another processor changes what it has to decide on. It decides on what is true when it has
 * the lock.
 */
class LockedDecisionTest extends MdlTest {
  private static final long BYTES = 2 * PAGE;

  private final NtContext other = kernel.newContext(driver);

  /** Makes a call that waits for the lock, and changes something meanwhile. */
  private void meanwhile(Runnable call, Runnable change) {
    other.processor().attach(process);
    ReentrantLock lock = kernel.pageLocks().lock();
    AtomicReference<Throwable> failed = new AtomicReference<>();
    Thread caller = new Thread(() -> run(call, failed));
    lock.lock();
    try {
      caller.start();
      while (!lock.hasQueuedThread(caller) && caller.isAlive()) {
        Thread.onSpinWait();
      }
      assertThat(lock.hasQueuedThread(caller)).as("the call waits for the lock").isTrue();
      change.run();
    } finally {
      lock.unlock();
    }
    try {
      caller.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(failed.get()).isNull();
  }

  private static void run(Runnable call, AtomicReference<Throwable> failed) {
    try {
      call.run();
    } catch (NtStatusException raised) {
      // an answer like others
    } catch (Throwable wrong) {
      failed.set(wrong);
    }
  }

  private void answered(Condition expected) {
    assertThat(Objects.requireNonNull(other.lastRefusal()).condition()).isEqualTo(expected);
  }

  private void addLock(long pfn, int delta) {
    machine.frames().addLocks(pfn, delta);
  }

  @Test
  void poolThatIsLockedMeanwhileIsNotFreed() {
    long block = exAllocatePool2(c, POOL_FLAG_NON_PAGED, BYTES, TAG);
    long pfn = pfnOf(block + PAGE);
    meanwhile(() -> exFreePool(other, block), () -> addLock(pfn, 1));
    answered(ExFreePool.LOCKED);
    addLock(pfn, -1);
    exFreePool(c, block);
  }

  @Test
  void contiguousMemoryThatIsLockedMeanwhileIsNotFreed() {
    long block = mmAllocateContiguousMemory(c, BYTES, -1);
    long pfn = pfnOf(block + PAGE);
    meanwhile(() -> mmFreeContiguousMemory(other, block), () -> addLock(pfn, 1));
    answered(MmFreeContiguousMemory.LOCKED);
    addLock(pfn, -1);
    mmFreeContiguousMemory(c, block);
  }

  @Test
  void pagesOfAnMdlThatAreLockedMeanwhileAreNotFreed() {
    long owner = mmAllocatePagesForMdl(c, 0, -1, 0, BYTES);
    meanwhile(() -> mmFreePagesFromMdl(other, owner), () -> addLock(pfn(owner, 1), 1));
    answered(MmFreePagesFromMdl.STILL_LOCKED);
    addLock(pfn(owner, 1), -1);
    mmFreePagesFromMdl(c, owner);
    exFreePool(c, owner);
  }

  @Test
  void pagesThatAreUnlockedMeanwhileAreNotUnlockedAgain() {
    long mdl = lockedMdl(BYTES, 0);
    meanwhile(() -> mmUnlockPages(other, mdl), () -> addLock(pfn(mdl, 1), -1));
    answered(MmUnlockPages.NOT_LOCKED);
    assertThat(machine.frames().locks(pfn(mdl, 0))).isEqualTo(1);
  }

  @Test
  void pagesOfAProcessThatBeginsToEndMeanwhileAreNotLocked() {
    long mdl = memory(MdlLayout.PFNS + 8 * 2);
    mmInitializeMdl(c, mdl, userMemory(BYTES), BYTES);
    meanwhile(
        () -> mmProbeAndLockPages(other, mdl, USER, WRITE),
        () -> assertThat(ProcessEnding.begin(kernel, process)).isTrue());
    answered(MmProbeAndLockPages.NOT_ACCESSIBLE);
    ProcessEnding.takeBack(process);
  }

  @Test
  void memoryThatIsFreedMeanwhileIsNotLocked() {
    long mdl = memory(MdlLayout.PFNS + 8 * 2);
    long buffer = userMemory(BYTES);
    c.store(buffer, 8, 1);
    c.store(buffer + PAGE, 8, 1);
    mmInitializeMdl(c, mdl, buffer, BYTES);
    meanwhile(
        () -> mmProbeAndLockPages(other, mdl, USER, WRITE),
        () -> assertThat(process.memory().free(buffer)).isTrue());
    answered(MmProbeAndLockPages.NOT_ACCESSIBLE);
  }

  @Test
  void memoryIsNotFreedWhileSomebodyIsAboutToLockIt() {
    long buffer = userMemory(PAGE);
    c.store(buffer, 8, 1);
    meanwhile(
        () -> process.memory().free(buffer), () -> assertThat(c.userLoad(buffer, 8)).isEqualTo(1));
    assertThat(process.space().translation().entry(Pages.of(buffer)))
        .isEqualTo(TranslationEntry.ABSENT);
  }

  @Test
  void aPageThatIsLockedMeanwhileDoesNotGoOut() {
    long buffer = userMemory(PAGE);
    c.store(buffer, 8, 1);
    long entry = process.space().translation().entry(Pages.of(buffer));
    long pfn = TranslationEntry.pfn(entry);
    AtomicLong out = new AtomicLong(-1);
    meanwhile(
        () -> out.set(kernel.paging().putOut(process.space(), buffer, PAGE)),
        () -> addLock(pfn, 1));
    assertThat(out.get()).isZero();
    assertThat(c.load(buffer, 8)).isEqualTo(1);
    addLock(pfn, -1);
    assertThat(kernel.paging().putOut(process.space(), buffer, PAGE)).isEqualTo(1);
  }
}
