package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxProcess;
import dev.mapwright.zircon.object.MxVmar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process with its threads, and what it remembers of earlier calls: handles and addresses, some
 * of which mean nothing any more. As many as there are slots; what falls out of a slot is closed,
 * so that no process collects handles without end.
 */
final class Actor {
  static final int SLOTS = 24;
  private static final int STALE = 8;
  private static final int ALL_RIGHTS = 0x1ff;
  private static final int READ_WRITE = 3;
  private static final long SCRATCH_BYTES = 4 * HostileNumbers.PAGE;

  final MxProcess process;
  final List<MxContext> threads;
  final int[] handles = new int[SLOTS];
  final long[] addresses = new long[SLOTS];
  final long[] lengths = new long[SLOTS];
  final int[] regions = new int[SLOTS];

  /** Values of handles that were closed. */
  final int[] stale = new int[STALE];

  private final KernelObject resource;
  private final KernelObject job;

  /** What a process is born with; granted again when lost. */
  int rootHandle;

  int resourceHandle;
  int jobHandle;

  /**
   * To the process itself, so that it can move its own memory over itself. When the last such
   * handle is closed, a process can never be named again.
   */
  final int selfHandle;

  /** Memory for pointers: writable, readable only, and of a device. 0 when it could not be had. */
  long scratch;

  long input;
  long registers;

  /** How many steps in a row it could not make a sensible call. */
  int wornSteps;

  Actor(MxProcess process, List<MxContext> threads, KernelObject resource, KernelObject job) {
    this.process = process;
    this.threads = threads;
    this.resource = resource;
    this.job = job;
    this.selfHandle = process.grant(process, MxProcess.RIGHTS);
  }

  /** Whether no thread of it can make a call any more. */
  boolean gone() {
    return process.ended()
        || threads.stream().noneMatch(thread -> thread.state() == MxContext.State.RUNNING);
  }

  /** Gives it back the handles that it cannot do without. */
  void keepAlive() {
    if (process.ended()) {
      return;
    }
    rootHandle = kept(rootHandle, process.root(), process.root().rights());
    resourceHandle = kept(resourceHandle, resource, ALL_RIGHTS);
    jobHandle = kept(jobHandle, job, ALL_RIGHTS);
  }

  private int kept(int value, KernelObject object, int rights) {
    Handle handle = process.table().find(value);
    return handle != null && handle.object() == object && handle.allows(rights)
        ? value
        : process.grant(object, rights);
  }

  /** Makes the memory that pointers point into; what cannot be had is left out. */
  void mapMemory(MxContext c, long device) {
    scratch = map(c, READ_WRITE);
    input = map(c, 1);
    int status = MxRoutines.mmapDeviceMemory(c, resourceHandle, device, HostileNumbers.PAGE, 0);
    registers = status == 0 ? c.address() : 0;
  }

  private long map(MxContext c, int permissions) {
    if (MxRoutines.vmoCreate(c, SCRATCH_BYTES, 0) != 0) {
      return 0;
    }
    int object = c.handle();
    int status = MxRoutines.vmarMap(c, rootHandle, 0, object, 0, SCRATCH_BYTES, permissions);
    long address = status == 0 ? c.address() : 0;
    MxCalls.mxHandleClose(c, object);
    return address;
  }

  /** Whether a handle names something of a type, and a region that is not destroyed. */
  boolean good(int value, @Nullable ObjectType type) {
    Handle handle = process.table().find(value);
    return handle != null
        && (type == null || handle.object().type() == type)
        && !(handle.object() instanceof MxVmar vmar && !vmar.region().live());
  }

  /** Where the region of a handle begins; 0 when it names none. */
  long base(int value) {
    Handle handle = process.table().find(value);
    return handle != null && handle.object() instanceof MxVmar vmar ? vmar.base() : 0;
  }

  /** The first slot from this one on whose address shows something; this one when none does. */
  int mappedSlot(int from) {
    for (int i = 0; i < SLOTS; i++) {
      int slot = (from + i) % SLOTS;
      if (process.space().mappingOf(addresses[slot] >>> 12) != null) {
        return slot;
      }
    }
    return from;
  }

  /** A process that one of its handles names, if there is one. */
  @Nullable MxProcess childProcess() {
    for (int value : handles) {
      Handle handle = value == 0 ? null : process.table().find(value);
      if (handle != null && handle.object() instanceof MxProcess child && child != process) {
        return child;
      }
    }
    return null;
  }

  /** Whether it can no longer hand out good pointers. */
  boolean worn() {
    MappingInfo mapping = scratch == 0 ? null : process.space().mappingOf(scratch >>> 12);
    return mapping == null || mapping.permissions() != READ_WRITE;
  }

  /** Remembers the handles and the address that a successful call left in its context. */
  void remember(MxContext c, Arguments arguments) {
    SplitMix random = arguments.random;
    int handle = c.handle();
    int root = c.rootHandle();
    long address = c.address();
    if (address != 0) {
      int slot = random.below(SLOTS);
      addresses[slot] = address;
      lengths[slot] = arguments.length;
      regions[slot] = arguments.region;
    }
    rememberHandle(c, handle, random.below(SLOTS));
    rememberHandle(c, root, random.below(SLOTS));
  }

  private void rememberHandle(MxContext c, int value, int slot) {
    Handle handle = value == 0 ? null : process.table().find(value);
    if (handle == null) {
      return;
    }
    int old = handles[slot];
    handles[slot] = value;
    if (old != 0 && old != value && !gone() && c.state() == MxContext.State.RUNNING) {
      MxCalls.mxHandleClose(c, old);
      stale[slot % STALE] = old;
    }
  }
}
