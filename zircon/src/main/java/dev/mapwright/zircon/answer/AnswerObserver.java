package dev.mapwright.zircon.answer;

/**
 * Told of every answer at the call face: for coverage of the documented answers, and for journals.
 */
@FunctionalInterface
public interface AnswerObserver {
  /**
   * A call returned. Called on the thread that made the call, before it sees the answer.
   *
   * @param condition which of the documented answers it is
   * @param status the status returned
   */
  void answered(Condition condition, int status);
}
