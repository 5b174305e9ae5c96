package dev.mapwright.core.engine;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.object.ObjectView;
import dev.mapwright.core.space.Translated;
import dev.mapwright.core.state.BareMapping;
import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import org.jspecify.annotations.Nullable;

/**
 * Resolves page faults: finds the mapping, checks the permission, asks the object for the frame,
 * and installs the translation.
 *
 * <p>Tables and the view are acquired before the object is asked to commit anything, so a fault
 * that fails has committed nothing. The object stays locked from the moment it names a frame until
 * the translation is installed; nobody can take the frame away in between (I2, I7). A frame that is
 * not the object's own, and the frame of zeros, are installed without the permission to write: the
 * first write faults again and makes a copy.
 */
final class FaultHandling {
  private final SpaceState state;
  private final Pieces pieces;

  /** What a look into a reservation finds; guarded by the space's lock. */
  private final BareMapping reserved = new BareMapping();

  FaultHandling(SpaceState state, Pieces pieces) {
    this.state = state;
    this.pieces = pieces;
  }

  @Nullable Fault resolve(long address, Access access) {
    long page = Pages.of(address);
    int id = state.closed() ? 0 : state.mappingFaultedAt(page);
    if (!state.tables().translation().translatable(page)) {
      return fault(address, access, FaultReason.NOT_CANONICAL, id);
    }
    if (id == 0) {
      return resolveReserved(address, access);
    }
    int permissions = state.tables().effective(state.table().permissions(id));
    if ((permissions & access.permission()) == 0) {
      return fault(address, access, FaultReason.DENIED, id);
    }
    FaultReason failed = bringIn(id, page, permissions, access == Access.WRITE);
    return failed == null ? null : fault(address, access, failed, id);
  }

  /** The fault of an access to a page that no record covers: a reservation may have mapped it. */
  private @Nullable Fault resolveReserved(long address, Access access) {
    if (!inReservation(Pages.of(address))) {
      return fault(address, access, FaultReason.UNMAPPED, 0);
    }
    int permissions = state.tables().effective(reserved.permissions);
    // Its entry was never away: whoever faulted and may go on came before it.
    return (permissions & access.permission()) != 0
        ? null
        : fault(address, access, FaultReason.DENIED, 0);
  }

  /** Whether a reservation has mapped a page; then {@link #reserved} says how. */
  private boolean inReservation(long page) {
    RegionState.Reserved around = state.closed() ? null : state.reservedAt(page);
    return around != null && around.firstIn(page, page, reserved);
  }

  /** Makes the translation for one page of a mapping; null when it is there. */
  @Nullable FaultReason bringIn(int id, long page, int permissions, boolean write) {
    EngineObject object = state.table().object(id);
    if (object == null) {
      return null; // its entry was never away: whoever faulted came before it
    }
    Translation translation = state.tables().translation();
    long before = translation.reach(page);
    if (before == Translation.NO_TABLES) {
      return FaultReason.OUT_OF_FRAMES;
    }
    boolean installed = false;
    object.lock().lock();
    try {
      if (!pieces.enterView(id)) {
        return FaultReason.OUT_OF_RECORDS;
      }
      long objectPage = state.table().objectPage(id) + (page - state.table().first(id));
      // Nobody makes an entry of this space before its lock is let go. So where there was none, the
      // mapping's view has nothing to forget.
      ObjectView blank = before == TranslationEntry.ABSENT ? state.table().view(id) : null;
      long pfn = object.supply(objectPage, write, blank);
      if (pfn < Frames.NONE) {
        return reason(EngineObject.refusal(pfn));
      }
      int allowed = object.owns(objectPage) ? permissions : permissions & ~Permissions.WRITE;
      if (pfn == Frames.NONE) {
        pfn = state.machine().frames().zeroFrame();
        if (pfn == Frames.NONE) {
          return FaultReason.OUT_OF_FRAMES;
        }
      }
      if (pfn > Frames.LAST_PFN) {
        return FaultReason.RESERVED_BITS;
      }
      state.tables().install(page, pfn, allowed, CachePolicy.of(state.table().cache(id)));
      installed = true;
      return null;
    } finally {
      object.lock().unlock();
      if (!installed) {
        translation.unreach(page);
      }
    }
  }

  private static FaultReason reason(Outcome refusal) {
    return switch (refusal) {
      case BEYOND_OBJECT -> FaultReason.BEYOND_OBJECT;
      case OUT_OF_FRAMES -> FaultReason.OUT_OF_FRAMES;
      case SOURCE_FAILED -> FaultReason.SOURCE_FAILED;
      default -> FaultReason.OUT_OF_RECORDS;
    };
  }

  private Fault fault(long address, Access access, FaultReason reason, int id) {
    long page = Pages.of(address);
    state.events().record(EventKind.FAULT, page, 1, reason.ordinal(), access.ordinal());
    return new Fault(address, 1, access, address, reason, trace(page, id));
  }

  private Fault.@Nullable Trace trace(long page, int id) {
    if (id != 0) {
      MappingTable table = state.table();
      return new Fault.Trace(table.first(id), table.last(id), table.permissions(id), true, 0, null);
    }
    if (inReservation(page)) {
      return new Fault.Trace(reserved.first, reserved.last, reserved.permissions, true, 0, null);
    }
    RegionState.Reserved around = state.reservedAt(page);
    Event inside = around == null ? null : around.lastRemovalOf(page);
    Event removal = inside != null ? inside : state.events().lastRemovalOf(page);
    return removal == null
        ? null
        : new Fault.Trace(
            removal.firstPage(),
            removal.firstPage() + removal.pages() - 1,
            (int) removal.detail1(),
            false,
            removal.sequence(),
            removal.kind().words());
  }

  private static Translated refused(FaultReason reason, int permissions) {
    return new Translated(reason, Frames.NONE, permissions, false);
  }

  /** What an access to a page would meet that shows no object's: its entry says it. */
  private Translated translateBare(long page, Access access) {
    RegionState.Reserved around = state.closed() ? null : state.reservedAt(page);
    long entry =
        around != null
            ? around.entry(page)
            : state.closed() ? 0 : state.tables().translation().entry(page);
    if (entry == TranslationEntry.ABSENT) {
      return refused(FaultReason.UNMAPPED, Permissions.NONE);
    }
    int permissions = state.tables().effective(TranslationEntry.asked(entry));
    return (permissions & access.permission()) == 0
        ? refused(FaultReason.DENIED, permissions)
        : new Translated(null, TranslationEntry.pfn(entry), permissions, false);
  }

  /** What an access would meet, without making it happen. */
  Translated translate(long address, Access access) {
    long page = Pages.of(address);
    // The hardware looks at the address before it walks.
    if (!state.tables().translation().translatable(page)) {
      return refused(FaultReason.NOT_CANONICAL, Permissions.NONE);
    }
    int id = state.closed() ? 0 : state.mappingAt(page);
    EngineObject object = id == 0 ? null : state.table().object(id);
    if (object == null) {
      return translateBare(page, access);
    }
    int permissions = state.tables().effective(state.table().permissions(id));
    if ((permissions & access.permission()) == 0) {
      return refused(FaultReason.DENIED, permissions);
    }
    object.lock().lock();
    try {
      long objectPage = state.table().objectPage(id) + (page - state.table().first(id));
      if (objectPage >= object.pages()) {
        return refused(FaultReason.BEYOND_OBJECT, permissions);
      }
      long pfn = object.frameShown(objectPage);
      if (pfn > Frames.LAST_PFN) {
        return refused(FaultReason.RESERVED_BITS, permissions);
      }
      boolean copies = access == Access.WRITE && !object.owns(objectPage);
      return new Translated(null, pfn, permissions, pfn == Frames.NONE || copies);
    } finally {
      object.lock().unlock();
    }
  }
}
