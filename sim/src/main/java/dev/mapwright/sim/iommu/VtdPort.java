package dev.mapwright.sim.iommu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.StaleAccess;
import dev.mapwright.sim.tables.TableWalk;
import dev.mapwright.sim.tables.TableWalker;
import org.jspecify.annotations.Nullable;

/**
 * A device's port to memory behind an IOMMU: how it translates. Intel Virtualization Technology for
 * Directed I/O, Architecture Specification, chapter "Caching Translation Information", sections
 * "Context-Cache" and "PASID-Cache".
 *
 * <p><b>What it remembers</b>, and who forgets it: the context entry ({@link #context}), the entry
 * of its PASID ({@link #attachment}; in legacy mode part of the context entry), and translations
 * ({@link #tlb}) of one domain. All fields belong to the thread that drives the port; others post
 * to {@link #mail} and wait, as {@link dev.mapwright.sim.quiescence.Quiescent} describes.
 *
 * <p><b>Stale on purpose.</b> As long as nobody says what to forget, an entry that has changed in
 * memory is not read again. A context that is read again and leads to the same domain finds the
 * domain's translations remembered; one that leads to another has them forgotten. {@link #kept} is
 * the domain that {@link #tlb} may hold translations of and that therefore tells this port of
 * removals; null when those tables are nobody's.
 */
// Domains are compared by identity.
@SuppressWarnings("ReferenceEquality")
public final class VtdPort extends MemoryPort implements PortMail.Reader {
  private final VtdUnit unit;
  private final PortMail mail = new PortMail();
  private final Context context = new Context();
  private boolean contextKnown;
  private final Attachment attachment = new Attachment();
  private boolean attachmentKnown;

  /** Whether what was read of them last says that faults are not to be told. */
  private boolean quiet;

  /** Whether context and attachment are both known, so that the IOTLB can be asked. */
  private boolean attached;

  private final Iotlb tlb = new Iotlb();

  /** Stands for no domain: addresses pass through. */
  private static final int NO_NUMBER = -2;

  /** The number of the domain whose translations are remembered. */
  private int keptNumber = NO_NUMBER;

  private @Nullable Domain kept;

  /** Who walks the tables of {@link #attachment}; null when addresses pass through. */
  private @Nullable TableWalker walker;

  private final TableWalk walk = new TableWalk();

  /** The first address of the access under way whose translation no longer stood. */
  private long staleAddress;

  /** Why the tables would have refused it; null when they lead to another frame. */
  private @Nullable VtdReason staleReason;

  private final TableWalk look = new TableWalk();

  VtdPort(VtdUnit unit, int requester, int pasid) {
    super(unit.map, unit.ram, unit.guard, requester, pasid);
    this.unit = unit;
    generation = tlb.generation;
  }

  /**
   * Nobody posts to it any more, but who has looked for ports before; he finds it outside, and does
   * not wait.
   */
  @Override
  void leave() {
    unit.remove(this);
    Domain domain = kept;
    if (domain != null) {
      domain.removeUser(this);
      kept = null;
    }
    forgetEverything();
  }

  // ---- translating

  @Override
  boolean translate(long address, int permission) {
    if (!anythingPending() && attached) {
      long pfn = tlb.find(Pages.of(address), permission);
      if (pfn >= 0) {
        if (unit.watched()) {
          compare(address, permission, pfn);
        }
        found = pfn << Pages.SHIFT | Pages.offset(address);
        return true;
      }
    }
    return translateByWalk(address, permission);
  }

  @Override
  long[] remembered() {
    return attached && !unit.watched() ? tlb.pages() : Iotlb.NOTHING;
  }

  private boolean translateByWalk(long address, int permission) {
    long page = Pages.of(address);
    while (true) {
      if (anythingPending()) {
        emptyMail();
      }
      if (interrupts(page)) {
        return refuse(VtdReason.INTERRUPT_INPUT);
      }
      if (!attached) {
        if (!attach()) {
          return false;
        }
        forgettings++;
        // Entering a domain may have blocked, and whoever saw that has not waited.
        continue;
      }
      long pfn = tlb.find(page, permission); // what was read again may lead to what is remembered
      if (pfn >= 0) {
        if (unit.watched()) {
          compare(address, permission, pfn);
        }
        found = pfn << Pages.SHIFT | Pages.offset(address);
        return true;
      }
      TableWalker tables = walker;
      pfn = tables == null ? pass(page) : walkTables(tables, page, permission);
      if (pfn < 0) {
        return false;
      }
      if (!isRam(pfn)) {
        return refuse(VtdReason.NOT_RAM);
      }
      if (touchable(pfn)) {
        if (tables != null) {
          remember(tables, page, permission);
        }
        found = pfn << Pages.SHIFT | Pages.offset(address);
        return true;
      }
      // Taking room may block, so whatever was found is looked up again.
      if (!makeTouchable(pfn)) {
        return refuse(VtdReason.NOT_RAM);
      }
      forgettings++;
    }
  }

  /**
   * Compares a translation that is remembered and about to be used with the tables; the first one
   * of an access that no longer stands is noted.
   */
  private void compare(long address, int permission, long pfn) {
    TableWalker tables = walker;
    if (tables == null || stalePfn >= 0) {
      return;
    }
    TableWalk.Result result =
        tables.walk(attachment.rootPfn, Pages.of(address), Permissions.NONE, look);
    if (result == TableWalk.Result.OK && (look.permissions & permission) != permission) {
      result = TableWalk.Result.DENIED;
    }
    VtdReason now = reasonOf(result, look, permission);
    if (now != null || look.pfn != pfn) {
      staleAddress = address;
      stalePfn = pfn;
      staleReason = now;
    }
  }

  static boolean interrupts(long page) {
    return page >= VtdUnit.FIRST_INTERRUPT_PAGE && page <= VtdUnit.LAST_INTERRUPT_PAGE;
  }

  private long pass(long page) {
    return page >>> unit.addressBits() - Pages.SHIFT == 0
        ? page
        : refused(VtdReason.TOO_WIDE_TO_PASS);
  }

  /** The frame of a page; negative when it was refused. */
  private long walkTables(TableWalker tables, long page, int permission) {
    if (!tables.format().translatable(page)) {
      return refused(firstStage() ? VtdReason.NOT_CANONICAL : VtdReason.TOO_WIDE);
    }
    TableWalk.Result result = tables.walk(attachment.rootPfn, page, permission, walk);
    VtdReason reason = reasonOf(result, walk, permission);
    return reason == null ? walk.pfn : refused(reason);
  }

  private boolean firstStage() {
    return attachment.kind == Attachment.Kind.FIRST_STAGE;
  }

  /** Why a walk that has ended so does not let an access through; null when it does. */
  private @Nullable VtdReason reasonOf(TableWalk.Result result, TableWalk ended, int permission) {
    boolean firstStage = firstStage();
    return switch (result) {
      case OK -> interrupts(ended.pfn) ? VtdReason.INTERRUPT_OUTPUT : null;
      case ABSENT -> absent(firstStage, permission);
      case DENIED -> denied(firstStage, ended, permission);
      case RESERVED -> firstStage ? VtdReason.FIRST_RESERVED : VtdReason.SECOND_RESERVED;
      case OUTSIDE_RAM -> outside(firstStage, ended);
      case LOOP -> throw new IllegalStateException("one page can't loop");
    };
  }

  private static VtdReason absent(boolean firstStage, int permission) {
    if (firstStage) {
      return VtdReason.FIRST_ABSENT;
    }
    return (permission & Permissions.WRITE) != 0 ? VtdReason.WRITE_ABSENT : VtdReason.READ_ABSENT;
  }

  private static VtdReason denied(boolean firstStage, TableWalk ended, int permission) {
    if (firstStage && (ended.permissions & Permissions.READ) == 0) {
      return VtdReason.FIRST_PRIVILEGE;
    }
    return (permission & ~ended.permissions & Permissions.WRITE) != 0
        ? VtdReason.WRITE_DENIED
        : VtdReason.READ_DENIED;
  }

  private VtdReason outside(boolean firstStage, TableWalk ended) {
    if (ended.level == attachment.levels) {
      return firstStage ? VtdReason.FIRST_ROOT : VtdReason.SECOND_ROOT;
    }
    return firstStage ? VtdReason.FIRST_ACCESS : VtdReason.SECOND_ACCESS;
  }

  private void remember(TableWalker tables, long page, int permission) {
    knowRam();
    int allowed = walk.permissions;
    // A first store has to be seen by a walk, which marks the leaf.
    boolean marked =
        (permission & Permissions.WRITE) != 0
            || tables.format().withDirty(walk.level, walk.bits) == walk.bits;
    tlb.enter(
        page,
        walk.pfn,
        marked ? allowed : allowed & ~Permissions.WRITE,
        walk.leafLog2Pages,
        walk.leafLog2Pages >= Iotlb.LARGE_LOG2_PAGES && largeIsRam(page));
  }

  /** Whether the 2 MiB around the page just walked are RAM that can be touched throughout. */
  private boolean largeIsRam(long page) {
    long pages = 1L << Iotlb.LARGE_LOG2_PAGES;
    long first = walk.pfn - (page & pages - 1);
    for (long i = 0; i < pages; i++) {
      long pfn = first + i;
      if (!isRam(pfn) || !touchable(pfn) || interrupts(pfn) || interrupts((page & -pages) + i)) {
        return false;
      }
    }
    return true;
  }

  private long refused(VtdReason reason) {
    refuse(reason);
    return -1;
  }

  // ---- what the requester is attached to

  /** Reads what is not known of context and PASID entry; false when there is none. */
  private boolean attach() {
    if (!contextKnown) {
      unit.structures.findContext(unit.root(), requester(), pasid(), context, attachment);
      quiet = context.quiet;
      if (context.refusal != null) {
        return refuse(context.refusal);
      }
      contextKnown = true;
      attachmentKnown &= context.scalable && attachment.scalable;
    }
    if (context.scalable) {
      int wanted = pasid() == DmaFault.NO_PASID ? context.ridPasid : pasid();
      if (!attachmentKnown || attachment.pasid != wanted) {
        attachmentKnown = false;
        unit.structures.findPasid(context, pasid(), attachment);
        quiet = attachment.quiet;
        if (attachment.refusal != null) {
          return refuse(attachment.refusal);
        }
      }
    }
    attachmentKnown = true;
    adopt();
    if (walker != null) {
      tlb.makePages();
    }
    attached = true;
    rememberedChanged();
    return true;
  }

  /** More may be published, unless there is something to forget. */
  private void rememberedChanged() {
    if (!concurrent) {
      publish();
      return;
    }
    synchronized (mail) {
      if (!anythingPending()) {
        publish();
      }
    }
  }

  private void flushTlb() {
    tlb.flush();
    generation = tlb.generation;
  }

  /** Makes what is remembered of tables be of the attachment's domain. */
  private void adopt() {
    boolean passing = attachment.kind == Attachment.Kind.PASS_THROUGH;
    Domain domain = passing ? null : unit.domain(attachment.domain, attachment.rootPfn);
    int number = passing ? NO_NUMBER : attachment.domain;
    if (domain != kept || number != keptNumber) {
      flushTlb();
      if (kept != null) {
        kept.removeUser(this);
      }
      if (domain != null) {
        domain.addUser(this);
      }
      kept = domain;
      keptNumber = number;
    }
    walker = passing ? null : unit.walkerOf(attachment);
  }

  // ---- forgetting

  /** Tells the port to forget something. Returns at once. */
  void post(PortMail.Kind kind, int domain, long first, long last) {
    boolean nothing = kind == PortMail.Kind.PAGES && first > last;
    if (!concurrent) {
      if (!nothing) {
        forget(kind, domain, first, last);
      }
      publish();
      return;
    }
    synchronized (mail) {
      if (!nothing) {
        mail.post(kind, domain, first, last);
      }
      mailPosted(); // also of nothing: tables that nobody leads to any more may be being walked
      withdraw();
    }
  }

  @Override
  void emptyMail() {
    synchronized (mail) {
      forgettings++;
      mail.read(this);
      mail.clear();
      mailEmptied();
      publish();
    }
  }

  @Override
  public void forget(PortMail.Kind kind, int domain, long first, long last) {
    switch (kind) {
      case CONTEXT -> {
        if (domain == PortMail.ANY || attachmentKnown && domain == attachment.domain) {
          contextKnown = false;
          attached = false;
        }
      }
      case PASID -> {
        boolean meant = domain == PortMail.ANY || domain == attachment.domain;
        if (context.scalable && meant && (first < 0 || first == attachment.pasid)) {
          attachmentKnown = false;
          attached = false;
        }
      }
      case PAGES -> {
        if (domain == PortMail.ANY || domain == keptNumber) {
          if (first <= 0 && last >= Pages.LAST_PAGE) {
            flushTlb();
          } else {
            tlb.forget(first, last);
          }
        }
      }
    }
  }

  @Override
  public void forgetEverything() {
    contextKnown = false;
    attachmentKnown = false;
    attached = false;
    flushTlb();
  }

  // ---- faults

  @Override
  DmaFault faultOf(long address, Access access, VtdReason reason) {
    return unit.fault(this, address, access, reason, kept);
  }

  @Override
  void tell(DmaFault fault) {
    unit.tell(fault);
  }

  @Override
  void tellStale(Access access) {
    Domain domain = kept;
    VtdReason now = staleReason;
    StaleAccess used =
        new StaleAccess(
            requester(),
            pasid(),
            staleAddress,
            access,
            stalePfn,
            now == null ? null : now.reason(),
            domain == null ? null : domain.translation(),
            unit.now());
    stalePfn = -1;
    staleReason = null;
    unit.tell(used);
  }

  @Override
  boolean quiet() {
    return quiet;
  }
}
