package dev.mapwright.cli;

import dev.mapwright.cli.report.IommuReport;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.iommu.IommuReplay;
import dev.mapwright.linux.iommu.IommuReplayReport;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import picocli.CommandLine.ParseResult;

/** {@code mapwright replay} of a folder with the tables of an IOMMU. */
final class IommuReplaying {
  private IommuReplaying() {}

  /** Whether a folder holds such a recording. Costs one question to the file system. */
  static boolean isIn(Path folder) {
    return folder.resolve("tables.json").toFile().isFile();
  }

  /** Replays, prints, and says whether all agrees. */
  static boolean run(Path folder, boolean json, PrintWriter out) throws IOException {
    IommuReplayReport report = replay(folder, (found, domains) -> {});
    if (json) {
      IommuReport.printJson(report, folder.toString(), out);
    } else {
      IommuReport.print(report, folder.toString(), out);
    }
    return report.agrees();
  }

  /** Refuses what only other recordings have. */
  static void refuseOptions(Path folder, ParseResult parsed) {
    for (String option : new String[] {"--initial", "--expect", "--pid", "--max-map-count"}) {
      if (parsed.hasMatchedOption(option)) {
        throw new UserError(
            option + " is for recordings of programs; " + folder + " holds an IOMMU's tables");
      }
    }
  }

  /** Replays; the looker sees what that leaves. */
  static IommuReplayReport replay(Path folder, IommuReplay.Looker looker) throws IOException {
    try {
      IommuReplay replay = IommuReplay.of(folder);
      try (SimulatedMachine recorded = WalkedMemory.machineOf(replay);
          SimulatedMachine machine =
              WalkedMemory.machineFor(replay.tables(), Replaying.RAM_PAGES)) {
        return replay.run(
            WalkedMemory.recorded(recorded, replay.tables()),
            machine,
            WalkedMemory.own(machine),
            looker);
      }
    } catch (InputFormatException e) {
      throw new UserError(String.valueOf(e.getMessage()), e);
    } catch (FileSystemException e) {
      throw UserFiles.unreadable(Path.of(String.valueOf(e.getFile())), e);
    }
  }
}
