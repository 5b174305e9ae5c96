package dev.mapwright.cli.explain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The code books of all systems, and the look-up in them.
 *
 * <p>What somebody types is compared with names and aliases, in this order, and the first that
 * finds anything counts: as it stands; as hexadecimal digits without their prefix; as the end of a
 * name, from a word on ({@code NO_MEMORY}); as words inside of one. Where several codes are left,
 * those count that the routine in question gives or, of codes written alike, that any routine
 * gives: -4 is a status of Magenta, because no call of ours answers with EINTR.
 */
public final class Shelf {
  /** The books that there are; a further one is one more entry. Immutable. */
  public static final Shelf ALL =
      new Shelf(List.of(new MagentaBook(), new LinuxBook(), new WindowsBook()));

  private final List<CodeBook> books;

  /**
   * A shelf.
   *
   * @param books its books, in the order of lists
   */
  Shelf(List<CodeBook> books) {
    this.books = List.copyOf(books);
  }

  /** {@return every code of every book, book by book} */
  public List<Code> codes() {
    List<Code> codes = new ArrayList<>();
    for (CodeBook book : books) {
      codes.addAll(book.codes());
    }
    return codes;
  }

  /**
   * {@return what is meant by a code}
   *
   * @param typed the code, in full or in short
   * @param routine the only routine to tell about, in full or in short; null for all
   */
  public Finding find(String typed, @Nullable String routine) {
    List<Code> codes = codes();
    String plain = Numbers.plain(typed);
    List<Code> exact = matching(codes, plain, Spelling.WHOLE);
    String prefixed = exact.isEmpty() ? Numbers.prefixed(plain) : null;
    if (prefixed != null) {
      exact = matching(codes, prefixed, Spelling.WHOLE);
    }
    List<Code> found = exact;
    if (found.isEmpty()) {
      found = matching(codes, plain, Spelling.END);
    }
    if (found.isEmpty()) {
      found = matching(codes, plain, Spelling.INSIDE);
    }
    if (found.isEmpty()) {
      return new Finding.Refused(Complaints.unknown(typed, plain, codes));
    }
    if (routine != null) {
      return of(typed, found, routine);
    }
    List<Code> given = exact.size() > 1 ? given(exact) : found;
    if (given.size() == 1) {
      found = new ArrayList<>(found);
      found.removeAll(given);
      Code code = given.getFirst();
      List<Code> others = exact.isEmpty() ? List.of() : found;
      return new Finding.Found(code, null, code.book().explain(code), others);
    }
    return new Finding.Refused(Complaints.several(typed, found));
  }

  private static List<Code> matching(List<Code> codes, String plain, Spelling spelling) {
    List<Code> matching = new ArrayList<>();
    for (Code code : codes) {
      boolean matches = spelling.matches(Numbers.plain(code.name()), plain);
      for (String alias : code.aliases()) {
        matches |= spelling.matches(Numbers.plain(alias), plain);
      }
      if (matches) {
        matching.add(code);
      }
    }
    return matching;
  }

  private static List<Code> given(List<Code> codes) {
    List<Code> given = new ArrayList<>();
    for (Code code : codes) {
      if (code.book().explain(code).given()) {
        given.add(code);
      }
    }
    return given;
  }

  /** Which of the codes a routine gives. */
  private static Finding of(String typed, List<Code> codes, String routine) {
    List<Code> known = new ArrayList<>();
    List<Code> given = new ArrayList<>();
    for (Code code : codes) {
      String named = routine(code.book(), routine);
      if (named != null) {
        known.add(code);
        if (code.book().explain(code).of(named).given()) {
          given.add(code);
        }
      }
    }
    if (given.size() > 1) {
      return new Finding.Refused(Complaints.several(typed, given));
    }
    Code code = !given.isEmpty() ? given.getFirst() : !known.isEmpty() ? known.getFirst() : null;
    String named = code == null ? null : routine(code.book(), routine);
    if (code == null || named == null) {
      return new Finding.Refused(Complaints.unknownRoutine(routine, codes));
    }
    return given.isEmpty()
        ? new Finding.Refused(Complaints.neverGiven(named, code))
        : new Finding.Found(code, named, code.book().explain(code).of(named), List.of());
  }

  /** The entry of a book's list in which a routine is named; null when there is none. */
  private static @Nullable String routine(CodeBook book, String typed) {
    for (String routines : book.routines()) {
      for (String name : RoutineNames.split(routines)) {
        if (RoutineNames.same(name, typed)) {
          return routines;
        }
      }
    }
    return null;
  }
}
