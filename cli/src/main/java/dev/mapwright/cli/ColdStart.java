package dev.mapwright.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The command where there is no start-up cache. Half of what it then does is loading some hundred
 * classes, one when the one before has got so far. Which ones is known from the build; so a second
 * thread loads them, while the first goes on with those that are there, and overtakes it at once.
 *
 * <p>Loading is all it does. It initialises nothing, so it runs no code of what it loads, can't
 * come into a circle of initialisers with the first thread, and changes nothing but how long things
 * take. Whatever is wrong with the list is nobody's loss: the first thread loads what it needs.
 */
final class ColdStart {
  /** The property that names a file with the classes' names, a line each, in their order. */
  static final String CLASSES = "mapwright.classes";

  private ColdStart() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param args the arguments as the shell gave them
   */
  public static void main(String[] args) {
    String list = System.getProperty(CLASSES);
    // Alone, a processor would only do more.
    if (list != null && Runtime.getRuntime().availableProcessors() > 1) {
      Thread ahead =
          new Thread(() -> loadListed(list, ColdStart.class.getClassLoader()), "classes ahead");
      ahead.setDaemon(true);
      ahead.start();
    }
    Main.main(args);
  }

  /** Loads the classes that a file names, but initialises none. */
  static void loadListed(String file, @Nullable ClassLoader loader) {
    String names;
    try (FileInputStream in = new FileInputStream(file)) {
      names = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      return;
    }
    // By hand, since what splits strings is more classes to load.
    for (int at = 0, end; (end = names.indexOf('\n', at)) >= 0; at = end + 1) {
      try {
        Class.forName(names.substring(at, end), false, loader);
      } catch (ClassNotFoundException | LinkageError gone) {
        // Of another build, or JDK.
      }
    }
  }
}
