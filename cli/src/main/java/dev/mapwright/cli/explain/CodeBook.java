package dev.mapwright.cli.explain;

import java.util.List;

/**
 * The codes of one system: which there are, under which names, and what is known about each. One
 * class a personality, entered in {@link Shelf#ALL}.
 *
 * <p>Names and texts are asked for apart, because a look-up goes over the names of all books and
 * ends with the text of one code: a book loads its table of answers only in {@link #explain}.
 */
public interface CodeBook {
  /** {@return the system's name, for example {@code Linux}} */
  String system();

  /**
   * {@return every code of the system, in the order of {@code --list}} A code of two parts follows
   * the code that is its first part. Names are unique within a book.
   */
  List<Code> codes();

  /**
   * {@return what is known about a code}
   *
   * @param code one of {@link #codes}
   */
  Explanation explain(Code code);

  /**
   * {@return the routines whose answers this book knows, as {@link Cause#routine} has them} Several
   * that answer alike stand together, with commas between.
   */
  List<String> routines();
}
