package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_SUCCESS;
import static dev.mapwright.windows.iommu.DomainCalls.createDomainEx;
import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.DomainCalls.flushDomain;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.createDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.deleteDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.setDeviceFaultReporting;
import static dev.mapwright.windows.iommu.device.PasidCalls.attachPasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.createPasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.deletePasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.detachPasidDevice;
import static dev.mapwright.windows.iommu.device.StateChangeCalls.registerInterfaceStateChangeCallback;
import static dev.mapwright.windows.iommu.device.StateChangeCalls.unregisterInterfaceStateChangeCallback;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.freeReservedLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.mapReservedLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.reserveLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.unmapReservedLogicalRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationType;
import dev.mapwright.windows.abi.iommu.DeviceFaultConfigurationLayout;
import dev.mapwright.windows.abi.iommu.InterfaceStateChangeLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;
import dev.mapwright.windows.abi.iommu.MappedSegmentLayout;
import dev.mapwright.windows.abi.iommu.PasidConfigurationType;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.harness.DmaProtection;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.IommuBooks;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Drivers on several processors, an administrator and a device do everything at once, on the same
 * handles. Whatever is refused, the books agree afterwards, and nothing that a device writes lands
 * after unmapping has returned.
 */
class IommuStressTest extends IommuTest {
  private static final long NANOS =
      "long".equals(System.getProperty("mapwright.campaign")) ? 60_000_000_000L : 1_000_000_000L;
  private static final int DRIVERS = 3;
  private static final int THINGS = 3;

  /** The driver that does nothing but map and unmap; the others call anything. */
  private static final int STEADY_DRIVER = 0;

  private static final int LOOKS = 50;
  private static final int PATIENCE = 5000;
  private static final int WRITES = 50;
  private static final int SHARED_PAGES = 64;

  /** Handles that all drivers know, alive or not. */
  private final AtomicLong[] domains = fresh();

  private final AtomicLong[] devices = fresh();
  private final AtomicLong[] pasids = fresh();
  private final AtomicLong[] tokens = fresh();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** The domain that the device is in whose writes must not land too late. */
  private long steady;

  private long otherPdo;
  private long callback;
  private long faultHandler;
  private volatile boolean stop;

  private static AtomicLong[] fresh() {
    AtomicLong[] all = new AtomicLong[THINGS];
    for (int i = 0; i < THINGS; i++) {
      all[i] = new AtomicLong();
    }
    return all;
  }

  /** One driver's thread. */
  private final class Driver implements Runnable {
    private final NtContext mine;
    private final Random random;
    private final int number;
    private final long result;
    private final long place;
    private final long segments;
    private final long description;
    private final long frame;

    /** A token that nobody else knows, also not by the handle of one that was freed before. */
    private final long own;

    private final long pasidConfig;
    private final long fields;
    private final long faultConfig;

    Driver(int number) {
      this.number = number;
      mine = kernel.newContext(driver);
      random = new Random(number);
      long block = memory(128);
      result = block;
      place = block + 16;
      fields = block + 32;
      faultConfig = block + 48;
      c.store(fields, 4, InterfaceStateChangeLayout.AVAILABLE_DOMAIN_TYPES_FIELD);
      c.store(faultConfig + DeviceFaultConfigurationLayout.FAULT_HANDLER, 8, faultHandler);
      c.store(faultConfig + DeviceFaultConfigurationLayout.FAULT_CONTEXT, 8, number);
      segments = memory(4L * MappedSegmentLayout.BYTES);
      frame = lockedFrame();
      own = token(steady, (DRIVERS + number) * PAGE, 1);
      description = physical(MapPhysicalAddressType.CONTIGUOUS_RANGE, frame * PAGE, PAGE);
      pasidConfig = memory(DeviceCreationConfigurationLayout.BYTES);
      c.store(
          pasidConfig + DeviceCreationConfigurationLayout.CONFIG_TYPE,
          4,
          DeviceCreationConfigurationType.PASID);
      c.store(
          pasidConfig + DeviceCreationConfigurationLayout.PASID_CONFIG_TYPE,
          4,
          PasidConfigurationType.PASID_TAGGED_DMA);
    }

    @Override
    public void run() {
      while (!stop) {
        if (number == STEADY_DRIVER) {
          mapAndUnmap();
          mapAndUnmapReserved();
        } else {
          step();
        }
      }
    }

    private long any(AtomicLong[] all) {
      return all[random.nextInt(THINGS)].get();
    }

    /** A new thing takes a place; what was there is forgotten and lives on, or is gone. */
    private void put(AtomicLong[] all, int status) {
      if (status == STATUS_SUCCESS) {
        all[random.nextInt(THINGS)].set(mine.load(result, 8));
      }
    }

    private long page() {
      mine.store(place, 8, random.nextInt(SHARED_PAGES) * PAGE);
      return place;
    }

    private void step() {
      NtContext c = mine;
      long segment = segments + random.nextInt(4) * (long) MappedSegmentLayout.BYTES;
      switch (random.nextInt(22)) {
        case 0 -> put(domains, createDomainEx(c, random.nextInt(3), 0, 0, 0, result));
        case 1 -> deleteDomain(c, any(domains));
        case 2 -> put(devices, createDevice(c, otherPdo, pasidConfig, result));
        case 3 -> deleteDevice(c, any(devices));
        case 4, 5 -> attachDeviceEx(c, any(domains), any(devices));
        case 6 -> detachDeviceEx(c, any(devices));
        case 7 -> attachDevice(c, any(domains), otherPdo, 0, 1);
        case 8 -> put(pasids, createPasidDevice(c, any(devices), result, place));
        case 9 -> deletePasidDevice(c, any(pasids));
        case 10 -> attachPasidDevice(c, any(domains), any(pasids));
        case 11 -> detachPasidDevice(c, any(pasids));
        case 12 ->
            put(
                tokens,
                reserveLogicalAddressRange(c, any(domains), 4 * PAGE, page(), 0, 0, result));
        case 13 -> freeReservedLogicalAddressRange(c, any(tokens));
        case 14, 15 ->
            mapReservedLogicalRange(
                c, any(tokens), random.nextInt(4) * PAGE, BOTH, description, segment);
        case 16 -> unmapReservedLogicalRange(c, segment);
        case 17 -> mapLogicalRangeEx(c, any(domains), BOTH, description, page(), 0, 0, result);
        case 18 -> unmapLogicalRange(c, any(domains), random.nextInt(SHARED_PAGES) * PAGE, 1);
        case 19 -> registerInterfaceStateChangeCallback(c, callback, 0, any(devices), fields);
        case 20 -> unregisterInterfaceStateChangeCallback(c, callback, any(devices));
        default -> {
          flushDomain(c, any(domains));
          setDeviceFaultReporting(c, otherPdo, 0, random.nextBoolean(), faultConfig);
        }
      }
    }

    private void mapAndUnmap() {
      long address = number * PAGE;
      mine.store(place, 8, address);
      succeeded(mapLogicalRangeEx(mine, steady, BOTH, description, place, 0, 0, result));
      awaitWrites();
      succeeded(unmapLogicalRange(mine, steady, address, 1));
      assertNothingLands();
    }

    private void mapAndUnmapReserved() {
      long segment = segments;
      succeeded(mapReservedLogicalRange(mine, own, 0, BOTH, description, segment));
      awaitWrites();
      succeeded(unmapReservedLogicalRange(mine, segment));
      assertNothingLands();
    }

    private void succeeded(int status) {
      assertThat(status).as("%s", mine.lastRefusal()).isEqualTo(STATUS_SUCCESS);
    }

    /** The device is at it when this returns, unless it does not run at all just now. */
    private void awaitWrites() {
      for (int i = 0; i < PATIENCE && machine.memory().readLong(last()) == 0; i++) {
        Thread.onSpinWait();
      }
    }

    /** The last word of the page, which is written last. */
    private long last() {
      return frame * PAGE + PAGE - Long.BYTES;
    }

    private void assertNothingLands() {
      machine.memory().writeLong(last(), 0);
      for (int look = 0; look < LOOKS; look++) {
        assertThat(machine.memory().readLong(last())).isZero();
      }
    }
  }

  /** Writes to where the drivers map for a moment. */
  private void beTheDevice() {
    long[] words = new long[(int) PAGE / Long.BYTES];
    Arrays.fill(words, -1);
    MemorySegment ones = MemorySegment.ofArray(words);
    MemorySegment into = MemorySegment.ofArray(new long[1]);
    DmaPort second = machine.newDmaPort(0x44, DmaFault.NO_PASID);
    while (!stop) {
      for (int i = 0; i < WRITES; i++) {
        port.write(STEADY_DRIVER * PAGE, ones, 0, PAGE);
        port.write((DRIVERS + STEADY_DRIVER) * PAGE, ones, 0, PAGE);
      }
      // The other device only reads: through it all drivers' pages are shown to everybody.
      second.read(0, into, 0, 8);
    }
  }

  private void beTheAdministrator(NtContext mine) {
    boolean on = false;
    while (!stop) {
      DmaProtection.setDmaGuard(mine, on);
      kernel.dmaFaults().deliver();
      on = !on;
      LockSupport.parkNanos(1000);
    }
  }

  private Thread started(String name, Runnable what) {
    Thread thread =
        new Thread(
            () -> {
              try {
                what.run();
              } catch (Throwable problem) {
                failures.add(problem);
                stop = true;
              }
            },
            name);
    thread.start();
    return thread;
  }

  @Test
  void when_everything_happens_at_once_the_books_agree_and_nothing_lands_too_late()
      throws InterruptedException {
    otherPdo = DmaDevices.plug(kernel, DeviceTraits.of(0x44).withPasids(2));
    callback = kernel.functions().register((context, change, told) -> 0);
    faultHandler = kernel.functions().register((context, told, information) -> 0);
    kernel.observe(null);
    steady = domain();
    attached(steady);
    long config = memory(DeviceFaultConfigurationLayout.BYTES);
    c.store(config + DeviceFaultConfigurationLayout.FAULT_HANDLER, 8, faultHandler);
    ok(setDeviceFaultReporting(c, pdo, 0, true, config));
    List<Thread> threads = new ArrayList<>();
    List<Driver> drivers = new ArrayList<>();
    for (int i = 0; i < DRIVERS; i++) {
      drivers.add(new Driver(i));
    }
    NtContext administrator = kernel.newContext(driver);
    long end = System.nanoTime() + NANOS;
    drivers.forEach(one -> threads.add(started("driver", one)));
    threads.add(started("device", this::beTheDevice));
    threads.add(started("administrator", () -> beTheAdministrator(administrator)));
    while (!stop && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    stop = true;
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    assertThat(IommuBooks.violations(kernel.iommu())).isEmpty();
  }
}
