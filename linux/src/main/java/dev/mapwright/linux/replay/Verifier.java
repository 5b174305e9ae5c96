package dev.mapwright.linux.replay;

import dev.mapwright.linux.Answer;
import dev.mapwright.linux.Choices;
import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.LinuxSystem;
import dev.mapwright.linux.SavedAreas;
import dev.mapwright.linux.abi.Errno;
import dev.mapwright.linux.abi.MapFlag;
import dev.mapwright.linux.abi.Protection;
import dev.mapwright.linux.abi.RemapFlag;
import dev.mapwright.linux.abi.SharedMemoryFlag;
import dev.mapwright.linux.strace.Call;
import dev.mapwright.linux.strace.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one recorded call after the other and compares.
 *
 * <p>The engine's answer is computed first. If the kernel's differs, one of four things is true:
 *
 * <ul>
 *   <li>a stack had grown, which no call shows: the area is grown and the call made again;
 *   <li>the answer depends on what nobody recorded ({@link Territory}) or on what no recording
 *       shows ({@link Excuses}): it is counted as unverifiable;
 *   <li>otherwise it is a divergence.
 * </ul>
 *
 * In the last two cases the replay goes on as if the engine had answered like the kernel: what the
 * kernel refused is taken back, what it mapped is mapped.
 */
final class Verifier {

  static final int MAX_LISTED = 1000;

  private static final long MOVE = RemapFlag.MREMAP_MAYMOVE | RemapFlag.MREMAP_FIXED;

  private final LinuxSystem system;
  private final ReplayRoom room;
  private final RecordedChoices choices = new RecordedChoices();
  private final CallRunner runner;
  private final ReplayListener listener;
  private final AreaLimit areaLimit;
  private final List<Divergence> divergences = new ArrayList<>();
  private final List<CallAtWork> strays = new ArrayList<>();
  private long divergenceCount;
  private long refusals;
  private long unverifiable;
  private long stackGrowths;
  private long choicesTaken;
  private long mmapAnswers;
  private long mmapComputed;
  private long reordered;

  Verifier(LinuxSystem system, ReplayRoom room, ReplayListener listener, AreaLimit areaLimit) {
    this.areaLimit = areaLimit;
    this.system = system;
    this.room = room;
    this.runner = new CallRunner(system, choices);
    this.listener = listener;
  }

  long choicesTaken() {
    return choicesTaken;
  }

  long mmapAnswers() {
    return mmapAnswers;
  }

  long mmapComputed() {
    return mmapComputed;
  }

  List<Divergence> divergences() {
    return divergences;
  }

  long divergenceCount() {
    return divergenceCount;
  }

  long refusals() {
    return refusals;
  }

  long unverifiable() {
    return unverifiable;
  }

  /** A call took effect before one that had returned earlier. */
  void reordered() {
    reordered++;
  }

  /** How many did. */
  long reorderedCalls() {
    return reordered;
  }

  long stackGrowths() {
    return stackGrowths;
  }

  /** Saves what a call may change, so that it can be taken back. */
  SavedAreas save(CallAtWork work) {
    LinuxSpace space = work.process().space();
    room.call(space);
    return Footprint.of(work.call(), work.outcome(), space).save(space);
  }

  /**
   * Makes a call that may be taken back; true if the engine answers like the kernel.
   *
   * @param mode whether places that can be computed must be the recorded ones
   */
  boolean tryCall(CallAtWork work, RecordedChoices.Mode mode) {
    if (isRefusedInTheDark(work)) {
      return true;
    }
    choices.enter(work.outcome(), work.process().layout(), mode);
    long answer = runner.run(work.call(), work.process().space());
    boolean agrees = CallRunner.agrees(answer, work.outcome());
    boolean elsewhere = !work.outcome().succeeded() || choices.differed();
    if (!agrees && elsewhere && !Answer.isError(answer)) {
      takeBack(work.call(), answer, work.process().space());
    }
    return agrees;
  }

  /** The calls since this was last asked that do not fit their process, which is not certain. */
  List<CallAtWork> takeStrays() {
    if (strays.isEmpty()) {
      return List.of();
    }
    List<CallAtWork> taken = List.copyOf(strays);
    strays.clear();
    return taken;
  }

  /** How many free choices of the last call were taken from the recording. */
  int takenByLast() {
    return choices.taken();
  }

  /** Counts a call that was made by {@link #tryCall} and stays, with the choices taken for it. */
  void agreed(CallAtWork work, int taken) {
    work.process().made(work);
    if (isRefusedInTheDark(work)) {
      unverifiable++;
      return;
    }
    Territory territory = work.process().territory();
    if (territory != null && !territory.knows(work.footprint())) {
      learn(work, territory);
    }
    refusals += work.outcome().succeeded() ? 0 : 1;
    choicesTaken += taken;
    count(work, taken == 0);
  }

  /** Whether a call was refused where nobody knows what is mapped. */
  private static boolean isRefusedInTheDark(CallAtWork work) {
    Territory territory = work.process().territory();
    return territory != null && !work.outcome().succeeded() && !territory.knows(work.footprint());
  }

  /**
   * Before calls that overlap are tried in several orders: maps what a call must have found, but
   * for what another of them may have mapped.
   */
  void prepare(CallAtWork work, List<CallAtWork> others) {
    Territory territory = work.process().territory();
    if (territory == null || !work.outcome().succeeded() || territory.knows(work.footprint())) {
      return;
    }
    Territory known = territory.copy();
    for (CallAtWork other : others) {
      if (other.outcome().succeeded()) {
        known.learn(mappedAfter(other));
      }
    }
    assume(work, known);
  }

  /** Where a successful call has mapped something. */
  private static Footprint mappedAfter(CallAtWork work) {
    return work.changesPlaces() && !(work.call() instanceof Call.Munmap)
        ? work.footprint()
        : new Footprint();
  }

  private void count(CallAtWork work, boolean computed) {
    if (work.call() instanceof Call.Mmap && work.outcome().succeeded()) {
      mmapAnswers++;
      mmapComputed += computed ? 1 : 0;
    }
  }

  /** Makes a call and reports what there is to report. */
  void verify(CallAtWork work, RecordedChoices.Mode mode) {
    work.process().made(work);
    Outcome recorded = work.outcome();
    if (recorded.injected()) {
      unverifiable++;
      return;
    }
    if (!recorded.known()) {
      // The thread was killed inside the call: nobody knows whether it took effect.
      unverifiable++;
      work.process().layout().doubt();
      return;
    }
    if (work.call() instanceof Call.LockAll && refusedForLimits(recorded)) {
      unverifiable++;
      return;
    }
    Territory territory = work.process().territory();
    if (territory != null && !territory.knows(work.footprint())) {
      verifyUnknown(work, territory, mode);
      return;
    }
    verifyKnown(work, !work.process().guessed(), mode);
  }

  /** Everything may be locked by who has the privilege, or has little. */
  private static boolean refusedForLimits(Outcome recorded) {
    return "EPERM".equals(recorded.error())
        || "ENOMEM".equals(recorded.error())
        || "EAGAIN".equals(recorded.error());
  }

  private void verifyKnown(CallAtWork work, boolean strict, RecordedChoices.Mode mode) {
    LinuxSpace space = work.process().space();
    Outcome recorded = work.outcome();
    room.call(space);
    AreaLimit.Effect limited = areaLimit.on(work.call(), space);
    long heapEnd = space.heapEnd();
    choices.enter(recorded, work.process().layout(), mode);
    try (SavedAreas saved = recorded.succeeded() ? null : work.footprint().save(space)) {
      long answer = runner.run(work.call(), space);
      boolean agrees = CallRunner.agrees(answer, recorded);
      if (!agrees && grownStack(work, space)) {
        stackGrowths++;
        answer = again(work, space, mode);
        agrees = CallRunner.agrees(answer, recorded);
      }
      choicesTaken += choices.taken();
      count(work, agrees && choices.taken() == 0);
      boolean overLimit = limited == AreaLimit.Effect.REFUSED && !Answer.isError(answer);
      if (agrees && !(overLimit && strict)) {
        refusals += recorded.succeeded() ? 0 : 1;
        return;
      }
      if (agrees) {
        diverge(work, Answer.of(Errno.ENOMEM), areaLimit.objection());
        return;
      }
      if (overLimit && saved != null && "ENOMEM".equals(recorded.error())) {
        refusals++;
        takeBack(work.call(), answer, space);
        saved.restore();
        return;
      }
      boolean doubted = work.process().doubts(work);
      boolean judged = (strict || choices.differed()) && !doubted;
      if (work.process().isUnproven(work.pid())) {
        strays.add(work);
      }
      if (!judged
          || limited != AreaLimit.Effect.NONE && refusedForLimits(recorded)
          || Excuses.covers(work.call(), answer, recorded, system, heapEnd)) {
        unverifiable++;
      } else {
        diverge(work, answer, choices.objection());
      }
      if (saved != null && !Answer.isError(answer) && !Excuses.hasEffect(work.call())) {
        takeBack(work.call(), answer, space);
        saved.restore();
      } else if (saved == null) {
        follow(work, answer, space);
      }
    }
  }

  /**
   * Removes what a call has mapped at a place that the engine chose, because nobody recorded one.
   */
  private static void takeBack(Call call, long answer, LinuxSpace space) {
    if (call instanceof Call.Mmap c) {
      space.munmap(answer, MapFlag.mappedBytes(c.length(), c.flags()));
    } else if (call instanceof Call.Mremap c && answer != c.oldAddress()) {
      space.munmap(answer, c.newLength());
    } else if (call instanceof Call.Shmat) {
      space.shmdt(answer);
    }
  }

  /** The kernel succeeded, the engine did not, or with another answer. */
  private void follow(CallAtWork work, long answer, LinuxSpace space) {
    long value = work.outcome().value();
    if (work.call() instanceof Call.Mmap c) {
      if (!Answer.isError(answer)) {
        space.munmap(answer, MapFlag.mappedBytes(c.length(), c.flags()));
      }
      runner.force(c, value, space);
    } else if (work.call() instanceof Call.Mremap c && !Answer.isError(answer)) {
      space.mremap(answer, c.newLength(), c.newLength(), MOVE, value, Choices.topDown());
    } else if (work.call() instanceof Call.Shmat c && !Answer.isError(answer)) {
      space.shmdt(answer);
      space.shmat(c.segment(), value, c.flags() | SharedMemoryFlag.SHM_REMAP, Choices.topDown());
    } else if (work.call() instanceof Call.Brk c) {
      if (value >= 0 && space.brk(value, Choices.topDown()) == value) {
        return;
      }
      boolean plausible = value > 0 && value < LinuxSpace.TASK_BYTES;
      if (plausible && c.address() != value && answer != value) {
        space.placeHeap(Math.min(value, Math.max(space.heapEnd(), 0)), value);
      }
    }
  }

  /** Where a call touches what nobody recorded, it tells us what was there. */
  private void verifyUnknown(CallAtWork work, Territory territory, RecordedChoices.Mode mode) {
    if (!work.outcome().succeeded()) {
      unverifiable++;
      return;
    }
    assume(work, territory);
    territory.learn(Footprint.told(work.call(), work.outcome(), work.process().space()));
    verifyKnown(work, false, mode);
    Footprint.hidden(work.call(), work.outcome()).forEachRange(territory::forget);
  }

  private static void learn(CallAtWork work, Territory territory) {
    territory.learn(Footprint.told(work.call(), work.outcome(), work.process().space()));
    Footprint.hidden(work.call(), work.outcome()).forEachRange(territory::forget);
  }

  /** Maps what a successful call must have found where nobody knows what is mapped. */
  private void assume(CallAtWork work, Territory territory) {
    LinuxSpace space = work.process().space();
    mappedBefore(work.call(), space)
        .forEachRange((first, last) ->
            territory.forEachUnknown(
                first,
                last,
                (from, to) -> {
                  choices.enter(Outcome.UNKNOWN);
                  space.mmap(
                      from,
                      to - from + 1,
                      Protection.PROT_READ | Protection.PROT_WRITE,
                      MapFlag.MAP_PRIVATE | MapFlag.MAP_FIXED,
                      system.file(CallRunner.UNKNOWN),
                      from,
                      choices);
                }));
  }

  /** What must have been mapped for a call to succeed. */
  private static Footprint mappedBefore(Call call, LinuxSpace space) {
    Call touching;
    if (call instanceof Call.Mprotect
        || call instanceof Call.Madvise
        || call instanceof Call.RangeCall) {
      touching = call;
    } else if (call instanceof Call.Mremap c) {
      touching = new Call.Munmap(c.oldAddress(), c.oldLength());
    } else {
      touching = new Call.NoEffect("");
    }
    return Footprint.of(touching, Outcome.UNKNOWN, space);
  }

  private long again(CallAtWork work, LinuxSpace space, RecordedChoices.Mode mode) {
    choices.enter(work.outcome(), work.process().layout(), mode);
    return runner.run(work.call(), space);
  }

  /** Grows the stack above the first hole in a call's range, if the kernel found no hole there. */
  private static boolean grownStack(CallAtWork work, LinuxSpace space) {
    if (!work.outcome().succeeded()) {
      return false;
    }
    Call call = work.call();
    if (call instanceof Call.Mprotect c) {
      return grow(space, c.address(), c.length());
    } else if (call instanceof Call.Madvise c) {
      return grow(space, c.address(), c.length());
    } else if (call instanceof Call.Mremap c) {
      return grow(space, c.oldAddress(), c.oldLength());
    }
    return call instanceof Call.RangeCall c && grow(space, c.address(), c.length());
  }

  private static boolean grow(LinuxSpace space, long address, long bytes) {
    long start = address & -4096L;
    long hole = start + space.mappedBytes(start);
    return Long.compareUnsigned(hole - start, bytes) < 0 && space.growDown(hole);
  }

  private void diverge(CallAtWork work, long answer, @Nullable String objection) {
    divergenceCount++;
    String computed = text(answer) + (objection == null ? "" : " (" + objection + ")");
    Divergence divergence =
        new Divergence(
            work.line(), work.pid(), work.call().toString(), computed, work.outcome().toString());
    if (divergences.size() < MAX_LISTED) {
      divergences.add(divergence);
    }
    listener.divergence(divergence);
  }

  private static String text(long answer) {
    Errno errno = Answer.errno(answer);
    @Nullable String error = errno == null ? null : errno.name();
    return new Outcome(true, answer, error, false).toString();
  }
}
