package dev.mapwright.proof.zircon.hostile;

import static dev.mapwright.proof.zircon.hostile.HostileNumbers.PAGE;

import dev.mapwright.proof.SplitMix;
import dev.mapwright.zircon.handle.ObjectType;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call. Each is sensible or hostile by chance, and depends on nothing but the
 * step's own random numbers and what its process remembers: a step that is left out changes the
 * others as little as possible.
 */
final class Arguments {
  private static final long SCRATCH_BYTES = 4 * PAGE;

  final SplitMix random;
  final Actor actor;
  final long ramPages;

  /** How many of 100 arguments are hostile. */
  private final int hostilePercent;

  private final @Nullable StringBuilder trace;

  /** What the process remembers that this call is about. */
  private int slot;

  /** The place that this call is going to change; 0 when it has not been drawn. */
  private long target;

  /** The last region drawn, which is where something was mapped if something was. */
  int region;

  /** The last length drawn, which is the size of what was mapped if something was. */
  long length;

  Arguments(SplitMix random, Actor actor, long ramPages, @Nullable StringBuilder trace) {
    this.random = random;
    this.actor = actor;
    this.ramPages = ramPages;
    this.trace = trace;
    int mood = random.below(10);
    this.hostilePercent = mood < 6 ? 3 : mood < 9 ? 20 : 60;
  }

  private boolean hostile() {
    return random.chance(hostilePercent);
  }

  // Handles.

  /** A handle, usually to an object of this type. */
  int handle(String name, @Nullable ObjectType type) {
    int value = hostile() ? wrongHandle() : rightHandle(type);
    region = type == ObjectType.VMAR ? value : region;
    return note(name, value);
  }

  /** A handle to a region that is not the root, for calls that would leave nothing behind. */
  int branch(String name) {
    int value = remembered(ObjectType.VMAR);
    return note(name, hostile() ? wrongHandle() : value);
  }

  private int rightHandle(@Nullable ObjectType type) {
    if (type == ObjectType.RESOURCE) {
      return actor.resourceHandle;
    }
    if (type == ObjectType.JOB) {
      return random.chance(50) ? 0 : actor.jobHandle;
    }
    if (type == ObjectType.PROCESS && random.chance(70)) {
      return actor.selfHandle;
    }
    int value = remembered(type);
    boolean root = type == ObjectType.VMAR && (value == 0 || random.chance(25));
    return root ? actor.rootHandle : value;
  }

  /** The handle in a random slot, or in the next one with something of the type that lives. */
  private int remembered(@Nullable ObjectType type) {
    int from = random.below(Actor.SLOTS);
    for (int i = 0; i < Actor.SLOTS; i++) {
      int slot = (from + i) % Actor.SLOTS;
      if (actor.handles[slot] != 0 && actor.good(actor.handles[slot], type)) {
        return actor.handles[slot];
      }
    }
    return 0;
  }

  private int wrongHandle() {
    return switch (random.below(8)) {
      case 0 -> 0;
      case 1 -> (int) random.next();
      case 2 -> actor.stale[random.below(actor.stale.length)];
      case 3 -> remembered(null) ^ 1 << random.below(32);
      case 4 -> random.oneOf(-1, 1, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case 5 ->
          random.oneOf(actor.rootHandle, actor.resourceHandle, actor.jobHandle, actor.selfHandle);
      default -> actor.handles[random.below(Actor.SLOTS)]; // of any type, living or not
    };
  }

  // Pointers and addresses.

  /** Where a call stores a result. */
  long pointer(String name) {
    boolean intoTarget = target != 0 && random.chance(15);
    long sensible =
        intoTarget ? target + random.below(4 * PAGE) : actor.scratch + 8L * random.below(128);
    return note(name, hostile() ? wrongPointer() : sensible);
  }

  /** Where a call moves data from or to. */
  long buffer(String name) {
    return note(name, hostile() ? wrongPointer() : actor.scratch + random.below((int) (2 * PAGE)));
  }

  private long wrongPointer() {
    return switch (random.below(10)) {
      case 0 -> 0;
      case 1 -> HostileNumbers.any(random);
      case 2 -> -1 - random.below(16);
      case 3 -> actor.scratch + SCRATCH_BYTES - 1 - random.below(8); // over the end
      case 4 -> actor.scratch + PAGE - 1 - random.below(8); // over a page border
      case 5 -> actor.input + random.below((int) PAGE); // readable only
      case 6 -> actor.registers + random.below((int) PAGE); // of a device
      default -> somewhereMapped();
    };
  }

  /** A region in which something was mapped; {@link #address} is then an address in it. */
  int regionOfSlot(String name) {
    slot = actor.mappedSlot(random.below(Actor.SLOTS));
    int region = actor.regions[slot];
    int sensible = actor.good(region, ObjectType.VMAR) ? region : actor.rootHandle;
    return note(name, hostile() ? wrongHandle() : sensible);
  }

  /** An address, sensible for unmapping and protecting: of a page that was mapped. */
  long address(String name) {
    long pages = actor.lengths[slot] >>> 12;
    long page = pages > 0 && random.chance(40) ? random.below(Math.min(pages, 64)) : 0;
    long sensible = actor.addresses[slot] + page * PAGE;
    return note(name, hostile() ? HostileNumbers.any(random) : sensible);
  }

  /** An address where something may be mapped. */
  long anyAddress(String name) {
    return note(name, hostile() ? HostileNumbers.any(random) : somewhereMapped());
  }

  /** An address that was once given out, or near its end: what is there may be under change. */
  long somewhereMapped() {
    slot = actor.mappedSlot(random.below(Actor.SLOTS));
    long bytes = Math.clamp(actor.lengths[slot], 1, 64 * PAGE);
    return actor.addresses[slot] + random.below(bytes);
  }

  // Numbers.

  long length(String name) {
    length = hostile() ? HostileNumbers.any(random) : HostileNumbers.length(random);
    return note(name, length);
  }

  /** A length of whole pages, where the call insists on them. */
  long pages(String name) {
    length =
        hostile() ? HostileNumbers.any(random) : HostileNumbers.length(random) + PAGE - 1 & -PAGE;
    return note(name, length);
  }

  /** The length of a buffer that lies in the scratch. */
  long bufferLength(String name) {
    return note(name, hostile() ? HostileNumbers.any(random) : random.below((int) (2 * PAGE)));
  }

  long offset(String name) {
    return note(name, hostile() ? HostileNumbers.any(random) : HostileNumbers.offset(random));
  }

  /** An offset that is often 0, for calls on the whole of something. */
  long offsetOrStart(String name) {
    return random.chance(40) ? note(name, 0L) : offset(name);
  }

  /** An offset in the last region drawn, often of something there; 0 unless it may be placed. */
  long offsetIn(String name, boolean placed) {
    if (!placed) {
      return note(name, hostile() ? HostileNumbers.any(random) : 0);
    }
    slot = actor.mappedSlot(random.below(Actor.SLOTS));
    long base = actor.base(region);
    if (hostile() || base == 0 || random.chance(40)) {
      return offset(name);
    }
    target = actor.addresses[slot] + (random.below(5) - 2) * PAGE;
    return note(name, target - base);
  }

  /** The size of an object: some pages, or more than there can ever be memory for. */
  long objectSize(String name) {
    long sensible = random.chance(10) ? HostileNumbers.any(random) : HostileNumbers.length(random);
    return note(name, hostile() ? HostileNumbers.any(random) : sensible);
  }

  /** One of the values, or something else. */
  int choice(String name, int... sensible) {
    int value = random.oneOf(sensible);
    return note(name, hostile() ? HostileNumbers.bits(random, value) : value);
  }

  /** A set of flags: some that always, and any of those that may be. */
  int flags(String name, int always, int sometimes) {
    int value = always | (sometimes & (int) random.next());
    return note(name, hostile() ? HostileNumbers.bits(random, value) : value);
  }

  long physical(String name) {
    long sensible = Stage.DEVICE + random.below(Stage.DEVICE_PAGES) * PAGE;
    return note(name, hostile() ? wrongPhysical() : sensible);
  }

  private long wrongPhysical() {
    return random.chance(40)
        ? Stage.RAM_FIRST + random.below(ramPages) * PAGE
        : HostileNumbers.any(random);
  }

  private int note(String name, int value) {
    if (trace != null) {
      trace.append(' ').append(name).append("=0x").append(Integer.toHexString(value));
    }
    return value;
  }

  private long note(String name, long value) {
    if (trace != null) {
      trace.append(' ').append(name).append("=0x").append(Long.toHexString(value));
    }
    return value;
  }
}
