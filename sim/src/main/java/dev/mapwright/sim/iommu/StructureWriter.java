package dev.mapwright.sim.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.sim.iommu.StructureFrames.Kind;
import dev.mapwright.sim.memory.FrameTable;
import dev.mapwright.sim.memory.Ram;
import org.jspecify.annotations.Nullable;

/**
 * Writes the structures that lead from a requester to its tables, and reads none of them: what it
 * has written is known to whoever calls.
 *
 * <p>An entry is entered where none is present: its other words first and the one with the present
 * bit last. It is cleared the other way round, and then every port has to be made to forget it
 * before its frames are let go. Whoever calls does that in between ({@link #clear}, {@link
 * #release}).
 *
 * <p>Guarded by the lock of {@link SimulatedIommu}.
 */
final class StructureWriter {
  /** The number of PASID bits that a directory of one frame has. */
  static final int PASID_BITS = 15;

  private static final int LOG2_DIRECTORY = PASID_BITS - PasidEntry.LOG2_TABLE;

  private final Words words;
  private final StructureFrames frames;
  private final boolean scalable;
  private final int mostLevels;

  StructureWriter(FrameTable frames, Ram ram, boolean scalable, int addressBits) {
    this.frames = new StructureFrames(frames);
    words = new Words(ram);
    this.scalable = scalable;
    mostLevels = (addressBits - 12) / 9;
  }

  /** How many frames the structures have. */
  int count() {
    return frames.count();
  }

  /** What the root table address register has to say. */
  long register() {
    if (!frames.isUsed(Kind.ROOT, 0)) {
      return RootEntry.ABORT;
    }
    return frames.pfn(Kind.ROOT, 0) << Pages.SHIFT
        | (scalable ? RootEntry.SCALABLE : RootEntry.LEGACY);
  }

  /** Which context table is a requester's. */
  private long contextNumber(int requester) {
    return (long) requester >>> (scalable ? 7 : 8);
  }

  private static long pasidsNumber(int requester, int pasid) {
    return (long) requester << 32 | pasid >>> PasidEntry.LOG2_TABLE;
  }

  // ---- frames

  /**
   * Acquires the frames for an entry of a requester, or of a PASID of it; false when one was
   * missing, and then nothing has changed.
   */
  boolean acquire(int requester, int pasid) {
    Kind[] kinds = Kind.values();
    int needed = scalable ? kinds.length : 2;
    for (int i = 0; i < needed; i++) {
      if (!frames.use(kinds[i], number(kinds[i], requester, pasid))) {
        while (i-- > 0) {
          frames.unuse(kinds[i], number(kinds[i], requester, pasid));
        }
        return false;
      }
    }
    return true;
  }

  private long number(Kind kind, int requester, int pasid) {
    return switch (kind) {
      case ROOT -> 0;
      case CONTEXT -> contextNumber(requester);
      case DIRECTORY -> requester;
      case PASIDS -> pasidsNumber(requester, pasid);
    };
  }

  /** Lets the frames go that an entry has used; nobody remembers it. */
  void release(int requester, int pasid) {
    Kind[] kinds = Kind.values();
    for (int i = scalable ? kinds.length : 2; i-- > 0; ) {
      frames.unuse(kinds[i], number(kinds[i], requester, pasid));
    }
  }

  // ---- entries

  /**
   * Enters what a requester, or a PASID of it, is attached to.
   *
   * @param domain the tables; null for none, so that addresses pass through
   * @param number the domain's
   */
  void enter(int requester, int pasid, @Nullable Domain domain, int number) {
    if (scalable) {
      enterPasid(requester, pasid, domain, number);
      enterDirectory(requester, pasid);
      long at = ScalableContextEntry.at(contextPfn(requester), requester);
      words.set(
          at, ScalableContextEntry.word0(frames.pfn(Kind.DIRECTORY, requester), LOG2_DIRECTORY));
    } else {
      long at = ContextEntry.at(contextPfn(requester), requester);
      int levels = domain == null ? mostLevels : domain.levels;
      words.set(at + 8, ContextEntry.word1(number, levels));
      words.set(
          at,
          domain == null
              ? ContextEntry.word0(ContextEntry.PASS_THROUGH, 0)
              : ContextEntry.word0(ContextEntry.SECOND_STAGE, domain.root()));
    }
    words.set(rootAt(requester), RootEntry.of(contextPfn(requester)));
  }

  private long contextPfn(int requester) {
    return frames.pfn(Kind.CONTEXT, contextNumber(requester));
  }

  private long rootAt(int requester) {
    return RootEntry.at(register(), requester);
  }

  private long pasidAt(int requester, int pasid) {
    return PasidEntry.at(frames.pfn(Kind.PASIDS, pasidsNumber(requester, pasid)), pasid);
  }

  private long directoryAt(int requester, int pasid) {
    return PasidEntry.directoryAt(frames.pfn(Kind.DIRECTORY, requester), pasid);
  }

  private void enterPasid(int requester, int pasid, @Nullable Domain domain, int number) {
    long at = pasidAt(requester, pasid);
    words.set(at + 8, number);
    if (domain == null) {
      words.set(at, PasidEntry.passThrough(mostLevels));
    } else if (domain.kind == TableKind.SECOND_STAGE) {
      boolean marking = domain.translation() != null;
      words.set(at, PasidEntry.secondStage(domain.root(), domain.levels, marking));
    } else {
      words.set(at + 16, PasidEntry.firstStageWord2(domain.root(), domain.levels));
      words.set(at, PasidEntry.firstStage());
    }
  }

  private void enterDirectory(int requester, int pasid) {
    long pfn = frames.pfn(Kind.PASIDS, pasidsNumber(requester, pasid));
    words.set(directoryAt(requester, pasid), PasidEntry.directoryWord(pfn));
  }

  /** Clears an entry, and the entries above that lead to nothing else. */
  void clear(int requester, int pasid) {
    if (usedOnce(Kind.CONTEXT, requester, pasid)) {
      words.set(rootAt(requester), 0);
    }
    if (!scalable) {
      long at = ContextEntry.at(contextPfn(requester), requester);
      words.set(at, 0);
      words.set(at + 8, 0);
      return;
    }
    if (usedOnce(Kind.DIRECTORY, requester, pasid)) {
      words.set(ScalableContextEntry.at(contextPfn(requester), requester), 0);
    }
    if (usedOnce(Kind.PASIDS, requester, pasid)) {
      words.set(directoryAt(requester, pasid), 0);
    }
    long at = pasidAt(requester, pasid);
    for (int word = 0; word < PasidEntry.WORDS; word++) {
      words.set(at + 8L * word, 0);
    }
  }

  private boolean usedOnce(Kind kind, int requester, int pasid) {
    return frames.usedOnce(kind, number(kind, requester, pasid));
  }
}
