package dev.mapwright.proof.zircon;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs operations on a machine under test and on the model, one after the other, and compares. The
 * machine answers first; the model takes from the answer what is free, says what the answer must
 * be, and follows.
 */
final class Driver {
  /** Larger ones are not run: the model has an entry for every page. */
  private static final long MOST_PAGES_MAPPED = 8192;

  private static final long MOST_PAGES_COMMITTED = 512;
  private static final long MOST_PAGES_CONTIGUOUS = 64;
  private static final int MOST_PROCESSES = 24;
  private static final int COMMIT = 1;
  private static final int LOOKUP = 5;

  final World world;
  final Registers registers;
  final Tally tally = new Tally();
  final Comparison comparison;

  private final Subject subject;
  final VmarCalls vmars;
  private final DeviceCalls devices;
  private final VmoCalls vmos;
  private final HandleCalls handles;
  private final ProcessCalls processes;

  Driver(Subject subject) {
    this.subject = subject;
    Boot boot = subject.boot();
    world = new World(boot);
    registers = new Registers(boot);
    vmars = new VmarCalls(world);
    devices = new DeviceCalls(world, vmars);
    vmos = new VmoCalls(world);
    handles = new HandleCalls(world);
    processes = new ProcessCalls(world, vmos);
    comparison = new Comparison(world, subject);
  }

  /** Runs one operation; throws {@link Divergence}. */
  void step(Operation operation) {
    switch (operation) {
      case Operation.VmarAllocate it -> allocate(it);
      case Operation.VmarMap it -> map(it);
      case Operation.VmarUnmap it -> {
        long at = address(it.at());
        int seen = subject.vmarUnmap(handle(it.vmar()), at, it.length());
        judge(it, vmars.unmap(handle(it.vmar()), at, it.length()), seen);
        comparison.around(region(it.vmar()), at, it.length());
      }
      case Operation.VmarProtect it -> {
        long at = address(it.at());
        int seen = subject.vmarProtect(handle(it.vmar()), at, it.length(), it.flags());
        judge(it, vmars.protect(handle(it.vmar()), at, it.length(), it.flags()), seen);
        comparison.around(region(it.vmar()), at, it.length());
      }
      case Operation.VmarDestroy it -> {
        int seen = subject.vmarDestroy(handle(it.vmar()));
        judge(it, vmars.destroy(handle(it.vmar())), seen);
        ModelRegion region = region(it.vmar());
        comparison.around(region, region == null ? 0 : region.base, 8 * Bits.PAGE);
      }
      case Operation.VmarUnmapHandleCloseThreadExit it -> {
        long at = address(it.at());
        int close = handle(it.handle());
        int seen =
            subject.vmarUnmapHandleCloseThreadExit(handle(it.vmar()), at, it.length(), close);
        judge(it, vmars.unmapCloseExit(handle(it.vmar()), at, it.length(), close), seen);
      }
      case Operation.VmoCreate it -> {
        long out = address(it.out());
        int seen = subject.vmoCreate(it.size(), it.options(), out);
        judge(it, vmos.create(it.size(), it.options(), out, saw(seen, out)), seen);
        keep(seen, out, Registers.vmoTarget(it.to()));
      }
      case Operation.VmoCreateContiguous it -> contiguous(it);
      case Operation.VmoRead it -> {
        long data = buffer(it.data());
        long actual = address(it.actual());
        int vmo = handle(it.vmo());
        int seen = subject.vmoRead(vmo, data, it.offset(), it.length(), actual);
        judge(it, vmos.read(vmo, data, it.offset(), it.length(), actual), seen);
        comparison.memory(data, it.length());
      }
      case Operation.VmoWrite it -> {
        long data = buffer(it.data());
        long actual = address(it.actual());
        int vmo = handle(it.vmo());
        int seen = subject.vmoWrite(vmo, data, it.offset(), it.length(), actual);
        judge(it, vmos.write(vmo, data, it.offset(), it.length(), actual), seen);
        comparison.views(vmo(it.vmo()));
      }
      case Operation.VmoGetSize it -> {
        long out = address(it.out());
        int seen = subject.vmoGetSize(handle(it.vmo()), out);
        judge(it, vmos.getSize(handle(it.vmo()), out), seen);
        comparison.memory(out, 8);
      }
      case Operation.VmoSetSize it -> {
        int seen = subject.vmoSetSize(handle(it.vmo()), it.size());
        judge(it, vmos.setSize(handle(it.vmo()), it.size()), seen);
        comparison.views(vmo(it.vmo()));
      }
      case Operation.VmoOpRange it -> opRange(it);
      case Operation.VmoClone it -> {
        long out = address(it.out());
        int source = handle(it.vmo());
        int seen = subject.vmoClone(source, it.options(), it.offset(), it.size(), out);
        judge(
            it,
            vmos.cloneOf(source, it.options(), it.offset(), it.size(), out, saw(seen, out)),
            seen);
        keep(seen, out, Registers.vmoTarget(it.to()));
      }
      case Operation.HandleClose it -> {
        int seen = subject.handleClose(handle(it.handle()));
        judge(it, handles.close(handle(it.handle())), seen);
      }
      case Operation.HandleDuplicate it -> {
        long out = address(it.out());
        int source = handle(it.handle());
        int seen = subject.handleDuplicate(source, it.rights(), out);
        judge(it, handles.duplicate(source, it.rights(), out, saw(seen, out)), seen);
        keep(seen, out, Registers.anyTarget(it.to()));
      }
      case Operation.HandleReplace it -> {
        long out = address(it.out());
        int source = handle(it.handle());
        int seen = subject.handleReplace(source, it.rights(), out);
        judge(it, handles.replace(source, it.rights(), out, saw(seen, out)), seen);
        keep(seen, out, Registers.anyTarget(it.to()));
      }
      case Operation.ObjectGetInfo it -> {
        if (HandleCalls.foreignTopic(it.topic())) {
          return;
        }
        long data = buffer(it.data());
        long actual = address(it.actual());
        long available = address(it.available());
        int value = handle(it.handle());
        int seen = subject.objectGetInfo(value, it.topic(), data, it.size(), actual, available);
        judge(it, handles.getInfo(value, it.topic(), data, it.size(), actual, available), seen);
        comparison.memory(data, 16);
        comparison.memory(actual, 8);
      }
      case Operation.ProcessReadMemory it -> {
        long at = address(it.at());
        long data = buffer(it.data());
        long actual = address(it.actual());
        int process = handle(it.process());
        if (showsScratch(process, at)) {
          return;
        }
        int seen = subject.processReadMemory(process, at, data, it.length(), actual);
        judge(it, processes.readMemory(process, at, data, it.length(), actual), seen);
        comparison.memory(data, it.length());
      }
      case Operation.ProcessWriteMemory it -> {
        long at = address(it.at());
        long data = buffer(it.data());
        long actual = address(it.actual());
        int process = handle(it.process());
        if (showsScratch(process, at)) {
          return;
        }
        int seen = subject.processWriteMemory(process, at, data, it.length(), actual);
        judge(it, processes.writeMemory(process, at, data, it.length(), actual), seen);
        comparison.page(number(process), at);
      }
      case Operation.ProcessCreate it -> processCreate(it);
      case Operation.ProcessExit it -> {
        int number = it.number() % world.processes.size();
        if (number != 0) {
          subject.processExit(number);
          world.processes.get(number).kill();
          tally.count("ProcessExit", Status.OK);
        }
      }
      case Operation.Load it -> load(it);
      case Operation.Store it -> store(it);
      case Operation.MmapDeviceMemory it -> mapDevice(it);
      case Operation.Fetch it -> {
        int number = it.number() % world.processes.size();
        long at = address(it.at());
        judge(it, processes.fetch(number, at), subject.fetch(number, at));
      }
    }
  }

  private void allocate(Operation.VmarAllocate it) {
    long child = address(it.child());
    long childAddress = address(it.childAddress());
    if (overlap(child, childAddress)) {
      return;
    }
    int parent = handle(it.vmar());
    int seen =
        subject.vmarAllocate(parent, it.offset(), it.size(), it.flags(), child, childAddress);
    Witness witness = new Witness(seen, peek64(childAddress), peek32(seen, child), 0, null, null);
    judge(
        it,
        vmars.allocate(parent, it.offset(), it.size(), it.flags(), child, childAddress, witness),
        seen);
    if (seen == Status.OK) {
      registers.addresses[it.toAddress()] = witness.address();
      keep(witness.handle(), Registers.regionTarget(it.to()));
    }
  }

  private void map(Operation.VmarMap it) {
    long pages = Bits.roundUp(it.length()) >>> 12;
    if (pages > MOST_PAGES_MAPPED && pages <= world.rootBytes >>> 12) {
      return;
    }
    long mapped = address(it.mapped());
    int vmar = handle(it.vmar());
    int vmo = handle(it.vmo());
    int seen =
        subject.vmarMap(vmar, it.offset(), vmo, it.vmoOffset(), it.length(), it.flags(), mapped);
    Witness witness = new Witness(seen, seen == Status.OK ? peek64(mapped) : 0, 0, 0, null, null);
    judge(
        it,
        vmars.map(vmar, it.offset(), vmo, it.vmoOffset(), it.length(), it.flags(), mapped, witness),
        seen);
    if (seen == Status.OK) {
      registers.addresses[it.toAddress()] = witness.address();
      comparison.around(region(it.vmar()), witness.address(), it.length());
    }
  }

  private void mapDevice(Operation.MmapDeviceMemory it) {
    int resource = handle(it.handle());
    if (devices.foreign(resource, it.physical(), it.length())) {
      return;
    }
    long mapped = address(it.mapped());
    int seen = subject.mmapDeviceMemory(resource, it.physical(), it.length(), it.policy(), mapped);
    Witness witness = new Witness(seen, seen == Status.OK ? peek64(mapped) : 0, 0, 0, null, null);
    judge(
        it, devices.map(resource, it.physical(), it.length(), it.policy(), mapped, witness), seen);
    if (seen == Status.OK) {
      registers.addresses[it.toAddress()] = witness.address();
      comparison.around(world.caller().space.root, witness.address(), it.length());
    }
  }

  private void contiguous(Operation.VmoCreateContiguous it) {
    long pages = Bits.roundUp(it.size()) >>> 12;
    boolean mayOrMayNotFit =
        (pages > MOST_PAGES_CONTIGUOUS && pages <= World.ABSURD_PAGES)
            || (it.alignmentLog2() > 16 && it.alignmentLog2() <= 38);
    if (mayOrMayNotFit) {
      return;
    }
    long out = address(it.out());
    int resource = handle(it.handle());
    int seen = subject.vmoCreateContiguous(resource, it.size(), it.alignmentLog2(), out);
    judge(
        it,
        vmos.createContiguous(resource, it.size(), it.alignmentLog2(), out, saw(seen, out)),
        seen);
    keep(seen, out, Registers.vmoTarget(it.to()));
  }

  private void opRange(Operation.VmoOpRange it) {
    ModelVmo vmo = vmo(it.vmo());
    if (it.op() == COMMIT && vmo != null) {
      long left = vmo.sizeBytes - it.offset();
      long pages = (Bits.below(left, it.size()) ? left : it.size()) >>> 12;
      if (pages > MOST_PAGES_COMMITTED && pages <= World.ABSURD_PAGES) {
        return;
      }
    }
    long data = buffer(it.data());
    int value = handle(it.vmo());
    int seen = subject.vmoOpRange(value, it.op(), it.offset(), it.size(), data, it.bufferSize());
    List<Long> frames = seen == Status.OK && it.op() == LOOKUP ? longs(data) : null;
    Witness witness = new Witness(seen, 0, 0, 0, frames, null);
    judge(
        it,
        vmos.opRange(value, it.op(), it.offset(), it.size(), data, it.bufferSize(), witness),
        seen);
    comparison.views(vmo);
  }

  private void processCreate(Operation.ProcessCreate it) {
    if (world.processes.size() >= MOST_PROCESSES) {
      return;
    }
    long out = address(it.out());
    long outRoot = address(it.outRoot());
    if (overlap(out, outRoot)) {
      return;
    }
    int job = handle(it.handle());
    int seen = subject.processCreate(job, it.options(), out, outRoot);
    Witness witness =
        new Witness(seen, 0, peek32(Status.OK, out), peek32(seen, outRoot), null, null);
    judge(it, processes.create(job, it.options(), out, outRoot, witness), seen);
    if (seen == Status.OK) {
      keep(witness.handle(), Registers.processTarget(it.to()));
      keep(witness.handle2(), Registers.regionTarget(it.toRoot()));
    }
  }

  private void load(Operation.Load it) {
    int number = it.number() % world.processes.size();
    int bytes = 1 << it.sizeLog2();
    long at = address(it.at());
    long[] value = new long[1];
    int seen = subject.load(number, at, bytes, value);
    judge(it, processes.load(number, at, bytes), seen);
    if (seen == Status.OK) {
      byte[] data = world.load(world.processes.get(number).space, at, bytes);
      long expected = World.wrap(Arrays.copyOf(data, 8)).getLong();
      if (value[0] != expected) {
        throw new Divergence(
            "%s of 0x%x read 0x%x, expected 0x%x".formatted(it, at, value[0], expected));
      }
    }
  }

  private void store(Operation.Store it) {
    int number = it.number() % world.processes.size();
    int bytes = 1 << it.sizeLog2();
    long at = address(it.at());
    ModelSpace space = world.processes.get(number).space;
    boolean firstOnly =
        world.access(space, at, Bits.PERM_WRITE) == Status.OK
            && world.access(space, at, bytes, Bits.PERM_WRITE) != Status.OK;
    if (firstOnly) {
      return; // Whether the first page was committed by then, the reference does not say.
    }
    int seen = subject.store(number, at, bytes, it.value());
    judge(it, processes.store(number, at, bytes, it.value()), seen);
    PageEntry entry = space.at(at);
    comparison.views(seen == Status.OK && entry != null ? entry.vmo : null);
  }

  /** A successful call's handle goes to its register; what the register held is closed. */
  private void keep(int status, long pointer, int register) {
    if (status == Status.OK) {
      keep(peek32(status, pointer), register);
    }
  }

  private void keep(int value, int register) {
    int old = registers.handles[register];
    registers.handles[register] = value;
    if (old != value && world.handle(old) != null) {
      int seen = subject.handleClose(old);
      if (seen != handles.close(old)) {
        throw new Divergence(
            "closing what register %d held answered %s".formatted(register, Status.name(seen)));
      }
    }
  }

  private void judge(Operation operation, int expected, int seen) {
    tally.count(operation.getClass().getSimpleName(), seen);
    if (expected != seen) {
      throw new Divergence(
          "%s answered %s, expected %s"
              .formatted(operation, Status.name(seen), Status.name(expected)));
    }
  }

  /** Whether one out-parameter lies over another, so that what was written first cannot be seen. */
  private static boolean overlap(long pointer, long other) {
    return Bits.below(pointer - other + 8, 16);
  }

  private Witness saw(int status, long pointer) {
    return new Witness(status, 0, peek32(status, pointer), 0, null, null);
  }

  private int peek32(int status, long pointer) {
    byte[] seen = status == Status.OK ? subject.peek(0, pointer, 4) : null;
    return seen == null ? 0 : World.wrap(seen).getInt();
  }

  private long peek64(long pointer) {
    byte[] seen = subject.peek(0, pointer, 8);
    return seen == null ? 0 : World.wrap(seen).getLong();
  }

  /** The page of numbers at a pointer, as far as it is readable. */
  private List<Long> longs(long pointer) {
    byte[] seen = subject.peek(0, pointer, 2048);
    LongBuffer all = World.wrap(seen == null ? new byte[0] : seen).asLongBuffer();
    List<Long> list = new ArrayList<>();
    while (all.hasRemaining()) {
      list.add(all.get());
    }
    return list;
  }

  private int handle(int register) {
    return registers.handles[register];
  }

  private int number(int process) {
    ModelHandle handle = world.handle(process);
    return handle != null && handle.object() instanceof ModelProcess found ? found.number : 0;
  }

  private @Nullable ModelRegion region(int register) {
    ModelHandle handle = world.handle(handle(register));
    return handle != null && handle.object() instanceof ModelRegion region ? region : null;
  }

  private @Nullable ModelVmo vmo(int register) {
    ModelHandle handle = world.handle(handle(register));
    return handle != null && handle.object() instanceof ModelVmo vmo ? vmo : null;
  }

  /**
   * Whether a transfer would move the scratch over itself: the order of bytes is nobody's business.
   */
  private boolean showsScratch(int process, long address) {
    ModelHandle handle = world.handle(process);
    if (handle == null || !(handle.object() instanceof ModelProcess found)) {
      return false;
    }
    PageEntry entry = found.space.at(address);
    return entry != null && entry.vmo == world.scratch;
  }

  long address(Place place) {
    int base = place.base();
    if (base == Place.ABSOLUTE) {
      return place.delta();
    }
    if (base < Place.REGION) {
      return registers.addresses[base - Place.ADDRESS] + place.delta();
    }
    if (base < Place.CELL) {
      ModelRegion region = region(base - Place.REGION);
      return (region == null ? 0 : region.base) + place.delta();
    }
    long from =
        switch (base) {
          case Place.CELL -> Boot.SCRATCH;
          case Place.BUFFER -> Boot.SCRATCH + 2 * Bits.PAGE;
          case Place.INPUT -> Boot.INPUT;
          default -> Boot.SCRATCH + Boot.SCRATCH_PAGES * Bits.PAGE + 0x10000;
        };
    return world.rootBase + from + place.delta();
  }

  /** Data is only moved through the scratch and the input, or nowhere. */
  private long buffer(Place place) {
    boolean moving = place.base() >= Place.ADDRESS && place.base() <= Place.CELL;
    return address(moving ? new Place(Place.BUFFER, place.delta() & 0xfff) : place);
  }
}
