package dev.mapwright.core.state;

import dev.mapwright.core.machine.Translation;
import java.util.Arrays;

/** Runs of pages, noted while locks are held and told when they are not. */
public final class Runs {
  private long[] words = new long[16];
  private int count;

  Runs() {}

  /** Notes a run behind the others; false when there is no memory for it. */
  boolean add(long first, long pages) {
    if (2 * count == words.length) {
      try {
        words = Arrays.copyOf(words, 4 * count);
      } catch (OutOfMemoryError e) {
        return false;
      }
    }
    words[2 * count] = first;
    words[2 * count + 1] = pages;
    count++;
    return true;
  }

  /** Tells a visitor of all of them, in order. */
  public void forEach(Translation.RunVisitor visitor) {
    for (int i = 0; i < count; i++) {
      visitor.visit(words[2 * i], words[2 * i + 1]);
    }
  }
}
