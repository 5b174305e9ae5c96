package dev.mapwright.sim.tables;

import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.memory.FrameTable;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.RamRange;
import dev.mapwright.sim.memory.ThreadGuard;
import java.util.List;

/** Memory to put tables into. */
final class Tables implements AutoCloseable {
  final FailurePoints failures = new FailurePoints();
  final ThreadGuard guard;
  final Ram ram;
  final FrameTable frames;

  Tables(long pages, boolean concurrent) {
    PhysicalMap map = new PhysicalMap(List.of(new RamRange(0, pages, 0)));
    guard = new ThreadGuard(concurrent);
    ram = new Ram(map, (java.nio.file.Path) null);
    frames = new FrameTable(map, ram, failures, new EventStream(), guard);
  }

  PageTables translation(TableFormat format, long firstPage, long lastPage) {
    PageTables made = PageTables.create(frames, ram, guard, format, firstPage, lastPage);
    if (made == null) {
      throw new IllegalStateException("no frame for the root");
    }
    return made;
  }

  long used() {
    return frames.total() - frames.free();
  }

  @Override
  public void close() {
    ram.close();
  }
}
