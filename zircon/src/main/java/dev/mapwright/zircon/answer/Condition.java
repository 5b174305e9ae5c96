package dev.mapwright.zircon.answer;

/**
 * One documented answer of one routine. Implemented by one enum a routine, whose constants stand in
 * the order of checks.
 */
public interface Condition {
  /**
   * The name of the constant.
   *
   * @return for example {@code OFFSET_WITHOUT_SPECIFIC}
   */
  String name();

  /**
   * The position of the constant among those of its routine; 0 is success.
   *
   * @return from 0 on
   */
  int ordinal();

  /**
   * Whose answer it is.
   *
   * @return the routine
   */
  Routine routine();

  /**
   * A number for this answer among those of all routines, as events carry it; {@link
   * Routine#answer} is the way back.
   *
   * @return the routine's position in the high bytes, the answer's in the low one
   */
  default int code() {
    return routine().ordinal() << 8 | ordinal();
  }

  /**
   * The status that the documents of 2017 give.
   *
   * @return one of {@link dev.mapwright.zircon.abi.MxStatus}
   */
  int status();

  /**
   * Where the contract says so.
   *
   * @return the routine's page and the number of the check in its order of checks
   */
  String source();

  /**
   * The condition in words, without a final period.
   *
   * @return a clause fit for an error message
   */
  String sentence();

  /**
   * What the two numbers are that a refusal carries along.
   *
   * @return for example {@code rights needed and held}; empty when there are none
   */
  String numbers();
}
