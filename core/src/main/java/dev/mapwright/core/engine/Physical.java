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

  /** Holds what a mapping will show; false, with nothing held, when a count is full. */
  static boolean hold(EngineObject object, long objectPage, long pages) {
    if (object.kind() != ObjectKind.PHYSICAL) {
      return true;
    }
    Frames frames = object.machine().frames();
    long shown = Math.min(pages, object.pages() - objectPage);
    for (long i = 0; i < shown; i++) {
      long pfn = object.physicalFrame(objectPage + i);
      if (!frames.isRam(pfn)) {
        long skipped = frames.pagesToRam(pfn);
        if (skipped <= 0 || skipped >= shown - i) {
          return true;
        }
        i += skipped - 1;
      } else if (!frames.hold(pfn)) {
        unhold(object, objectPage, i);
        return false;
      }
    }
    return true;
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
