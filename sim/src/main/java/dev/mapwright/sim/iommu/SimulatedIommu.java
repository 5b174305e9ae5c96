package dev.mapwright.sim.iommu;

import dev.mapwright.core.machine.CallerTables;
import dev.mapwright.core.machine.Census;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.memory.FrameTable;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.tables.PageTables;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The IOMMU of a machine: what software does with the {@link VtdUnit}. It keeps a register of who
 * is attached to what, writes the structures in memory accordingly, and makes the unit forget what
 * it changes.
 *
 * <p><b>Attaching</b> acquires everything first: frames, and a number for the domain. Then what the
 * requester was attached to ends as if it were detached, but for its frames, and the new entry is
 * entered. <b>Detaching</b> clears the entry, makes the unit forget it and what it led to, which
 * waits for the accesses that are under way, and lets the frames go.
 *
 * <p>{@link #bindings}, the numbers of domains and the structures are guarded by {@link #lock},
 * which is taken while a translation's lock may be held, and under which no other lock is taken but
 * the leaves (the allocator's, the census's, mailboxes'). Ports never take it.
 *
 * <p>It is in the census while something is attached, and owns no frame otherwise.
 */
public final class SimulatedIommu implements Iommu, FrameUser {
  private static final int MOST_REQUESTER = 0xFFFF;

  /** The PASID by which requests without one are translated in scalable mode. */
  private static final int OWN_PASID = 0;

  /** The domain number of all that passes through; numbers of domains are above. */
  private static final int PASS_NUMBER = 1;

  private static final int MOST_NUMBER = 0xFFFF;

  private final VtdUnit unit;
  private final FrameTable frames;
  private final Ram ram;
  private final ThreadGuard guard;
  private final Census census;
  private final boolean scalable;
  private final ReentrantLock lock = new ReentrantLock();
  private final StructureWriter structures;

  /** Where a requester's own accesses go, or those of a PASID; see {@link #key}. */
  private final Map<Integer, Binding> bindings = new HashMap<>();

  private final BitSet numbers = new BitSet();

  /** The domains of translations that are not closed. */
  private final Map<Translation, OwnTables> own = new ConcurrentHashMap<>();

  /** What is attached: tables, or with null what passes through. Immutable. */
  private record Binding(@Nullable Domain domain) {
    int number() {
      return domain == null ? PASS_NUMBER : domain.number;
    }
  }

  /** Makes the IOMMU of a machine. */
  public SimulatedIommu(
      VtdUnit unit,
      FrameTable frames,
      Ram ram,
      ThreadGuard guard,
      Census census,
      boolean scalable) {
    this.unit = unit;
    this.frames = frames;
    this.ram = ram;
    this.guard = guard;
    this.census = census;
    this.scalable = scalable;
    structures = new StructureWriter(frames, ram, scalable, unit.addressBits());
    numbers.set(0, PASS_NUMBER + 1);
  }

  /** The hardware. */
  public VtdUnit unit() {
    return unit;
  }

  @Override
  public int addressBits() {
    return unit.addressBits();
  }

  @Override
  public long firstInterruptPage() {
    return VtdUnit.FIRST_INTERRUPT_PAGE;
  }

  @Override
  public long lastInterruptPage() {
    return VtdUnit.LAST_INTERRUPT_PAGE;
  }

  @Override
  public int pasidBits() {
    return scalable ? StructureWriter.PASID_BITS : 0;
  }

  // ---- tables

  @Override
  public @Nullable Translation newTranslation(int addressBits) {
    if (addressBits < 13 || addressBits > unit.addressBits()) {
      throw new IllegalArgumentException(
          "a logical address has 13 to " + unit.addressBits() + " bits, not " + addressBits);
    }
    int levels = Math.max(3, (addressBits - 12 + 8) / 9);
    PageTables tables =
        PageTables.create(
            frames,
            ram,
            guard,
            unit.secondStage(levels, scalable),
            0,
            (1L << addressBits - 12) - 1);
    if (tables != null) {
      OwnTables domain = new OwnTables(this, tables);
      own.put(tables, domain);
      tables.addUser(domain);
    }
    return tables;
  }

  @Override
  public @Nullable CallerTables callerTables(TableKind format, int levels, long rootPfn) {
    Objects.requireNonNull(format);
    boolean known =
        format == TableKind.SECOND_STAGE
            ? levels >= 3 && 12 + 9 * levels <= unit.addressBits()
            : scalable && (levels == 4 || levels == 5 && unit.addressBits() == 57);
    return known && rootPfn >>> 40 == 0 ? new ForeignTables(this, format, levels, rootPfn) : null;
  }

  // ---- attaching

  private static int key(int requester, int pasid) {
    return requester << StructureWriter.PASID_BITS | pasid;
  }

  private static void requireRequester(int requester) {
    if (requester < 0 || requester > MOST_REQUESTER) {
      throw new IllegalArgumentException("a requester is 0 to 0xFFFF, not " + requester);
    }
  }

  private void requirePasid(int pasid) {
    if (pasid < 1 || pasid >>> pasidBits() != 0) {
      throw new IllegalArgumentException(
          "this IOMMU knows PASIDs of " + pasidBits() + " bits, from 1 on, and not " + pasid);
    }
  }

  private OwnTables domainOf(Translation tables) {
    OwnTables domain = own.get(tables);
    if (domain == null) {
      throw new IllegalArgumentException("no translation of this IOMMU, or one that was closed");
    }
    return domain;
  }

  private ForeignTables domainOf(CallerTables tables) {
    if (tables instanceof ForeignTables domain && domain.iommu == this) {
      return domain;
    }
    throw new IllegalArgumentException("no tables that this IOMMU took");
  }

  @Override
  public boolean attach(int requester, Translation tables) {
    requireRequester(requester);
    return bind(requester, OWN_PASID, domainOf(tables));
  }

  @Override
  public boolean attach(int requester, CallerTables tables) {
    requireRequester(requester);
    return bind(requester, OWN_PASID, domainOf(tables));
  }

  @Override
  public boolean passThrough(int requester) {
    requireRequester(requester);
    return bind(requester, OWN_PASID, null);
  }

  @Override
  public boolean attachPasid(int requester, int pasid, Translation tables) {
    requireRequester(requester);
    requirePasid(pasid);
    return bind(requester, pasid, domainOf(tables));
  }

  @Override
  public void detach(int requester) {
    requireRequester(requester);
    unbind(requester, OWN_PASID);
  }

  @Override
  public void detachPasid(int requester, int pasid) {
    requireRequester(requester);
    requirePasid(pasid);
    unbind(requester, pasid);
  }

  private boolean bind(int requester, int pasid, @Nullable Domain domain) {
    guard.check();
    lock.lock();
    try {
      if (domain instanceof OwnTables tables && tables.closed()) {
        throw new IllegalArgumentException("the translation was closed");
      }
      if (!acquireNumber(domain)) {
        return false;
      }
      Binding before = bindings.get(key(requester, pasid));
      if (before == null && !structures.acquire(requester, pasid)) {
        releaseNumber(domain);
        return false;
      }
      if (before != null) {
        endEntry(requester, pasid, before);
      }
      if (bindings.isEmpty()) {
        census.enter(this);
      }
      bindings.put(key(requester, pasid), new Binding(domain));
      structures.enter(requester, pasid, domain, new Binding(domain).number());
      unit.setRoot(structures.register());
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void unbind(int requester, int pasid) {
    guard.check();
    lock.lock();
    try {
      Binding before = bindings.get(key(requester, pasid));
      if (before != null) {
        end(requester, pasid, before);
      }
    } finally {
      lock.unlock();
    }
  }

  private void end(int requester, int pasid, Binding before) {
    endEntry(requester, pasid, before);
    bindings.remove(key(requester, pasid));
    if (bindings.isEmpty()) {
      unit.setRoot(RootEntry.ABORT);
      census.leave(this);
    }
    unit.quiesce(); // ports of others, too, may be on their way through these frames
    structures.release(requester, pasid);
  }

  /** Clears an entry and makes everybody forget it and what it led to. */
  private void endEntry(int requester, int pasid, Binding before) {
    structures.clear(requester, pasid);
    unit.forgetContext(requester);
    if (scalable) {
      unit.forgetPasid(before.number(), pasid);
    }
    unit.forgetPages(before.number());
    releaseNumber(before.domain);
  }

  /** Counts one attachment more of a domain, which has a number then; false when none is left. */
  private boolean acquireNumber(@Nullable Domain domain) {
    if (domain == null) {
      return true;
    }
    if (domain.attachments == 0) {
      int number = numbers.nextClearBit(0);
      if (number > MOST_NUMBER) {
        return false;
      }
      numbers.set(number);
      domain.number = number;
      unit.keep(number, domain);
    }
    domain.attachments++;
    return true;
  }

  private void releaseNumber(@Nullable Domain domain) {
    if (domain != null && --domain.attachments == 0) {
      unit.drop(domain.number);
      numbers.clear(domain.number);
    }
  }

  /** A translation has been closed: whoever is attached to it is attached to nothing. */
  void closed(OwnTables domain) {
    lock.lock();
    try {
      own.remove(domain.translation());
      if (domain.attachments == 0) {
        return;
      }
      for (Map.Entry<Integer, Binding> entry : Map.copyOf(bindings).entrySet()) {
        if (entry.getValue().domain == domain) {
          int key = entry.getKey();
          end(
              key >>> StructureWriter.PASID_BITS,
              key & (1 << StructureWriter.PASID_BITS) - 1,
              entry.getValue());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- faults

  @Override
  public void listen(FaultListener listener) {
    unit.listen(Objects.requireNonNull(listener));
  }

  @Override
  public void ignore(FaultListener listener) {
    unit.ignore(listener);
  }

  @Override
  public void watch(StaleListener listener) {
    unit.watch(Objects.requireNonNull(listener));
  }

  @Override
  public void unwatch(StaleListener listener) {
    unit.unwatch(listener);
  }

  // ---- in the census

  @Override
  public boolean forEachHeld(HeldVisitor visitor) {
    return true;
  }

  @Override
  public long tables() {
    lock.lock();
    try {
      return structures.count();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String describe() {
    lock.lock();
    try {
      return "IOMMU with " + bindings.size() + " attachments";
    } finally {
      lock.unlock();
    }
  }
}
