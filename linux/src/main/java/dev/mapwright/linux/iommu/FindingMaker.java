package dev.mapwright.linux.iommu;

import java.util.ArrayList;
import java.util.List;

/** Counts what matches and what differs, and keeps the first differences. Not thread-safe. */
final class FindingMaker {
  static final int MOST_LISTED = 10;

  private final String subject;
  private final String nouns;
  private final String agreement;
  private final List<String> differences = new ArrayList<>();
  private long compared;
  private long matching;

  FindingMaker(String subject, String nouns, String agreement) {
    this.subject = subject;
    this.nouns = nouns;
    this.agreement = agreement;
  }

  void matches(long count) {
    compared += count;
    matching += count;
  }

  void differs(long count, String difference) {
    compared += count;
    if (differences.size() < MOST_LISTED) {
      differences.add(difference);
    }
  }

  Finding made() {
    return new Finding(subject, nouns, agreement, compared, matching, differences);
  }
}
