package dev.mapwright.cli.explain;

/** How a typed word is compared with the name of a code; both as {@link Numbers#plain} has them. */
enum Spelling {
  /** It is the name. */
  WHOLE,
  /** It is the name's last words. */
  END,
  /** It is words of the name. */
  INSIDE;

  /** A shorter word is in too many names. */
  private static final int SHORTEST = 3;

  boolean matches(String name, String typed) {
    if (this == WHOLE) {
      return name.equals(typed);
    }
    if (typed.length() < SHORTEST) {
      return false;
    }
    for (int at = name.indexOf(typed); at >= 0; at = name.indexOf(typed, at + 1)) {
      int end = at + typed.length();
      boolean ends = end == name.length() || this == INSIDE && border(name.charAt(end));
      if (ends && (at == 0 || border(name.charAt(at - 1)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean border(char c) {
    return c == '_' || c == '/';
  }
}
