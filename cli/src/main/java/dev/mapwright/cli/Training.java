package dev.mapwright.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The training run for the ahead-of-time cache: carries out typical commands in one JVM so that the
 * cache holds the classes and profiles of all of them. The build runs it; no user does.
 */
final class Training {
  private Training() {}

  /**
   * Runs every line of a file as one command line, its words separated by single spaces.
   *
   * @param args the file; its lines begin after {@code mapwright}
   */
  public static void main(String[] args) throws IOException {
    PrintWriter nowhere =
        new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    PrintWriter log = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    Shapes.link();
    boolean failed = false;
    for (String commandLine : Files.readAllLines(Path.of(args[0]))) {
      int code = Main.run(nowhere, log, commandLine.split(" "));
      if (code != Main.OK) {
        log.println("training: 'mapwright " + commandLine + "' ended with " + code);
        failed = true;
      }
    }
    if (failed) {
      System.exit(Main.DEFECT);
    }
  }

  /**
   * Lambdas of the shapes of which {@code java.lang.foreign} makes method handles when a machine
   * gets its RAM. A cache has the code for a shape when a lambda that is in it needs it; otherwise
   * every start generates, verifies and links it, which is a tenth of a short command's time.
   */
  private static final class Shapes {
    private interface OfNumberAndObject {
      @Nullable Object of(long number, Object object);
    }

    static void link() {
      LongFunction<@Nullable Object> ofNumber = number -> number == 0 ? "" : null;
      ToLongFunction<String> toNumber = text -> text.length();
      OfNumberAndObject ofBoth = (number, object) -> number == 0 ? object : null;
      if (ofBoth.of(toNumber.applyAsLong(""), "") != ofNumber.apply(0)) {
        throw new AssertionError("the same constant");
      }
    }
  }
}
