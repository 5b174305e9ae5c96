package dev.mapwright.windows.memory.pool;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.windows.memory.mdl.FrameList;
import java.lang.foreign.MemorySegment;

/**
 * Pages of nonpaged pool: frames that belong to the pool, shown by entries that are always there,
 * so that they can be accessed at any IRQL.
 */
final class NonPagedPages extends PoolPages {
  /** The tag of the pool's frames. */
  static final long TAG = 1;

  static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[Pages.BYTES]);

  private final Machine machine;
  private final Region region;
  private final int permissions;
  private final Translation translation;
  private final MapRequest request = new MapRequest();
  private final FrameList list = new FrameList();

  NonPagedPages(Machine machine, Region region, Translation translation, int permissions) {
    this.machine = machine;
    this.region = region;
    this.translation = translation;
    this.permissions = permissions;
  }

  @Override
  Region region() {
    return region;
  }

  @Override
  long take(long pages) {
    Frames frames = machine.frames();
    if (pages > frames.free() || !list.begin((int) pages)) {
      return NONE;
    }
    int got = 0;
    while (got < pages) {
      long pfn = frames.allocate(FrameOwner.POOL, TAG);
      if (pfn == Frames.NONE) {
        break;
      }
      list.words()[got] = pfn;
      list.decide(got++, CachePolicy.CACHED.ordinal());
    }
    Outcome outcome = Outcome.OUT_OF_FRAMES;
    if (got == pages) {
      request.pages(pages).permissions(permissions).where().firstFit();
      outcome = region.mapFrames(request, list);
    }
    if (outcome == Outcome.OK) {
      return request.firstPage();
    }
    while (got > 0) {
      frames.free(list.pfn(--got));
    }
    return NONE;
  }

  @Override
  void give(long first, long pages) {
    // The list has had room for as many when they were taken.
    list.begin((int) pages);
    for (int i = 0; i < pages; i++) {
      list.words()[i] = TranslationEntry.pfn(translation.entry(first + i));
    }
    region.unmap(first, pages);
    for (int i = 0; i < pages; i++) {
      machine.frames().free(list.pfn(i));
    }
  }

  @Override
  boolean zero(long address, long bytes) {
    long at = address;
    long left = bytes;
    while (left > 0) {
      int offset = Pages.offset(at);
      int count = (int) Math.min(left, Pages.BYTES - offset);
      long pfn = TranslationEntry.pfn(translation.entry(Pages.of(at)));
      machine.memory().write(pfn, offset, ZEROS, 0, count);
      at += count;
      left -= count;
    }
    return true;
  }

  @Override
  long lockedFrame(long first, long pages) {
    for (long page = first; page < first + pages; page++) {
      long pfn = TranslationEntry.pfn(translation.entry(page));
      if (machine.frames().locks(pfn) != 0) {
        return pfn;
      }
    }
    return NONE;
  }
}
