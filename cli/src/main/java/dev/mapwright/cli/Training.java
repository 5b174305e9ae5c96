package dev.mapwright.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The training run for the ahead-of-time cache: carries out typical commands in one JVM so that the
 * cache holds the classes and profiles of all of them. The build runs it; no user does.
 */
final class Training {
  private Training() {}

  /**
   * Runs each argument as one command line, its words separated by single spaces.
   *
   * @param commandLines the command lines, without the leading {@code mapwright}
   */
  public static void main(String[] commandLines) {
    PrintWriter nowhere =
        new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    PrintWriter log = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    boolean failed = false;
    for (String commandLine : commandLines) {
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
}
