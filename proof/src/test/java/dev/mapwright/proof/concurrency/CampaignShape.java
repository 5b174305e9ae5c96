package dev.mapwright.proof.concurrency;

import dev.mapwright.proof.SplitMix;

/**
 * What a run of the concurrent campaign consists of, drawn from its seed.
 *
 * @param spaces how many address spaces
 * @param families how many families of objects
 * @param children how many live views each family has beside its first object
 * @param chained whether each view is a child of the one before, and not of the first object
 * @param pages how many pages each object has
 * @param readers how many threads only read
 * @param sourced whether the first objects have page sources
 * @param tracked whether written pages are tracked and collected
 * @param restored whether snapshots of spaces are taken and gone back to
 * @param reserved whether there are reservations; not together with snapshots of spaces
 * @param levels of the page tables
 */
record CampaignShape(
    int spaces,
    int families,
    int children,
    boolean chained,
    int pages,
    int readers,
    boolean sourced,
    boolean tracked,
    boolean restored,
    boolean reserved,
    int levels) {

  static CampaignShape of(long seed) {
    SplitMix random = new SplitMix(seed);
    boolean restored = random.chance(40);
    return new CampaignShape(
        1 + random.below(3),
        1 + random.below(3),
        random.below(3),
        random.chance(50),
        2 + random.below(15),
        1 + random.below(2),
        random.chance(40),
        random.chance(60),
        restored,
        !restored && random.chance(60),
        random.oneOf(4, 5));
  }

  int objects() {
    return families * (1 + children);
  }
}
