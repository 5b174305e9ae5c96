package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.proof.SplitMix;

/**
 * Draws operations. It looks at the model to find something that can succeed; what it draws is
 * plain data. A part of the operations has one component spoilt afterwards.
 */
final class OperationGenerator {
  /** How many of 100 operations are drawn although what they need is not there. */
  private static final int UNAVAILING_PERCENT = 25;

  private final SplitMix random;
  private final Shape shape;
  private final World world;
  private final Finds find;
  private final Draw draw;
  private final Spoiler spoiler;

  OperationGenerator(long seed, Shape shape, Driver driver) {
    this.random = new SplitMix(seed);
    this.shape = shape;
    this.world = driver.world;
    this.find = new Finds(random, driver);
    this.draw = new Draw(random, shape, find);
    this.spoiler = new Spoiler(random);
  }

  Operation next() {
    Operation operation = possible(kind()).draw(draw);
    return random.chance(shape.spoiltPercent) ? spoiler.spoil(operation) : operation;
  }

  /** A kind of operation, by weight. */
  private Kind kind() {
    int all = 0;
    for (Kind kind : Kind.values()) {
      all += kind.weight(shape);
    }
    int left = random.below(all);
    for (Kind kind : Kind.values()) {
      left -= kind.weight(shape);
      if (left < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("weights do not add up");
  }

  /** The kind asked for, or often one that makes what is missing for it. */
  private Kind possible(Kind kind) {
    if (random.chance(UNAVAILING_PERCENT)) {
      return kind;
    }
    for (Need need : kind.needs()) {
      Kind maker = need.missing(find);
      if (maker != null) {
        return maker;
      }
    }
    return kind;
  }

  /** Whether the caller has lost its root or its scratch, so that hardly a call can succeed now. */
  boolean worn() {
    return world.caller().space.root.dead
        || find.regionAt(0) == null
        || !world.writable(world.rootBase + Boot.SCRATCH, 4 * PAGE);
  }
}
