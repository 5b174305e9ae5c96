package dev.mapwright.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The java command that the script {@code mapwright} ends in when it is asked to replay a short
 * recording and nothing else, taken from the script itself and from what it remembers about its
 * last build.
 *
 * @param command up to and with the main class
 * @param cached whether it uses an ahead-of-time cache
 */
record Launcher(List<String> command, boolean cached) {
  private static final String CACHE = "-XX:AOTCache=";

  String java() {
    return command.getFirst();
  }

  /** The same command as it is where no cache was made. */
  List<String> withoutCache() {
    return command.stream().filter(argument -> !argument.startsWith(CACHE)).toList();
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
    String brief = assigned(script, "brief");
    if (remembered.size() < 4 || options == null || brief == null) {
      return null;
    }
    Path app = Path.of(remembered.get(3));
    Path cache = app.resolve("replay.aot");
    boolean cached = Files.isReadable(cache);
    List<String> command = new ArrayList<>();
    command.add(remembered.get(1) + "/bin/java");
    command.addAll(List.of((options + " " + brief).split(" ")));
    if (cached) {
      command.add(CACHE + cache);
    }
    command.add("-cp");
    command.add(app.resolve("mapwright.jar").toString());
    command.add("dev.mapwright.cli.Main");
    return new Launcher(command, cached);
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
