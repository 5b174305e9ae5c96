package dev.mapwright.proof.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.proof.contract.Substrate;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A machine for races, and what is watched in all of them: frames that were given back. */
final class RaceWorld implements AutoCloseable {
  /** What a reused frame is filled with. Nobody stores it through a mapping. */
  static final long POISON = 0xDEAD_BEEF_DEAD_BEEFL;

  private static final long MOST_ROUNDS = 500;
  private static final long FEWEST_ROUNDS = 12;
  private static final long BUDGET_NANOS = 600_000_000L;

  static final long AT = 0x2000;
  static final long ADDRESS = Pages.address(AT);

  private final long started = System.nanoTime();
  final Machine machine;
  final AddressSpace space;
  final Racers racers = new Racers();
  private final List<MemoryObject> objects = new ArrayList<>();
  private final List<AddressSpace> spaces = new ArrayList<>();

  /** How many accesses of racing CPUs went through, and how many faulted. */
  final AtomicLong passed = new AtomicLong();

  final AtomicLong faulted = new AtomicLong();

  RaceWorld(Substrate substrate) {
    machine = substrate.machine(Substrate.Hardware.of(4096));
    space = space("space");
  }

  /** Whether there is to be another round: some in any case, many where threads get time soon. */
  boolean more(long round) {
    boolean budget = System.nanoTime() - started < BUDGET_NANOS;
    return round <= FEWEST_ROUNDS || budget && round <= MOST_ROUNDS;
  }

  AddressSpace space(String name) {
    AddressSpace made = AddressSpace.create(machine, name, 0x1000, 0x7_FFFF_FFFEL).get();
    spaces.add(made);
    return made;
  }

  MemoryObject object(long pages) {
    MemoryObject made = MemoryObject.paged(machine, pages).get();
    objects.add(made);
    return made;
  }

  Cpu cpu() {
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    return cpu;
  }

  static Outcome map(
      AddressSpace space, MemoryObject object, long objectPage, long pages, long at) {
    MapRequest request = new MapRequest();
    request.object(object, objectPage).pages(pages).where().at(at);
    return space.root().map(request);
  }

  static Outcome overwrite(AddressSpace space, MemoryObject object, long pages, long at) {
    MapRequest request = new MapRequest();
    request.object(object, 0).pages(pages).where().overwrite(at);
    return space.root().map(request);
  }

  static void put(MemoryObject object, long page, long value) {
    object.write(Pages.address(page), MemorySegment.ofArray(new long[] {value}), 0, 8).orThrow();
  }

  static long get(MemoryObject object, long page) {
    return get(object, page, 0);
  }

  static long get(MemoryObject object, long page, int offsetBytes) {
    long[] value = new long[1];
    object.read(Pages.address(page) + offsetBytes, MemorySegment.ofArray(value), 0, 8).orThrow();
    return value[0];
  }

  /** Stores, and counts whether it went through. */
  boolean store(Cpu cpu, long address, long value) {
    try {
      cpu.store(address, 8, value);
      passed.incrementAndGet();
      return true;
    } catch (MemoryFault fault) {
      faulted.incrementAndGet();
      return false;
    }
  }

  /** Loads, and counts whether it went through; the alternative where it faulted. */
  long load(Cpu cpu, long address, long alternative) {
    try {
      long value = cpu.load(address, 8);
      passed.incrementAndGet();
      return value;
    } catch (MemoryFault fault) {
      faulted.incrementAndGet();
      return alternative;
    }
  }

  /** Waits until the racing CPUs have made some more accesses. */
  void letThemRun(long accesses) {
    long until = passed.get() + faulted.get() + accesses;
    racers.await(() -> passed.get() + faulted.get() >= until);
  }

  /** Takes frames that have just been given back, if there are any, and fills them with poison. */
  MemoryObject reuse(long pages) {
    MemoryObject victim = MemoryObject.paged(machine, pages).get();
    for (long page = 0; page < pages; page++) {
      put(victim, page, POISON);
    }
    return victim;
  }

  /** Nothing was stored in what {@link #reuse} took; gives it back. */
  static void assertUntouched(MemoryObject victim) {
    for (long page = 0; page < victim.pages(); page++) {
      assertThat(get(victim, page)).as("a frame that was reused").isEqualTo(POISON);
    }
    victim.release();
  }

  @Override
  public void close() {
    racers.close();
    assertThat(Invariants.violations(machine)).isEmpty();
    objects.forEach(MemoryObject::release);
    spaces.forEach(AddressSpace::close);
    assertThat(machine.census().leaks()).isEmpty();
    machine.close();
  }
}
