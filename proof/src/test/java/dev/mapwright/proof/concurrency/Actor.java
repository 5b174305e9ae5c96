package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.proof.SplitMix;
import java.util.concurrent.locks.LockSupport;

/** A thread of the concurrent campaign: it does one thing after the other until all are stopped. */
abstract class Actor {
  private static final long REST_NANOS = 100_000;

  final CampaignRun run;
  final SplitMix random;
  final Cpu cpu;

  Actor(CampaignRun run) {
    this.run = run;
    this.random = run.nextRandom();
    this.cpu = run.machine.newCpu();
  }

  /** One thing; an access that could not be judged is counted. */
  final void act() {
    try {
      step();
    } catch (Episodes.Unjudged unjudged) {
      run.tally.count("unjudged");
    }
  }

  abstract void step();

  /** Lets others go on: for whoever would do what he does much too often otherwise. */
  static void rest() {
    LockSupport.parkNanos(REST_NANOS);
  }

  /** Gives back what the actor has; everybody is at rest. */
  void end() {
    cpu.attach(null);
  }

  /** Counts an outcome and says whether it was done. */
  final boolean done(String what, Outcome outcome) {
    boolean done = outcome == Outcome.OK;
    run.tally.count(done ? what : what + " refused");
    return done;
  }

  static Episode.Fate fate(boolean done) {
    return done ? Episode.Fate.DONE : Episode.Fate.VOID;
  }
}
