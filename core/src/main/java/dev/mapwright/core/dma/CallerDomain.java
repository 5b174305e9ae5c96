package dev.mapwright.core.dma;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.dma.DomainFault.Cause;
import dev.mapwright.core.machine.CallerTables;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.core.machine.StaleAccess;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A domain whose tables the caller owns: he makes them in physical memory, changes them there at
 * any time, and flushes what he has changed. Nothing is known here of what is mapped.
 *
 * <p>An IOMMU remembers what it has walked. So an entry that was changed or removed may be used
 * until something is flushed that covers it: a forgotten flush lets a device reach memory that it
 * should no longer reach. With {@link #report} such accesses are told, as well as those that are
 * refused.
 *
 * <pre>{@code
 * CallerDomain domain =
 *     CallerDomain.of(iommu, "mine", TableKind.SECOND_STAGE, 3, rootPfn).get();
 * domain.report(fault -> System.err.println(fault.report()));
 * domain.attach(requester);
 * // ... a leaf of page 5 was cleared in memory:
 * domain.flush(5, 5, true);
 * }</pre>
 *
 * <p><b>Threads.</b> All methods may be called from any thread. {@link #attached} is guarded by
 * itself; no other lock is taken under it.
 */
public final class CallerDomain implements AutoCloseable {
  private final Iommu iommu;
  private final String name;
  private final CallerTables tables;

  /** Which requesters are attached. */
  private final BitSet attached = new BitSet();

  /** Told of faults; null for nobody. */
  private volatile @Nullable Consumer<DomainFault> reports;

  // One instance each, so that what was added can be removed.
  private final Iommu.FaultListener whenRefused = this::refused;
  private final Iommu.StaleListener whenStale = this::stale;

  private CallerDomain(Iommu iommu, String name, CallerTables tables) {
    this.iommu = iommu;
    this.name = name;
    this.tables = tables;
  }

  /**
   * Takes tables. Nothing of them is looked at until a device uses them.
   *
   * @param iommu who walks them
   * @param name the domain's name, for reports
   * @param format which entries they hold
   * @param levels how many levels they have
   * @param rootPfn the frame of the root table; not held, and any frame number, of RAM or not
   * @return the domain, to which nobody is attached; or {@code UNSUPPORTED} when the IOMMU can't
   *     walk such tables
   */
  public static Made<CallerDomain> of(
      Iommu iommu, String name, TableKind format, int levels, long rootPfn) {
    CallerTables tables = iommu.callerTables(format, levels, rootPfn);
    return tables == null
        ? Made.refused(Outcome.UNSUPPORTED)
        : Made.of(new CallerDomain(iommu, name, tables));
  }

  /** {@return its name} */
  public String name() {
    return name;
  }

  /** {@return the frame of the root table} */
  public long rootPfn() {
    return tables.rootPfn();
  }

  /**
   * Attaches a device; what it was attached to before ends.
   *
   * @param requester 0 .. 0xFFFF
   * @return {@code OK}; {@code OUT_OF_FRAMES} when no frame is left for the tables that find a
   *     requester's, and nothing has changed then
   * @throws IllegalArgumentException when it is no requester
   */
  public Outcome attach(int requester) {
    if (!iommu.attach(requester, tables)) {
      return Outcome.OUT_OF_FRAMES;
    }
    synchronized (attached) {
      attached.set(requester);
    }
    return Outcome.OK;
  }

  /**
   * Ends the attachment of a device. When this returns, no access of it completes through these
   * tables, flushed or not.
   *
   * @param requester one that was attached here; others are left alone
   */
  public void detach(int requester) {
    boolean ours;
    synchronized (attached) {
      ours = requester >= 0 && attached.get(requester);
      if (ours) {
        attached.clear(requester);
      }
    }
    if (ours) {
      iommu.detach(requester);
    }
  }

  /**
   * Has everything forgotten that was remembered of these tables. When this returns, no access
   * completes through what was in them before the call.
   */
  public void flush() {
    tables.flush();
  }

  /**
   * Has a range forgotten.
   *
   * @param firstPage the first page
   * @param lastPage the last page, inclusive
   * @param leavesOnly whether only leaves have changed, so that what is remembered of the tables
   *     above may stay
   */
  public void flush(long firstPage, long lastPage, boolean leavesOnly) {
    tables.flush(firstPage, lastPage, leavesOnly);
  }

  /**
   * Has faults told from now on: accesses of devices attached here that are refused, and those that
   * go through by what should have been flushed. Finding the latter costs a walk for each
   * translation that is remembered.
   *
   * @param listener told on the thread that made the access, with no lock held; what it throws goes
   *     to whoever made the access. Null to tell nobody any more
   */
  public synchronized void report(@Nullable Consumer<DomainFault> listener) {
    if ((reports == null) != (listener == null)) {
      if (listener != null) {
        iommu.listen(whenRefused);
        iommu.watch(whenStale);
      } else {
        iommu.ignore(whenRefused);
        iommu.unwatch(whenStale);
      }
    }
    reports = listener;
  }

  private boolean isAttached(int requester) {
    synchronized (attached) {
      return attached.get(requester);
    }
  }

  private void refused(DmaFault fault) {
    if (isAttached(fault.requester())) {
      tell(DomainFault.ofTables(name, causeOf(fault), fault));
    }
  }

  private void stale(StaleAccess access) {
    if (isAttached(access.requester()) && access.tables() == null) {
      tell(DomainFault.ofTables(name, access));
    }
  }

  private void tell(DomainFault fault) {
    Consumer<DomainFault> listener = reports;
    if (listener != null) {
      listener.accept(fault);
    }
  }

  private static Cause causeOf(DmaFault fault) {
    return switch (fault.reason()) {
      case NOT_ATTACHED, BAD_ATTACHMENT -> Cause.NOT_ATTACHED;
      case TOO_WIDE -> Cause.ABOVE_WIDTH;
      case NOT_MAPPED -> Cause.NOT_IN_TABLES;
      case DENIED -> Cause.NO_PERMISSION;
      case RESERVED_BITS, OUTSIDE_RAM -> Cause.BAD_TABLES;
      case INTERRUPT_RANGE -> Cause.INTERRUPT_WINDOW;
      case NOT_RAM -> Cause.NO_MEMORY;
    };
  }

  /** Ends it: its devices are detached, and nobody is told of faults any more. */
  @Override
  public void close() {
    report(null);
    while (true) {
      int requester;
      synchronized (attached) {
        requester = attached.nextSetBit(0);
      }
      if (requester < 0) {
        return;
      }
      detach(requester);
    }
  }
}
