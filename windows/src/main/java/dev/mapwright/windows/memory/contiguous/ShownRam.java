package dev.mapwright.windows.memory.contiguous;

import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.windows.memory.mdl.FrameList;

/**
 * RAM that is about to be shown by its physical address. A context keeps one and uses it again. Not
 * thread-safe.
 *
 * <p>Its owners may free it at any moment, so from {@link #begin} to {@link #end} each frame is
 * held: what was looked at is not given to somebody else meanwhile. Afterwards the mapping holds
 * it. Frames that nobody owns are allocated first, and freed when the mapping holds them: they stay
 * back until it is gone. So no driver sees, or writes, a page table that is made later.
 */
public final class ShownRam {
  /** The tag of frames that are allocated for a moment. */
  private static final long TAG = 3;

  private final Frames frames;

  /** The frames that were taken; the first {@link #taken} mean something. */
  private final FrameList list;

  private int taken;
  private long first;

  /** How many pages are held; 0 when there is no RAM among them. */
  private long pages;

  /**
   * Makes one that holds nothing.
   *
   * @param machine where frames and tables come from
   */
  public ShownRam(Machine machine) {
    frames = machine.frames();
    list = new FrameList(machine.failures());
  }

  /**
   * Holds the RAM of a range.
   *
   * @param firstPfn the first page
   * @param count how many, at least 1
   * @return false when there is no memory for that; nothing is held then
   */
  public boolean begin(long firstPfn, long count) {
    pages = 0;
    taken = 0;
    if (frames.pagesToRam(firstPfn) >= count && !frames.isRam(firstPfn)) {
      return true;
    }
    if (!frames.prepareHolds(firstPfn, count)) {
      return false;
    }
    first = firstPfn;
    pages = count;
    for (long pfn = firstPfn; pfn < firstPfn + count; pfn++) {
      frames.hold(pfn);
    }
    return true;
  }

  /** {@return whether any page may be RAM} */
  public boolean any() {
    return pages != 0;
  }

  /**
   * {@return the first frame that is a page table; -1 for none}
   *
   * @param but one that does not count; -1 for none
   */
  public long table(long but) {
    for (long pfn = first; pfn < first + pages; pfn++) {
      if (pfn != but && frames.isRam(pfn) && frames.owner(pfn) == FrameOwner.TABLE) {
        return pfn;
      }
    }
    return Frames.NONE;
  }

  /**
   * {@return whether a frame must not be written: a page table, or the frame of zeros that pages
   * are read from to which nothing was ever written}
   */
  public boolean readOnly() {
    for (long pfn = first; pfn < first + pages; pfn++) {
      if (frames.isRam(pfn)) {
        FrameOwner owner = frames.owner(pfn);
        if (owner == FrameOwner.TABLE || owner == FrameOwner.ZERO) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * {@return the first frame that is neither locked nor a driver's own; -1 for none}
   *
   * @param driverObject the address of the driver's DRIVER_OBJECT, which its frames have as tag
   */
  public long unlocked(long driverObject) {
    for (long pfn = first; pfn < first + pages; pfn++) {
      if (frames.isRam(pfn)
          && frames.locks(pfn) == 0
          && (frames.owner(pfn) != FrameOwner.POOL || frames.tag(pfn) != driverObject)) {
        return pfn;
      }
    }
    return Frames.NONE;
  }

  /**
   * Takes the frames that nobody owns.
   *
   * @return false when one can't be had, or became a page table; {@link #end} gives them back
   */
  public boolean takeFree() {
    for (long pfn = first; pfn < first + pages; pfn++) {
      if (!frames.isRam(pfn) || frames.owner(pfn) != FrameOwner.FREE) {
        continue;
      }
      if (taken == 0 && !list.begin((int) (first + pages - pfn))) {
        return false;
      }
      RunRequest one = new RunRequest(1, 0, pfn, pfn, 0, Frames.ANY_NODE);
      if (frames.allocateRun(one, FrameOwner.POOL, TAG) != Frames.NONE) {
        list.words()[taken++] = pfn;
      } else if (frames.owner(pfn) == FrameOwner.FREE || frames.owner(pfn) == FrameOwner.TABLE) {
        return false;
      }
    }
    return true;
  }

  /** Lets go of everything: the range is shown, or will not be. */
  public void end() {
    while (taken > 0) {
      frames.free(list.pfn(--taken));
    }
    for (long pfn = first; pfn < first + pages; pfn++) {
      frames.unhold(pfn);
    }
    pages = 0;
  }
}
