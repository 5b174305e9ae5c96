package dev.mapwright.windows.context;

/** What an address of code leads to: a callback that a routine is given by its address. */
@FunctionalInterface
public interface Function {
  /**
   * Runs it.
   *
   * @param c who runs it
   * @param first its first argument
   * @param second its second argument
   * @return its result; 0 for none
   */
  long call(NtContext c, long first, long second);
}
