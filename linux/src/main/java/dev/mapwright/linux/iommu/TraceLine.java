package dev.mapwright.linux.iommu;

import dev.mapwright.linux.input.InputFormatException;
import org.jspecify.annotations.Nullable;

/**
 * A line that ftrace has written: {@code TASK-PID [CPU] FLAGS SECONDS: NAME: WORDS}. A task's name
 * may hold anything, so the line is read from the first thing on that looks like a CPU's number and
 * is followed by a time.
 *
 * @param source the file
 * @param number the line's number
 * @param pid the task's number, 0 for an idle CPU's
 * @param cpu the CPU's number
 * @param name the event's name
 * @param words what it says
 */
record TraceLine(String source, long number, int pid, int cpu, String name, String words) {
  /** How many events are there, and how many there were. */
  private static final String COUNTS = "# entries-in-buffer/entries-written: ";

  /** Reads a line; null when it is a remark, or empty. */
  static @Nullable TraceLine read(String source, long number, String text)
      throws InputFormatException {
    if (text.startsWith(COUNTS)) {
      String[] counts = text.substring(COUNTS.length()).strip().split("[/ ]+", 3);
      if (counts.length > 1 && !counts[0].equals(counts[1])) {
        throw new InputFormatException(source, number, "a trace that has lost no events", text);
      }
    }
    if (text.isBlank() || text.startsWith("#")) {
      return null;
    }
    if (text.startsWith("CPU:") && text.contains(" [LOST ")) {
      throw new InputFormatException(source, number, "a trace that has lost no events", text);
    }
    for (int at = text.indexOf('['); at > 0; at = text.indexOf('[', at + 1)) {
      TraceLine line = from(source, number, text, at);
      if (line != null) {
        return line;
      }
    }
    throw new InputFormatException(source, number, "TASK-PID [CPU] FLAGS TIME: EVENT: ...", text);
  }

  private static @Nullable TraceLine from(String source, long number, String text, int bracket) {
    int close = text.indexOf(']', bracket);
    int cpu = close < 0 ? -1 : decimal(text, bracket + 1, close);
    int pidEnd = bracket;
    while (pidEnd > 0 && text.charAt(pidEnd - 1) == ' ') {
      pidEnd--;
    }
    if (pidEnd > 0 && text.charAt(pidEnd - 1) == ')') {
      // The thread group, where it is recorded.
      pidEnd = Math.max(0, text.lastIndexOf('(', pidEnd - 1));
      while (pidEnd > 0 && text.charAt(pidEnd - 1) == ' ') {
        pidEnd--;
      }
    }
    int pid = decimal(text, text.lastIndexOf('-', pidEnd) + 1, pidEnd);
    if (cpu < 0 || pid < 0) {
      return null;
    }
    int colon = text.indexOf(": ", close);
    int timeStart = colon < 0 ? -1 : text.lastIndexOf(' ', colon) + 1;
    int dot = colon < 0 ? -1 : text.indexOf('.', timeStart);
    if (dot < 0 || decimal(text, timeStart, dot) < 0 || decimal(text, dot + 1, colon) < 0) {
      return null;
    }
    int nameEnd = text.indexOf(':', colon + 2);
    if (nameEnd < 0) {
      return null;
    }
    String name = text.substring(colon + 2, nameEnd);
    return new TraceLine(source, number, pid, cpu, name, text.substring(nameEnd + 1).strip());
  }

  /** A number in decimal digits; -1 when it is none. */
  private static int decimal(String text, int from, int to) {
    if (from >= to || to - from > 9) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value;
  }

  /** The number of whoever a nested event belongs to: idle tasks of different CPUs share one. */
  int actor() {
    return pid == 0 ? -1 - cpu : pid;
  }

  /** The number behind a key such as {@code iova=}, hexadecimal with 0x or decimal. */
  long number(String key) throws InputFormatException {
    int at = keyAt(key);
    if (at >= 0) {
      int from = at + key.length();
      int to = from;
      while (to < words.length() && words.charAt(to) != ' ') {
        to++;
      }
      return numberAt(from, to, key);
    }
    throw wrong(key + "NUMBER");
  }

  /** The second address of {@code iova=FIRST - END}. */
  long end() throws InputFormatException {
    int at = words.indexOf(" - ");
    if (at >= 0) {
      int to = words.indexOf(' ', at + 3);
      return numberAt(at + 3, to < 0 ? words.length() : to, "iova=FIRST - ");
    }
    throw wrong("iova=FIRST - END");
  }

  private int keyAt(String key) {
    int at = words.indexOf(key);
    while (at > 0 && words.charAt(at - 1) != ' ') {
      at = words.indexOf(key, at + 1);
    }
    return at;
  }

  private long numberAt(int from, int to, String key) throws InputFormatException {
    try {
      boolean hex = words.startsWith("0x", from);
      return Long.parseUnsignedLong(words, hex ? from + 2 : from, to, hex ? 16 : 10);
    } catch (NumberFormatException none) {
      throw wrong(key + "NUMBER");
    }
  }

  InputFormatException wrong(String expected) {
    return new InputFormatException(source, number, expected + " in '" + name + "'", words);
  }
}
