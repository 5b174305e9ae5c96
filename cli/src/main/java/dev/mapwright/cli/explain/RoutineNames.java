package dev.mapwright.cli.explain;

import java.util.List;
import java.util.Locale;

/** The names of routines as one writes them: mremap, mremap(), mremap(2), vmar_map. */
final class RoutineNames {
  private RoutineNames() {}

  /** The names in one entry of {@link CodeBook#routines}. */
  static List<String> split(String routines) {
    return List.of(routines.split(", ", -1));
  }

  /** Whether somebody who typed a word can mean a routine. */
  static boolean same(String name, String typed) {
    String plain = plain(typed);
    String known = name.toLowerCase(Locale.ROOT);
    return known.equals(plain) || known.equals("mx_" + plain);
  }

  /** What is compared: small letters, without parentheses. */
  static String plain(String typed) {
    int end = typed.indexOf('(');
    String word = end < 0 ? typed : typed.substring(0, end);
    String small = word.toLowerCase(Locale.ROOT);
    return small.startsWith("zx_") ? "mx_" + small.substring(3) : small;
  }
}
