package dev.mapwright.linux.replay;

import dev.mapwright.linux.abi.CloneFlag;
import dev.mapwright.linux.abi.MapFlag;
import dev.mapwright.linux.strace.Call;
import dev.mapwright.linux.strace.TraceEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each thread of a recording, read before it is replayed: that shows whether a
 * thread that appears without a call that made it is a thread of a process or a process of its own.
 *
 * <ul>
 *   <li>Who executes a program and keeps his number was a process: a thread that does it goes on
 *       under the number of its process.
 *   <li>exit_group ends all threads of a process. So who makes calls after another had called it
 *       and was gone is not in his process.
 *   <li>Who calls exit, or is gone without a call although exit_group is recorded, is a thread.
 *   <li>A recording on a terminal gives no number (0) to the thread that is the only one. A number
 *       that does not end is then the first thread's, which ends without one.
 *   <li>Whose end a parent was told of (SIGCHLD) was a process.
 * </ul>
 *
 * What no line shows stays unknown.
 */
final class Fates {

  /** A hostile recording has as many threads as it likes. */
  private static final int MAX_THREADS = 1 << 20;

  /** What a thread does, by its lines; 0 if it does not. */
  private static final class Fate {
    private long lastCall;
    private long exit;
    private long exitGroup;
    private long end;
    private boolean killed;
    private boolean executed;
    private int parent = -1;

    /** Whether the thread has a line of its own. */
    private boolean seen;

    /** Whether the number was given out again. */
    private boolean reused;
  }

  private final Map<Integer, Fate> byPid = new HashMap<>();
  private boolean anyExitGroup;
  private boolean anyExec;
  private boolean anyDriver;
  private boolean anyStack;

  /** Children that share their parent's space. */
  private final Set<Integer> sharing = new HashSet<>();

  /** How many threads have a line of their own. */
  private int seen;

  private int lastPid = -1;
  private @Nullable Fate last;

  /** Reads one event after the other. */
  void read(TraceEvent event) {
    if (event instanceof TraceEvent.ChildSignal signal) {
      Fate child = fate(signal.child());
      if (child != null) {
        child.parent = signal.pid();
      }
      return;
    }
    Fate fate = fate(event.pid());
    if (fate == null) {
      return;
    }
    seen += fate.seen ? 0 : 1;
    fate.seen = true;
    if (event instanceof TraceEvent.Started started) {
      begins(fate, started.call(), started.line());
    } else if (event instanceof TraceEvent.Finished done) {
      if (done.startLine() == done.line()) {
        begins(fate, done.call(), done.line());
      }
      boolean makes = done.outcome().succeeded() && done.outcome().value() > 0;
      if (makes && done.call() instanceof Call.Clone clone && shares(clone)) {
        sharing.add((int) done.outcome().value());
      }
      if (done.call() instanceof Call.Exec && done.outcome().succeeded()) {
        fate.executed = true;
        anyExec = true;
      }
    } else if (event instanceof TraceEvent.Ended ended) {
      fate.end = ended.line();
      fate.killed = ended.killed();
    }
  }

  private void begins(Fate fate, Call call, long line) {
    fate.reused |= fate.end != 0;
    fate.lastCall = line;
    if (call instanceof Call.Mmap map) {
      String path = map.file().path();
      anyDriver |= path != null && isDriver(path);
      anyStack |= (map.flags() & MapFlag.MAP_STACK) != 0;
    }
    if (call instanceof Call.Exit exit) {
      if (exit.group()) {
        fate.exitGroup = line;
        anyExitGroup = true;
      } else {
        fate.exit = line;
      }
    }
  }

  private @Nullable Fate fate(int pid) {
    if (pid == lastPid) {
      return last;
    }
    Fate fate = byPid.get(pid);
    if (fate == null && byPid.size() < MAX_THREADS) {
      fate = new Fate();
      byPid.put(pid, fate);
    }
    lastPid = pid;
    last = fate;
    return fate;
  }

  /** A file behind which a driver stands that may map without a call of mmap, as KVM does. */
  private static boolean isDriver(String path) {
    boolean memory =
        path.equals("/dev/zero")
            || path.startsWith("/dev/shm/")
            || path.startsWith("/dev/hugepages/");
    return path.startsWith("/dev/") && !memory || path.startsWith("anon_inode:kvm");
  }

  private static boolean shares(Call.Clone call) {
    return (call.flags() & CloneFlag.CLONE_VM) != 0;
  }

  /**
   * Whether somebody may map without a line: a driver whose file was mapped, or a thread for which
   * there is a call that made it, or a stack, but no line of its own, because only one thread was
   * recorded.
   */
  boolean anythingUnseen() {
    return anyDriver || seen == 1 && (anyStack || !sharing.isEmpty());
  }

  /** Whether the recording shows that a program was executed. */
  boolean anyExec() {
    return anyExec;
  }

  /** A thread of the process that was told of the end of a child; -1 if none was. */
  int parentOf(int pid) {
    Fate fate = byPid.get(pid);
    return fate == null ? -1 : fate.parent;
  }

  /** Whether a thread is certainly not in the process of another. */
  boolean apart(int pid, int other) {
    Fate one = byPid.get(pid);
    Fate two = byPid.get(other);
    if (one == null || one.reused) {
      return false;
    }
    return one.executed || two != null && !two.reused && (outlives(one, two) || outlives(two, one));
  }

  /** Whether one makes calls after the other has ended his whole process. */
  private static boolean outlives(Fate one, Fate two) {
    return two.exitGroup != 0 && two.end != 0 && one.lastCall > two.end;
  }

  /** Whether a thread is certainly no process of its own. */
  boolean isThread(int pid) {
    Fate fate = byPid.get(pid);
    if (fate == null || fate.reused || fate.executed || fate.exitGroup != 0) {
      return false;
    }
    return fate.exit != 0
        || anyExitGroup && fate.end != 0 && !fate.killed
        || byPid.containsKey(0) && fate.end == 0;
  }
}
