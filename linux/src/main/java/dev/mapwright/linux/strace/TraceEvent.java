package dev.mapwright.linux.strace;

/** Something that a recording tells, in the order of its lines. */
public sealed interface TraceEvent {

  /**
   * Who did it.
   *
   * @return the thread's number; 0 if the recording gives none
   */
  int pid();

  /**
   * Where it stands.
   *
   * @return the line, counted from 1
   */
  long line();

  /**
   * A call was begun and others were recorded before its end. A {@link Finished} with the same
   * {@code startLine} follows, unless the recording ends first or the thread does.
   *
   * @param pid the thread
   * @param line the line
   * @param call the call
   */
  record Started(int pid, long line, Call call) implements TraceEvent {}

  /**
   * A call returned. It took effect somewhere between {@code startLine} and {@code line}, which are
   * equal if nothing was recorded between its begin and its end.
   *
   * @param pid the thread
   * @param startLine the line where it began
   * @param line the line where it returned
   * @param call the call
   * @param outcome what it answered
   */
  record Finished(int pid, long startLine, long line, Call call, Outcome outcome)
      implements TraceEvent {}

  /**
   * A thread ended.
   *
   * @param pid the thread
   * @param line the line
   * @param killed whether a signal ended it
   */
  record Ended(int pid, long line, boolean killed) implements TraceEvent {}

  /**
   * Another thread of the same process called execve: it goes on under this number and the thread
   * that had the number is gone.
   *
   * @param pid the number
   * @param line the line
   * @param successor the number that the calling thread had before
   */
  record Superseded(int pid, long line, int successor) implements TraceEvent {}

  /**
   * A thread was told that a child of its process has ended or stopped: the child was a process of
   * its own, whether or not the call was recorded that made it.
   *
   * @param pid the thread
   * @param line the line
   * @param child the child
   */
  record ChildSignal(int pid, long line, int child) implements TraceEvent {}
}
