package dev.mapwright.cli.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A file that lists programs to record, one a line: a name, and then the command. */
public final class Suite {
  private Suite() {}

  /**
   * A line of the file.
   *
   * @param name what its recording is called: letters, digits, {@code . _ + -}
   * @param words the program and its arguments
   */
  public record Entry(String name, List<String> words) {}

  /**
   * Reads a list.
   *
   * @param file the list
   * @return its entries, at least one, no two of one name
   * @throws RecordingException if a line is no entry; names it
   * @throws IOException if the file can't be read
   */
  public static List<Entry> read(Path file) throws RecordingException, IOException {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String where = file + ":" + (i + 1) + ": expected ";
      if (lines.get(i).isBlank() || lines.get(i).stripLeading().startsWith("#")) {
        continue;
      }
      List<String> words = words(lines.get(i), where);
      String name = words.getFirst();
      if (!name.matches("[A-Za-z0-9_+][A-Za-z0-9._+-]*")) {
        throw new RecordingException(
            where + "a name of letters, digits and . _ + -, found '" + name + "'");
      }
      if (!names.add(name)) {
        throw new RecordingException(where + "a name of its own, found '" + name + "' again");
      }
      if (words.size() == 1) {
        throw new RecordingException(where + "a command behind the name " + name);
      }
      entries.add(new Entry(name, List.copyOf(words.subList(1, words.size()))));
    }
    if (entries.isEmpty()) {
      throw new RecordingException(file + ": expected lines of a name and a command, found none");
    }
    return entries;
  }

  /** The words of a line, in which quotes and backslashes mean what they mean to a shell. */
  private static List<String> words(String line, String where) throws RecordingException {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0 && c == quote) {
        quote = 0;
      } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
        char next = line.charAt(++i);
        if (quote == '"' && next != '"' && next != '\\' && next != '$' && next != '`') {
          word.append(c);
        }
        word.append(next);
        inWord = true;
      } else if (quote != 0) {
        word.append(c);
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new RecordingException(where + "a closing " + quote);
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
