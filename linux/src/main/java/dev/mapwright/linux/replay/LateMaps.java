package dev.mapwright.linux.replay;

import dev.mapwright.linux.abi.MapFlag;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.maps.MapsEntry;
import dev.mapwright.linux.strace.Call;
import dev.mapwright.linux.strace.StraceReader;
import dev.mapwright.linux.strace.TraceEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Initial maps that were copied too late: they hold what a later call returns, though nothing was
 * unmapped before it. A replay of them differs, and nobody is wrong but the copy.
 */
final class LateMaps {
  private LateMaps() {}

  /** What is wrong with the maps; null if they are not too late. */
  static @Nullable InputFormatException find(Path calls, Path maps, List<MapsEntry> initial)
      throws IOException {
    int first = -1;
    boolean begun = false;
    try (StraceReader reader = StraceReader.open(calls)) {
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        first = first == -1 ? event.pid() : first;
        if (!(event instanceof TraceEvent.Finished done) || event.pid() != first) {
          continue;
        }
        Call call = done.call();
        if (call instanceof Call.Mmap mmap) {
          int entry = done.outcome().succeeded() ? covering(initial, mmap, done) : -1;
          if (entry >= 0) {
            return new InputFormatException(
                maps.toString(),
                entry + 1,
                "what was mapped before the first call, as a copy that was made in time holds it",
                "what the mmap in line " + done.line() + " of the calls maps later");
          }
        } else if (call instanceof Call.Exec && !begun) {
          begun = true;
        } else if (!(call instanceof Call.Mprotect || call instanceof Call.Brk)) {
          return null; // from here on a place may have become free
        }
        begun = true;
      }
    }
    return null;
  }

  /** Which of the initial entries lies where the kernel has found a free place; -1 if none. */
  private static int covering(List<MapsEntry> initial, Call.Mmap mmap, TraceEvent.Finished done) {
    long fixed = MapFlag.MAP_FIXED | MapFlag.MAP_FIXED_NOREPLACE;
    if ((mmap.flags() & fixed) != 0 || mmap.length() <= 0) {
      return -1;
    }
    long place = done.outcome().value();
    for (int i = 0; i < initial.size(); i++) {
      MapsEntry entry = initial.get(i);
      if (Long.compareUnsigned(entry.first(), place + mmap.length()) < 0
          && Long.compareUnsigned(place, entry.last()) <= 0) {
        return i;
      }
    }
    return -1;
  }
}
