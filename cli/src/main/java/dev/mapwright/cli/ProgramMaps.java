package dev.mapwright.cli;

import dev.mapwright.cli.picture.DomainPicture;
import dev.mapwright.cli.picture.SvgPicture.Titled;
import dev.mapwright.cli.program.DomainRecorder;
import dev.mapwright.cli.program.DomainRecorder.Sight;
import dev.mapwright.cli.program.LoadedProgram;
import dev.mapwright.cli.program.SourceProgram;
import dev.mapwright.core.event.EventStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** {@code mapwright maps} of a program: the domains that it makes, by their events alone. */
final class ProgramMaps {
  private ProgramMaps() {}

  /** Runs the program and draws; the exit code is that of {@code mapwright run}. */
  static int run(Path file, ParseResult parsed, List<Titled> pictures, PrintWriter err)
      throws IOException {
    String[] arguments = parsed.matchedPositionalValue(1, new String[0]);
    Integer line = parsed.matchedOptionValue("--line", null);
    SourceProgram program = RunCommand.compiled(file, RunCommand.read(file), err);
    DomainRecorder recorder = new DomainRecorder();
    if (line != null) {
      needCode(file, program, line);
      program = program.marked(line, recorder::mark);
    }
    int code;
    PrintStream output = System.out;
    try {
      LoadedProgram loaded = program.load();
      Method main = RunCommand.mainOf(file, loaded);
      err.flush();
      // Standard output is for the picture.
      System.setOut(System.err);
      EventStream.listenToNewStreams(recorder);
      code = RunCommand.carryOut(loaded, main, arguments, err);
    } finally {
      System.setOut(output);
      SourceProgram.endMarking();
    }
    if (line == null) {
      draw(file, recorder.most(), null, pictures);
    } else {
      List<Sight> marked = recorder.marked();
      if (marked == null) {
        throw new UserError("line " + line + " of " + file + " was never carried out");
      }
      draw(file, marked, line, pictures);
    }
    if (pictures.isEmpty()) {
      throw new UserError(
          (file + " made no domain" + (line == null ? "" : " that was there before line " + line))
              + "; a machine with an IOMMU has them, as in examples/RingDriver.java");
    }
    return code;
  }

  private static void needCode(Path file, SourceProgram program, int line) {
    if (!program.lines().contains(line)) {
      Integer next = program.lines().higher(line);
      throw new UserError(
          ("line " + line + " of " + file + " holds nothing that is carried out")
              + (next == null ? "" : "; the next that does is " + next));
    }
  }

  private static void draw(
      Path file, List<Sight> sights, @Nullable Integer line, List<Titled> pictures) {
    for (int i = 0; i < sights.size(); i++) {
      Sight sight = sights.get(i);
      pictures.add(
          new Titled(
              (file
                      + ", domain "
                      + sight.name()
                      + which(sights, i)
                      + ", "
                      + when(file, sight, line))
                  + (sight.certain()
                      ? ""
                      : " (not certain: its name or its events do not tell enough)"),
              DomainPicture.of(sight.parts(), sight.lastPage())));
    }
  }

  /** Which of several domains of one name it is. */
  private static String which(List<Sight> sights, int index) {
    int number = 0;
    int all = 0;
    for (int i = 0; i < sights.size(); i++) {
      if (sights.get(i).name().equals(sights.get(index).name())) {
        all++;
        number += i <= index ? 1 : 0;
      }
    }
    return all == 1 ? "" : " (" + number + " of " + all + ")";
  }

  private static String when(Path file, Sight sight, @Nullable Integer line) {
    if (line != null) {
      return "before line " + line;
    }
    String after = lineIn(file, sight.site());
    return "when it held most" + (after == null ? "" : ", after line " + after);
  }

  /** The line of a call site that is in the program's own file; null for others. */
  private static @Nullable String lineIn(Path file, String site) {
    String start = file.getFileName() + ":";
    return site.startsWith(start) ? site.substring(start.length()) : null;
  }
}
