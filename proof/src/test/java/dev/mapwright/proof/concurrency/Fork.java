package dev.mapwright.proof.concurrency;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.List;

/** A new space with snapshots of a family's objects, used by its own CPU, and closed again. */
final class Fork {
  private static final long BASE = 0x9000;
  private static final int ACCESSES = 30;

  private final CampaignRun run;
  private final Cpu cpu;
  private final SplitMix random;
  private final TrackedFamily family;
  private final List<AddressHistory> at = new ArrayList<>();
  private final List<PageHistory> pages = new ArrayList<>();

  Fork(CampaignRun run, Cpu cpu, SplitMix random, TrackedFamily family) {
    this.run = run;
    this.cpu = cpu;
    this.random = random;
    this.family = family;
  }

  void run() {
    AddressSpace space = AddressSpace.create(run.machine, "fork", 0x1000, 0x7_FFFF_FFFEL).get();
    try {
      for (TrackedObject object : family.objects) {
        TrackedObject snapshot = run.snapshot(object);
        if (snapshot != null) {
          if (snapshot.pages.length != 0) {
            map(space, snapshot);
          }
          snapshot.object.release(); // the mapping keeps it
        }
      }
      cpu.attach(space);
      for (int i = 0; i < ACCESSES && !at.isEmpty(); i++) {
        int index = random.below(at.size());
        if (random.chance(25)) {
          stamp(at.get(index), pages.get(index));
        } else {
          Reader.load(run, cpu, at.get(index), random.oneOf(Stamp.WORDS));
        }
      }
      run.tally.count("fork");
    } finally {
      space.close();
    }
  }

  private void map(AddressSpace space, TrackedObject snapshot) {
    MapRequest request = new MapRequest();
    request.object(snapshot.object, 0).pages(snapshot.pages.length);
    request.where().at(BASE + at.size());
    space.root().map(request).orThrow();
    for (PageHistory page : snapshot.pages) {
      AddressHistory history = new AddressHistory(run.clock, Pages.address(BASE + at.size()));
      history.begin(page, Permissions.READ_WRITE, false).end(run.clock, Episode.Fate.DONE);
      at.add(history);
      pages.add(page);
    }
  }

  private void stamp(AddressHistory history, PageHistory page) {
    PageHistory.Stamping stamping = page.beginStamp();
    long from = run.moment();
    try {
      for (int word : Stamp.WORDS) {
        cpu.store(history.address + word, Long.BYTES, stamping.stamp);
      }
    } catch (MemoryFault fault) {
      history.judgeFault(fault.fault(), from, run.moment());
    }
    page.endStamp(stamping, PageHistory.Stored.ALL);
  }
}
