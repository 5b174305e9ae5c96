package dev.mapwright.linux.strace;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.TextCursor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls that have begun and not returned, at most one a thread. Their number is bounded,
 * because a hostile recording could begin calls for ever. A recording without thread numbers gives
 * them only while there are several threads, so a call begun by thread 0 may return under a number,
 * and the other way round.
 */
final class PendingCalls {

  /** No system has more threads than this (PID_MAX_LIMIT is 4,194,304, but each needs a stack). */
  static final int MAX_PENDING = 1 << 16;

  /** A call and where it began. */
  record Pending(long line, Call call) {}

  private final Map<Integer, Pending> byPid = new HashMap<>();

  /** A thread that is in no call; -1 if none is known. Lines often follow of the same thread. */
  private int outside = -1;

  void begin(int pid, Pending pending, TextCursor text) throws InputFormatException {
    Pending earlier = byPid.get(pid);
    if (earlier != null) {
      throw text.unexpected(
          "the end of the " + earlier.call.name() + " begun in line " + earlier.line);
    }
    if (byPid.size() == MAX_PENDING) {
      throw text.unexpected("at most " + MAX_PENDING + " calls at a time that have not returned");
    }
    put(pid, pending);
  }

  private void put(int pid, Pending pending) {
    byPid.put(pid, pending);
    outside = -1;
  }

  /** Whether a thread is inside a call that has not returned. */
  @Nullable Pending of(int pid) {
    if (pid == outside || byPid.isEmpty()) {
      return null;
    }
    Pending pending = byPid.get(pid);
    outside = pending == null ? pid : -1;
    return pending;
  }

  /** Takes out the call of that name which a thread has begun; null if there is none. */
  @Nullable Pending finish(int pid, String name) {
    Pending own = byPid.get(pid);
    if (own != null) {
      return CallKind.same(own.call.name(), name) ? byPid.remove(pid) : null;
    }
    if (pid != 0) {
      Pending unnumbered = byPid.get(0);
      return unnumbered != null && CallKind.same(unnumbered.call.name(), name)
          ? byPid.remove(0)
          : null;
    }
    if (byPid.size() == 1) {
      Map.Entry<Integer, Pending> only = byPid.entrySet().iterator().next();
      return CallKind.same(only.getValue().call.name(), name) ? byPid.remove(only.getKey()) : null;
    }
    return null;
  }

  /** Forgets what a thread has begun: it is gone. */
  void drop(int pid) {
    byPid.remove(pid);
  }

  /** A thread goes on under another number, whose earlier owner is gone. */
  void rename(int from, int to) {
    Pending pending = byPid.remove(from);
    if (pending == null) {
      byPid.remove(to);
    } else {
      put(to, pending);
    }
  }
}
