package dev.mapwright.windows.memory.user;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.system.SystemLayout;

/**
 * The memory of a process: pageable, committed when it is first used, and put out when the harness
 * says so. Mappings of MDLs to user mode lie among it, and have numbers of their own.
 *
 * <p>Guarded by the lock of {@link PageLocks}, so that memory does not go while it is being locked;
 * the MDLs that are mapped have a lock of their own ({@link UserMappings}).
 */
public final class UserSpace {
  /** The lowest page of a process: the first 64 KiB are nobody's. */
  public static final long FIRST_PAGE = 0x10;

  /** Memory is placed at multiples of 64 KiB. */
  public static final int GRANULARITY_LOG2_PAGES = 4;

  /** The tag of ordinary memory; MDL mappings have others. */
  public static final int ORDINARY = 0;

  private final Machine machine;
  private final PageLocks locks;
  private final AddressSpace space;
  private final Region region;
  private final UserMappings mappings;
  private final MapRequest request = new MapRequest();
  private final FoundMapping found = new FoundMapping();

  /**
   * Makes an empty one.
   *
   * @param machine where frames and tables come from
   * @param locks which pages are locked
   * @param layout where a process ends
   * @param name a name, for reports
   * @throws dev.mapwright.core.RefusedException when memory is short
   */
  public UserSpace(Machine machine, PageLocks locks, SystemLayout layout, String name) {
    this.machine = machine;
    this.locks = locks;
    long last = Pages.of(layout.highestUserAddress());
    space = AddressSpace.create(machine, name, FIRST_PAGE, last).get();
    region = space.root();
    mappings = new UserMappings(space, machine.failures());
  }

  /** {@return the address space} */
  public AddressSpace space() {
    return space;
  }

  /** {@return the MDLs that are mapped into the process} */
  public UserMappings mappings() {
    return mappings;
  }

  /** {@return the region that everything lies in} */
  public Region region() {
    return region;
  }

  /**
   * Allocates memory.
   *
   * @param bytes how many, at least 1
   * @param permissions what user code may do with it
   * @return its address, a multiple of 64 KiB; 0 when there is none
   */
  public long allocate(long bytes, int permissions) {
    long pages = Pages.of(bytes + Pages.BYTES - 1);
    locks.lock().lock();
    try {
      MemoryObject object = MemoryObject.paged(machine, pages).made();
      if (object == null) {
        return 0;
      }
      request.object(object, 0).pages(pages).permissions(permissions).tag(ORDINARY);
      request.where().firstFit().aligned(GRANULARITY_LOG2_PAGES);
      Outcome outcome = region.map(request);
      object.release(); // what is mapped stays
      return outcome == Outcome.OK ? Pages.address(request.firstPage()) : 0;
    } finally {
      request.clear();
      locks.lock().unlock();
    }
  }

  /**
   * Frees memory, locked or not: pages that are locked are kept until they are unlocked.
   *
   * @param address what {@link #allocate} returned
   * @return false when no memory begins there
   */
  public boolean free(long address) {
    locks.lock().lock();
    try {
      return space.mappingFrom(Pages.of(address), found)
          && found.tag() == ORDINARY
          && region.unmap(found.firstPage(), found.pages()) == Outcome.OK;
    } finally {
      found.clear();
      locks.lock().unlock();
    }
  }

  /**
   * Changes what user code may do.
   *
   * @param address the first byte, a page
   * @param bytes how many
   * @param permissions what is allowed from now on
   * @return as the engine says
   */
  public Outcome protect(long address, long bytes, int permissions) {
    locks.lock().lock();
    try {
      return region.protect(Pages.of(address), Pages.of(bytes + Pages.BYTES - 1), permissions);
    } finally {
      locks.lock().unlock();
    }
  }
}
