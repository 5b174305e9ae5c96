package dev.mapwright.linux.iommu;

import dev.mapwright.core.Permissions;
import dev.mapwright.linux.input.HeapRoom;
import dev.mapwright.linux.input.InputFormatException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks of tables: what the recorded ones translate, walked once for each topmost table, and what
 * ours do. Not thread-safe.
 */
final class TableWalks {
  /** How many entries are looked at in all. */
  static final long MOST_ENTRIES = 1L << 26;

  private static final long FEW_ENTRIES = 1L << 12;

  private final TableMemory recording;
  private final List<Integer> requesters;
  private final HeapRoom room;

  /** What each topmost table translates, by its frame. */
  private final Map<Long, PageRuns> recorded = new HashMap<>();

  /** How many entries may still be looked at. */
  private long entriesLeft = MOST_ENTRIES;

  TableWalks(TableMemory recording, List<Integer> requesters, HeapRoom room) {
    this.recording = recording;
    this.requesters = requesters;
    this.room = room;
  }

  /** Walks the recorded tables of all devices. */
  FindingMaker walkAll() throws IOException {
    FindingMaker structures =
        new FindingMaker("roots", "devices", "found by the structures that lead to their tables");
    for (int requester : requesters) {
      long root = root(requester);
      if (root == TableMemory.REFUSED) {
        structures.differs(
            1, RecordedNumbers.name(requester) + ": what leads to its tables can't be followed");
        continue;
      }
      structures.matches(1);
      if (root >= 0 && !recorded.containsKey(root)) {
        recorded.put(
            root, walk(recording, requester, "the tables of " + RecordedNumbers.name(requester)));
      }
    }
    return structures;
  }

  /** The devices whose tables were recorded. */
  List<Integer> requesters() {
    return requesters;
  }

  /** The frame of a requester's topmost recorded table; negative when nothing leads to one. */
  long root(int requester) {
    return recording.rootOf(requester);
  }

  /** What the recorded tables translate for a requester; null when it has none. */
  @Nullable PageRuns found(int requester) {
    return recorded.get(root(requester));
  }

  /** The same, empty for none. */
  PageRuns runs(int requester) {
    PageRuns runs = found(requester);
    return runs == null ? new PageRuns("nothing", room) : runs;
  }

  /**
   * Walks a requester's tables. How many entries there are to look at nobody knows before, and a
   * few hostile tables have more than anybody can; so it is tried with more and more, and what was
   * tried counts.
   */
  PageRuns walk(TableMemory memory, int requester, String name) throws IOException {
    for (long most = FEW_ENTRIES; most <= entriesLeft; most *= 4) {
      entriesLeft -= most;
      PageRuns runs = new PageRuns(name, room);
      boolean whole =
          memory.visit(
              requester,
              most,
              (first, last, pfn, permissions) ->
                  runs.add(first, last, pfn, permissions & Permissions.READ_WRITE));
      if (whole) {
        return runs;
      }
    }
    throw new InputFormatException(
        name, 0, "at most " + MOST_ENTRIES + " entries in all tables", "more than that");
  }
}
