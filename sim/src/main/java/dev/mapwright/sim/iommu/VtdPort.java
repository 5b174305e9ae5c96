package dev.mapwright.sim.iommu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.sim.tables.TableWalk;
import dev.mapwright.sim.tables.TableWalker;
import org.jspecify.annotations.Nullable;

/**
 * A device's port to memory behind an IOMMU: how it translates.
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

  VtdPort(VtdUnit unit, int requester, int pasid) {
    super(unit.map, unit.ram, unit.guard, requester, pasid);
    this.unit = unit;
  }

  // ---- translating

  @Override
  boolean translate(long address, int permission) {
    if (!anythingPending() && attached) {
      long pfn = tlb.find(Pages.of(address), permission);
      if (pfn >= 0) {
        found = pfn << Pages.SHIFT | Pages.offset(address);
        return true;
      }
    }
    return translateByWalk(address, permission);
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
        // Entering a domain may have blocked, and whoever saw that has not waited.
        continue;
      }
      long pfn = tlb.find(page, permission); // what was read again may lead to what is remembered
      if (pfn >= 0) {
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
    boolean firstStage = attachment.kind == Attachment.Kind.FIRST_STAGE;
    if (!tables.format().translatable(page)) {
      return refused(firstStage ? VtdReason.NOT_CANONICAL : VtdReason.TOO_WIDE);
    }
    VtdReason reason =
        switch (tables.walk(attachment.rootPfn, page, permission, walk)) {
          case OK -> interrupts(walk.pfn) ? VtdReason.INTERRUPT_OUTPUT : null;
          case ABSENT -> absent(firstStage, permission);
          case DENIED -> denied(firstStage, permission);
          case RESERVED -> firstStage ? VtdReason.FIRST_RESERVED : VtdReason.SECOND_RESERVED;
          case OUTSIDE_RAM -> outside(firstStage);
          case LOOP -> throw new IllegalStateException("one page can't loop");
        };
    return reason == null ? walk.pfn : refused(reason);
  }

  private static VtdReason absent(boolean firstStage, int permission) {
    if (firstStage) {
      return VtdReason.FIRST_ABSENT;
    }
    return (permission & Permissions.WRITE) != 0 ? VtdReason.WRITE_ABSENT : VtdReason.READ_ABSENT;
  }

  private VtdReason denied(boolean firstStage, int permission) {
    if (firstStage && (walk.permissions & Permissions.READ) == 0) {
      return VtdReason.FIRST_PRIVILEGE;
    }
    return (permission & ~walk.permissions & Permissions.WRITE) != 0
        ? VtdReason.WRITE_DENIED
        : VtdReason.READ_DENIED;
  }

  private VtdReason outside(boolean firstStage) {
    if (walk.level == attachment.levels) {
      return firstStage ? VtdReason.FIRST_ROOT : VtdReason.SECOND_ROOT;
    }
    return firstStage ? VtdReason.FIRST_ACCESS : VtdReason.SECOND_ACCESS;
  }

  private void remember(TableWalker tables, long page, int permission) {
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
    for (long pfn = first; pfn < first + pages; pfn++) {
      if (!isRam(pfn) || !touchable(pfn) || interrupts(pfn)) {
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
    attached = true;
    return true;
  }

  /** Makes what is remembered of tables be of the attachment's domain. */
  private void adopt() {
    boolean passing = attachment.kind == Attachment.Kind.PASS_THROUGH;
    Domain domain = passing ? null : unit.domain(attachment.domain, attachment.rootPfn);
    int number = passing ? NO_NUMBER : attachment.domain;
    if (domain != kept || number != keptNumber) {
      tlb.flush();
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
      return;
    }
    synchronized (mail) {
      if (!nothing) {
        mail.post(kind, domain, first, last);
      }
      mailPosted(); // also of nothing: tables that nobody leads to any more may be being walked
    }
  }

  @Override
  void emptyMail() {
    synchronized (mail) {
      mail.read(this);
      mail.clear();
      mailEmptied();
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
            tlb.flush();
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
    tlb.flush();
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
  boolean quiet() {
    return quiet;
  }
}
