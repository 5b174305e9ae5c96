package dev.mapwright.windows.memory.system;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.RefusedException;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;

/**
 * The one system space, which all processes share, and its parts. The parts lie one behind the
 * other from the base on, with unmapped pages between them; none of them contains the page that is
 * shared with user mode.
 *
 * <p>Immutable; what is mapped in the parts belongs to whoever has the part.
 */
public final class SystemSpace {
  /** Unmapped pages between two parts: a run off the end of one faults. */
  private static final long GAP_PAGES = 16;

  private final AddressSpace space;
  private final Region systemPtes;
  private final Region nonPagedPool;
  private final Region executablePool;
  private final Region pagedPool;
  private final Region contiguous;

  private long next;

  private SystemSpace(AddressSpace space, SystemLayout layout) {
    this.space = space;
    next = space.firstPage() + GAP_PAGES;
    systemPtes = part(layout.systemPtes());
    nonPagedPool = part(layout.nonPagedPoolPages());
    executablePool = part(layout.nonPagedPoolPages());
    pagedPool = part(layout.pagedPoolPages());
    contiguous = part(layout.contiguousPages());
  }

  /**
   * Makes system space.
   *
   * @param machine where
   * @param layout where it lies
   * @return system space
   * @throws RefusedException when the machine's page tables can't translate it, or memory is short
   */
  public static SystemSpace create(Machine machine, SystemLayout layout) {
    AddressSpace space =
        AddressSpace.create(machine, "system", Pages.of(layout.base()), Pages.LAST_PAGE).get();
    try {
      return new SystemSpace(space, layout);
    } catch (RefusedException refused) {
      space.close();
      throw refused;
    }
  }

  private Region part(long pages) {
    long shared = Pages.of(SystemLayout.SHARED_USER_DATA);
    if (next <= shared && shared - next < pages) {
      next = shared + 1 + GAP_PAGES;
    }
    if (!space.translation().translatable(next, next + pages - 1)) {
      throw new RefusedException(Outcome.OUTSIDE);
    }
    RegionRequest request = new RegionRequest().pages(pages);
    request.where().at(next);
    space.root().allocate(request).orThrow();
    next += pages + GAP_PAGES;
    return request.region();
  }

  /** {@return the address space} */
  public AddressSpace space() {
    return space;
  }

  /** {@return where MDLs, reserved mappings and I/O space are mapped} */
  public Region systemPtes() {
    return systemPtes;
  }

  /** {@return where nonpaged pool lies that can't be executed} */
  public Region nonPagedPool() {
    return nonPagedPool;
  }

  /** {@return where nonpaged pool lies that can be executed} */
  public Region executablePool() {
    return executablePool;
  }

  /** {@return where paged pool lies} */
  public Region pagedPool() {
    return pagedPool;
  }

  /** {@return where contiguous and non-cached memory lies} */
  public Region contiguous() {
    return contiguous;
  }
}
