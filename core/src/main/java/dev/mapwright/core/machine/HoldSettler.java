package dev.mapwright.core.machine;

/**
 * Counts anew how often frames are held, where {@linkplain Frames#hold the frames' own counts
 * stick}.
 *
 * <p>A count that sticks does no harm but one: its frame is not handed out again. So this is called
 * by whoever misses frames: before giving up for want of them, when a report shows frames that are
 * {@link FrameOwner#HELD_BACK} for long, or from time to time while a machine is idle. The engine
 * never calls it by itself, because it costs the size of everything that is mapped.
 *
 * <p>Why the result is right while other threads go on. Holds of a frame are made and given up
 * under the lock of the user that has them, and only together with the mapping that they are for;
 * so a user that is asked once tells what was true at that moment. Users are asked one after the
 * other and at different moments. But each hold of a frame whose count sticks, and each that is
 * given up, is noticed by {@link Frames.HoldCount#finish}; if there was none since counting began,
 * then what was true at those moments is true together.
 */
public final class HoldSettler {
  /** Counting is in vain when somebody is always faster; the next call tries again. */
  private static final int TRIES = 4;

  private HoldSettler() {}

  /**
   * Settles all counts that stick. Frames that were held back only for them become free.
   *
   * <p>Takes the users' locks one after the other, so the caller holds no lock of the engine:
   * inside a callback it is refused. Several threads may call it at once.
   *
   * @param machine the machine
   * @return false when counts stick as before, because others held and let go such frames all the
   *     time or memory was short; true otherwise
   * @throws IllegalStateException inside a callback of the engine
   */
  public static boolean settle(Machine machine) {
    machine.events().callbacks().refuseCalls(0);
    for (int i = 0; i < TRIES; i++) {
      try {
        if (settled(machine)) {
          return true;
        }
      } catch (OutOfMemoryError e) {
        return false;
      }
    }
    return false;
  }

  private static boolean settled(Machine machine) {
    Frames.HoldCount count = machine.frames().countHolds();
    if (count.empty()) {
      return true;
    }
    for (FrameUser user : machine.census().living(FrameUser.class)) {
      if (!user.forEachHeld(count::add)) {
        return false;
      }
    }
    return count.finish();
  }
}
