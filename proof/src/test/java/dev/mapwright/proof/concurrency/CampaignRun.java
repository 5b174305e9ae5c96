package dev.mapwright.proof.concurrency;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One run of the concurrent campaign: a machine, the threads that use it all at once, and what is
 * known of everything on it.
 *
 * <p><b>Who does what.</b> Whatever can be changed is changed by one thread, which publishes what
 * it does before and after it does it: {@link Stamper} stores to the pages of a family, {@link
 * FamilyOwner} takes its pages away, makes snapshots and forks, {@link Mapper} changes what the
 * addresses of a space show. So each history is a sequence; but the threads run side by side, and
 * every load, store and fault of anybody is judged by what all of them may have done meanwhile.
 *
 * <p>A run is as long as its stampers need for their stamps. Then all threads come to rest, every
 * invariant is verified, every page is read once more, and nothing may be left when everything was
 * given back.
 */
final class CampaignRun {
  private static final long RAM_PAGES = 1 << 16;

  final long seed;
  final CampaignShape shape;
  final AtomicLong clock = new AtomicLong();
  final Machine machine;
  final List<TrackedFamily> families = new ArrayList<>();
  final List<TrackedSpace> spaces = new ArrayList<>();

  /** What was judged, and what could not be. */
  final CampaignTally tally = new CampaignTally();

  private final AtomicInteger identities = new AtomicInteger();
  private final Racers racers = new Racers();
  private final List<Actor> actors = new ArrayList<>();

  CampaignRun(long seed) {
    this.seed = seed;
    this.shape = CampaignShape.of(seed);
    machine =
        SimulatedMachine.builder().ram(0x100, RAM_PAGES).levels(shape.levels()).seed(seed).build();
    SplitMix random = new SplitMix(seed + 1);
    for (int number = 0; number < shape.families(); number++) {
      families.add(new TrackedFamily(this, number));
    }
    for (int number = 0; number < shape.spaces(); number++) {
      Set<TrackedFamily> shown = new HashSet<>();
      shown.add(families.get(number % families.size()));
      families.stream().filter(family -> random.chance(50)).forEach(shown::add);
      spaces.add(new TrackedSpace(this, number, shown));
    }
    cast();
  }

  private void cast() {
    for (TrackedFamily family : families) {
      actors.add(new Stamper(this, family));
      actors.add(new FamilyOwner(this, family));
    }
    for (TrackedSpace space : spaces) {
      actors.add(new Mapper(this, space));
      if (shape.tracked()) {
        actors.add(new DirtyCollector(this, space));
      }
      if (shape.restored()) {
        actors.add(new Restorer(this, space));
      }
      if (shape.reserved()) {
        for (int which = 0; which < TrackedSpace.RESERVATIONS; which++) {
          actors.add(new Reserver(this, space, which));
        }
        actors.add(new FrameMapper(this, space));
      }
    }
    for (int number = 0; number < shape.readers(); number++) {
      actors.add(new Reader(this));
    }
  }

  /** A stream of random numbers of its own for each actor. */
  SplitMix nextRandom() {
    return new SplitMix(seed * 1_000_003 + actors.size());
  }

  /** The moment between what has ended and what begins from now on. */
  long moment() {
    return clock.get() + 1;
  }

  int identities(int pages) {
    return identities.getAndAdd(pages) + 1;
  }

  /** Tracks an object that was just made. */
  TrackedObject track(
      MemoryObject object,
      String name,
      @Nullable TrackedObject parent,
      boolean sourced,
      int first) {
    return new TrackedObject(this, object, name, parent, sourced, first);
  }

  /** Tracks a snapshot that was taken between two moments. */
  TrackedObject trackSnapshot(MemoryObject object, TrackedObject of, long from, long to) {
    int pages = (int) object.pages();
    TrackedObject made =
        track(object, "snapshot of " + of, of.parent, of.sourced, identities(pages));
    for (int page = 0; page < pages; page++) {
      Set<Long> words = new HashSet<>();
      of.pages[page].words(from, to, words);
      made.pages[page].first(words, of.pages[page].maybeLive(from, to));
    }
    return made;
  }

  /** A snapshot that is tracked; null when it was refused. */
  @Nullable TrackedObject snapshot(TrackedObject of) {
    of.snapshotted = true;
    long from = moment();
    MemoryObject made = of.object.child(ChildKind.SNAPSHOT, 0, of.size()).made();
    if (made == null) {
      return null;
    }
    try {
      return trackSnapshot(made, of, from, moment());
    } catch (Episodes.Unjudged unjudged) {
      made.release();
      throw unjudged;
    }
  }

  private boolean enough(long stamps) {
    LockSupport.parkNanos(1_000_000); // the others need the processors
    return tally.stamps() >= stamps;
  }

  private void readAll(TrackedObject object) {
    for (int page = 0; page < object.size(); page++) {
      try {
        object.judgeRead(page, Stamp.WORDS[page % Stamp.WORDS.length]);
      } catch (Episodes.Unjudged unjudged) {
        tally.count("unjudged");
      }
    }
  }

  /** The same actors in turn, on one thread: what this finds, it finds again. */
  void runInTurn(int steps) {
    SplitMix random = new SplitMix(seed + 2);
    for (int step = 0; step < steps; step++) {
      Actor actor = actors.get(random.below(actors.size()));
      actor.act();
      if (step % 50 == 0) {
        List<String> violations = Invariants.violations(machine);
        if (!violations.isEmpty()) {
          throw new AssertionError("step " + step + " of " + actor + ": " + violations);
        }
      }
    }
  }

  /** Lets everybody run until the stampers have made so many stamps, and checks what is left. */
  void run(long stamps) {
    for (Actor actor : actors) {
      racers.loop(actor.getClass().getSimpleName(), actor::act);
    }
    try {
      racers.await(() -> enough(stamps));
    } catch (AssertionError tooLong) {
      throw new AssertionError("after " + tally + ": " + tooLong.getMessage());
    } finally {
      racers.close();
    }
    actors.forEach(Actor::end);
    Invariants.verify(machine);
    for (TrackedFamily family : families) {
      for (TrackedObject object : family.objects) {
        readAll(object);
      }
    }
    spaces.forEach(space -> space.space.close());
    families.forEach(TrackedFamily::release);
    Invariants.verify(machine);
    List<String> left = new ArrayList<>(machine.census().leaks());
    machine
        .frames()
        .forEachAllocated((pfn, owner, tag) -> {
          if (pfn != machine.frames().zeroFrame()) {
            left.add("frame " + pfn + " of " + owner);
          }
        });
    if (!left.isEmpty()) {
      throw new AssertionError("left over: " + left);
    }
    machine.close();
  }
}
