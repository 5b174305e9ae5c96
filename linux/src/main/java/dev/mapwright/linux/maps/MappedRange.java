package dev.mapwright.linux.maps;

import dev.mapwright.linux.abi.Protection;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of addresses with everything that is a fact about its mapping, and nothing else. Two
 * address spaces are equal if their merged ranges are.
 *
 * @param first the first address
 * @param last the last address, inclusive
 * @param protection {@code PROT_} bits
 * @param shared whether stores are seen by other views of the object
 * @param object the object's name without {@code (deleted)}; empty for private anonymous memory
 * @param offset where in the object the range begins, in bytes; 0 for private anonymous memory
 */
public record MappedRange(
    long first, long last, int protection, boolean shared, String object, long offset) {

  /**
   * Joins neighbours that agree in permissions, object and offset.
   *
   * @param ranges ranges that are disjoint and in ascending order
   * @return the fewest ranges that say the same
   */
  public static List<MappedRange> merge(Iterable<MappedRange> ranges) {
    List<MappedRange> merged = new ArrayList<>();
    MappedRange open = null;
    for (MappedRange range : ranges) {
      if (open != null && open.continuesIn(range)) {
        open =
            new MappedRange(
                open.first, range.last, open.protection, open.shared, open.object, open.offset);
        continue;
      }
      if (open != null) {
        merged.add(open);
      }
      open = range;
    }
    if (open != null) {
      merged.add(open);
    }
    return merged;
  }

  /** Whether the next range is the same mapping going on. */
  private boolean continuesIn(MappedRange next) {
    return last != -1L
        && last + 1 == next.first
        && protection == next.protection
        && shared == next.shared
        && object.equals(next.object)
        && (object.isEmpty() || offset + (next.first - first) == next.offset);
  }

  /**
   * The range in the notation of {@code /proc/PID/maps}, without device and inode.
   *
   * @return for example "7f0000000000-7f0000002000 rw-p 00000000 /usr/lib/libc.so.6"
   */
  @Override
  public String toString() {
    String end = last == -1L ? "10000000000000000" : Long.toHexString(last + 1);
    return (Long.toHexString(first) + "-" + end + " " + permissions())
        + (" " + "0".repeat(Math.max(0, 8 - Long.toHexString(offset).length())))
        + (Long.toHexString(offset) + (object.isEmpty() ? "" : " " + object));
  }

  /**
   * The four letters that {@code /proc/PID/maps} prints.
   *
   * @return for example "r-xp"
   */
  public String permissions() {
    return ((protection & Protection.PROT_READ) != 0 ? "r" : "-")
        + ((protection & Protection.PROT_WRITE) != 0 ? "w" : "-")
        + ((protection & Protection.PROT_EXEC) != 0 ? "x" : "-")
        + (shared ? "s" : "p");
  }
}
