package dev.mapwright.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The java command that the script {@code mapwright} ends in when it is asked to replay a recording
 * of a few lines and nothing else, taken from the script itself and from what it remembers about
 * its last build.
 *
 * @param command up to and with the main class
 * @param withoutCache the same where no ahead-of-time cache was made
 * @param cached whether the command uses one
 */
record Launcher(List<String> command, List<String> withoutCache, boolean cached) {
  String java() {
    return command.getFirst();
  }

  /** Null when this was not started by the script, or the script has changed its form. */
  static @Nullable Launcher find() throws IOException {
    String root = System.getProperty("mapwright.root");
    if (root == null) {
      return null;
    }
    Path found = Path.of(root, ".mapwright", "found");
    if (!Files.isReadable(found)) {
      return null;
    }
    // Four lines: JAVA_HOME as it was, the JDK, its build, the program's folder.
    List<String> remembered = Files.readAllLines(found);
    List<String> script = Files.readAllLines(Path.of(root, "mapwright"));
    String options = assigned(script, "vm");
    String tiny = assigned(script, "tiny");
    if (remembered.size() < 4 || options == null || tiny == null) {
      return null;
    }
    Path app = Path.of(remembered.get(3));
    Path cache = app.resolve("tiny.aot");
    boolean cached = Files.isReadable(cache);
    String java = remembered.get(1) + "/bin/java";
    List<String> uncached =
        command(
            java,
            options + " " + tiny,
            List.of(
                "-Dmapwright.classes=" + app + "/replay.classes",
                "-Xbootclasspath/a:" + app + "/uncached.jar",
                "dev.mapwright.cli.ColdStart"));
    List<String> fast =
        command(
            java,
            options + " " + tiny,
            List.of(
                "-XX:AOTCache=" + cache,
                "-Xbootclasspath/a:" + app + "/mapwright.jar",
                "dev.mapwright.cli.Main"));
    return new Launcher(cached ? fast : uncached, uncached, cached);
  }

  private static List<String> command(String java, String options, List<String> classes) {
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(List.of(options.split(" ")));
    command.addAll(classes);
    return command;
  }

  /** What a line of the script assigns to a variable, in quotes; null when there is none. */
  private static @Nullable String assigned(List<String> script, String variable) {
    for (String line : script) {
      if (line.startsWith(variable + "='") && line.endsWith("'")) {
        return line.substring(variable.length() + 2, line.length() - 1);
      }
    }
    return null;
  }
}
