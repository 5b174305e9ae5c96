package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/**
 * One reason for which one call answers with an error. Implemented by one enum a call, whose
 * constants stand in the order of checks; one that is looked for in several places stands where it
 * is looked for first.
 */
public interface Refusal {
  /** {@return the name of the constant, for example {@code NOT_ONE_AREA}} */
  String name();

  /** {@return the call that is refused} */
  LinuxCall call();

  /** {@return the error that it answers with} */
  Errno errno();

  /**
   * {@return who says so: a page of the manual and a section of it, a function of the kernel where
   * the manual is silent, or this library}
   */
  String source();

  /** {@return the condition in words, without a final period: a clause fit for a message} */
  String sentence();
}
