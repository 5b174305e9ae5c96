package dev.mapwright.proof.dma;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A domain without an allocator, one element a page, written from the contract: nothing clever, and
 * nothing of the engine's.
 */
final class DomainModel {
  /** A reservation. */
  static final class Token {
    final int first;
    final int pages;
    boolean dead;

    Token(int first, int pages) {
      this.first = first;
      this.pages = pages;
    }
  }

  final int size;

  /** The frame that each page shows; -1 for none. */
  final long[] pfns;

  final int[] permissions;

  /** Whether a mapping begins at the page. */
  final boolean[] begins;

  /** The reservation that each page belongs to; null for none. */
  final Token[] tokens;

  /** Whether the page is in a reserved region. */
  final boolean[] regions;

  final List<Token> live = new ArrayList<>();

  DomainModel(int size) {
    this.size = size;
    pfns = new long[size];
    permissions = new int[size];
    begins = new boolean[size];
    tokens = new Token[size];
    regions = new boolean[size];
    Arrays.fill(pfns, -1);
  }

  private boolean used(int page) {
    return pfns[page] >= 0 || tokens[page] != null || regions[page];
  }

  private boolean inside(long first, long pages) {
    return first >= 0 && first < size && pages <= size - first;
  }

  private static boolean known(int set) {
    return (set & ~(Permissions.READ | Permissions.WRITE)) == 0;
  }

  private Outcome place(long first, long pages) {
    if (pages <= 0) {
      return Outcome.INVALID;
    }
    if (first < 0) {
      return Outcome.UNSUPPORTED;
    }
    if (!inside(first, pages)) {
      return Outcome.OUTSIDE;
    }
    for (int page = (int) first; page < first + pages; page++) {
      if (used(page)) {
        return Outcome.OCCUPIED;
      }
    }
    return Outcome.OK;
  }

  /** Whether nothing but the frames can be wrong. */
  boolean free(long first, long pages, int set) {
    return known(set) && place(first, pages) == Outcome.OK;
  }

  Outcome map(long first, long pages, long pfn, int set) {
    Outcome placed = known(set) ? place(first, pages) : Outcome.INVALID;
    if (placed == Outcome.OK) {
      show((int) first, (int) pages, pfn, set);
    }
    return placed;
  }

  private void show(int first, int pages, long pfn, int set) {
    for (int i = 0; i < pages; i++) {
      pfns[first + i] = pfn + i;
      permissions[first + i] = set;
      begins[first + i] = i == 0;
    }
  }

  Outcome unmap(long first, long pages) {
    if (pages <= 0) {
      return Outcome.INVALID;
    }
    if (!inside(first, pages)) {
      return Outcome.OUTSIDE;
    }
    for (int page = (int) first; page < first + pages; page++) {
      if (pfns[page] < 0 || tokens[page] != null || regions[page]) {
        return Outcome.NOT_MAPPED;
      }
    }
    hide((int) first, (int) pages);
    return Outcome.OK;
  }

  private void hide(int first, int pages) {
    for (int page = first; page < first + pages; page++) {
      pfns[page] = -1;
      begins[page] = false;
    }
    int behind = first + pages;
    if (behind < size && pfns[behind] >= 0) {
      begins[behind] = true;
    }
  }

  Outcome mapIdentity(long[] pages, int set) {
    if (!known(set) || pages.length == 0 || twice(pages)) {
      return Outcome.INVALID;
    }
    for (long page : pages) {
      if (!inside(page, 1)) {
        return Outcome.OUTSIDE;
      }
    }
    for (long page : pages) {
      if (used((int) page)) {
        return Outcome.OCCUPIED;
      }
    }
    long[] sorted = pages.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      show((int) sorted[i], 1, sorted[i], set);
      begins[(int) sorted[i]] = i == 0 || sorted[i - 1] != sorted[i] - 1;
    }
    return Outcome.OK;
  }

  Outcome unmapIdentity(long[] pages) {
    if (pages.length == 0 || twice(pages)) {
      return Outcome.INVALID;
    }
    for (long page : pages) {
      boolean identity = inside(page, 1) && pfns[(int) page] == page;
      if (!identity || tokens[(int) page] != null || regions[(int) page]) {
        return Outcome.NOT_MAPPED;
      }
    }
    for (long page : pages) {
      hide((int) page, 1);
    }
    return Outcome.OK;
  }

  private static boolean twice(long[] pages) {
    return Arrays.stream(pages).distinct().count() != pages.length;
  }

  Outcome setAside(long first, long pages, boolean identity) {
    if (pages <= 0) {
      return Outcome.INVALID;
    }
    if (!inside(first, pages)) {
      return Outcome.OUTSIDE;
    }
    Outcome placed = place(first, pages);
    if (placed == Outcome.OK) {
      if (identity) {
        show((int) first, (int) pages, first, Permissions.READ_WRITE);
      }
      Arrays.fill(regions, (int) first, (int) (first + pages), true);
    }
    return placed;
  }

  Outcome reserve(long first, long pages) {
    Outcome placed = place(first, pages);
    if (placed == Outcome.OK) {
      Token token = new Token((int) first, (int) pages);
      Arrays.fill(tokens, token.first, token.first + token.pages, token);
      live.add(token);
    }
    return placed;
  }

  Outcome release(Token token) {
    if (token.dead) {
      return Outcome.DEAD;
    }
    for (int page = token.first; page < token.first + token.pages; page++) {
      if (pfns[page] >= 0) {
        return Outcome.IN_USE;
      }
    }
    token.dead = true;
    live.remove(token);
    Arrays.fill(tokens, token.first, token.first + token.pages, null);
    return Outcome.OK;
  }

  Outcome mapIn(Token token, long first, long pages, long pfn, int set) {
    if (token.dead) {
      return Outcome.DEAD;
    }
    if (pages <= 0 || !known(set)) {
      return Outcome.INVALID;
    }
    if (first < 0 || first >= token.pages || pages > token.pages - first) {
      return Outcome.OUTSIDE;
    }
    for (int i = 0; i < pages; i++) {
      if (pfns[(int) (token.first + first + i)] >= 0) {
        return Outcome.OCCUPIED;
      }
    }
    show((int) (token.first + first), (int) pages, pfn, set);
    return Outcome.OK;
  }

  Outcome unmapIn(Token token, long first, long pages) {
    if (token.dead) {
      return Outcome.DEAD;
    }
    int begin = (int) (token.first + first);
    if (first < 0 || first >= token.pages || !begins[begin]) {
      return Outcome.NOT_MAPPED;
    }
    int end = begin + 1;
    while (end < size && pfns[end] >= 0 && !begins[end] && tokens[end] == token) {
      end++;
    }
    if (pages != end - begin) {
      return Outcome.INVALID;
    }
    for (int page = begin; page < end; page++) {
      pfns[page] = -1;
      begins[page] = false;
    }
    return Outcome.OK;
  }

  /** How many mappings there are outside of reservations and reserved regions. */
  long mappings() {
    long count = 0;
    for (int page = 0; page < size; page++) {
      count += begins[page] && tokens[page] == null && !regions[page] ? 1 : 0;
    }
    return count;
  }
}
