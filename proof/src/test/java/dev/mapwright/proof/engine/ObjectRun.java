package dev.mapwright.proof.engine;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.proof.SplitMix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Memory objects in eight registers, each with its model. Every step's outcome is compared, and
 * after it some pages; {@link #compareAll} compares all pages of all objects.
 */
final class ObjectRun {
  static final int KINDS = 12;
  static final int PAGES = 24;
  private static final int REGISTERS = 8;

  private final Machine machine;
  private final @Nullable MemoryObject[] objects = new MemoryObject[REGISTERS];
  private final @Nullable ModelObject[] models = new ModelObject[REGISTERS];
  final Hunger hunger;
  final Map<String, Integer> tally = new TreeMap<>();

  ObjectRun(Machine machine) {
    this.machine = machine;
    this.hunger = new Hunger(machine.failures());
  }

  void step(Step step) {
    int from = step.from() % REGISTERS;
    int to = step.to() % REGISTERS;
    MemoryObject object = objects[from];
    ModelObject model = models[from];
    if (object == null || model == null) {
      long size = step.first() + step.count();
      put(to, hunger.make(() -> MemoryObject.paged(machine, size)), new ModelObject(size), "paged");
      return;
    }
    // Ranges lie inside the object three times out of four.
    boolean fit = (step.value() & 3) != 0;
    long first = fit ? step.first() % (model.pages + 1) : step.first();
    long count = fit ? Math.min(step.count(), model.pages - first) : step.count();
    boolean inside = first <= model.pages && count <= model.pages - first;
    switch (step.kind()) {
      case 0 -> {
        long size = step.first() + step.count();
        put(
            to,
            hunger.make(() -> MemoryObject.paged(machine, size)),
            new ModelObject(size),
            "paged");
      }
      case 1, 2 -> {
        long size = step.first() + count;
        put(
            to,
            hunger.make(() -> object.child(ChildKind.LIVE_VIEW, first, size)),
            model.live(first, size),
            "live");
      }
      case 3, 4 -> {
        if (model.pinned(0, model.pages)) {
          judge(
              "snapshot",
              Outcome.PINNED,
              hunger.make(() -> object.child(ChildKind.SNAPSHOT, 0, 1)).outcome());
        } else {
          long size = step.first() + count;
          put(
              to,
              hunger.make(() -> object.child(ChildKind.SNAPSHOT, first, size)),
              model.snapshot(first, size),
              "snapshot");
        }
      }
      case 5 -> release(from);
      case 6 -> {
        long size = (step.value() & 0xf0) == 0 ? 0 : step.first() + step.count();
        Outcome expected =
            size < model.pages && model.pinned(size, model.pages - size)
                ? Outcome.PINNED
                : Outcome.OK;
        judge("resize", expected, hunger.call(() -> object.resize(size)));
        if (expected == Outcome.OK) {
          model.resize(size);
        }
      }
      case 7 -> {
        judge(
            "commit",
            inside ? Outcome.OK : Outcome.OUTSIDE,
            hunger.call(() -> object.commit(first, count)));
        for (long page = first; inside && page < first + count; page++) {
          model.writable(page);
        }
      }
      case 8 -> {
        Outcome expected =
            !inside ? Outcome.OUTSIDE : model.pinned(first, count) ? Outcome.PINNED : Outcome.OK;
        judge("decommit", expected, hunger.call(() -> object.decommit(first, count)));
        if (expected == Outcome.OK) {
          model.own.keySet().removeIf(page -> page >= first && page < first + count);
        }
      }
      case 9, 10 -> write(object, model, first, step);
      default -> pin(object, model, first, count, inside);
    }
    comparePage(from, first);
    comparePage(to, first);
  }

  private void write(MemoryObject object, ModelObject model, long first, Step step) {
    long offset = first * ModelObject.PAGE + (step.value() & 0xfff);
    int length = (int) (step.value() >>> 12 & 0x1fff);
    long size = model.pages * ModelObject.PAGE;
    boolean inside = offset <= size && length <= size - offset;
    byte[] bytes = new byte[length];
    SplitMix mix = new SplitMix(step.value());
    for (int i = 0; i < length; i += 61) {
      bytes[i] = (byte) mix.next();
    }
    judge(
        "write",
        inside ? Outcome.OK : Outcome.OUTSIDE,
        hunger.call(() -> object.write(offset, MemorySegment.ofArray(bytes), 0, length)));
    for (int i = 0; inside && i < length; ) {
      int within = (int) ((offset + i) % ModelObject.PAGE);
      int run = Math.min(length - i, ModelObject.PAGE - within);
      byte[] page = model.writable((offset + i) / ModelObject.PAGE);
      System.arraycopy(bytes, i, page, within, run);
      i += run;
    }
  }

  private void pin(MemoryObject object, ModelObject model, long first, long count, boolean inside) {
    if (model.pinned(0, model.pages)) {
      // One pin at a time keeps the model's counts and the ranges to unpin the same.
      long[] range = model.pins.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
      object.unpin(range[0], range.length);
      model.pins.clear();
      count("unpin", Outcome.OK);
      return;
    }
    judge(
        "pin", inside ? Outcome.OK : Outcome.OUTSIDE, hunger.call(() -> object.pin(first, count)));
    for (long page = first; inside && page < first + count; page++) {
      model.writable(page);
      model.pins.put(page, 1);
    }
  }

  private void put(int to, Made<MemoryObject> made, ModelObject model, String what) {
    judge(what, Outcome.OK, made.outcome());
    release(to);
    objects[to] = made.made();
    models[to] = model;
  }

  /** Gives up a register's reference; pins are taken back first, as every user has to. */
  private void release(int register) {
    MemoryObject object = objects[register];
    ModelObject model = models[register];
    if (object == null || model == null) {
      return;
    }
    if (!model.pins.isEmpty()) {
      long[] range = model.pins.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
      object.unpin(range[0], range.length);
      model.pins.clear();
    }
    object.release();
    objects[register] = null;
    models[register] = null;
    count("release", Outcome.OK);
  }

  void releaseAll() {
    for (int register = 0; register < REGISTERS; register++) {
      release(register);
    }
  }

  void compareAll() {
    for (int register = 0; register < REGISTERS; register++) {
      MemoryObject object = objects[register];
      ModelObject model = models[register];
      if (object != null && model != null) {
        if (object.pages() != model.pages) {
          throw new AssertionError(object + " should have " + model.pages + " pages");
        }
        for (long page = 0; page < model.pages; page++) {
          comparePage(register, page);
        }
      }
    }
  }

  private void comparePage(int register, long page) {
    MemoryObject object = objects[register];
    ModelObject model = models[register];
    if (object == null || model == null || page >= model.pages) {
      return;
    }
    byte[] shown = model.show(page);
    byte[] seen = new byte[ModelObject.PAGE];
    Outcome outcome =
        object.read(page * ModelObject.PAGE, MemorySegment.ofArray(seen), 0, seen.length);
    byte[] expected = shown == null ? new byte[ModelObject.PAGE] : shown;
    if (outcome != Outcome.OK || !Arrays.equals(expected, seen)) {
      throw new AssertionError(
          "register %d, page %d: %s, first difference at %d"
              .formatted(register, page, outcome, Arrays.mismatch(expected, seen)));
    }
    if ((object.frameOf(page) == Frames.NONE) != (shown == null)) {
      throw new AssertionError(
          "register %d, page %d: frame %d, expected %s"
              .formatted(register, page, object.frameOf(page), shown == null ? "none" : "one"));
    }
  }

  private void judge(String what, Outcome expected, Outcome seen) {
    count(what, seen);
    if (expected != seen) {
      throw new AssertionError(what + " answered " + seen + ", expected " + expected);
    }
  }

  private void count(String what, Outcome outcome) {
    tally.merge(what + " " + outcome, 1, Integer::sum);
  }
}
