package dev.mapwright.core.space;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.MemoryObject;
import org.jspecify.annotations.Nullable;

/**
 * Resolves page faults: finds the mapping, checks the permission, asks the object for the frame,
 * and installs the translation.
 *
 * <p>Tables and the view are acquired before the object is asked to commit anything, so a fault
 * that fails has committed nothing. The object stays locked from the moment it names a frame until
 * the translation is installed; nobody can take the frame away in between. A frame that is not the
 * object's own, and the frame of zeros, are installed without the permission to write: the first
 * write faults again and makes a copy.
 */
final class FaultHandling {
  private final AddressSpace space;

  FaultHandling(AddressSpace space) {
    this.space = space;
  }

  @Nullable Fault resolve(long address, Access access) {
    long page = Pages.of(address);
    int id = space.closed ? 0 : space.mappingAt(page);
    if (id == 0) {
      return fault(address, access, FaultReason.UNMAPPED, 0);
    }
    int permissions = space.effective(space.table.permissions(id));
    if ((permissions & access.permission()) == 0) {
      return fault(address, access, FaultReason.DENIED, id);
    }
    if (!space.tables.translation.translatable(page)) {
      return fault(address, access, FaultReason.NOT_CANONICAL, id);
    }
    FaultReason failed = bringIn(id, page, permissions, access == Access.WRITE);
    return failed == null ? null : fault(address, access, failed, id);
  }

  /** Makes the translation for one page of a mapping; null when it is there. */
  @Nullable FaultReason bringIn(int id, long page, int permissions, boolean write) {
    MemoryObject object = space.table.object(id);
    if (object == null) {
      return reinstall(id, page, permissions);
    }
    Translation translation = space.tables.translation;
    if (!translation.reach(page)) {
      return FaultReason.OUT_OF_FRAMES;
    }
    object.lock().lock();
    try {
      if (!enterView(id, object)) {
        return FaultReason.OUT_OF_RECORDS;
      }
      long objectPage = space.table.objectPage(id) + (page - space.table.first(id));
      long pfn = object.supply(objectPage, write);
      if (pfn < Frames.NONE) {
        return reason(MemoryObject.refusal(pfn));
      }
      int allowed = object.owns(objectPage) ? permissions : permissions & ~Permissions.WRITE;
      if (pfn == Frames.NONE) {
        pfn = space.machine.frames().zeroFrame();
        if (pfn == Frames.NONE) {
          return FaultReason.OUT_OF_FRAMES;
        }
      }
      if (pfn > Frames.LAST_PFN) {
        return FaultReason.RESERVED_BITS;
      }
      translation.install(page, pfn, allowed, CachePolicy.of(space.table.cache(id)));
      return null;
    } finally {
      object.lock().unlock();
      translation.unreach(page);
    }
  }

  /** Bare frames are always installed; a protect may have left less than is allowed now. */
  private @Nullable FaultReason reinstall(int id, long page, int permissions) {
    long entry = space.tables.translation.entry(page);
    if (!TranslationEntry.present(entry)) {
      return FaultReason.UNMAPPED;
    }
    space.tables.translation.install(
        page, TranslationEntry.pfn(entry), permissions, CachePolicy.of(space.table.cache(id)));
    return null;
  }

  /** Makes sure that the mapping has a view in its object, which is locked. */
  boolean enterView(int id, MemoryObject object) {
    MappingTable table = space.table;
    if (table.view(id) != null) {
      return true;
    }
    if (space.machine.failures().refuses(AllocationPoint.OBJECT)) {
      return false;
    }
    long pages = table.last(id) - table.first(id);
    long objectPage = table.objectPage(id);
    MappingView view = new MappingView(space, table.first(id), objectPage, objectPage + pages);
    table.setView(id, view);
    object.enter(view);
    return true;
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
    space.events.record(EventKind.FAULT, page, 1, reason.ordinal(), access.ordinal());
    return new Fault(address, 1, access, address, reason, trace(page, id));
  }

  private Fault.@Nullable Trace trace(long page, int id) {
    if (id != 0) {
      MappingTable table = space.table;
      return new Fault.Trace(table.first(id), table.last(id), table.permissions(id), true, 0, null);
    }
    Event removal = space.events.lastRemovalOf(page);
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

  /** What an access would meet, without making it happen. */
  Translated translate(long address, Access access) {
    long page = Pages.of(address);
    int id = space.closed ? 0 : space.mappingAt(page);
    if (id == 0) {
      return Translated.fault(FaultReason.UNMAPPED, Permissions.NONE);
    }
    int permissions = space.effective(space.table.permissions(id));
    if ((permissions & access.permission()) == 0) {
      return Translated.fault(FaultReason.DENIED, permissions);
    }
    if (!space.tables.translation.translatable(page)) {
      return Translated.fault(FaultReason.NOT_CANONICAL, permissions);
    }
    MemoryObject object = space.table.object(id);
    if (object == null) {
      long entry = space.tables.translation.entry(page);
      return new Translated(null, TranslationEntry.pfn(entry), permissions, false);
    }
    object.lock().lock();
    try {
      long objectPage = space.table.objectPage(id) + (page - space.table.first(id));
      if (objectPage >= object.pages()) {
        return Translated.fault(FaultReason.BEYOND_OBJECT, permissions);
      }
      long pfn = object.frameOf(objectPage);
      if (pfn > Frames.LAST_PFN) {
        return Translated.fault(FaultReason.RESERVED_BITS, permissions);
      }
      boolean copies = access == Access.WRITE && !object.owns(objectPage);
      return new Translated(null, pfn, permissions, pfn == Frames.NONE || copies);
    } finally {
      object.lock().unlock();
    }
  }
}
