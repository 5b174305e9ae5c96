package dev.mapwright.windows.answer;

/**
 * One documented answer of one routine. Implemented by one enum a routine, whose constants stand in
 * the order of checks; the first is success.
 */
public interface Condition {
  /** {@return the name of the constant, for example {@code WRONG_TAG}} */
  String name();

  /** {@return the position of the constant among those of its routine; 0 is success} */
  int ordinal();

  /** {@return what is known about the answer} */
  Answer answer();

  /** {@return whose answer it is} */
  default Routine routine() {
    return answer().routine();
  }

  /** {@return what the caller sees} */
  default Effect effect() {
    return answer().effect();
  }

  /**
   * {@return a number for this answer among those of all routines, as events carry it: the
   * routine's position in the high bytes, the answer's in the low one} {@link Routine#answer} is
   * the way back.
   */
  default int number() {
    return routine().ordinal() << 8 | ordinal();
  }
}
