package dev.mapwright.sim;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation.WalkStep;
import java.util.List;

/**
 * What {@link SimulatedMachine#walkTables} found.
 *
 * @param ending how the walk ended
 * @param level the level of the table at which it ended, 1 for the lowest: of the one whose entry
 *     was read last, or of the one that could not be read; 0 after {@link Ending#NOT_TRANSLATABLE}
 * @param pfn the frame of the page; -1 unless a leaf was found
 * @param leafPages how many pages the leaf translates; 0 unless one was found
 * @param permissions what all entries on the way allow together, a set of {@link
 *     dev.mapwright.core.Permissions}; nothing unless a leaf was found
 * @param steps the entries that were read, from the root on
 */
public record TableWalkReport(
    Ending ending, int level, long pfn, long leafPages, int permissions, List<WalkStep> steps) {

  /** Copies the steps. */
  public TableWalkReport {
    steps = List.copyOf(steps);
  }

  @Override
  public String toString() {
    String where = " at level " + level + ", entries read: " + steps.size();
    return switch (ending) {
      case LEAF ->
          "a leaf"
              + where
              + ", frame 0x"
              + Long.toHexString(pfn)
              + ", pages: "
              + leafPages
              + ", "
              + Permissions.text(permissions);
      case ABSENT -> "nothing is mapped: no entry" + where;
      case RESERVED -> "an entry has reserved bits set" + where;
      case OUTSIDE_RAM -> "a table is not RAM" + where;
      case NOT_TRANSLATABLE -> "the format can't translate the page";
    };
  }

  /** How a walk ended. */
  public enum Ending {
    /** At a leaf. */
    LEAF,
    /** At an entry that is not present, or at a table in RAM that nobody has written to yet. */
    ABSENT,
    /**
     * At an entry with bits set that the format reserves, or a table's where only leaves may be.
     */
    RESERVED,
    /** At a table, or the root, that is not RAM. */
    OUTSIDE_RAM,
    /** Before it began: the format can't translate the page. */
    NOT_TRANSLATABLE
  }
}
