package dev.mapwright.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One call of the command inside this JVM and what it said. What a program prints to {@link
 * System#out} is caught as well.
 *
 * @param code the exit code
 * @param out what came to standard output, with line ends of one character
 * @param err what came to standard error, likewise
 */
record Session(int code, String out, String err) {
  /** The checkout. */
  static final Path ROOT = Path.of(System.getProperty("mapwright.root", "..")).normalize();

  static Session of(String... args) {
    StringWriter err = new StringWriter();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
    PrintStream before = System.out;
    System.setOut(stream);
    int code;
    try {
      code =
          Main.run(
              new PrintWriter(stream, false, StandardCharsets.UTF_8), new PrintWriter(err), args);
    } finally {
      System.setOut(before);
    }
    stream.flush();
    return new Session(code, lines(out.toString(StandardCharsets.UTF_8)), lines(err.toString()));
  }

  private static String lines(String text) {
    return text.replace(System.lineSeparator(), "\n");
  }
}
