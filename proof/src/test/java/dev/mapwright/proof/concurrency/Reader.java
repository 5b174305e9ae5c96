package dev.mapwright.proof.concurrency;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.machine.Cpu;

/** Loads from any address of any space and reads any object, and changes nothing. */
final class Reader extends Actor {
  private static final int LOADS = 12;

  Reader(CampaignRun run) {
    super(run);
  }

  @Override
  void step() {
    if (random.chance(20)) {
      TrackedFamily family = run.families.get(random.below(run.families.size()));
      TrackedObject object = family.objects.get(random.below(family.objects.size()));
      int page = random.below(object.pages.length);
      boolean read = object.judgeRead(page, random.oneOf(Stamp.WORDS));
      run.tally.count(read ? "read" : "read beyond the end");
      return;
    }
    TrackedSpace space = run.spaces.get(random.below(run.spaces.size()));
    cpu.attach(space.space);
    boolean bracket = random.chance(50);
    if (bracket) {
      cpu.enter();
    }
    try {
      for (int load = 0; load < LOADS; load++) {
        load(run, cpu, space.at[random.below(space.at.length)], random.oneOf(Stamp.WORDS));
      }
    } finally {
      if (bracket) {
        cpu.exit();
      }
    }
  }

  /** Loads a word and judges what comes. */
  static void load(CampaignRun run, Cpu cpu, AddressHistory at, int word) {
    long from = run.moment();
    long value;
    try {
      value = cpu.load(at.address + word, Long.BYTES);
    } catch (MemoryFault fault) {
      at.judgeFault(fault.fault(), from, run.moment());
      run.tally.count("load: " + fault.fault().reason());
      return;
    }
    at.judgeLoad(word, value, from, run.moment());
    run.tally.count("load");
  }
}
