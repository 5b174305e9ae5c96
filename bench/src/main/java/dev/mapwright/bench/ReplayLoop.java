package dev.mapwright.bench;

import dev.mapwright.linux.replay.Replay;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Replays a recording on a machine of its own each time; made by {@link FreshEngine}. */
final class ReplayLoop implements Consumer<Path> {
  /** As much as the command {@code replay} gives. */
  private static final long RAM_PAGES = 1L << 24;

  @Override
  public void accept(Path recording) {
    try (SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, RAM_PAGES).singleThreaded().build()) {
      Replay.of(recording).run(machine);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
