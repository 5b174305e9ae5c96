package dev.mapwright.cli;

import dev.mapwright.cli.picture.Picture;
import dev.mapwright.cli.picture.Piece;
import dev.mapwright.cli.picture.Runs;
import dev.mapwright.cli.picture.SpacePicture;
import dev.mapwright.cli.picture.SvgPicture;
import dev.mapwright.cli.picture.SvgPicture.Titled;
import dev.mapwright.cli.picture.TextPicture;
import dev.mapwright.cli.picture.WalkPicture;
import dev.mapwright.cli.text.Sizes;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.linux.maps.MappedRange;
import dev.mapwright.linux.maps.MapsEntry;
import dev.mapwright.linux.maps.MapsReader;
import dev.mapwright.linux.replay.FinishedReplay;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code mapwright maps}: what a recorded program had mapped in the end, as a picture; or what the
 * domains of an IOMMU hold, of a recording ({@link IommuMaps}) or a program ({@link ProgramMaps}).
 */
final class MapsCommand {
  private MapsCommand() {}

  static void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Replays a recording and shows the address space that it leaves: mappings with their"
                + " permissions and sizes, gaps, and what the page tables hold after a CPU has"
                + " tried the first and the last byte of each mapping.",
            "",
            "Of a folder with an IOMMU's tables (tables.json), it shows the domains that the replay"
                + " leaves. Of a program (FILE.java), which it runs as 'mapwright run' does, it"
                + " shows the domains that the program made, each as it stood when it held most;"
                + " what the program prints goes to standard error, so that standard output is the"
                + " picture alone.")
        .footer(
            "",
            "Exit code: 0 when there is a picture, also of a replay that differs; 1 when the"
                + " program threw; 2 for bad input, and when there is nothing to show.",
            "",
            "Colours appear on a terminal only, and not when NO_COLOR is set.",
            "",
            "Examples:",
            "  mapwright maps examples/traces/sqlite",
            "  mapwright maps examples/traces/java-g1 --svg java.svg",
            "  mapwright maps examples/traces/sqlite --walk 7f3bd9f3c123",
            "  mapwright maps examples/traces/iommu-nvme --device 00:03.0 --walk ff5fe123",
            "  mapwright maps examples/RingDriver.java",
            "  mapwright maps --line 88 examples/RingDriver.java");
    Replaying.declare(spec, "; or a folder with an IOMMU's tables; or a program, FILE.java.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .arity("0..*")
            .paramLabel("ARG")
            .type(String[].class)
            .description("The program's arguments; those that look like options behind '--'.")
            .build());
    spec.addOption(
        OptionSpec.builder("--device")
            .paramLabel("BDF")
            .type(String.class)
            .description(
                "Of an IOMMU's recording, show only the domain of this device, for example"
                    + " 00:03.0.")
            .build());
    spec.addOption(
        OptionSpec.builder("--line")
            .paramLabel("N")
            .type(Integer.class)
            .description(
                "Show the domains as they stood before line N of the program was carried out for"
                    + " the first time.")
            .build());
    spec.addOption(
        OptionSpec.builder("--all")
            .type(boolean.class)
            .description(
                "Draw each mapping of a recorded program, also those that repeat in a pattern and"
                    + " are drawn as one otherwise.")
            .build());
    spec.addOption(
        OptionSpec.builder("--svg")
            .paramLabel("FILE")
            .type(Path.class)
            .description("Write the picture to a file as SVG instead; - is standard output.")
            .build());
    spec.addOption(
        OptionSpec.builder("--walk")
            .paramLabel("ADDRESS")
            .type(String.class)
            .description(
                "Show instead how the page tables are walked for an address, level by level. The"
                    + " address is hexadecimal, with or without 0x.")
            .build());
  }

  static int run(ParseResult parsed, PrintWriter out, PrintWriter err) throws IOException {
    Path svg = parsed.matchedOptionValue("--svg", null);
    String walk = parsed.matchedOptionValue("--walk", null);
    if (svg != null && walk != null) {
      throw new UserError("--svg and --walk exclude each other; call maps twice");
    }
    Path input = parsed.matchedPositionalValue(0, Path.of(""));
    if (input.toString().endsWith(".java")) {
      refuse(parsed, input + " is a program", "--walk", "--device", "--initial", "--pid", "--all");
      List<Titled> pictures = new ArrayList<>();
      int code = ProgramMaps.run(input, parsed, pictures, err);
      show(pictures, "the domains of " + input, svg, out, err);
      return code;
    }
    refuse(parsed, input + " is no program", "--line");
    if (parsed.matchedPositionalValue(1, new String[0]).length > 0) {
      throw new UserError("arguments are for programs; " + input + " is none (FILE.java)");
    }
    long address = walk == null ? 0 : address(walk);
    if (IommuReplaying.isIn(input)) {
      IommuReplaying.refuseOptions(input, parsed);
      String device = parsed.matchedOptionValue("--device", null);
      if (walk != null) {
        IommuMaps.walk(input, device, address, out, err);
        return Main.OK;
      }
      show(IommuMaps.pictures(input, device, err), "the domains of " + input, svg, out, err);
      return Main.OK;
    }
    refuse(parsed, input + " holds no IOMMU's tables", "--device");
    return Replaying.onMachine(machine -> {
      try (FinishedReplay finished = Replaying.replay(parsed, err).runAndKeep(machine)) {
        if (!finished.report().agrees()) {
          warn(err);
        }
        List<Piece> pieces = pieces(finished, stackLast(parsed));
        if (walk != null) {
          WalkPicture.print(
              finished.space().engine(), address, covering(pieces, address), format(machine), out);
          return Main.OK;
        }
        boolean all = parsed.matchedOptionValue("--all", false);
        Picture picture =
            SpacePicture.of(
                finished.space().engine(),
                all ? pieces : Runs.fold(pieces),
                pieces.size(),
                entriesAre(finished));
        String title = title(parsed, finished);
        show(List.of(new Titled(title, picture)), title, svg, out, err);
        return Main.OK;
      }
    });
  }

  private static String entriesAre(FinishedReplay finished) {
    return "page table entries, made where a CPU has tried the first and the last byte of the "
        + Sizes.count(finished.report().access().ranges(), "area")
        + " of which the mappings consist";
  }

  /** Says that a replay differs from what is drawn of it. */
  static void warn(PrintWriter err) {
    err.println(
        "mapwright maps: the replay differs from the recording;"
            + " 'mapwright replay' says where. This is what the engine came to:");
  }

  private static void refuse(ParseResult parsed, String because, String... options) {
    for (String option : options) {
      if (parsed.hasMatchedOption(option)) {
        throw new UserError(option + " does not go with this: " + because);
      }
    }
  }

  private static void show(
      List<Titled> pictures, String all, @Nullable Path svg, PrintWriter out, PrintWriter err) {
    if (svg == null) {
      for (int i = 0; i < pictures.size(); i++) {
        if (i > 0) {
          out.println();
        }
        Titled one = pictures.get(i);
        TextPicture.print(one.picture(), one.title(), Terminal.columns(), Terminal.colours(), out);
      }
    } else if (svg.toString().equals("-")) {
      SvgPicture.printAll(pictures, out);
    } else {
      write(pictures, svg);
      err.println(svg + ": the picture of " + all);
    }
  }

  private static String title(ParseResult parsed, FinishedReplay finished) {
    int pid = finished.report().pid();
    return parsed.matchedPositionalValue(0, Path.of(""))
        + (pid > 0 ? ", process " + pid : "")
        + ", in the end";
  }

  private static String format(Machine machine) {
    return machine instanceof SimulatedMachine simulated ? simulated.tableFormat() : "this machine";
  }

  /**
   * The last address of the first program's stack; -1 when nobody recorded it. The stack grows
   * downwards, so this is where it is found again.
   */
  private static long stackLast(ParseResult parsed) throws IOException {
    Path recording = parsed.matchedPositionalValue(0, Path.of(""));
    Path initial = parsed.matchedOptionValue("--initial", recording.resolve("initial.maps"));
    if (Files.isRegularFile(initial)) {
      for (MapsEntry entry : MapsReader.read(initial)) {
        if (entry.name().equals(MapsEntry.STACK)) {
          return entry.last();
        }
      }
    }
    return -1;
  }

  private static List<Piece> pieces(FinishedReplay finished, long stackLast) {
    List<Piece> pieces = new ArrayList<>();
    long heapLast = finished.space().heapEnd() - 1;
    for (MappedRange range : MappedRange.merge(finished.space().ranges())) {
      String name = range.object();
      if (name.isEmpty() && range.first() <= heapLast && heapLast <= range.last()) {
        name = "[heap]";
      } else if (name.isEmpty() && range.last() == stackLast) {
        name = MapsEntry.STACK;
      }
      pieces.add(
          new Piece(
              Pages.of(range.first()),
              Pages.of(range.last()),
              range.protection(),
              range.permissions(),
              name));
    }
    return pieces;
  }

  private static @Nullable Piece covering(List<Piece> pieces, long address) {
    long page = Pages.of(address);
    for (Piece piece : pieces) {
      if (piece.firstPage() <= page && page <= piece.lastPage()) {
        return piece;
      }
    }
    return null;
  }

  private static void write(List<Titled> pictures, Path file) {
    StringWriter text = new StringWriter();
    SvgPicture.printAll(pictures, new PrintWriter(text));
    try {
      Files.writeString(file, text.getBuffer());
    } catch (IOException e) {
      throw UserFiles.unwritable(file, e);
    }
  }

  private static long address(String text) {
    String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
    try {
      if (!digits.isEmpty() && digits.charAt(0) != '+' && digits.charAt(0) != '-') {
        return Long.parseUnsignedLong(digits, 16);
      }
    } catch (NumberFormatException notHexadecimal) {
      // said below
    }
    throw new UserError(
        "'"
            + text
            + "' is no address; expected up to 16 hexadecimal digits, for example 0x7f3b2000");
  }
}
