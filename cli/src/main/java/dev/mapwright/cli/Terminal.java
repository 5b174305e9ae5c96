package dev.mapwright.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the terminal. Java can't ask without calling native code, so the script asks
 * the two questions that cost it nothing, and hands the answers on as system properties; the width
 * is asked for only by commands that draw.
 */
final class Terminal {
  /** The width of pictures that go to a file or a pipe. */
  private static final int DEFAULT_COLUMNS = 100;

  private static final int FEWEST_COLUMNS = 60;
  private static final int MOST_COLUMNS = 240;

  private Terminal() {}

  /** Whether standard output is a terminal. */
  static boolean output() {
    return Boolean.getBoolean("mapwright.terminal.output");
  }

  /** Whether standard error is a terminal. */
  static boolean errors() {
    return Boolean.getBoolean("mapwright.terminal.errors");
  }

  /** Whether to use colours: on a terminal, unless the user said NO_COLOR. */
  static boolean colours() {
    String no = System.getenv("NO_COLOR");
    return output() && (no == null || no.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
  }

  /** How many characters fit into a line of standard output. */
  static int columns() {
    int known = number(System.getenv("COLUMNS"));
    if (known <= 0 && output()) {
      known = number(lastWord(ask()));
    }
    return known <= 0 ? DEFAULT_COLUMNS : Math.clamp(known, FEWEST_COLUMNS, MOST_COLUMNS);
  }

  /** What stty says: lines and columns. Null when there is no stty, or no terminal. */
  private static @Nullable String ask() {
    Process stty = null;
    try {
      stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream answer = stty.getInputStream()) {
        String text = new String(answer.readNBytes(64), StandardCharsets.US_ASCII);
        return stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0 ? text : null;
      }
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      if (stty != null) {
        stty.destroy();
      }
    }
  }

  private static @Nullable String lastWord(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String line = text.strip();
    return line.substring(line.lastIndexOf(' ') + 1);
  }

  private static int number(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 6) {
      return 0;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return 0;
      }
    }
    return Integer.parseInt(text);
  }
}
