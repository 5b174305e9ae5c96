package dev.mapwright.core.machine;

/** Something that lives on a machine and is entered in its {@link Census}. */
public interface Counted {
  /**
   * {@return what it is, for a leak report, for example {@code object 7 of 16 pages, 2 references}}
   */
  String describe();
}
