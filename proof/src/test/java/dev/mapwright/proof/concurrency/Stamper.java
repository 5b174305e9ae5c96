package dev.mapwright.proof.concurrency;

import dev.mapwright.core.MemoryFault;
import java.util.List;

/** Stores to the pages of one family, through mappings of any space or through the object. */
final class Stamper extends Actor {
  private static final int STORES = 6;

  private final TrackedFamily family;
  private final List<TrackedSpace> spaces;

  Stamper(CampaignRun run, TrackedFamily family) {
    super(run);
    this.family = family;
    spaces = run.spaces.stream().filter(space -> space.families.contains(family)).toList();
  }

  @Override
  void step() {
    family.pause.readLock().lock();
    try {
      TrackedObject object = family.objects.get(random.below(family.objects.size()));
      if (spaces.isEmpty() || random.chance(10)) {
        write(object, random.below(object.pages.length));
        return;
      }
      TrackedSpace space = spaces.get(random.below(spaces.size()));
      int home = space.home(object, random.below(2));
      cpu.attach(space.space);
      boolean bracket = random.chance(50);
      if (bracket) {
        cpu.enter();
      }
      try {
        for (int store = 0; store < STORES; store++) {
          int page = random.below(object.pages.length);
          stamp(space.at[home + page], object.pages[page]);
        }
      } finally {
        if (bracket) {
          cpu.exit();
        }
      }
    } finally {
      family.pause.readLock().unlock();
    }
  }

  private void write(TrackedObject object, int page) {
    PageHistory history = object.pages[page];
    PageHistory.Stamping stamping = history.beginStamp();
    PageHistory.Stored stored = Stamp.write(object.object, page, stamping.stamp);
    run.tally.stamp();
    run.tally.count(stored == PageHistory.Stored.ALL ? "write" : "write refused");
    history.endStamp(stamping, stored);
  }

  private void stamp(AddressHistory at, PageHistory page) {
    PageHistory.Stamping stamping = page.beginStamp();
    int words = 0;
    while (words < Stamp.WORDS.length && store(at, Stamp.WORDS[words], stamping.stamp)) {
      words++;
    }
    boolean whole = words == Stamp.WORDS.length;
    run.tally.stamp();
    run.tally.count(whole ? "stamp" : "stamp that faulted");
    page.endStamp(
        stamping,
        whole
            ? PageHistory.Stored.ALL
            : words == 0 ? PageHistory.Stored.NONE : PageHistory.Stored.SOME);
  }

  private boolean store(AddressHistory at, int word, long stamp) {
    AddressHistory.Written written = at.beginStore();
    long from = run.moment();
    try {
      cpu.store(at.address + word, Long.BYTES, stamp);
    } catch (MemoryFault fault) {
      written.end(run.clock, Episode.Fate.VOID);
      at.judgeFault(fault.fault(), from, run.moment());
      return false;
    }
    written.end(run.clock, Episode.Fate.DONE);
    at.judgeStore(from, run.moment());
    return true;
  }
}
