package dev.mapwright.sim.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.core.event.Callbacks;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.sim.memory.ThreadGuard;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a simulated machine: the alarms that are set are in a heap, the earliest on top, and
 * each knows its place in it, so that it can be moved and taken out.
 *
 * <p>Advancing takes the top out and lets the lock go before the action is called; what the action
 * sets or cancels meanwhile is seen, because the next top is looked for anew each time. An action
 * that advances is the same loop within the loop: the inner one does what is due until its end, so
 * the outer one finds less to do, and a time that may be beyond its own end.
 *
 * <p>The lock is this object's monitor. It is a leaf: nothing is called while it is held.
 */
public final class SimulatedClock implements Clock {
  private static final SimulatedAlarm[] NONE = {};
  private static final int FIRST_ROOM = 16;

  private final ThreadGuard guard;
  private final Callbacks callbacks;

  /** Written by the thread that advances, under the lock. */
  private volatile long now;

  /** Who advances; null for nobody. */
  @GuardedBy("this")
  private @Nullable Thread driver;

  /** The heap: no alarm is earlier than the one at {@code (place - 1) / 2}; null beyond the set. */
  @GuardedBy("this")
  private @Nullable SimulatedAlarm[] heap = NONE;

  @GuardedBy("this")
  private int set;

  /** How often an alarm was set; of two for one step the lower number comes first. */
  @GuardedBy("this")
  private long requests;

  /** A clock of a machine; callbacks know which threads hold locks of the engine. */
  public SimulatedClock(ThreadGuard guard, Callbacks callbacks) {
    this.guard = guard;
    this.callbacks = callbacks;
  }

  /** All fields are guarded by the clock's monitor. */
  @SuppressWarnings("GuardedBy") // its lock is the clock's, which the compiler can't follow
  private final class SimulatedAlarm implements Alarm {
    private final Runnable action;
    private int place = -1;
    private long step = NEVER;
    private long request;

    SimulatedAlarm(Runnable action) {
      this.action = action;
    }

    @Override
    public void setAt(long wanted) {
      guard.check();
      enter(this, wanted);
    }

    @Override
    public void setAfter(long steps) {
      guard.check();
      enterLater(this, steps);
    }

    @Override
    public boolean cancel() {
      guard.check();
      synchronized (SimulatedClock.this) {
        boolean was = place >= 0;
        if (was) {
          takeOut(this);
        }
        return was;
      }
    }

    @Override
    public long step() {
      synchronized (SimulatedClock.this) {
        return step;
      }
    }

    boolean before(SimulatedAlarm other) {
      return step != other.step ? step < other.step : request < other.request;
    }
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public Alarm alarm(Runnable action) {
    return new SimulatedAlarm(action);
  }

  @Override
  public synchronized long next() {
    SimulatedAlarm top = set == 0 ? null : heap[0];
    return top == null ? NEVER : top.step;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // of threads
  public synchronized boolean advancing() {
    return driver == Thread.currentThread();
  }

  @Override
  public void advance(long steps) {
    guard.check();
    refuseCallbacks();
    Thread thread = Thread.currentThread();
    long end;
    boolean outermost;
    synchronized (this) {
      end = later(steps);
      outermost = begin(thread);
    }
    try {
      for (SimulatedAlarm due = due(end); due != null; due = due(end)) {
        due.action.run();
      }
    } finally {
      if (outermost) {
        end();
      }
    }
  }

  /** No lock may be held around an action, which may call the engine. */
  private void refuseCallbacks() {
    callbacks.refuseCalls(0);
    if (callbacks.markAt(callbacks.markPlace()) != 0) {
      throw Callbacks.calledFromSource();
    }
  }

  @GuardedBy("this")
  private long later(long steps) {
    if (steps < 0 || steps >= NEVER - now) {
      throw new IllegalArgumentException("time can't pass by " + steps + " steps, it is " + now);
    }
    return now + steps;
  }

  /** True when the thread was not advancing already. */
  @GuardedBy("this")
  @SuppressWarnings("ReferenceEquality") // of threads
  private boolean begin(Thread thread) {
    if (driver == thread) {
      return false;
    }
    if (driver != null) {
      throw new IllegalStateException(
          "thread " + driver.getName() + " is advancing the clock already");
    }
    driver = thread;
    return true;
  }

  private synchronized void end() {
    driver = null;
  }

  /** Takes out the earliest alarm until a step, and makes it that time; null when there is none. */
  private synchronized @Nullable SimulatedAlarm due(long end) {
    SimulatedAlarm top = set == 0 ? null : heap[0];
    if (top == null || top.step > end) {
      now = Math.max(now, end);
      return null;
    }
    now = Math.max(now, top.step);
    takeOut(top);
    return top;
  }

  // ---- the heap

  private synchronized void enterLater(SimulatedAlarm alarm, long steps) {
    enter(alarm, later(steps));
  }

  private synchronized void enter(SimulatedAlarm alarm, long step) {
    if (step < now || step == NEVER) {
      throw new IllegalArgumentException("an alarm can't be set for step " + step + " at " + now);
    }
    int place = alarm.place;
    if (place < 0) {
      if (set == heap.length) {
        grow();
      }
      place = set++;
    }
    alarm.step = step;
    alarm.request = requests++;
    down(alarm, up(alarm, place));
  }

  @GuardedBy("this")
  private void grow() {
    @Nullable SimulatedAlarm[] larger = new SimulatedAlarm[Math.max(FIRST_ROOM, 2 * set)];
    System.arraycopy(heap, 0, larger, 0, set);
    heap = larger;
  }

  @GuardedBy("this")
  private void takeOut(SimulatedAlarm alarm) {
    int place = alarm.place;
    alarm.place = -1;
    alarm.step = NEVER;
    SimulatedAlarm last = heap[--set];
    heap[set] = null;
    if (last != null && last != alarm) {
      down(last, up(last, place));
    }
  }

  /** Moves the hole at a place up until an alarm may stand there; puts it in and says where. */
  @GuardedBy("this")
  private int up(SimulatedAlarm alarm, int hole) {
    int place = hole;
    while (place > 0) {
      SimulatedAlarm above = heap[(place - 1) / 2];
      if (above == null || !alarm.before(above)) {
        break;
      }
      put(above, place);
      place = (place - 1) / 2;
    }
    put(alarm, place);
    return place;
  }

  /** Moves an alarm down from a place until none below it is earlier. */
  @GuardedBy("this")
  private void down(SimulatedAlarm alarm, int from) {
    int place = from;
    while (true) {
      SimulatedAlarm earliest = alarm;
      for (int below = 2 * place + 1; below <= 2 * place + 2 && below < set; below++) {
        SimulatedAlarm one = heap[below];
        if (one != null && one.before(earliest)) {
          earliest = one;
        }
      }
      if (earliest == alarm) {
        put(alarm, place);
        return;
      }
      int vacated = earliest.place;
      put(earliest, place);
      place = vacated;
    }
  }

  @GuardedBy("this")
  private void put(SimulatedAlarm alarm, int place) {
    heap[place] = alarm;
    alarm.place = place;
  }
}
