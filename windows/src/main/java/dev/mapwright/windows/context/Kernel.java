package dev.mapwright.windows.context;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.RefusedException;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.windows.answer.AnswerObserver;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.bugcheck.BugCheckReport;
import dev.mapwright.windows.bugcheck.Journal;
import dev.mapwright.windows.memory.cache.CacheBook;
import dev.mapwright.windows.memory.contiguous.ContiguousMemory;
import dev.mapwright.windows.memory.iommu.FaultHandlers;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.pool.Pools;
import dev.mapwright.windows.memory.pte.Makers;
import dev.mapwright.windows.memory.pte.SystemPtes;
import dev.mapwright.windows.memory.system.SystemSpace;
import dev.mapwright.windows.memory.user.PageFile;
import dev.mapwright.windows.memory.user.Paging;
import dev.mapwright.windows.memory.user.UserSpace;
import dev.mapwright.windows.verifier.DriverVerifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The system that drivers run in: system space with its PTEs and pools, processes, and what is
 * known of misuse.
 *
 * <pre>{@code
 * try (SimulatedMachine machine = SimulatedMachine.create(64L << 20);
 *     Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT)) {
 *   NtContext c = kernel.newContext(kernel.loadDriver("example"));
 *   ...
 * }
 * }</pre>
 *
 * <p><b>A bug check</b> stops the system: it is raised by the call that was misused, and the same
 * one by every later call. A system that was booted recording goes on instead.
 *
 * <p><b>Threads.</b> Contexts are used by one thread at a time; calls of different contexts may run
 * at the same time. What the harness does here (processes, drivers) may be done from any thread.
 */
public final class Kernel implements AutoCloseable {
  private final Machine machine;
  private final KernelOptions options;
  private final SystemSpace systemSpace;
  private final SystemPtes systemPtes;
  private final CacheBook cacheBook;
  private final PageLocks pageLocks;
  private final Pools pools;
  private final ContiguousMemory contiguousMemory;
  private final Paging paging;
  private final IommuState iommu;
  private final Journal journal;
  private final Makers makers = new Makers();
  private final DriverVerifier verifier;
  private final FunctionTable functions;
  private final RemovedDevices removals;
  private final DmaFaults dmaFaults;
  private final Map<Long, NtProcess> processes = new ConcurrentHashMap<>();

  private final KernelObjects objects;

  /** How often a driver of a name was loaded. */
  private final Map<String, Integer> driverLoads = new ConcurrentHashMap<>();

  /** Guarded by itself. */
  private final List<NtContext> contexts = new ArrayList<>();

  /** For how many pages every context has room. Written under the lock of the contexts. */
  private volatile int providedPages;

  /** Guarded by itself. */
  private final List<BugCheckReport> reports = new ArrayList<>();

  /** What every call raises; null while the system runs. */
  private volatile @Nullable BugCheck stopped;

  private volatile @Nullable AnswerObserver observer;

  private Kernel(Machine machine, KernelOptions options) {
    this.machine = machine;
    this.options = options;
    systemSpace = SystemSpace.create(machine, options.layout());
    systemPtes = new SystemPtes(systemSpace, machine.failures());
    cacheBook = new CacheBook(machine.frames());
    pageLocks = new PageLocks(machine.frames());
    pools = new Pools(machine, systemSpace);
    objects = new KernelObjects(pools, pageLocks);
    contiguousMemory = new ContiguousMemory(machine, systemSpace);
    PageFile file = new PageFile(options.layout().pageFilePages());
    paging = new Paging(machine.frames(), pageLocks, file);
    iommu = new IommuState(machine, pools, pageLocks);
    journal = new Journal(machine.events());
    verifier = new DriverVerifier(machine.seeds(), machine.clock()::now);
    functions = new FunctionTable(options.layout().base());
    removals = new RemovedDevices(this);
    machine.devices().listen(removals);
    dmaFaults = new DmaFaults(this);
    Iommu unit = machine.iommu();
    if (unit != null) {
      unit.listen(dmaFaults);
    }
    if (options.callSites()) {
      journal.listenTo(machine.events());
    }
  }

  /**
   * Boots a system.
   *
   * @param machine where; it is not closed with the system
   * @param options how it is to be
   * @return the system
   * @throws RefusedException when the machine's page tables can't translate system space, or memory
   *     is short
   */
  public static Kernel boot(Machine machine, KernelOptions options) {
    return new Kernel(machine, options);
  }

  // ---- what there is

  /** {@return the machine} */
  public Machine machine() {
    return machine;
  }

  /** {@return how the system was booted} */
  public KernelOptions options() {
    return options;
  }

  /** {@return system space} */
  public SystemSpace systemSpace() {
    return systemSpace;
  }

  /** {@return the system PTEs} */
  public SystemPtes systemPtes() {
    return systemPtes;
  }

  /** {@return how each page is accessed} */
  public CacheBook cacheBook() {
    return cacheBook;
  }

  /** {@return which pages are locked} */
  public PageLocks pageLocks() {
    return pageLocks;
  }

  /** {@return the pools} */
  public Pools pools() {
    return pools;
  }

  /** {@return contiguous and non-cached memory} */
  public ContiguousMemory contiguousMemory() {
    return contiguousMemory;
  }

  /** {@return what puts pageable memory out} */
  public Paging paging() {
    return paging;
  }

  /** {@return what is known of DMA remapping} */
  public IommuState iommu() {
    return iommu;
  }

  /** {@return what becomes of accesses of devices that the IOMMU has refused} */
  public DmaFaults dmaFaults() {
    return dmaFaults;
  }

  /** {@return the system's events} */
  public Journal journal() {
    return journal;
  }

  /** {@return who makes things} */
  public Makers makers() {
    return makers;
  }

  /** {@return Driver Verifier} */
  public DriverVerifier verifier() {
    return verifier;
  }

  /** {@return which address leads to which code} */
  public FunctionTable functions() {
    return functions;
  }

  // ---- who calls

  /** {@return a new processor, in no process, at PASSIVE_LEVEL} */
  public Processor newProcessor() {
    return new Processor(machine.newCpu(), this);
  }

  /**
   * {@return a context on a processor of its own}
   *
   * @param driver in whose name it calls
   */
  public NtContext newContext(Driver driver) {
    return newContext(newProcessor(), driver);
  }

  /**
   * {@return a context on a processor}
   *
   * @param processor where it runs; one thread at a time uses all contexts of a processor
   * @param driver in whose name it calls
   * @throws RefusedException when memory is short
   */
  public NtContext newContext(Processor processor, Driver driver) {
    NtContext context = new NtContext(this, processor, driver);
    synchronized (contexts) {
      if (!context.provideRoom(providedPages)) {
        throw new RefusedException(Outcome.OUT_OF_RECORDS);
      }
      contexts.add(context);
    }
    return context;
  }

  /**
   * Provides room for the PFNs of an MDL in every context, so that mapping it allocates nothing.
   *
   * @param pages how many
   * @return false when there is no memory
   */
  public boolean provideRoom(int pages) {
    return pages <= providedPages || provideMore(pages);
  }

  private boolean provideMore(int pages) {
    synchronized (contexts) {
      for (NtContext context : contexts) {
        if (!context.provideRoom(pages)) {
          return false;
        }
      }
      providedPages = Math.max(pages, providedPages);
      return true;
    }
  }

  /**
   * Loads a driver: its DRIVER_OBJECT and the DEVICE_OBJECT of its device stand zeroed in nonpaged
   * pool, but for their types and sizes.
   *
   * @param name its name, for reports; if a driver of this name was loaded before, a number is
   *     added, so that what that one has left behind is not this one's
   * @return the driver
   * @throws RefusedException when there is no pool
   */
  public Driver loadDriver(String name) {
    long driverObject = objects.make(KernelObjects.Kind.DRIVER);
    int loads = driverLoads.merge(name, 1, Integer::sum);
    String told = loads == 1 ? name : name + " #" + loads;
    try {
      Driver driver = new Driver(told, driverObject, newDeviceObject());
      iommu.plug(PhysicalDevice.notRemapped(driver.physicalDeviceObject()));
      return driver;
    } catch (RefusedException refused) {
      objects.free(driverObject, KernelObjects.Kind.DRIVER);
      throw refused;
    }
  }

  /**
   * {@return the address of a new DEVICE_OBJECT, as the one of a driver's device}
   *
   * @throws RefusedException when there is no pool
   */
  public long newDeviceObject() {
    return objects.make(KernelObjects.Kind.DEVICE);
  }

  /**
   * Starts a process.
   *
   * @param name its name, for reports
   * @return the process, with no memory yet
   * @throws RefusedException when memory is short
   */
  public NtProcess newProcess(String name) {
    long eprocess = objects.make(KernelObjects.Kind.PROCESS);
    try {
      UserSpace space = new UserSpace(machine, pageLocks, options.layout(), name);
      NtProcess process = new NtProcess(name, eprocess, space);
      processes.put(eprocess, process);
      return process;
    } catch (RefusedException refused) {
      objects.free(eprocess, KernelObjects.Kind.PROCESS);
      throw refused;
    }
  }

  /**
   * {@return the process that an address names; null for none}
   *
   * @param eprocess any address
   */
  public @Nullable NtProcess process(long eprocess) {
    return processes.get(eprocess);
  }

  /** Forgets a process that has ended, and frees its EPROCESS. */
  void forget(NtProcess process) {
    processes.remove(process.eprocess());
    process.space().close();
    objects.free(process.eprocess(), KernelObjects.Kind.PROCESS);
  }

  /**
   * {@return whether a driver has not been unloaded yet}
   *
   * @param driver the driver
   */
  public boolean loaded(Driver driver) {
    synchronized (contexts) {
      return contexts.stream().anyMatch(context -> context.driver().equals(driver));
    }
  }

  /**
   * Frees the objects of a driver that is unloaded.
   *
   * @param driver the driver
   */
  public void unload(Driver driver) {
    contiguousMemory.disown(driver.driverObject());
    iommu.unplug(driver.physicalDeviceObject());
    FaultHandlers.takeAll(iommu, driver.driverObject());
    dmaFaults.forget(driver);
    objects.free(driver.driverObject(), KernelObjects.Kind.DRIVER);
    objects.free(driver.physicalDeviceObject(), KernelObjects.Kind.DEVICE);
    synchronized (contexts) {
      contexts.removeIf(context -> context.driver().equals(driver));
    }
  }

  // ---- misuse

  /** {@return what has stopped the system; null while it runs} */
  public @Nullable BugCheck stopped() {
    return stopped;
  }

  /** {@return the reports of all misuse until now, oldest first} */
  public List<BugCheckReport> reports() {
    synchronized (reports) {
      return List.copyOf(reports);
    }
  }

  /**
   * Notes misuse; called by the context in which it happened.
   *
   * @param report the explanation
   * @return the bug check to raise; null when misuse is recorded only
   */
  @Nullable BugCheck misused(BugCheckReport report) {
    synchronized (reports) {
      reports.add(report);
      if (options.recording()) {
        return null;
      }
      BugCheck first = stopped;
      if (first == null) {
        first = new BugCheck(report);
        stopped = first;
      }
      return first;
    }
  }

  /** {@return who is told of every answer; null for nobody} */
  public @Nullable AnswerObserver observer() {
    return observer;
  }

  /**
   * Chooses who is told of every answer.
   *
   * @param told the observer; null for nobody
   */
  public void observe(@Nullable AnswerObserver told) {
    observer = told;
  }

  /**
   * {@return the state of the system as text that can be compared: what the machine's own image
   * does not show}
   */
  public String describe() {
    StringBuilder text = new StringBuilder(400);
    text.append("system PTEs free ").append(systemPtes.free()).append('\n');
    pools.describe(text);
    contiguousMemory.describe(text);
    text.append("pages out ").append(paging.file().pagesOut()).append('\n');
    pageLocks.describe(text);
    cacheBook.describe(text);
    iommu.describe(text);
    return text.toString();
  }

  /** Ends the system: processes and system space are closed. Closing it again does nothing. */
  @Override
  public void close() {
    machine.devices().ignore(removals);
    Iommu unit = machine.iommu();
    if (unit != null) {
      unit.ignore(dmaFaults);
    }
    dmaFaults.close();
    for (NtProcess process : processes.values()) {
      process.space().close();
    }
    processes.clear();
    iommu.close();
    contiguousMemory.close();
    systemSpace.space().close();
    pools.close();
    pageLocks.close();
  }
}
