package dev.mapwright.bench;

import org.jspecify.annotations.Nullable;

/**
 * One row of the table.
 *
 * @param name the row's name in the table of targets, for example {@code A1 n=10}
 * @param what what is done
 * @param baseline what it is compared with
 * @param unit what target and measured value are: {@link #RATIO}, or a unit such as bytes
 * @param goal what the median is to be; null when the row only informs
 * @param measured null when it could not be measured; {@link #remark} then says why
 * @param remark absolute figures, or why there are none
 */
record Row(
    String name,
    String what,
    String baseline,
    String unit,
    @Nullable Goal goal,
    @Nullable Quartiles measured,
    String remark) {

  static final String RATIO = "ratio";

  /**
   * What a median is to be.
   *
   * @param bound at most this, or at least
   * @param atLeast which of the two
   * @param unjudged why this machine can't tell at the moment; null when it can
   */
  record Goal(double bound, boolean atLeast, @Nullable String unjudged) {
    static @Nullable Goal atMost(@Nullable Double bound) {
      return bound == null ? null : new Goal(bound, false, null);
    }

    private boolean met(double median) {
      return atLeast ? median >= bound : median <= bound;
    }
  }

  static Row ratio(
      String name,
      String what,
      String baseline,
      @Nullable Double target,
      Quartiles measured,
      String remark) {
    return new Row(name, what, baseline, RATIO, Goal.atMost(target), measured, remark);
  }

  /** A ratio that is the better the larger it is. */
  static Row gain(
      String name, String what, String baseline, Goal goal, Quartiles measured, String remark) {
    return new Row(name, what, baseline, RATIO, goal, measured, remark);
  }

  /** An amount that is the better the larger it is. */
  static Row rate(
      String name, String what, String unit, double target, Quartiles measured, String remark) {
    return new Row(name, what, "-", unit, new Goal(target, true, null), measured, remark);
  }

  static Row amount(
      String name,
      String what,
      String unit,
      @Nullable Double target,
      double measured,
      String remark) {
    Quartiles exact = new Quartiles(measured, measured, measured);
    return new Row(name, what, "-", unit, Goal.atMost(target), exact, remark);
  }

  static Row notMeasurable(
      String name, String what, String baseline, @Nullable Double target, String why) {
    return new Row(
        name, what, baseline, RATIO, Goal.atMost(target), null, "not measurable here: " + why);
  }

  /** Whether the median meets the goal; null when there is none, or nothing that can be judged. */
  @Nullable Boolean held() {
    return goal == null || measured == null || noisy() || goal.unjudged != null
        ? null
        : goal.met(measured.median());
  }

  boolean noisy() {
    return measured != null && measured.noisy();
  }
}
