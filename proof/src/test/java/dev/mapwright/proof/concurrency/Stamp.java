package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import java.lang.foreign.MemorySegment;

/**
 * What stands in the words of a page: which page of which object it was written for, and how often
 * that had been written before. No two stores of a run store the same, and zero is none of them.
 */
final class Stamp {
  /** The words of a page that hold a stamp; the others are never written. */
  static final int[] WORDS = {0, 2048 - 8, Pages.BYTES - 8};

  private static final int VERSION_BITS = 32;

  private Stamp() {}

  static long of(int identity, long version) {
    return (long) identity << VERSION_BITS | version;
  }

  static String text(long word) {
    long identity = word >>> VERSION_BITS;
    long version = word & ((1L << VERSION_BITS) - 1);
    return word == 0 ? "zero" : "version " + version + " of page #" + identity;
  }

  /** Writes a stamp through an object; it ends where the page lies beyond the object's end. */
  static PageHistory.Stored write(MemoryObject object, long page, long stamp) {
    MemorySegment value = MemorySegment.ofArray(new long[] {stamp});
    for (int word : WORDS) {
      Outcome outcome = object.write(Pages.address(page) + word, value, 0, Long.BYTES);
      if (outcome != Outcome.OK) {
        return word == 0 ? PageHistory.Stored.NONE : PageHistory.Stored.SOME;
      }
    }
    return PageHistory.Stored.ALL;
  }
}
