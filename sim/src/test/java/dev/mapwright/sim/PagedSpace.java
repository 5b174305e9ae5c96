package dev.mapwright.sim;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;

/** The least address space: what is installed is there, and no fault is ever resolved. */
public class PagedSpace implements FaultResolver {
  public final Machine machine;
  private final Translation translation;

  public PagedSpace(Machine machine) {
    this.machine = machine;
    Translation made = machine.newTranslation(0, Pages.LAST_PAGE);
    if (made == null) {
      throw new IllegalStateException("no frame for the root");
    }
    translation = made;
  }

  @Override
  public Translation translation() {
    return translation;
  }

  @Override
  public Fault resolve(long address, Access access) {
    boolean there = translation.entry(Pages.of(address)) != 0;
    return new Fault(
        address, 1, access, address, there ? FaultReason.DENIED : FaultReason.UNMAPPED, null);
  }

  /** Maps a fresh frame of zeros. */
  public long map(long page, int permissions) {
    long pfn = machine.frames().allocate(FrameOwner.OBJECT, 1);
    map(page, pfn, permissions);
    return pfn;
  }

  /** Maps a frame. */
  public void map(long page, long pfn, int permissions) {
    if (translation.reach(page) == Translation.NO_TABLES) {
      throw new IllegalStateException("no frame for a table");
    }
    translation.install(page, pfn, permissions, CachePolicy.CACHED);
  }

  /** Maps a fresh frame that can be read and written. */
  public long map(long page) {
    return map(page, Permissions.READ_WRITE);
  }
}
