package dev.mapwright.bench;

import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;

/** A machine with one space in which threads meet, and the objects that are mapped there. */
final class ThreadWorld implements AutoCloseable {
  /** The division of a space counts as settled after so many rounds without a change of it. */
  private static final int QUIET_ROUNDS = 8;

  private static final int MOST_ROUNDS = 80;

  final SimulatedMachine machine;
  final AddressSpace space;
  private final List<MemoryObject> objects = new ArrayList<>();

  ThreadWorld(long ramPages) {
    machine = SimulatedMachine.builder().ram(0, ramPages).build();
    space = AddressSpace.create(machine, "bench", 0x1000, (1L << 47 - 12) - 2).get();
  }

  MemoryObject object(long pages) {
    MemoryObject object = MemoryObject.paged(machine, pages).get();
    objects.add(object);
    return object;
  }

  /** Works until the engine has divided the space as it will. */
  void settle(Runnable round) {
    int parts = -1;
    int quiet = 0;
    for (int i = 0; i < MOST_ROUNDS && quiet < QUIET_ROUNDS; i++) {
      round.run();
      int now = parts();
      quiet = now == parts ? quiet + 1 : 0;
      parts = now;
    }
  }

  /** Into how many parts the engine has divided the space. */
  int parts() {
    return SpaceParts.count(space);
  }

  @Override
  public void close() {
    space.close();
    objects.forEach(MemoryObject::release);
    machine.close();
  }
}
