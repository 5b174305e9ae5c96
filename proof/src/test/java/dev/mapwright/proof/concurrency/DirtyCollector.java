package dev.mapwright.proof.concurrency;

import java.util.Arrays;

/** Asks again and again which pages of a space were written, and sees that no store was missed. */
final class DirtyCollector extends Actor {
  private final TrackedSpace space;
  private long previous;

  DirtyCollector(CampaignRun run, TrackedSpace space) {
    super(run);
    this.space = space;
    this.previous = run.moment();
  }

  @Override
  void step() {
    rest();
    boolean clear = random.chance(75);
    boolean[] told = new boolean[space.at.length];
    long begin = run.moment();
    space
        .space
        .collectDirty(
            space.page(0),
            space.at.length,
            clear,
            (first, pages) -> {
              int from = (int) (first - space.page(0));
              Arrays.fill(told, from, from + (int) pages, true);
            })
        .orThrow();
    long end = run.moment();
    for (int index = 0; index < told.length; index++) {
      if (told[index]) {
        space.at[index].told(end);
      }
    }
    run.tally.count("collect");
    long since = previous;
    previous = begin;
    for (AddressHistory at : space.at) {
      at.judgeDirt(since, begin, end);
    }
  }
}
