package dev.mapwright.proof.concurrency;

import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.PageStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** An object and its live views, which live as long as the run. */
final class TrackedFamily {
  final int number;
  final List<TrackedObject> objects = new ArrayList<>();
  final PageStore store = new Kept();

  /** Shared by whoever changes the family, exclusive for who takes it back in time. */
  final ReadWriteLock pause = new ReentrantReadWriteLock();

  TrackedFamily(CampaignRun run, int number) {
    this.number = number;
    CampaignShape shape = run.shape;
    int pages = shape.pages();
    int first = run.identities(pages);
    MemoryObject made =
        shape.sourced()
            ? MemoryObject.paged(run.machine, pages, (page, frame) -> fill(frame, first + page))
                .get()
            : MemoryObject.paged(run.machine, pages).get();
    TrackedObject base = run.track(made, "object " + number, null, shape.sourced(), first);
    objects.add(base);
    for (PageHistory page : base.pages) {
      page.first(Set.of(shape.sourced() ? page.firstStamp() : 0L), false);
    }
    for (int child = 1; child <= shape.children(); child++) {
      TrackedObject parent = shape.chained() ? objects.getLast() : base;
      MemoryObject view = parent.object.child(ChildKind.LIVE_VIEW, 0, pages).get();
      String name = "view " + child + " of " + parent;
      TrackedObject tracked = run.track(view, name, parent, false, run.identities(pages));
      for (PageHistory page : tracked.pages) {
        page.first(Set.of(), true);
      }
      objects.add(tracked);
    }
  }

  private static boolean fill(MemorySegment frame, long identity) {
    frame.fill((byte) 0);
    for (int word : Stamp.WORDS) {
      frame.set(ValueLayout.JAVA_LONG, word, Stamp.of((int) identity, 0));
    }
    return true;
  }

  void release() {
    objects.forEach(object -> object.object.release());
  }

  /** A page store; the engine calls it with the family locked. */
  private static final class Kept implements PageStore {
    private final Map<Integer, byte[]> pages = new HashMap<>();
    private int next;

    @Override
    public int keep(MemorySegment frame) {
      pages.put(next, frame.toArray(ValueLayout.JAVA_BYTE));
      return next++;
    }

    @Override
    public void fetch(int token, MemorySegment frame) {
      byte[] page = pages.remove(token);
      if (page == null) {
        throw new AssertionError("a page is fetched that is not there");
      }
      frame.copyFrom(MemorySegment.ofArray(page));
    }

    @Override
    public void discard(int token) {
      if (pages.remove(token) == null) {
        throw new AssertionError("a page is discarded that is not there");
      }
    }
  }
}
