package dev.mapwright.sim.iommu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaFault.Reason;
import dev.mapwright.core.machine.Iommu.FaultListener;
import dev.mapwright.core.machine.Iommu.StaleListener;
import dev.mapwright.core.machine.StaleAccess;
import dev.mapwright.sim.format.VtdFirstStage;
import dev.mapwright.sim.format.VtdSecondStage;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.tables.TableWalker;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The hardware of an IOMMU: the register that says where the root table is, the commands that make
 * it forget, and the ports, which do the walking and remembering. It reads what is in memory and
 * trusts nothing of it; who writes there is no concern of its. Intel Virtualization Technology for
 * Directed I/O, Architecture Specification, chapter "Caching Translation Information", section
 * "Software Interface for Invalidations".
 *
 * <p><b>What is remembered where.</b> Each port has a context entry, a PASID entry and an IOTLB of
 * its own, and each of the three goes stale by itself: a command for one leaves the others. Entries
 * that were not present are not remembered. Tables above the leaves are not remembered either.
 *
 * <p>{@link #root}, {@link #ports}, {@link #listeners} and {@link #watchers} are replaced whole;
 * the arrays under the monitor of this. Thread-safe. A command has been carried out when it
 * returns: no access completes through what it made forget.
 */
public final class VtdUnit {
  /** The pages of the range where writes are interrupts, which is not translated. */
  static final long FIRST_INTERRUPT_PAGE = 0xFEE00;

  static final long LAST_INTERRUPT_PAGE = 0xFEEFF;

  private static final int MOST_LEVELS = 5;

  final PhysicalMap map;
  final Ram ram;
  final ThreadGuard guard;
  private final Clock clock;
  private final int addressBits;
  private final boolean scalable;
  private final int hostBits;
  private final int highestLeaf;
  final StructureWalker structures;

  /** By levels; null where there are none. */
  private final @Nullable TableWalker[] second = new TableWalker[MOST_LEVELS + 1];

  private final @Nullable TableWalker[] marking = new TableWalker[MOST_LEVELS + 1];
  private final @Nullable TableWalker[] first = new TableWalker[MOST_LEVELS + 1];

  /** The root table address register; until something is written there, all is refused. */
  private volatile long root = RootEntry.ABORT;

  private volatile VtdPort[] ports = {};
  private volatile FaultListener[] listeners = {};
  private volatile StaleListener[] watchers = {};

  /** Whether there are watchers: asked at each translation, so it is one load. */
  private volatile boolean watched;

  /** By number; a domain that caches may know. */
  private final Map<Integer, Domain> domains = new ConcurrentHashMap<>();

  /** Makes one that knows all large leaves. */
  public VtdUnit(
      PhysicalMap map,
      Ram ram,
      ThreadGuard guard,
      Clock clock,
      int addressBits,
      int hostBits,
      boolean scalable) {
    this(map, ram, guard, clock, addressBits, hostBits, scalable, VtdSecondStage.HIGHEST_LEAF);
  }

  /**
   * Makes an IOMMU.
   *
   * @param addressBits how many bits of an address it translates: 39, 48 or 57
   * @param hostBits how many bits a physical address has; those above are reserved in entries
   * @param scalable whether it knows scalable mode, whose reasons have other numbers
   * @param highestLeaf the highest level in whose second-stage tables it knows leaves
   */
  public VtdUnit(
      PhysicalMap map,
      Ram ram,
      ThreadGuard guard,
      Clock clock,
      int addressBits,
      int hostBits,
      boolean scalable,
      int highestLeaf) {
    this.map = map;
    this.ram = ram;
    this.guard = guard;
    this.clock = clock;
    this.addressBits = addressBits;
    this.scalable = scalable;
    this.hostBits = hostBits;
    this.highestLeaf = highestLeaf;
    structures = new StructureWalker(ram, addressBits, hostBits);
    for (int levels = 3; levels <= MOST_LEVELS; levels++) {
      second[levels] = TableWalker.ofIommu(secondStage(levels, false), ram);
      marking[levels] = TableWalker.ofIommu(secondStage(levels, true), ram);
      first[levels] =
          levels < 4 ? null : TableWalker.ofIommu(new VtdFirstStage(levels, hostBits), ram);
    }
  }

  int addressBits() {
    return addressBits;
  }

  /** The format of its second-stage tables of a depth. */
  VtdSecondStage secondStage(int levels, boolean marking) {
    return new VtdSecondStage(levels, marking, hostBits, highestLeaf);
  }

  /** Who walks the tables of an attachment that is not a pass-through. */
  TableWalker walkerOf(Attachment attachment) {
    @Nullable TableWalker[] walkers =
        attachment.kind == Attachment.Kind.FIRST_STAGE
            ? first
            : attachment.marking ? marking : second;
    TableWalker walker = walkers[attachment.levels];
    if (walker == null) {
      throw new IllegalStateException("no tables have " + attachment.levels + " levels");
    }
    return walker;
  }

  // ---- the register

  /**
   * Writes the root table address register. What is remembered stays remembered.
   *
   * @param register the address of the root table, with the mode in bits 11 and 10
   */
  public void setRoot(long register) {
    root = register;
  }

  /** The root table address register. */
  public long root() {
    return root;
  }

  // ---- ports

  /** Makes a port, which is told what to forget until it is closed. */
  public VtdPort newPort(int requester, int pasid) {
    VtdPort port = new VtdPort(this, requester, pasid);
    synchronized (this) {
      VtdPort[] more = Arrays.copyOf(ports, ports.length + 1);
      more[ports.length] = port;
      ports = more;
    }
    // Either a command sees this port, or the port sees what the command is about.
    VarHandle.fullFence();
    return port;
  }

  /** A port has ended. */
  synchronized void remove(VtdPort port) {
    List<VtdPort> rest = new ArrayList<>(List.of(ports));
    rest.remove(port);
    ports = rest.toArray(new VtdPort[0]);
  }

  /** How many ports there are. */
  public int ports() {
    return ports.length;
  }

  // ---- domains that somebody keeps

  @Nullable Domain domain(int number, long rootPfn) {
    Domain domain = domains.get(number);
    return domain != null && domain.root() == rootPfn ? domain : null;
  }

  void keep(int number, Domain domain) {
    domains.put(number, domain);
  }

  void drop(int number) {
    domains.remove(number);
  }

  // ---- commands

  /** Context-cache invalidation, global. */
  public void forgetContexts() {
    command(port -> true, PortMail.Kind.CONTEXT, PortMail.ANY, 0, 0);
  }

  /** Context-cache invalidation, domain-selective. */
  public void forgetContexts(int domain) {
    command(port -> true, PortMail.Kind.CONTEXT, domain, 0, 0);
  }

  /** Context-cache invalidation, device-selective. */
  public void forgetContext(int requester) {
    command(port -> port.requester() == requester, PortMail.Kind.CONTEXT, PortMail.ANY, 0, 0);
  }

  /** PASID-cache invalidation, global. */
  public void forgetPasids() {
    command(port -> true, PortMail.Kind.PASID, PortMail.ANY, -1, 0);
  }

  /** PASID-cache invalidation, domain-selective. */
  public void forgetPasids(int domain) {
    command(port -> true, PortMail.Kind.PASID, domain, -1, 0);
  }

  /** PASID-cache invalidation, PASID-selective within a domain. */
  public void forgetPasid(int domain, int pasid) {
    command(port -> true, PortMail.Kind.PASID, domain, pasid, 0);
  }

  /** IOTLB invalidation, global. */
  public void forgetPages() {
    command(port -> true, PortMail.Kind.PAGES, PortMail.ANY, 0, Pages.LAST_PAGE);
  }

  /** IOTLB invalidation, domain-selective. */
  public void forgetPages(int domain) {
    command(port -> true, PortMail.Kind.PAGES, domain, 0, Pages.LAST_PAGE);
  }

  /** IOTLB invalidation, page-selective within a domain; the last page is inclusive. */
  public void forgetPages(int domain, long firstPage, long lastPage) {
    command(port -> true, PortMail.Kind.PAGES, domain, firstPage, lastPage);
  }

  /** Forgets nothing, and waits for the accesses that are under way. */
  void quiesce() {
    command(port -> true, PortMail.Kind.PAGES, PortMail.ANY, 1, 0);
  }

  private void command(
      Predicate<VtdPort> to, PortMail.Kind kind, int domain, long firstNumber, long lastNumber) {
    guard.check();
    VarHandle.fullFence();
    VtdPort[] all = ports;
    for (VtdPort port : all) {
      if (to.test(port)) {
        port.post(kind, domain, firstNumber, lastNumber);
      }
    }
    VarHandle.fullFence();
    for (VtdPort port : all) {
      if (to.test(port)) {
        port.awaitQuiescence();
      }
    }
  }

  // ---- faults

  synchronized void listen(FaultListener listener) {
    FaultListener[] more = Arrays.copyOf(listeners, listeners.length + 1);
    more[listeners.length] = listener;
    listeners = more;
  }

  synchronized void ignore(FaultListener listener) {
    List<FaultListener> rest = new ArrayList<>(List.of(listeners));
    rest.remove(listener);
    listeners = rest.toArray(new FaultListener[0]);
  }

  synchronized void watch(StaleListener watcher) {
    StaleListener[] more = Arrays.copyOf(watchers, watchers.length + 1);
    more[watchers.length] = watcher;
    watchers = more;
    watched = true;
    for (VtdPort port : ports) {
      port.post(
          PortMail.Kind.PAGES, PortMail.ANY, 0, -1); // it looks at each translation from now on
    }
  }

  synchronized void unwatch(StaleListener watcher) {
    List<StaleListener> rest = new ArrayList<>(List.of(watchers));
    rest.remove(watcher);
    watchers = rest.toArray(new StaleListener[0]);
    watched = !rest.isEmpty();
  }

  /** Whether anybody wants to know of translations that no longer stand in the tables. */
  boolean watched() {
    return watched;
  }

  /** Tells the watchers; nothing is held. */
  void tell(StaleAccess access) {
    for (StaleListener watcher : watchers) {
      watcher.used(access);
    }
  }

  long now() {
    return clock.now();
  }

  /** The fault of an access that was refused; tables of the domain's, if it came to one. */
  DmaFault fault(
      VtdPort port, long address, Access access, VtdReason reason, @Nullable Domain domain) {
    boolean reached =
        reason.reason() != Reason.NOT_ATTACHED && reason.reason() != Reason.BAD_ATTACHMENT;
    return new DmaFault(
        port.requester(),
        port.pasid(),
        address,
        access,
        reason.reason(),
        reason.numberFor(scalable ? root : RootEntry.LEGACY),
        reached && domain != null ? domain.translation() : null,
        clock.now());
  }

  /** Tells the listeners; nothing is held. */
  void tell(DmaFault fault) {
    for (FaultListener listener : listeners) {
      listener.refused(fault);
    }
  }
}
