package dev.mapwright.stress;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;

/** What all states of a run share, and what they do with it. */
final class World {
  static final SimulatedMachine MACHINE = SimulatedMachine.create(1L << 30);
  static final AddressSpace SPACE =
      AddressSpace.create(MACHINE, "stress", 0x1000, (1L << 35) - 2).get();

  /** The CPU of the first actor. */
  static final Cpu FIRST = MACHINE.newCpu();

  /** The CPU of the second actor. */
  static final Cpu SECOND = MACHINE.newCpu();

  /** What a load gives when it faults; nobody stores it. */
  static final int FAULT = -1;

  /**
   * How often an actor repeats what it does while it waits for the other one to begin or to end;
   * then it gives up, since the machine may be running somebody else.
   */
  static final int MOST_TRIES = 1 << 13;

  private static final AtomicLong NEXT_PAGE = new AtomicLong(0x1000);

  static {
    FIRST.attach(SPACE);
    SECOND.attach(SPACE);
  }

  private World() {}

  /** A page of addresses that no other state uses. Neighbours are near, so they share tables. */
  static long newPage() {
    return NEXT_PAGE.getAndAdd(2);
  }

  /** An object of one page whose first word has a value; committed unless that is 0. */
  static MemoryObject object(int value) {
    MemoryObject object = MemoryObject.paged(MACHINE, 1).get();
    if (value != 0) {
      write(object, value);
    }
    return object;
  }

  static void write(MemoryObject object, int value) {
    MemorySegment word = MemorySegment.ofArray(new long[] {value});
    object.write(0, word, 0, 8).orThrow();
  }

  static int read(MemoryObject object) {
    return (int) readWord(object);
  }

  /**
   * The first word. Arbiters of different states run side by side on both actors' threads, so they
   * read objects and leave the CPUs alone.
   */
  static long readWord(MemoryObject object) {
    MemorySegment word = MemorySegment.ofArray(new long[1]);
    object.read(0, word, 0, 8).orThrow();
    return word.get(ValueLayout.JAVA_LONG, 0);
  }

  static void map(MemoryObject object, long page) {
    MapRequest request = new MapRequest().object(object, 0).pages(1);
    request.where().at(page);
    SPACE.root().map(request).orThrow();
  }

  static void overwrite(MemoryObject object, long page) {
    MapRequest request = new MapRequest().object(object, 0).pages(1);
    request.where().overwrite(page);
    SPACE.root().map(request).orThrow();
  }

  static void unmap(long page) {
    SPACE.root().unmap(page, 1).orThrow();
  }

  /** A reservation of one page. */
  static Reservation reserve(long page) {
    RegionRequest request = new RegionRequest().pages(1);
    request.where().at(page);
    return SPACE.root().reserve(request, 1).get();
  }

  /** Maps an object's first frame in a reservation of one page. */
  static Outcome map(Reservation reservation, MemoryObject frame) {
    long page = reservation.region().firstPage();
    return reservation.map(
        page, 1, index -> frame.frameOf(0), Permissions.READ_WRITE, CachePolicy.CACHED);
  }

  /** How often an object's first frame is held. */
  static int holds(MemoryObject frame) {
    return MACHINE.frames().holds(frame.frameOf(0));
  }

  /** Whether a page shows an object's first frame, to whoever walks and to whoever asks. */
  static boolean shows(long page, MemoryObject frame) {
    long entry = SPACE.translation().entry(page);
    return TranslationEntry.present(entry)
        && TranslationEntry.pfn(entry) == frame.frameOf(0)
        && SPACE.mappingOf(page) != null;
  }

  /** Whether a page shows nothing. */
  static boolean showsNothing(long page) {
    return SPACE.translation().entry(page) == TranslationEntry.ABSENT
        && SPACE.mappingOf(page) == null;
  }

  /** The value at the beginning of a page, or {@link #FAULT}. */
  static int load(Cpu cpu, long page) {
    try {
      return (int) cpu.load(Pages.address(page), 8);
    } catch (MemoryFault fault) {
      return FAULT;
    }
  }

  /** Stores a value at a word of a page; 1, or 0 when it faults. */
  static int store(Cpu cpu, long page, int word, int value) {
    try {
      cpu.store(Pages.address(page) + 8L * word, 8, value);
      return 1;
    } catch (MemoryFault fault) {
      return 0;
    }
  }
}
