package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis on which each factor of ten takes the same room.
 *
 * @param low the value at the beginning
 * @param high the value at the end
 * @param from where it begins in the picture
 * @param to where it ends
 */
record LogAxis(double low, double high, double from, double to) {
  /** From 1, 2 or 5 of a decade below the values to 1, 2 or 5 of one above. */
  static LogAxis around(double smallest, double largest, double from, double to) {
    double low = round(smallest, false);
    double high = round(largest, true);
    return new LogAxis(low, high, from, to);
  }

  private static double round(double value, boolean up) {
    double decade = Math.pow(10, Math.floor(Math.log10(value)));
    double found = decade;
    for (double step : new double[] {1, 2, 5, 10}) {
      double candidate = step * decade;
      if (up && candidate >= value * 0.999) {
        return candidate;
      }
      if (!up && candidate <= value * 1.001) {
        found = candidate;
      }
    }
    return found;
  }

  double place(double value) {
    return from + (to - from) * Math.log10(value / low) / Math.log10(high / low);
  }

  /** The powers of ten on it. */
  List<Double> decades() {
    List<Double> decades = new ArrayList<>();
    double first = Math.ceil(Math.log10(low) - 1e-9);
    for (double exponent = first; Math.pow(10, exponent) <= high * 1.001; exponent++) {
      decades.add(Math.pow(10, exponent));
    }
    return decades;
  }

  /** The other round values between: 2 to 9 times a power of ten. */
  List<Double> between() {
    List<Double> values = new ArrayList<>();
    for (double exponent = Math.floor(Math.log10(low));
        Math.pow(10, exponent) <= high;
        exponent++) {
      for (int digit = 2; digit <= 9; digit++) {
        double value = digit * Math.pow(10, exponent);
        if (value >= low * 0.999 && value <= high * 1.001) {
          values.add(value);
        }
      }
    }
    return values;
  }
}
