package dev.mapwright.sim.iommu;

import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.sim.memory.FrameTable;
import java.util.HashMap;
import java.util.Map;

/**
 * The frames of the structures that lead from a requester to its tables: one root table, context
 * tables, PASID directories and PASID tables. Each is there as long as something in it is used; how
 * often it is used is counted here and not read from memory, where anybody may have written.
 *
 * <p>What an attachment needs is used first, all of it or nothing ({@link #use}). What is no longer
 * used is found by {@link #unuse}, which lets the frame go: so it comes after everybody has
 * forgotten the entry that led there.
 *
 * <p>Guarded by the lock of {@link SimulatedIommu}.
 */
final class StructureFrames {
  /** What frames are for; which one of a kind is told by a number. */
  enum Kind {
    /** The root table, number 0. */
    ROOT,
    /** A context table: by bus, or in scalable mode by half of a bus. */
    CONTEXT,
    /** A PASID directory, by requester. */
    DIRECTORY,
    /** A PASID table, by requester and the PASID's upper bits. */
    PASIDS
  }

  private record Name(Kind kind, long number) {}

  /** A frame, and how often it is used. */
  private static final class Used {
    final long pfn;
    int times = 1;

    Used(long pfn) {
      this.pfn = pfn;
    }
  }

  private final FrameTable frames;
  private final Map<Name, Used> used = new HashMap<>();

  StructureFrames(FrameTable frames) {
    this.frames = frames;
  }

  /** How many frames there are. */
  int count() {
    return used.size();
  }

  boolean isUsed(Kind kind, long number) {
    return used.containsKey(new Name(kind, number));
  }

  private Used require(Kind kind, long number) {
    Used there = used.get(new Name(kind, number));
    if (there == null) {
      throw new IllegalStateException("no " + kind + " " + number);
    }
    return there;
  }

  /** The frame of what is used. */
  long pfn(Kind kind, long number) {
    return require(kind, number).pfn;
  }

  /** Whether something is used just once. */
  boolean usedOnce(Kind kind, long number) {
    return require(kind, number).times == 1;
  }

  /** Uses something once more, making it if it is not there; false when no frame is left. */
  boolean use(Kind kind, long number) {
    Name name = new Name(kind, number);
    Used there = used.get(name);
    if (there != null) {
      there.times++;
      return true;
    }
    long pfn = frames.allocate(FrameOwner.TABLE, 0);
    if (pfn == Frames.NONE) {
      return false;
    }
    used.put(name, new Used(pfn));
    return true;
  }

  /** Ends one use, and gives the frame back if it was the last. */
  void unuse(Kind kind, long number) {
    Used there = require(kind, number);
    if (--there.times == 0) {
      used.remove(new Name(kind, number));
      frames.free(there.pfn);
    }
  }
}
