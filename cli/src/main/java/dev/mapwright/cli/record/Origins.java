package dev.mapwright.cli.record;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Where the processes beside the first have their memory from, by the calls that make processes and
 * begin programs. A replay knows what a process holds at its end when it got a copy from one that
 * is known. It does not when a program was begun, of which nobody has seen the first maps; and what
 * is shared with the maker (vfork, CLONE_VM) has its end when the last that shares it ends.
 */
final class Origins {
  private static final String UNFINISHED = "<unfinished ...>";

  /** Longer chains are no longer followed; numbers that are used again might make a circle. */
  private static final int MOST_MAKERS = 10_000;

  /** Threads in a call that makes another, and whether that will share memory and be a process. */
  private final Map<Integer, Boolean> making = new HashMap<>();

  private final Map<Integer, Integer> makers = new HashMap<>();
  private final Set<Integer> executed = new HashSet<>();

  /** Processes that share, and processes and threads made by who had executed. */
  private final Set<Integer> bornUnknown = new HashSet<>();

  void line(int thread, byte[] line, int at, int length) {
    boolean resumed = Line.startsWith(line, length, at, "<... ");
    int name = resumed ? at + "<... ".length() : at;
    if (Line.startsWith(line, length, name, "execve")) {
      if (answer(Line.text(line, at, length)) == 0) {
        executed.add(thread);
      }
    } else if (Line.startsWith(line, length, name, "clone")
        || Line.startsWith(line, length, name, "vfork(")
        || Line.startsWith(line, length, name, "vfork ")
        || Line.startsWith(line, length, name, "fork(")
        || Line.startsWith(line, length, name, "fork ")) {
      String call = Line.text(line, name, length);
      if (!resumed) {
        making.put(
            thread,
            call.startsWith("vfork")
                || call.contains("CLONE_VM") && !call.contains("CLONE_THREAD"));
      }
      if (!call.endsWith(UNFINISHED)) {
        boolean shares = making.getOrDefault(thread, false);
        making.remove(thread);
        made(thread, answer(call), shares);
      }
    }
  }

  private void made(int maker, int child, boolean shares) {
    if (child <= 0) {
      return;
    }
    makers.put(child, maker);
    if (shares || executed.contains(maker)) {
      bornUnknown.add(child);
    }
  }

  /** The number behind the last equals sign; -1 where there is none yet. */
  private static int answer(String call) {
    int sign = call.lastIndexOf(" = ");
    String number = sign < 0 ? "" : call.substring(sign + 3);
    return number.matches("\\d{1,9}") ? Integer.parseInt(number) : -1;
  }

  /** Whether a process holds what a replay can know, by all lines until now. */
  boolean isKnown(int process) {
    if (executed.contains(process)) {
      return false;
    }
    Integer at = process;
    for (int i = 0; at != null && i < MOST_MAKERS; i++) {
      if (bornUnknown.contains(at)) {
        return false;
      }
      at = makers.get(at);
    }
    return true;
  }
}
