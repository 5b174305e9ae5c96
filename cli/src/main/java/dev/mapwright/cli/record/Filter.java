package dev.mapwright.cli.record;

import dev.mapwright.linux.strace.StraceReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Which lines of what strace prints belong into a recording: those that a replay reads. */
final class Filter {
  private final Set<String> names = StraceReader.callNames();

  /** Whether a line, without its end, is kept. */
  boolean keeps(byte[] line, int length) {
    int at = Line.afterPid(line, length);
    if (at == length) {
      return false;
    }
    if (line[at] == '+') {
      return true;
    }
    if (line[at] == '-') {
      return Line.startsWith(line, length, at, "--- SIGCHLD ");
    }
    if (line[at] == '<') {
      at += "<... ".length();
    }
    int end = at;
    while (end < length && (line[end] == '_' || Character.isLetterOrDigit(line[end]))) {
      end++;
    }
    return at < end && names.contains(new String(line, at, end - at, StandardCharsets.ISO_8859_1));
  }
}
