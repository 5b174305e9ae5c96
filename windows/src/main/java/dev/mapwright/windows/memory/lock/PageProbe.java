package dev.mapwright.windows.memory.lock;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.windows.memory.cache.CacheBook;
import dev.mapwright.windows.memory.mdl.FrameList;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pages behind addresses, makes them resident, and locks them: all of them or none.
 *
 * <p>The lock of {@link PageLocks} is held all the time, so that what was found is not put out or
 * freed before it is locked. What the tables say is enough for a page that is resident and allows
 * the access; others are faulted in, as an access would do it. A page that only shows the frame of
 * zeros gets a frame of its own first: locking the frame that everybody shares would lock nothing.
 *
 * <p>A context keeps one and uses it again. Not thread-safe. Allocates nothing unless a page has to
 * be brought in.
 */
public final class PageProbe {
  /** So often a page is faulted in before it counts as one that can't be had. */
  private static final int ATTEMPTS = 64;

  private static final long NOTHING = -1;

  /** What came of it. */
  public enum Result {
    /** The pages are locked, and the list says which they are. */
    LOCKED,
    /** A page can't be accessed in this way. */
    NOT_ACCESSIBLE,
    /** A page can't be brought in, since no frame is left. */
    NO_FRAMES,
    /** There is no memory to remember locks, or a count is full. */
    NO_MEMORY
  }

  private final Frames frames;
  private final PageLocks locks;
  private final CacheBook book;
  private final FoundMapping found = new FoundMapping();
  private long problemAddress;
  private Access problemAccess = Access.READ;
  private Result result = Result.LOCKED;

  /** The first page outside RAM that was locked; -1 for none. */
  private long outsideRam;

  /**
   * Makes one for a system's pages.
   *
   * @param frames the frames of the machine
   * @param locks which pages are locked
   * @param book how each page is accessed
   */
  public PageProbe(Frames frames, PageLocks locks, CacheBook book) {
    this.frames = frames;
    this.locks = locks;
    this.book = book;
    frames.zeroFrame(); // made now, so that a call that is refused has not made it
  }

  /** {@return where it failed} */
  public long problemAddress() {
    return problemAddress;
  }

  /** {@return which access failed there} */
  public Access problemAccess() {
    return problemAccess;
  }

  /** {@return the first page outside RAM that was locked; -1 for none} */
  public long outsideRam() {
    return outsideRam;
  }

  /**
   * Locks pages.
   *
   * @param space where the addresses are
   * @param address the first byte
   * @param selected the pages' addresses one by one; null for adjacent pages from the first byte on
   * @param write whether each page has to be writable, too
   * @param list begun with as many pages as are to be locked; holds their PFNs afterwards
   * @return LOCKED, or why not; then no page is locked
   */
  public Result lock(
      AddressSpace space,
      long address,
      @Nullable FrameList selected,
      boolean write,
      FrameList list) {
    assert locks.lock().isHeldByCurrentThread();
    Translation translation = space.translation();
    int needed = write ? Permissions.READ_WRITE : Permissions.READ;
    long zeros = frames.zeroFrame();
    long first = Pages.of(address);
    int count = list.count();
    boolean floating = false;
    outsideRam = NOTHING;
    if (selected == null) {
      translation.entries(first, count, list.words());
    }
    for (int i = 0; i < count; i++) {
      long page = selected == null ? first + i : Pages.of(selected.words()[i]);
      long entry = selected == null ? list.words()[i] : translation.entry(page);
      long pfn = TranslationEntry.pfn(entry);
      if ((TranslationEntry.permissions(entry) & needed) != needed
          || !TranslationEntry.present(entry)
          || pfn == zeros) {
        pfn =
            bringIn(space, page, i == 0 && selected == null ? address : Pages.address(page), write);
      }
      if (pfn == NOTHING) {
        takeBack(list, i);
        return result;
      }
      if (!frames.isRam(pfn)) {
        floating = true;
        outsideRam = outsideRam == NOTHING ? pfn : outsideRam;
      } else if (locks.add(pfn)) {
        floating |= frames.lockedCachePolicy(pfn) < 0;
      } else {
        fail(Pages.address(page), Access.READ, Result.NO_MEMORY);
        takeBack(list, i);
        return result;
      }
      list.words()[i] = pfn;
    }
    if (floating && !book.referTo(list)) {
      fail(address, Access.READ, Result.NO_MEMORY);
      takeBack(list, count);
      return result;
    }
    return Result.LOCKED;
  }

  /**
   * Notes that nothing can be accessed at an address.
   *
   * @param address the address
   * @return NOT_ACCESSIBLE
   */
  public Result notThere(long address) {
    fail(address, Access.READ, Result.NOT_ACCESSIBLE);
    return result;
  }

  private void takeBack(FrameList list, int count) {
    for (int i = 0; i < count; i++) {
      if (frames.isRam(list.words()[i])) {
        locks.takeBack(list.words()[i]);
      }
    }
  }

  private long fail(long address, Access access, Result why) {
    problemAddress = address;
    problemAccess = access;
    result = why;
    return NOTHING;
  }

  /** Makes a page resident and accessible: its PFN, or {@link #NOTHING} with the reason noted. */
  private long bringIn(AddressSpace space, long page, long address, boolean write) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Writing first: a page that can't be written is then not brought in for nothing.
      Access access = write ? Access.WRITE : Access.READ;
      Fault fault = space.resolve(address, access);
      if (fault == null && write) {
        access = Access.READ;
        fault = space.resolve(address, access);
      }
      if (fault != null) {
        return fail(address, access, why(fault.reason()));
      }
      long entry = space.translation().entry(page);
      long pfn = TranslationEntry.pfn(entry);
      if (TranslationEntry.present(entry) && pfn != frames.zeroFrame()) {
        return pfn;
      }
      Outcome committed = commit(space, page);
      if (committed != Outcome.OK) {
        Result why = committed == Outcome.OUT_OF_FRAMES ? Result.NO_FRAMES : Result.NO_MEMORY;
        return fail(address, access, why);
      }
    }
    return fail(address, Access.READ, Result.NO_MEMORY);
  }

  /** Gives a page that reads as zeros a frame of its own. */
  private Outcome commit(AddressSpace space, long page) {
    try {
      MemoryObject object = space.firstMapping(page, page, found) ? found.object() : null;
      return object == null
          ? Outcome.OK // gone since; the next attempt says what is there
          : object.commit(found.objectPage() + (page - found.firstPage()), 1);
    } finally {
      found.clear();
    }
  }

  private static Result why(FaultReason reason) {
    return switch (reason) {
      case OUT_OF_FRAMES -> Result.NO_FRAMES;
      case OUT_OF_RECORDS -> Result.NO_MEMORY;
      default -> Result.NOT_ACCESSIBLE;
    };
  }
}
