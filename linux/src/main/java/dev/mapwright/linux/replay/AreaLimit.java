package dev.mapwright.linux.replay;

import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.strace.Call;

/**
 * vm.max_map_count: how many areas a process may have. mmap and brk are refused when it has more
 * (one more is let through), and whatever would split an area when it has as many.
 *
 * <p>Recordings do not show the limit. If nobody names it, refusals near the usual one can't be
 * judged. If somebody does, mmap's are computed; whether other calls split an area depends on which
 * of its neighbours are one with it, so theirs are only believed.
 */
final class AreaLimit {

  /** What the limit makes of a call. */
  enum Effect {
    /** It is refused. */
    REFUSED,
    /** It may be refused. */
    DOUBTFUL,
    /** It is not refused. */
    NONE
  }

  /** Which limit kernels have if nobody changes it. */
  private static final int USUAL = 65_530;

  /** What a call may split and add. */
  private static final int MARGIN = 4;

  private final int limit;
  private final boolean known;

  /**
   * Makes a limit.
   *
   * @param limit the number of areas; -1 if nobody knows
   */
  AreaLimit(int limit) {
    this.known = limit >= 0;
    this.limit = known ? limit : USUAL;
  }

  /** Why a call is refused. */
  String objection() {
    return "the process has more than " + limit + " areas";
  }

  /** What the limit makes of a call that is not refused for other reasons. */
  Effect on(Call call, LinuxSpace space) {
    // No area is less than one mapping, so where there are few mappings nothing has to be counted.
    if (space.engine().mappings() < limit - MARGIN) {
      return Effect.NONE;
    }
    if (known && call instanceof Call.Mmap) {
      if (space.areas(true) > limit) {
        return Effect.REFUSED;
      }
      return space.areas(false) > limit - MARGIN ? Effect.DOUBTFUL : Effect.NONE;
    }
    return Effect.DOUBTFUL;
  }
}
