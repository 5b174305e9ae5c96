package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Maps frames of an object of its own among the other mappings of a space, in the tables that they
 * use, too; stores to the frames itself.
 */
final class FrameMapper extends Actor {
  private final TrackedSpace space;
  private final Region root;
  private final TrackedObject frames;
  private final int first;
  private final int pages;
  private final MapRequest request = new MapRequest();

  /** Whether a page is mapped now, as nobody else changes it. */
  private final boolean[] mapped;

  FrameMapper(CampaignRun run, TrackedSpace space) {
    super(run);
    this.space = space;
    this.root = space.space.root();
    this.pages = run.shape.pages();
    this.first = space.frames();
    this.mapped = new boolean[pages];
    MemoryObject object =
        MemoryObject.contiguous(run.machine, Frames.RunRequest.of(pages, 0)).get();
    frames = run.track(object, "mapped frames", null, false, run.identities(pages));
    for (PageHistory page : frames.pages) {
      page.first(Set.of(0L), false);
    }
  }

  @Override
  void step() {
    rest();
    int page = random.below(pages);
    int count = 1 + random.below(pages - page);
    switch (random.below(8)) {
      case 0, 1, 2 -> stamp(page);
      case 3, 4 -> map(page, count, Permissions.READ);
      case 5 -> map(page, count, Permissions.NONE);
      case 6 -> protect(page, random.oneOf(Permissions.NONE, Permissions.READ));
      default -> unmap(page, count);
    }
  }

  private void stamp(int page) {
    PageHistory.Stamping stamping = frames.pages[page].beginStamp();
    frames.pages[page].endStamp(stamping, Stamp.write(frames.object, page, stamping.stamp));
  }

  private void map(int page, int count, int permissions) {
    int shift = random.below(pages);
    long pfn = frames.object.frameOf(0);
    AddressHistory.Showing[] begun = new AddressHistory.Showing[count];
    for (int i = 0; i < count; i++) {
      PageHistory shown = frames.pages[(page + i + shift) % pages];
      begun[i] = space.at[first + page + i].begin(shown, permissions, false);
      mapped[page + i] = true;
    }
    request.clear().pages(count).permissions(permissions);
    request.where().overwrite(space.page(first + page));
    finish(
        "map frames", () -> root.mapFrames(request, i -> pfn + (page + i + shift) % pages), begun);
  }

  /** From a page on, as far as pages are mapped. */
  private void protect(int page, int permissions) {
    int count = 0;
    while (page + count < pages && mapped[page + count]) {
      count++;
    }
    if (count == 0) {
      return;
    }
    int all = count;
    AddressHistory.Showing[] begun = new AddressHistory.Showing[count];
    for (int i = 0; i < count; i++) {
      PageHistory shown = space.at[first + page + i].now().page;
      begun[i] = space.at[first + page + i].begin(shown, permissions, true);
    }
    finish("protect frames", () -> root.protect(space.page(first + page), all, permissions), begun);
  }

  private void unmap(int page, int count) {
    AddressHistory.Showing[] begun = new AddressHistory.Showing[count];
    for (int i = 0; i < count; i++) {
      begun[i] = space.at[first + page + i].begin(null, Permissions.NONE, false);
      mapped[page + i] = false;
    }
    finish("unmap frames", () -> root.unmap(space.page(first + page), count), begun);
  }

  private void finish(String what, Supplier<Outcome> call, AddressHistory.Showing[] begun) {
    call.get().orThrow();
    for (AddressHistory.Showing showing : begun) {
      showing.end(run.clock, Episode.Fate.DONE);
    }
    run.tally.count(what);
  }

  @Override
  void end() {
    super.end();
    root.unmap(space.page(first), pages).orThrow();
    frames.object.release();
  }
}
