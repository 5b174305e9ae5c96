package dev.mapwright.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Kinds of areas as small numbers, so that the engine carries them as the tags of its mappings. A
 * system has few: one for each file and set of flags that was ever mapped. Belongs to one system.
 */
final class KindTable {

  private final Map<AreaKind, Integer> numbers = new HashMap<>();
  private final List<AreaKind> kinds = new ArrayList<>();

  int number(AreaKind kind) {
    Integer known = numbers.get(kind);
    if (known != null) {
      return known;
    }
    int fresh = kinds.size();
    kinds.add(kind);
    numbers.put(kind, fresh);
    return fresh;
  }

  AreaKind kind(int number) {
    return kinds.get(number);
  }
}
