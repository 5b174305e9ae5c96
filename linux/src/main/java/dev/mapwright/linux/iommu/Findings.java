package dev.mapwright.linux.iommu;

import java.util.ArrayList;
import java.util.List;

/** What a replay has found: what was compared, and what could not be, and why. Not thread-safe. */
final class Findings {
  private final List<Finding> compared = new ArrayList<>();
  private final List<String> notCompared = new ArrayList<>();

  /** Adds what was compared. */
  void add(FindingMaker maker) {
    compared.add(maker.made());
  }

  /** Adds what was compared, if there was anything. */
  void addIfAny(FindingMaker maker, String otherwise) {
    Finding made = maker.made();
    if (made.compared() > 0) {
      compared.add(made);
    } else {
      notCompared.add(otherwise);
    }
  }

  /** Says what could not be compared, and why. */
  void notCompared(String what) {
    notCompared.add(what);
  }

  List<Finding> compared() {
    return compared;
  }

  List<String> notCompared() {
    return notCompared;
  }
}
