package dev.mapwright.windows.answer;

/**
 * Told of every answer at the call faces: for coverage of the documented answers, and for journals.
 */
@FunctionalInterface
public interface AnswerObserver {
  /**
   * A call is about to return, to raise a status, or to end in a bug check. Called on the thread
   * that made the call.
   *
   * @param condition which of the documented answers it is
   */
  void answered(Condition condition);
}
