package dev.mapwright.proof.engine;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.proof.engine.ModelUnits.Unit;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The objects that a space maps, each with its model. Every object ever made stays in the list,
 * since mappings outlive the registers.
 */
final class EngineObjects {
  static final int REGISTERS = 4;

  private final int unitPages;
  private final Judge judge;
  final List<MemoryObject> objects = new ArrayList<>();
  final List<ModelObject> objectModels = new ArrayList<>();

  /** Which objects the registers hold a reference to. */
  final int[] held = new int[REGISTERS];

  EngineObjects(Machine machine, int unitPages, Judge judge) {
    this.unitPages = unitPages;
    this.judge = judge;
    for (int i = 0; i < REGISTERS; i++) {
      long pages = (i + 1L) * 24 * unitPages;
      held[i] = i;
      objects.add(MemoryObject.paged(machine, pages).get());
      objectModels.add(new ModelObject(pages));
    }
  }

  void releaseAll() {
    for (int i : held) {
      objects.get(i).release();
    }
  }

  ModelObject modelOf(Unit unit) {
    return objectModels.get(unit.object());
  }

  /** The number at the beginning of a page that a unit shows. */
  long shown(Unit unit, long within) {
    byte[] page = modelOf(unit).show(unit.objectPage() + within);
    return page == null ? 0 : ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Changes an object while it is mapped; or makes a child that takes its register. */
  void change(Step step) {
    int register = step.to() % REGISTERS;
    MemoryObject object = objects.get(held[register]);
    ModelObject objectModel = objectModels.get(held[register]);
    long first = Math.min(objectModel.pages, step.first() % 64 * unitPages);
    long count = Math.min(objectModel.pages - first, step.count() % 4 + 1);
    switch ((int) (step.value() & 7)) {
      case 0 -> {
        long pages = step.first() % 100 * unitPages;
        boolean pinned =
            pages < objectModel.pages && objectModel.pinned(pages, objectModel.pages - pages);
        judge.judge(
            "resize",
            pinned ? Outcome.PINNED : Outcome.OK,
            judge.hunger.call(() -> object.resize(pages)));
        if (!pinned) {
          objectModel.resize(pages);
        }
      }
      case 1, 2 -> {
        judge.judge("commit", Outcome.OK, judge.hunger.call(() -> object.commit(first, count)));
        for (long page = first; page < first + count; page++) {
          objectModel.writable(page);
        }
      }
      case 3 -> {
        long gone = Math.min(count * unitPages, objectModel.pages - first);
        boolean pinned = objectModel.pinned(first, gone);
        judge.judge(
            "decommit",
            pinned ? Outcome.PINNED : Outcome.OK,
            judge.hunger.call(() -> object.decommit(first, gone)));
        if (pinned) {
          return;
        }
        objectModel.own.keySet().removeIf(page -> page >= first && page < first + gone);
      }
      case 4, 5 -> {
        boolean live = (step.value() & 8) == 0 || objectModel.pinned(0, objectModel.pages);
        long pages = step.first() % 100 * unitPages;
        ChildKind kind = live ? ChildKind.LIVE_VIEW : ChildKind.SNAPSHOT;
        objects.add(judge.hunger.make(() -> object.child(kind, first, pages)).get());
        objectModels.add(
            live ? objectModel.live(first, pages) : objectModel.snapshot(first, pages));
        judge.count(live ? "live view" : "snapshot");
        int to = (step.from() + register) % REGISTERS;
        objects.get(held[to]).release();
        held[to] = objects.size() - 1;
      }
      default -> {
        if (first < objectModel.pages) {
          byte[] data = new byte[8];
          ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(step.value());
          judge.judge(
              "write",
              Outcome.OK,
              judge.hunger.call(
                  () -> object.write(Pages.address(first), MemorySegment.ofArray(data), 0, 8)));
          System.arraycopy(data, 0, objectModel.writable(first), 0, 8);
        }
      }
    }
  }
}
