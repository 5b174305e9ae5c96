package dev.mapwright.windows.memory.contiguous;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.pte.Makers;
import dev.mapwright.windows.memory.pte.PageDirectory;
import dev.mapwright.windows.memory.system.SystemSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Contiguous and non-cached memory: blocks of whole pages in a range of system space of their own.
 *
 * <p><b>What is stored where.</b> Who has which pages is in a directory; which frames a block has
 * is in the table entries alone. The frames are owned by POOL, with the driver's DRIVER_OBJECT as
 * tag, and have the block's cache attribute until they are freed.
 *
 * <p>Thread-safe: one lock, taken after that of {@link PageLocks} and before all of the engine's.
 */
public final class ContiguousMemory {
  /** The tag of frames whose driver was unloaded. */
  private static final long NOBODY = 0;

  private final Machine machine;
  private final Region region;
  private final Translation translation;
  private final ReentrantLock lock = new ReentrantLock();
  private final PageDirectory<ContiguousBlock> blocks;

  /** Guarded by the lock, as everything below. */
  private final MapRequest request = new MapRequest();

  /** The frames of the block at hand; has room for every block that was ever allocated. */
  private final FrameList list;

  private long count;
  private long pagesInUse;

  /**
   * One above the highest page that ever was in a block. Blocks are placed as low as possible, so
   * each page below was in one.
   */
  private long usedEnd;

  /**
   * Makes an empty range in system space.
   *
   * @param machine where frames and tables come from
   * @param system system space
   */
  public ContiguousMemory(Machine machine, SystemSpace system) {
    this.machine = machine;
    list = new FrameList(machine.failures());
    region = system.contiguous();
    translation = system.space().translation();
    blocks = new PageDirectory<>(region.firstPage(), region.pages());
  }

  /**
   * Allocates a block of adjacent frames.
   *
   * @param wanted what it is to be like
   * @return its address; 0 when there are no such frames, no addresses or no records
   */
  public long allocate(ContiguousRequest wanted) {
    long pages = Pages.countFor(wanted.bytes());
    lock.lock();
    try {
      if (!hasRoom(pages)) {
        return 0;
      }
      RunRequest run =
          new RunRequest(
              pages,
              0,
              Math.max(1, wanted.minPfn()), // pfn 0 is never handed out
              wanted.maxPfn(),
              wanted.boundaryPages(),
              wanted.node());
      long pfn = machine.frames().allocateRun(run, FrameOwner.POOL, wanted.driverObject());
      if (pfn == Frames.NONE) {
        return 0;
      }
      for (int i = 0; i < pages; i++) {
        list.words()[i] = pfn + i;
      }
      return show(wanted, pages, true);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Allocates pages that are not cached, wherever their frames lie.
   *
   * @param bytes how many bytes, at least 1, unsigned
   * @param driverObject whose they are
   * @param maker who asks, as a number of {@link Makers}
   * @param pattern whether they are filled with a pattern
   * @return the address of the first; 0 when there are not enough frames, no addresses or no
   *     records
   */
  public long allocateNonCached(long bytes, long driverObject, int maker, boolean pattern) {
    long pages = Pages.countFor(bytes);
    lock.lock();
    try {
      if (!hasRoom(pages)) {
        return 0;
      }
      for (int i = 0; i < pages; i++) {
        long pfn = machine.frames().allocate(FrameOwner.POOL, driverObject);
        if (pfn == Frames.NONE) {
          giveFrames(i);
          return 0;
        }
        list.words()[i] = pfn;
      }
      ContiguousRequest wanted =
          new ContiguousRequest(
              bytes,
              0,
              0,
              0,
              Frames.ANY_NODE,
              Permissions.READ_WRITE,
              CachePolicy.UNCACHED,
              driverObject,
              maker,
              pattern);
      return show(wanted, pages, false);
    } finally {
      lock.unlock();
    }
  }

  /** Can there be as many pages, and a list of them? */
  private boolean hasRoom(long pages) {
    return pages <= region.pages() - pagesInUse
        && pages <= machine.frames().free()
        && !machine.failures().refuses(AllocationPoint.HANDLE)
        && list.begin((int) pages);
  }

  /** Maps the frames of the list; gives them back when that is refused. */
  private long show(ContiguousRequest wanted, long pages, boolean contiguous) {
    for (int i = 0; i < pages; i++) {
      machine.frames().setCachePolicy(list.pfn(i), wanted.policy()); // never refused: allocated
      list.decide(i, wanted.policy().ordinal());
    }
    request.pages(pages).permissions(wanted.permissions()).cache(wanted.policy());
    request.where().firstFit();
    if (region.mapFrames(request, list) != Outcome.OK) {
      giveFrames((int) pages);
      return 0;
    }
    long first = request.firstPage();
    if (!record(first, pages, wanted, contiguous)) {
      region.unmap(first, pages);
      giveFrames((int) pages);
      return 0;
    }
    if (wanted.pattern()) {
      fill((int) pages);
    }
    count++;
    pagesInUse += pages;
    usedEnd = Math.max(usedEnd, first + pages);
    return Pages.address(first);
  }

  private boolean record(long first, long pages, ContiguousRequest wanted, boolean contiguous) {
    try {
      ContiguousBlock block =
          new ContiguousBlock(
              first, pages, wanted.bytes(), contiguous, wanted.policy(), wanted.maker());
      if (!blocks.prepare(first, pages)) {
        return false;
      }
      blocks.put(first, pages, block);
      return true;
    } catch (OutOfMemoryError full) {
      return false;
    }
  }

  /** Writes numbers that look like nothing, the same ones in each run. */
  private void fill(int pages) {
    long number = 0x9E37_79B9_7F4A_7C15L * (list.pfn(0) + 1);
    for (int i = 0; i < pages; i++) {
      long address = Pages.address(list.pfn(i));
      for (int offset = 0; offset < Pages.BYTES; offset += Long.BYTES) {
        number ^= number << 13;
        number ^= number >>> 7;
        number ^= number << 17;
        machine.memory().writeLong(address + offset, number);
      }
    }
  }

  private void giveFrames(int pages) {
    for (int i = 0; i < pages; i++) {
      machine.frames().free(list.pfn(i));
    }
  }

  /** Frees a block; the release has asked for it, and holds the lock of the page locks. */
  ContiguousRelease.Released free(
      long address, boolean contiguous, PageLocks pageLocks, ContiguousRelease release) {
    assert pageLocks.lock().isHeldByCurrentThread();
    lock.lock();
    try {
      long page = Pages.of(address);
      ContiguousBlock block = blocks.at(page);
      if (block == null) {
        return page >= region.firstPage() && page < usedEnd
            ? ContiguousRelease.Released.FREED
            : ContiguousRelease.Released.NOT_A_BASE;
      }
      if (address != Pages.address(block.firstPage())) {
        return ContiguousRelease.Released.INSIDE;
      }
      if (block.contiguous() != contiguous) {
        return ContiguousRelease.Released.NOT_A_BASE;
      }
      release.found(block);
      if (!release.agrees(block)) {
        return ContiguousRelease.Released.WRONG_SIZE;
      }
      int pages = (int) block.pages();
      list.begin(pages);
      for (int i = 0; i < pages; i++) {
        long pfn = TranslationEntry.pfn(translation.entry(block.firstPage() + i));
        int locks = machine.frames().locks(pfn);
        if (locks != 0) {
          release.foundLocked(pfn, locks);
          return ContiguousRelease.Released.LOCKED;
        }
        list.words()[i] = pfn;
      }
      remove(block);
      return ContiguousRelease.Released.DONE;
    } finally {
      lock.unlock();
    }
  }

  private void remove(ContiguousBlock block) {
    region.unmap(block.firstPage(), block.pages());
    blocks.clear(block.firstPage(), block.pages());
    giveFrames((int) block.pages());
    count--;
    pagesInUse -= block.pages();
  }

  /**
   * {@return the block that a page is in; null for none}
   *
   * @param page any page
   */
  public @Nullable ContiguousBlock at(long page) {
    return blocks.at(page);
  }

  /**
   * Visits the blocks, in ascending order; meant for reports.
   *
   * @param visitor told of each, with the lock held
   */
  public void forEachBlock(Consumer<ContiguousBlock> visitor) {
    lock.lock();
    try {
      for (long page = blocks.next(0); page >= 0; ) {
        ContiguousBlock block = blocks.at(page);
        if (block == null) {
          throw new IllegalStateException("a page has no block under the lock");
        }
        visitor.accept(block);
        page = blocks.next(page + block.pages());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes the blocks of a driver nobody's: its DRIVER_OBJECT goes, and another driver's may get the
   * address. They stay until somebody frees them.
   *
   * @param driverObject the driver
   */
  public void disown(long driverObject) {
    forEachBlock(block -> {
      for (long page = block.firstPage(); page < block.firstPage() + block.pages(); page++) {
        long pfn = TranslationEntry.pfn(translation.entry(page));
        if (machine.frames().tag(pfn) == driverObject) {
          machine.frames().transfer(pfn, FrameOwner.POOL, NOBODY);
        }
      }
    });
  }

  /**
   * Adds what is in use to an image of the system's state.
   *
   * @param image where it goes, a line
   */
  public void describe(StringBuilder image) {
    lock.lock();
    try {
      image.append("contiguous memory: ").append(count).append(" blocks, ");
      image.append(pagesInUse).append(" pages\n");
    } finally {
      lock.unlock();
    }
  }

  /** Gives all frames back; called before system space is closed. */
  public void close() {
    List<ContiguousBlock> left = new ArrayList<>();
    forEachBlock(left::add);
    lock.lock();
    try {
      for (ContiguousBlock block : left) {
        list.begin((int) block.pages());
        for (int i = 0; i < block.pages(); i++) {
          list.words()[i] = TranslationEntry.pfn(translation.entry(block.firstPage() + i));
        }
        remove(block);
      }
    } finally {
      lock.unlock();
    }
  }
}
