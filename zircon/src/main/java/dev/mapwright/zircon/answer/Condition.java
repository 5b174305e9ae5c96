package dev.mapwright.zircon.answer;

/**
 * One documented answer of one routine. Implemented by one enum a routine, whose constants stand in
 * the order of checks.
 */
public interface Condition {
  /** {@return the name of the constant, for example {@code OFFSET_WITHOUT_SPECIFIC}} */
  String name();

  /** {@return the position of the constant among those of its routine; 0 is success} */
  int ordinal();

  /** {@return what is known about the answer} */
  Answer answer();

  /** {@return whose answer it is} */
  default Routine routine() {
    return answer().routine();
  }

  /** {@return the status that the documents of 2017 give} */
  default int status() {
    return answer().status();
  }

  /** {@return who says so, see {@link Answer#source}} */
  default String source() {
    return answer().source();
  }

  /** {@return the condition in words, without a final period} */
  default String sentence() {
    return answer().sentence();
  }

  /** {@return what the two numbers of a refusal are; empty when there are none} */
  default String numbers() {
    return answer().numbers();
  }

  /**
   * {@return a number for this answer among those of all routines, as events carry it: the
   * routine's position in the high bytes, the answer's in the low one} {@link Routine#answer} is
   * the way back.
   */
  default int code() {
    return routine().ordinal() << 8 | ordinal();
  }
}
