package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_WRITE_COMBINED;
import static dev.mapwright.windows.abi.PageProtection.PAGE_EXECUTE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_GUARD;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOACCESS;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOCACHE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READONLY;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_WRITECOMBINE;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_PAGED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_UNINITIALIZED;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmAllocateMdlForIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpaceEx;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmUnmapIoSpace;
import static dev.mapwright.windows.iospace.RegisterCalls.readRegisterBufferUlong;
import static dev.mapwright.windows.iospace.RegisterCalls.readRegisterUlong;
import static dev.mapwright.windows.iospace.RegisterCalls.writeRegisterBufferUlong;
import static dev.mapwright.windows.iospace.RegisterCalls.writeRegisterUlong;
import static dev.mapwright.windows.mdl.MdlCalls.ioFreeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPagesSpecifyCache;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.CmResource;
import dev.mapwright.windows.abi.CmResourceLayout;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.PagePriority;
import dev.mapwright.windows.answer.MmMapIoSpace;
import dev.mapwright.windows.answer.MmUnmapIoSpace;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.iospace.ResourceList;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What mappings of I/O space do, beyond their answers. */
class IoSpaceTest extends WindowsTest {
  private static final long DEVICE = FIRST_DEVICE_PFN * PAGE;
  private static final int RW = PAGE_READWRITE | PAGE_NOCACHE;

  private long map(long address, long bytes, int type) {
    return mmMapIoSpace(c, address, bytes, type);
  }

  private long entry(long address) {
    return kernel.systemSpace().space().translation().entry(Pages.of(address));
  }

  private int lastCode() {
    return lastReport().code();
  }

  @Test
  @DisplayName("Zero bytes: MmMapIoSpace(Ex): NULL")
  void zeroBytesAreNotMapped() {
    assertThat(map(DEVICE, 0, MM_NON_CACHED)).isZero();
    assertThat(mmMapIoSpaceEx(c, DEVICE, 0, RW)).isZero();
    assertThat(c.lastRefusal()).isNotNull();
    assertThat(kernel.journal().events().getLast().kind()).isEqualTo(EventKind.MISUSE);
  }

  @Test
  @DisplayName("MmUnmapIoSpace twice / wrong page count: 0xDA/0x400 / 0x305")
  void aMappingIsUnmappedOnceAndWhole() {
    long base = map(DEVICE, 3 * PAGE, MM_NON_CACHED);
    refused(MmUnmapIoSpace.WRONG_SIZE, () -> mmUnmapIoSpace(c, base, 2 * PAGE));
    mmUnmapIoSpace(c, base, 2 * PAGE + 1);
    refused(MmUnmapIoSpace.NOT_MAPPED, () -> mmUnmapIoSpace(c, base, 3 * PAGE));
    c.load(base, 1);
    assertThat(lastCode()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
  }

  @Test
  @DisplayName("I/O page mapped MmNonCached, then MmWriteCombined: second NULL")
  void anIoPageHasOneCachingTypeUntilItsLastMappingGoes() {
    long first = map(DEVICE, PAGE, MM_NON_CACHED);
    long second = map(DEVICE, 8, MM_NON_CACHED);
    assertThat(second).isNotZero();
    refused(MmMapIoSpace.CACHE_CONFLICT, () -> map(DEVICE, PAGE, MM_WRITE_COMBINED));
    mmUnmapIoSpace(c, first, PAGE);
    refused(MmMapIoSpace.CACHE_CONFLICT, () -> map(DEVICE, PAGE, MM_WRITE_COMBINED));
    mmUnmapIoSpace(c, second, 8);
    long third = map(DEVICE, PAGE, MM_WRITE_COMBINED);
    assertThat(TranslationEntry.cache(entry(third))).isEqualTo(CachePolicy.WRITE_COMBINING);
  }

  @Test
  @DisplayName(
      "MmMapIoSpaceEx: 0; READWRITE+READONLY; NOCACHE+WRITECOMBINE; GUARD; NOACCESS: NULL each")
  void otherProtectionsAreRefused() {
    assertThat(mmMapIoSpaceEx(c, DEVICE, 4, 0)).isZero();
    assertThat(mmMapIoSpaceEx(c, DEVICE, 4, PAGE_READWRITE | PAGE_READONLY)).isZero();
    assertThat(mmMapIoSpaceEx(c, DEVICE, 4, RW | PAGE_WRITECOMBINE)).isZero();
    assertThat(mmMapIoSpaceEx(c, DEVICE, 4, PAGE_READWRITE | PAGE_GUARD)).isZero();
    assertThat(mmMapIoSpaceEx(c, DEVICE, 4, PAGE_NOACCESS)).isZero();
  }

  @Test
  @DisplayName("64-bit wrap: a physical range: NULL")
  void aRangeThatWrapsIsNotMapped() {
    assertThat(map(-PAGE, 2 * PAGE, MM_NON_CACHED)).isZero();
    assertThat(map(DEVICE, -1, MM_NON_CACHED)).isZero();
    assertThat(map((1L << 52) - PAGE, PAGE, MM_NON_CACHED)).isNotZero();
  }

  @Test
  void theProtectionHolds() {
    long reads = mmMapIoSpaceEx(c, DEVICE, PAGE, PAGE_READONLY | PAGE_NOCACHE);
    assertThat(c.load(reads + 0x20, 4)).isEqualTo(0x20);
    c.store(reads, 4, 1);
    assertThat(lastCode()).isEqualTo(BugCheckCode.ATTEMPTED_WRITE_TO_READONLY_MEMORY);
    c.fetch(reads, 4);
    assertThat(lastCode()).isEqualTo(BugCheckCode.ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY);
  }

  @Test
  void pageExecuteCanBeExecutedAndNotRead() {
    long pfn = lockedFrame();
    machine.memory().writeLong(pfn * PAGE, 0xC3);
    long code = mmMapIoSpaceEx(c, pfn * PAGE, PAGE, PAGE_EXECUTE);
    assertThat(c.fetch(code, 1)).isEqualTo(0xC3);
    assertThat(kernel.reports()).isEmpty();
    c.load(code, 1);
    assertThat(lastCode()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
    c.store(code, 1, 0);
    assertThat(lastCode()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
  }

  @Test
  void withoutAModifierTheMemoryIsCached() {
    long base = mmMapIoSpaceEx(c, DEVICE, PAGE, PAGE_READWRITE);
    assertThat(TranslationEntry.cache(entry(base))).isEqualTo(CachePolicy.CACHED);
  }

  @Test
  void theSystemsTopTableIsRefusedAndThatOfTheCurrentProcessIsShown() {
    NtProcess process = kernel.newProcess("current");
    c.processor().attach(process);
    AddressSpace space = process.space();
    long root = space.translation().walk(space.firstPage()).getFirst().tableAddress();
    long base = map(root, PAGE, MM_CACHED);
    assertThat(base).isNotZero();
    c.load(base, 8);
    assertThat(kernel.reports()).isEmpty();
    c.store(base, 8, -1);
    assertThat(lastCode()).isEqualTo(BugCheckCode.ATTEMPTED_WRITE_TO_READONLY_MEMORY);
    mmUnmapIoSpace(c, base, PAGE);
    c.processor().attach(kernel.newProcess("another"));
    refused(MmMapIoSpace.PAGE_TABLE, () -> map(root, PAGE, MM_CACHED));
    c.processor().attach(null);
    refused(MmMapIoSpace.PAGE_TABLE, () -> map(root, PAGE, MM_CACHED));
  }

  @Test
  void aPageTableIsNotLockedWhereItIsShown() {
    NtProcess process = kernel.newProcess("current");
    c.processor().attach(process);
    AddressSpace space = process.space();
    long root = space.translation().walk(space.firstPage()).getFirst().tableAddress();
    long base = map(root, PAGE, MM_CACHED);
    long mdl = memory(0x38);
    mmInitializeMdl(c, mdl, base, PAGE);
    assertThatThrownBy(() -> mmProbeAndLockPages(c, mdl, 0, 0))
        .isInstanceOf(NtStatusException.class);
    assertThat(machine.frames().locks(root / PAGE)).isZero();
    assertThat(flags(mdl)).isZero();
    mmUnmapIoSpace(c, base, PAGE);
  }

  @Test
  void theZerosOfAllCanNotBeWritten() {
    long paged = exAllocatePool2(c, POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, PAGE, TAG);
    assertThat(c.load(paged, 8)).isZero();
    long zeros = machine.frames().zeroFrame() * PAGE;
    long base = map(zeros, PAGE, MM_CACHED);
    assertThat(c.load(base, 8)).isZero();
    c.store(base, 8, 1);
    assertThat(lastCode()).isEqualTo(BugCheckCode.ATTEMPTED_WRITE_TO_READONLY_MEMORY);
    assertThat(c.load(paged, 8)).isZero();
  }

  @Test
  void ramThatNobodyHasLockedIsMappedWithAnEvent() {
    long pfn = machine.frames().allocate(FrameOwner.POOL, 7);
    long base = map(pfn * PAGE, PAGE, MM_CACHED);
    assertThat(base).isNotZero();
    assertThat(kernel.journal().events())
        .anyMatch(event ->
            event.kind() == EventKind.MISUSE
                && event.detail1() == MmMapIoSpace.NOT_LOCKED.number());
    c.store(base, 8, 77);
    assertThat(machine.memory().readLong(pfn * PAGE)).isEqualTo(77);
    machine.frames().free(pfn);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    mmUnmapIoSpace(c, base, PAGE);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.FREE);
  }

  @Test
  void ramThatIsLockedIsMappedWithoutOne() {
    kernel.verifier().setOn(true);
    assertThat(map(lockedFrame() * PAGE, PAGE, MM_CACHED)).isNotZero();
    assertThat(kernel.reports()).isEmpty();
    assertThat(c.lastRefusal()).isNull();
  }

  @Test
  void ramThatNobodyOwnsIsNobodysWhileItIsMapped() {
    String before = image();
    long free = machine.frames().free();
    long base = map(0x1000 * PAGE, 64 * PAGE, MM_CACHED);
    assertThat(base).isNotZero();
    c.store(base, 8, -1);
    List<Long> taken = new ArrayList<>();
    long pfn;
    while ((pfn = machine.frames().allocate(FrameOwner.POOL, 7)) >= 0) {
      taken.add(pfn);
    }
    assertThat(taken).noneMatch(frame -> frame >= 0x1000 && frame < 0x1040);
    taken.forEach(machine.frames()::free);
    mmUnmapIoSpace(c, base, 64 * PAGE);
    assertThat(machine.frames().free()).isEqualTo(free);
    assertThat(image()).isEqualTo(before);
  }

  @Test
  void ramKeepsItsCachingTypeAndTheOverrideIsTold() {
    long base = map(lockedFrame() * PAGE, PAGE, MM_NON_CACHED);
    assertThat(TranslationEntry.cache(entry(base))).isEqualTo(CachePolicy.CACHED);
    assertThat(kernel.journal().events())
        .anyMatch(event -> event.kind() == EventKind.CACHE_OVERRIDDEN);
  }

  @Test
  void anMdlOfIoSpaceSaysWhatItDescribesAndRemembersItsPages() {
    long list = memory(48);
    long[] words = {HOLE_PFN * PAGE, 2 * PAGE, DEVICE, PAGE, DEVICE, PAGE};
    for (int i = 0; i < words.length; i++) {
      c.store(list + 8L * i, 8, words[i]);
    }
    long result = memory(8);
    String before = kernel.describe();
    assertThat(mmAllocateMdlForIoSpace(c, list, 3, result)).isZero();
    long mdl = c.load(result, 8);
    assertThat(flags(mdl)).isEqualTo(MdlFlags.MDL_IO_SPACE | MdlFlags.MDL_PAGES_LOCKED);
    assertThat(c.load(mdl + MdlLayout.BYTE_COUNT, 4)).isEqualTo(4 * PAGE);
    assertThat(c.load(mdl + MdlLayout.SIZE, 2)).isEqualTo(0x30 + 4 * 8);
    assertThat(pfn(mdl, 0)).isEqualTo(HOLE_PFN);
    assertThat(pfn(mdl, 1)).isEqualTo(HOLE_PFN + 1);
    assertThat(pfn(mdl, 2)).isEqualTo(FIRST_DEVICE_PFN);
    assertThat(pfn(mdl, 3)).isEqualTo(FIRST_DEVICE_PFN);
    assertThat(kernel.cacheBook().references(FIRST_DEVICE_PFN)).isEqualTo(2);
    assertThat(kernel.cacheBook().references(HOLE_PFN)).isEqualTo(1);
    long mapped =
        mmMapLockedPagesSpecifyCache(
            c, mdl, 0, MM_NON_CACHED, 0, 0, PagePriority.NORMAL_PAGE_PRIORITY);
    assertThat(c.load(mapped + 2 * PAGE + 8, 4)).isEqualTo(8);
    mmUnmapLockedPages(c, mapped, mdl);
    ioFreeMdl(c, mdl);
    assertThat(kernel.reports()).isEmpty();
    assertThat(kernel.describe()).isEqualTo(before);
  }

  @Test
  void anMdlOfIoSpaceForWhichNobodyCanBeToldLeavesNothing() {
    long list = memory(16);
    c.store(list, 8, DEVICE);
    c.store(list + 8, 8, PAGE);
    String before = image();
    assertThat(mmAllocateMdlForIoSpace(c, list, 1, BAD)).isEqualTo(0xC0000001);
    assertThat(lastCode()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
    assertThat(mmAllocateMdlForIoSpace(c, BAD, 1, list)).isEqualTo(0xC0000001);
    assertThat(mmAllocateMdlForIoSpace(c, list, -1, list)).isEqualTo(0xC00000EF);
    assertThat(image()).isEqualTo(before);
  }

  /** A device that counts how often it is touched. */
  private static final class Counting implements DeviceHandler {
    private int touched;

    @Override
    public long read(long offsetBytes, int bytes) {
      touched++;
      return offsetBytes;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      touched++;
    }
  }

  @Test
  void aBufferThatLeadsNowhereTouchesNoRegister() {
    Counting device = new Counting();
    try (SimulatedMachine own =
            SimulatedMachine.builder().ram(0x100, 1024).device("d", 0x1000, 1, device).build();
        Kernel other = Kernel.boot(own, KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse())) {
      var driverThere = other.newContext(other.loadDriver("other"));
      long r = mmMapIoSpaceEx(driverThere, 0x1000 * PAGE, PAGE, RW);
      long page = other.pools().nonPaged().allocate(PAGE, TAG, 0, true);
      readRegisterBufferUlong(driverThere, r, page + PAGE - 8, 3);
      writeRegisterBufferUlong(driverThere, r + PAGE - 8, page, 3);
      assertThat(other.reports()).hasSize(2);
      assertThat(device.touched).isZero();
      readRegisterBufferUlong(driverThere, r, page, 0);
      readRegisterBufferUlong(driverThere, r, page, 3);
      assertThat(device.touched).isEqualTo(3);
      assertThat(driverThere.load(page + 8, 4)).isEqualTo(8);
      writeRegisterUlong(driverThere, r, 1);
      assertThat(device.touched).isEqualTo(4);
    }
  }

  @Test
  void aRegisterThatLeadsNowhereReadsAsZeroWhereThatIsRecorded() {
    assertThat(readRegisterUlong(c, BAD)).isZero();
    parameters(BAD, 0, 0, 2);
    writeRegisterUlong(c, 0, 1);
    parameters(0, 2, 0, 2);
  }

  @Test
  void aDriverIsToldOfItsDeviceInTheDocumentedLayout() {
    long list =
        new ResourceList()
            .memory(DEVICE, PAGE)
            .memory(5L << 30, 3L << 32, CmResource.CM_RESOURCE_MEMORY_PREFETCHABLE)
            .memory(1L << 45, 1L << 44)
            .memory(1L << 50, 1L << 49)
            .port(0x3F8, 8, CmResource.CM_RESOURCE_PORT_IO)
            .interrupt(5, 0x51, false)
            .write(kernel);
    assertThat(c.load(list, 4)).isEqualTo(1);
    assertThat(c.load(list + CmResourceLayout.PARTIAL_COUNT, 4)).isEqualTo(6);
    long[] bytes = {PAGE, 3L << 32, 1L << 44, 1L << 49, 0, 0};
    int[] types = {3, 7, 7, 7, 1, 2};
    int[] flags = {0, 0x204, 0x400, 0x800, 1, 0};
    for (int i = 0; i < 6; i++) {
      long descriptor =
          list
              + CmResourceLayout.PARTIAL_DESCRIPTORS
              + (long) i * CmResourceLayout.DESCRIPTOR_BYTES;
      assertThat(c.load(descriptor, 1)).isEqualTo(types[i]);
      assertThat(c.load(descriptor + 2, 2)).isEqualTo(flags[i]);
      int length = (int) c.load(descriptor + CmResourceLayout.LENGTH, 4);
      assertThat(CmResource.memoryBytes(types[i], flags[i], length)).isEqualTo(bytes[i]);
    }
    long interrupt =
        list + CmResourceLayout.PARTIAL_DESCRIPTORS + 5L * CmResourceLayout.DESCRIPTOR_BYTES;
    assertThat(c.load(interrupt + CmResourceLayout.INTERRUPT_LEVEL, 2)).isEqualTo(5);
    assertThat(c.load(interrupt + CmResourceLayout.INTERRUPT_VECTOR, 4)).isEqualTo(0x51);
    assertThat(c.load(interrupt + CmResourceLayout.INTERRUPT_AFFINITY, 8)).isEqualTo(-1);
  }

  @Test
  void unmappingTakesNoHeapAndLeavesNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    String before = "";
    long bytes = 0;
    for (int i = 0; i < 10_000; i++) {
      if (i == 5_000) {
        before = image();
        bytes = 0;
      }
      long base = map(DEVICE + 5, 3 * PAGE, MM_NON_CACHED);
      long allocated = threads.getCurrentThreadAllocatedBytes();
      mmUnmapIoSpace(c, base, 3 * PAGE);
      bytes += threads.getCurrentThreadAllocatedBytes() - allocated;
    }
    assertThat(image()).isEqualTo(before);
    assertThat(bytes / 5_000).isZero();
  }

  @Test
  void everyFailureOfACallLeavesNothing() {
    long list = memory(16);
    c.store(list, 8, DEVICE);
    c.store(list + 8, 8, 4 * PAGE);
    long result = memory(8);
    c.store(result, 8, 1);
    int refused = 0;
    for (int nth = 1; nth < 40; nth++) {
      long pfn = 0x2000;
      String before = image();
      machine.failures().failNth(nth);
      long device = map(DEVICE, 20 * PAGE, MM_NON_CACHED);
      machine.failures().off();
      refused += takenBack(before, device != 0, () -> mmUnmapIoSpace(c, device, 20 * PAGE));
      machine.failures().failNth(nth);
      long ram = map(pfn * PAGE, 20 * PAGE, MM_CACHED);
      machine.failures().off();
      refused += takenBack(before, ram != 0, () -> mmUnmapIoSpace(c, ram, 20 * PAGE));
      machine.failures().failNth(nth);
      int status = mmAllocateMdlForIoSpace(c, list, 1, result);
      machine.failures().off();
      refused += takenBack(before, status == 0, () -> ioFreeMdl(c, c.load(result, 8)));
    }
    assertThat(refused).isGreaterThan(20);
    assertThat(kernel.reports()).isEmpty();
  }

  /** Undoes what was done; 1 when nothing was. */
  private int takenBack(String before, boolean done, Runnable undo) {
    if (done) {
      undo.run();
    }
    assertThat(image()).isEqualTo(before);
    return done ? 0 : 1;
  }
}
