package dev.mapwright.cli;

import dev.mapwright.cli.program.LoadedProgram;
import dev.mapwright.cli.program.SourceProgram;
import dev.mapwright.cli.program.Story;
import dev.mapwright.core.event.EventStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code mapwright run}: a Java source file against the library. */
final class RunCommand {
  /** The program ended with an exception. */
  private static final int THROWN = 1;

  private RunCommand() {}

  static void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "The file is compiled in memory against the library's modules: 'import module"
                + " dev.mapwright.sim;' imports the simulated machine and the engine, and so on for"
                + " dev.mapwright.windows, zircon and linux. A program needs no class around it:"
                + " 'void main() { ... }' is enough. What stands behind FILE.java is the program's.")
        .footer(
            "",
            "Exit code: the program's own; 1 when it throws; 2 when it can't be compiled.",
            "",
            "Examples:",
            "  mapwright run examples/RingBuffer.java",
            "  mapwright run --story examples/GuardRegion.java");
    spec.addOption(
        OptionSpec.builder("--story")
            .type(boolean.class)
            .description(
                "Tell on standard error what happens: each line of the program that changes an"
                    + " address space or a domain or meets a fault, and what it caused.")
            .build());
    // Options behind the file are the program's.
    spec.parser().stopAtPositional(true);
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("1")
            .required(true)
            .paramLabel("FILE.java")
            .type(Path.class)
            .description("The program.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .arity("0..*")
            .paramLabel("ARG")
            .type(String[].class)
            .description("The program's arguments.")
            .build());
  }

  static int run(ParseResult parsed, PrintWriter out, PrintWriter err) throws IOException {
    Path file = parsed.matchedPositionalValue(0, Path.of(""));
    String[] arguments = parsed.matchedPositionalValue(1, new String[0]);
    String source = read(file);
    LoadedProgram loaded = compiled(file, source, err).load();
    Method main = mainOf(file, loaded);
    boolean story = parsed.matchedOptionValue("--story", false);
    if (story) {
      String name = String.valueOf(file.getFileName());
      EventStream.listenToNewStreams(new Story(name, source.lines().toList(), err));
    }
    return carryOut(loaded, main, arguments, err);
  }

  /** The program in a file; its compiler's messages go to {@code err}. */
  static SourceProgram compiled(Path file, String source, PrintWriter err) throws IOException {
    SourceProgram program = compile(file, source, err);
    if (program == null) {
      throw new UserError(file + " does not compile; the compiler's messages are above");
    }
    return program;
  }

  static Method mainOf(Path file, LoadedProgram loaded) {
    Method main = loaded.mainMethod();
    if (main == null) {
      throw new UserError(file + " has no main method; expected 'void main() { ... }'");
    }
    return main;
  }

  /** Runs the program, and ends listening to new streams; what it throws is printed. */
  static int carryOut(LoadedProgram loaded, Method main, String[] arguments, PrintWriter err) {
    Throwable thrown;
    try {
      thrown = loaded.run(main, arguments);
    } finally {
      EventStream.listenToNewStreams(null);
      System.out.flush();
    }
    if (thrown == null) {
      return Main.OK;
    }
    LoadedProgram.hideLauncher(thrown);
    err.print("Exception in thread \"main\" ");
    thrown.printStackTrace(err);
    return THROWN;
  }

  static String read(Path file) throws IOException {
    UserFiles.needFile(file, "a Java source file");
    try {
      return Files.readString(file);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new UserError(file + " is no text in UTF-8; expected a Java source file", e);
    } catch (IOException e) {
      throw UserFiles.unreadable(file, e);
    }
  }

  private static @Nullable SourceProgram compile(Path file, String source, PrintWriter err)
      throws IOException {
    try {
      return SourceProgram.compile(file, source, err);
    } catch (IllegalStateException e) {
      throw new UserError(String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }
}
