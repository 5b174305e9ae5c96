package dev.mapwright.proof.concurrency;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What happened in the runs of a campaign, and how often. */
final class CampaignTally {
  /** What every campaign does, with whatever seeds. */
  private static final List<String> USUAL =
      List.of(
          "collect",
          "commit",
          "decommit",
          "fork",
          "lease",
          "load",
          "load: BEYOND_OBJECT",
          "load: DENIED",
          "load: UNMAPPED",
          "map",
          "map frames",
          "move",
          "pin",
          "protect",
          "protect frames",
          "put out",
          "read",
          "reserved map",
          "reserved protect",
          "resize",
          "restore",
          "retag",
          "revert",
          "show a snapshot",
          "snapshot",
          "stamp",
          "unmap",
          "unmap frames",
          "write");

  private final AtomicLong stamps = new AtomicLong();
  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

  void stamp() {
    stamps.incrementAndGet();
  }

  long stamps() {
    return stamps.get();
  }

  void count(String what) {
    counts.computeIfAbsent(what, any -> new LongAdder()).increment();
  }

  private long of(String what) {
    LongAdder count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  /** What a campaign has to do and did not; empty for nothing. */
  String missing() {
    for (String what : USUAL) {
      if (of(what) == 0) {
        return "there was no " + what;
      }
    }
    return of("unjudged") > stamps() / 10 ? "much was not judged: " + this : "";
  }

  void add(CampaignTally other) {
    stamps.addAndGet(other.stamps());
    other.counts.forEach(
        (what, count) -> counts.computeIfAbsent(what, any -> new LongAdder()).add(count.sum()));
  }

  @Override
  public String toString() {
    return "stamps " + stamps + " " + counts;
  }
}
