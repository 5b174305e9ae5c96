package dev.mapwright.linux.replay;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Entry point for a fuzzer: any bytes are a recording that is replayed to the end, or bad input.
 */
public final class ReplayFuzz {

  private ReplayFuzz() {}

  /** Replays the bytes; whatever they are, the engine's invariants hold and nothing leaks. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Path file = Files.createTempFile("replay", ".strace");
      try (SimulatedMachine machine = TestMachine.create()) {
        Files.write(file, data);
        try {
          ReplayReport report = Replay.of(file).run(machine);
          if (!report.violations().isEmpty() || !report.access().wrong().isEmpty()) {
            throw new AssertionError(report.violations() + " " + report.access());
          }
        } catch (InputFormatException e) {
          if (e.expected().isEmpty()) {
            throw new AssertionError("an error that says nothing", e);
          }
        }
        if (!machine.census().leaks().isEmpty()) {
          throw new AssertionError(machine.census().leaks().toString());
        }
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new AssertionError("a temporary file cannot fail", e);
    }
  }
}
