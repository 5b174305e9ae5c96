package dev.mapwright.proof.engine;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Made;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.PageStore;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.proof.SplitMix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Objects whose pages come from sources, go out to a store, are shared by snapshots and shown by
 * live views, each of them mapped: every page of every object is what its model says, to {@link
 * MemoryObject#read}, to a CPU and to {@link MemoryObject#frameOf}.
 *
 * <p>Asking is what brings pages in, and an answer must not depend on who asked before. So a step
 * decides who is asked after it, all, one or nobody, and for each page whether the CPU comes first.
 */
final class ViewsRun {
  static final int PAGES = 10;

  private static final int REGISTERS = 8;
  private static final int MAPPED = 2 * PAGES;
  private static final long FIRST = 0x400;
  private static final Kind[] KINDS = Kind.values();

  /** What a step does. */
  enum Kind {
    PAGED,
    SOURCED,
    LIVE_VIEW,
    LIVE_VIEW_AGAIN,
    SNAPSHOT,
    SNAPSHOT_AGAIN,
    RELEASE,
    RESIZE,
    COMMIT,
    DECOMMIT,
    DECOMMIT_AGAIN,
    WRITE,
    STORE,
    STORE_AGAIN,
    PUT_OUT,
    GO_BACK
  }

  /** A register: an object, its model, and of which model it is a snapshot that nobody changed. */
  private static final class Register {
    final MemoryObject object;
    final ModelObject model;
    @Nullable ModelObject snapshotOf;

    Register(MemoryObject object, ModelObject model) {
      this.object = object;
      this.model = model;
    }
  }

  /** Keeps pages that are out, and complains of tokens that it does not know. */
  private static final class Store implements PageStore {
    final Map<Integer, byte[]> kept = new HashMap<>();
    private int tokens;

    private byte[] take(int token) {
      byte[] page = kept.remove(token);
      if (page == null) {
        throw new AssertionError("the store is asked for a page that it was not given");
      }
      return page;
    }

    @Override
    public int keep(MemorySegment frame) {
      kept.put(tokens, frame.toArray(JAVA_BYTE));
      return tokens++;
    }

    @Override
    public void fetch(int token, MemorySegment frame) {
      MemorySegment.copy(take(token), 0, frame, JAVA_BYTE, 0, ModelObject.PAGE);
    }

    @Override
    public void discard(int token) {
      take(token);
    }
  }

  private final Machine machine;
  private final AddressSpace space;
  private final Cpu cpu;
  private final @Nullable Register[] registers = new Register[REGISTERS];
  private final Store store = new Store();
  private final MapRequest request = new MapRequest();
  final Map<String, Integer> tally = new TreeMap<>();

  ViewsRun(Machine machine) {
    this.machine = machine;
    space = AddressSpace.create(machine, "views", FIRST, FIRST + 0xFFFF).get();
    cpu = machine.newCpu();
    cpu.attach(space);
  }

  static int kinds() {
    return KINDS.length;
  }

  // ---- steps

  void step(Step step) {
    int to = step.to() % REGISTERS;
    Register from = registers[step.from() % REGISTERS];
    Kind kind = from == null ? Kind.SOURCED : KINDS[step.kind() % KINDS.length];
    carryOut(kind, from, step, to);
    count(kind.name());
    boolean all = (step.value() >>> 40 & 3) == 0;
    for (int register = 0; register < REGISTERS; register++) {
      if (all || register == to && (step.value() >>> 42 & 1) == 0) {
        compare(register, step.value() >>> register);
      }
    }
  }

  private void carryOut(Kind kind, @Nullable Register from, Step step, int to) {
    long size = step.first() % PAGES + step.count() % 4;
    if (from == null || kind == Kind.PAGED || kind == Kind.SOURCED) {
      make(kind == Kind.PAGED ? 0 : step.value() | 1, size, to);
      return;
    }
    long first = step.first() % (from.model.pages + 1);
    long count = Math.min(step.count(), from.model.pages - first);
    switch (kind) {
      case LIVE_VIEW, LIVE_VIEW_AGAIN -> liveView(from, first, size, to);
      case SNAPSHOT, SNAPSHOT_AGAIN -> {
        boolean whole = (step.value() & 3) != 0;
        snapshot(from, whole ? 0 : first, whole ? from.model.pages : size, to);
      }
      case RELEASE -> release(step.from() % REGISTERS);
      case RESIZE -> resize(from, (step.value() & 0x70) == 0 ? 0 : size);
      case COMMIT -> {
        expectOk(from.object.commit(first, count));
        for (long page = first; page < first + count; page++) {
          from.model.writable(page);
        }
      }
      case DECOMMIT, DECOMMIT_AGAIN -> {
        expectOk(from.object.decommit(first, count));
        from.model.own.keySet().removeIf(page -> page >= first && page < first + count);
        from.snapshotOf = null;
      }
      case WRITE -> write(from, first, step.value());
      case STORE, STORE_AGAIN -> store(from, step.from() % REGISTERS, first, step.value());
      case PUT_OUT -> expectOk(from.object.putOut(first, count, store));
      default -> goBack(from, to);
    }
  }

  private void make(long seed, long size, int to) {
    ModelObject model = new ModelObject(size);
    Made<MemoryObject> made;
    if (seed == 0) {
      made = MemoryObject.paged(machine, size);
    } else {
      model.source = page -> contents(seed, page);
      made =
          MemoryObject.paged(
              machine,
              size,
              (page, frame) -> {
                MemorySegment.copy(contents(seed, page), 0, frame, JAVA_BYTE, 0, ModelObject.PAGE);
                return true;
              });
    }
    put(to, new Register(made.get(), model));
  }

  /** What a source gives for a page, the same each time. */
  private static byte[] contents(long seed, long page) {
    byte[] bytes = new byte[ModelObject.PAGE];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(0, new SplitMix(seed + page).next());
    buffer.putLong(ModelObject.PAGE - 8, page + 1);
    return bytes;
  }

  private void liveView(Register from, long offset, long size, int to) {
    MemoryObject child = from.object.child(ChildKind.LIVE_VIEW, offset, size).get();
    put(to, new Register(child, from.model.live(offset, size)));
  }

  private void snapshot(Register from, long offset, long size, int to) {
    MemoryObject child = from.object.child(ChildKind.SNAPSHOT, offset, size).get();
    Register made = new Register(child, from.model.snapshot(offset, size));
    if (offset == 0 && size == from.model.pages) {
      made.snapshotOf = from.model;
    }
    put(to, made);
  }

  private void resize(Register from, long size) {
    expectOk(from.object.resize(size));
    from.model.resize(size);
    from.snapshotOf = null;
  }

  private void write(Register from, long page, long value) {
    if (page < from.model.pages) {
      MemorySegment eight = MemorySegment.ofArray(new long[] {value});
      expectOk(from.object.write(Pages.address(page) + 8, eight, 0, 8));
      putLong(from.model.writable(page), value);
      from.snapshotOf = null;
    }
  }

  private void store(Register from, int register, long page, long value) {
    if (page < from.model.pages) {
      cpu.store(address(register, page) + 8, 8, value);
      putLong(from.model.writable(page), value);
      from.snapshotOf = null;
    }
  }

  private static void putLong(byte[] page, long value) {
    ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).putLong(8, value);
  }

  private void goBack(Register from, int to) {
    Register then = registers[to];
    for (int i = 1; i < REGISTERS && (then == null || then.snapshotOf != from.model); i++) {
      then = registers[(to + i) % REGISTERS];
    }
    if (then != null && then.snapshotOf == from.model) {
      expectOk(from.object.revertTo(then.object));
      from.model.revertTo(then.model);
      from.snapshotOf = null;
      count("GO_BACK for good");
    }
  }

  // ---- registers

  private static long address(int register, long page) {
    return Pages.address(FIRST + 0x100L * register + page);
  }

  private void put(int to, Register register) {
    release(to);
    registers[to] = register;
    request.clear().object(register.object, 0).pages(MAPPED).permissions(Permissions.READ_WRITE);
    request.where().at(Pages.of(address(to, 0)));
    space.root().map(request).orThrow();
  }

  private void release(int register) {
    Register old = registers[register];
    if (old != null) {
      registers[register] = null;
      space.root().unmap(Pages.of(address(register, 0)), MAPPED).orThrow();
      old.object.release();
    }
  }

  void releaseAll() {
    for (int register = 0; register < REGISTERS; register++) {
      release(register);
    }
    cpu.attach(null);
    space.close();
    if (!store.kept.isEmpty()) {
      throw new AssertionError(store.kept.size() + " pages are still out, and nobody has them");
    }
  }

  // ---- comparing

  private void compare(int register, long order) {
    Register one = registers[register];
    if (one == null) {
      return;
    }
    if (one.object.pages() != one.model.pages) {
      throw new AssertionError(one.object + " should have " + one.model.pages + " pages");
    }
    for (long page = 0; page < one.model.pages; page++) {
      byte[] shown = one.model.show(page);
      byte[] expected = shown == null ? new byte[ModelObject.PAGE] : shown;
      boolean cpuFirst = (order >>> page & 1) == 0;
      if (cpuFirst) {
        compareByCpu(register, page, expected);
      }
      byte[] seen = new byte[ModelObject.PAGE];
      expectOk(one.object.read(Pages.address(page), MemorySegment.ofArray(seen), 0, seen.length));
      expectSame("read", register, page, expected, seen);
      if (!cpuFirst) {
        compareByCpu(register, page, expected);
      }
      if ((one.object.frameOf(page) == Frames.NONE) != (shown == null)) {
        throw new AssertionError(
            "register %d, page %d: frame %d, expected %s"
                .formatted(register, page, one.object.frameOf(page), shown == null ? "no" : "one"));
      }
    }
    if (one.model.pages < MAPPED) {
      compareBeyond(register, one.model.pages);
    }
  }

  private void compareByCpu(int register, long page, byte[] expected) {
    byte[] seen = new byte[ModelObject.PAGE];
    Fault fault = cpu.read(address(register, page), MemorySegment.ofArray(seen), 0, seen.length);
    if (fault != null) {
      throw new AssertionError("register " + register + ", page " + page + ": " + fault);
    }
    expectSame("the CPU", register, page, expected, seen);
  }

  private void compareBeyond(int register, long page) {
    try {
      cpu.load(address(register, page), 1);
      throw new AssertionError("register " + register + ", page " + page + " is beyond the end");
    } catch (MemoryFault fault) {
      if (fault.fault().reason() != FaultReason.BEYOND_OBJECT) {
        throw fault;
      }
    }
  }

  private static void expectSame(String who, int register, long page, byte[] model, byte[] seen) {
    int mismatch = Arrays.mismatch(model, seen);
    if (mismatch >= 0) {
      throw new AssertionError(
          "register %d, page %d: %s sees something else at byte %d"
              .formatted(register, page, who, mismatch));
    }
  }

  private static void expectOk(Outcome outcome) {
    if (outcome != Outcome.OK) {
      throw new AssertionError("refused: " + outcome);
    }
  }

  private void count(String what) {
    tally.merge(what, 1, Integer::sum);
  }
}
