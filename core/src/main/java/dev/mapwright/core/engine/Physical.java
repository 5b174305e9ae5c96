package dev.mapwright.core.engine;

import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.object.EngineObject;

/**
 * Mappings of physical addresses hold the frames of RAM that they show (I4, I7), so that a frame
 * freed under them is not reused before they are gone.
 */
final class Physical {
  private Physical() {}

  /**
   * Acquires room for counting what a mapping will hold. It stays when it turns out that it was not
   * needed; false when there is none.
   */
  static boolean prepare(EngineObject object, long objectPage, long pages) {
    long shown = Math.min(pages, object.pages() - objectPage);
    return object.kind() != ObjectKind.PHYSICAL
        || shown <= 0
        || object.machine().frames().prepareHolds(object.physicalFrame(objectPage), shown);
  }

  /** Holds what a mapping will show. */
  static void hold(EngineObject object, long objectPage, long pages) {
    if (object.kind() != ObjectKind.PHYSICAL) {
      return;
    }
    Frames frames = object.machine().frames();
    long shown = Math.min(pages, object.pages() - objectPage);
    for (long i = 0; i < shown; i++) {
      long pfn = object.physicalFrame(objectPage + i);
      if (!frames.isRam(pfn)) {
        long skipped = frames.pagesToRam(pfn);
        if (skipped <= 0 || skipped >= shown - i) {
          return;
        }
        i += skipped - 1;
      } else {
        frames.hold(pfn);
      }
    }
  }

  static void unhold(EngineObject object, long objectPage, long pages) {
    if (object.kind() != ObjectKind.PHYSICAL) {
      return;
    }
    Frames frames = object.machine().frames();
    long shown = Math.min(pages, object.pages() - objectPage);
    for (long i = 0; i < shown; i++) {
      long pfn = object.physicalFrame(objectPage + i);
      if (!frames.isRam(pfn)) {
        long skipped = frames.pagesToRam(pfn);
        if (skipped <= 0 || skipped >= shown - i) {
          return;
        }
        i += skipped - 1;
      } else {
        frames.unhold(pfn);
      }
    }
  }
}
