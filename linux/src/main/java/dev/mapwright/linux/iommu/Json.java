package dev.mapwright.linux.iommu;

import dev.mapwright.linux.input.InputFormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259), as much of it as descriptions of recordings need: numbers are whole and
 * fit into 64 bits. A value is a Map, a List, a String, a Long, a Boolean, or null. Nesting is
 * bounded, and a name that stands twice is an error.
 */
final class Json {
  private static final int MOST_DEPTH = 32;

  private final String source;
  private final String text;
  private int at;

  private Json(String source, String text) {
    this.source = source;
    this.text = text;
  }

  /** Reads a text that is one value. */
  static @Nullable Object read(String source, String text) throws InputFormatException {
    Json json = new Json(source, text);
    Object value = json.value(0);
    json.space();
    if (json.at != text.length()) {
      throw json.wrong("the end");
    }
    return value;
  }

  private InputFormatException wrong(String expected) {
    long line = 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
    return new InputFormatException(
        source, line, expected, at == text.length() ? "the end" : text.substring(at));
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /** Takes a character if it is the next one. */
  private boolean take(char wanted) {
    space();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void need(char wanted) throws InputFormatException {
    if (!take(wanted)) {
      throw wrong("'" + wanted + "'");
    }
  }

  private @Nullable Object value(int depth) throws InputFormatException {
    space();
    if (depth > MOST_DEPTH) {
      throw wrong("at most " + MOST_DEPTH + " values inside each other");
    }
    if (take('{')) {
      return object(depth);
    }
    if (take('[')) {
      return array(depth);
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return string();
    }
    if (word("true")) {
      return true;
    }
    if (word("false")) {
      return false;
    }
    return word("null") ? null : number();
  }

  private boolean word(String word) {
    boolean there = text.startsWith(word, at);
    at += there ? word.length() : 0;
    return there;
  }

  private Map<String, @Nullable Object> object(int depth) throws InputFormatException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    if (take('}')) {
      return members;
    }
    do {
      space();
      int start = at;
      String name = string();
      need(':');
      if (members.containsKey(name)) {
        at = start;
        throw wrong("a name that is not there already");
      }
      members.put(name, value(depth + 1));
    } while (take(','));
    need('}');
    return members;
  }

  private List<@Nullable Object> array(int depth) throws InputFormatException {
    List<@Nullable Object> elements = new ArrayList<>();
    if (take(']')) {
      return elements;
    }
    do {
      elements.add(value(depth + 1));
    } while (take(','));
    need(']');
    return elements;
  }

  private long number() throws InputFormatException {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    try {
      return Long.parseLong(text, start, at, 10);
    } catch (NumberFormatException none) {
      at = start;
      throw wrong("a value");
    }
  }

  private String string() throws InputFormatException {
    need('"');
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return value.toString();
      }
      if (c < ' ') {
        at--;
        break;
      }
      value.append(c == '\\' ? escaped() : c);
    }
    throw wrong("the end of a string");
  }

  private char escaped() throws InputFormatException {
    char c = at < text.length() ? text.charAt(at++) : 0;
    switch (c) {
      case '"', '\\', '/':
        return c;
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        try {
          char unit = (char) Integer.parseInt(text, at, Math.min(at + 4, text.length()), 16);
          at += 4;
          return unit;
        } catch (NumberFormatException none) {
          throw wrong("4 hexadecimal digits");
        }
      default:
        at--;
        throw wrong("an escaped character");
    }
  }
}
