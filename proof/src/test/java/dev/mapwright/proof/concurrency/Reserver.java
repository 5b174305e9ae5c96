package dev.mapwright.proof.concurrency;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import java.util.Set;

/** Maps frames of an object of its own in a reservation, and stores to them itself. */
final class Reserver extends Actor {
  private final TrackedSpace space;
  private final Reservation reservation;
  private final TrackedObject frames;
  private final int first;
  private final int pages;
  private int mappedAt = -1;
  private int mapped;

  Reserver(CampaignRun run, TrackedSpace space, int which) {
    super(run);
    this.space = space;
    this.pages = run.shape.pages();
    this.first = space.reservation(which);
    RegionRequest request = new RegionRequest().pages(pages);
    request.where().at(space.page(first));
    reservation = space.space.root().reserve(request, 1).get();
    MemoryObject object =
        MemoryObject.contiguous(run.machine, Frames.RunRequest.of(pages, 0)).get();
    frames = run.track(object, "frames", null, false, run.identities(pages));
    for (PageHistory page : frames.pages) {
      page.first(Set.of(0L), false);
    }
  }

  @Override
  void step() {
    rest();
    if (random.chance(60)) {
      int page = random.below(pages);
      PageHistory.Stamping stamping = frames.pages[page].beginStamp();
      frames.pages[page].endStamp(stamping, Stamp.write(frames.object, page, stamping.stamp));
    } else if (mappedAt < 0) {
      map();
    } else if (random.chance(40)) {
      protect(random.oneOf(Permissions.NONE, Permissions.READ));
    } else {
      unmap();
    }
  }

  private void protect(int permissions) {
    AddressHistory.Showing[] begun = new AddressHistory.Showing[mapped];
    for (int i = 0; i < mapped; i++) {
      AddressHistory at = space.at[first + mappedAt + i];
      begun[i] = at.begin(at.now().page, permissions, true);
    }
    reservation.protect(space.page(first + mappedAt), permissions).orThrow();
    for (AddressHistory.Showing showing : begun) {
      showing.end(run.clock, Episode.Fate.DONE);
    }
    run.tally.count("reserved protect");
  }

  private void map() {
    int page = random.below(pages);
    int count = 1 + random.below(pages - page);
    int shift = random.below(pages); // any frame may be shown at any place
    long pfn = frames.object.frameOf(0);
    AddressHistory.Showing[] begun = new AddressHistory.Showing[count];
    for (int i = 0; i < count; i++) {
      PageHistory shown = frames.pages[(page + i + shift) % pages];
      begun[i] = space.at[first + page + i].begin(shown, Permissions.READ, false);
    }
    reservation
        .map(
            space.page(first + page),
            count,
            i -> pfn + (page + i + shift) % pages,
            Permissions.READ,
            CachePolicy.CACHED)
        .orThrow();
    for (AddressHistory.Showing showing : begun) {
      showing.end(run.clock, Episode.Fate.DONE);
    }
    mappedAt = page;
    mapped = count;
    run.tally.count("reserved map");
  }

  private void unmap() {
    AddressHistory.Showing[] begun = new AddressHistory.Showing[mapped];
    for (int i = 0; i < mapped; i++) {
      begun[i] = space.at[first + mappedAt + i].begin(null, Permissions.NONE, false);
    }
    reservation.unmap(space.page(first + mappedAt)).orThrow();
    for (AddressHistory.Showing showing : begun) {
      showing.end(run.clock, Episode.Fate.DONE);
    }
    mappedAt = -1;
    run.tally.count("reserved unmap");
  }

  @Override
  void end() {
    super.end();
    reservation.release().orThrow();
    frames.object.release();
  }
}
