package dev.mapwright.windows.memory.user;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.windows.memory.lock.PageLocks;
import org.jspecify.annotations.Nullable;

/**
 * Puts pageable memory out: what a working-set manager does, here when the harness says so. Locked
 * pages stay.
 *
 * <p>Guarded by the lock of {@link PageLocks}.
 */
public final class Paging {
  private final Frames frames;
  private final PageLocks locks;
  private final PageFile file;
  private final FoundMapping found = new FoundMapping();

  /**
   * Makes it over a page file.
   *
   * @param frames the frames of the machine
   * @param locks which pages are locked
   * @param file where contents go
   */
  public Paging(Frames frames, PageLocks locks, PageFile file) {
    this.frames = frames;
    this.locks = locks;
    this.file = file;
  }

  /** {@return where the contents go} */
  public PageFile file() {
    return file;
  }

  /**
   * Puts the pages of a range out that can be.
   *
   * @param space whose
   * @param address the first byte
   * @param bytes how many, at least 1
   * @return how many pages went out
   */
  public long putOut(AddressSpace space, long address, long bytes) {
    locks.lock().lock();
    try {
      long out = 0;
      long last = Pages.of(address + bytes - 1);
      long page = Pages.of(address);
      while (page <= last && space.firstMapping(page, last, found)) {
        page = Math.max(page, found.firstPage());
        long end = Math.min(last, found.lastPage());
        MemoryObject object = found.object();
        for (; object != null && page <= end; page++) {
          out += putOut(object, found.objectPage() + (page - found.firstPage())) ? 1 : 0;
        }
        page = end + 1;
      }
      found.clear();
      return out;
    } finally {
      locks.lock().unlock();
    }
  }

  private boolean putOut(@Nullable MemoryObject object, long objectPage) {
    long pfn = object == null ? Frames.NONE : object.frameOf(objectPage);
    if (object == null || pfn == Frames.NONE || frames.locks(pfn) != 0) {
      return false;
    }
    return object.putOut(objectPage, 1, file) == Outcome.OK
        && object.frameOf(objectPage) == Frames.NONE;
  }
}
