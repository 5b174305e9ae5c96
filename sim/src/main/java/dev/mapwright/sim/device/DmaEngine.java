package dev.mapwright.sim.device;

import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.SeedBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a device reaches memory by: it submits requests, any number of which are in flight at once,
 * and is told of each when it is done or was refused. Nothing happens unless the machine's clock is
 * advanced; which request comes when follows from the machine's seed ({@link DmaPolicy}), so the
 * same program sees the same order each time.
 *
 * <p>A device makes one when it is {@linkplain Device#plugged plugged in}, and lets it go when it
 * is pulled out ({@link #close}). One is for one machine, one requester and one PASID.
 *
 * <p><b>Forgetting.</b> {@link #forget} is what a reset does: what is in flight is never made, and
 * never told. One access may be under way just then, on the thread that advances the clock; it may
 * still reach memory, and be told. So a device that is told asks {@link DmaRequest#forgotten}
 * first, under the lock under which it resets itself.
 *
 * <p><b>Threads.</b> Any thread may submit and forget, also in a handler and under a lock of the
 * device. Accesses are made, and the device is told, on the thread that advances the clock, with no
 * lock of the engine, the machine or this class held. What the device throws, or a listener of the
 * machine's IOMMU, ends that thread's advance; what else is due is done by the next.
 *
 * <p><b>State</b> is in plain fields, guarded by this object's monitor, under which only the clock
 * is called: the requests in flight in the order in which they are due, how many there were, and
 * how many of them are forgotten. What is drawn for a request follows from its number alone.
 */
public final class DmaEngine {
  /** A device that is told what became of its requests. */
  public interface Client {
    /**
     * A request was done, or refused for good. {@link DmaRequest#forgotten} is asked before
     * anything is made of it. More requests may be submitted.
     *
     * @param request which one
     * @param done false when it was refused
     */
    void ended(DmaRequest request, boolean done);
  }

  private final Clock clock;
  private final SeedBook seeds;
  private final String stream;
  private final DmaPort port;
  private final DmaPolicy policy;
  private final Client client;
  private final Clock.Alarm alarm;

  // This object's monitor guards what follows.

  /** Due earlier comes first, of two that are due at one step the one with the lower number. */
  private final List<DmaRequest> inFlight = new ArrayList<>();

  /** How many were submitted, ever: the number of the next. */
  private long submitted;

  /** Those with lower numbers are forgotten. */
  private long forgotten;

  /** Whether a request is being made just now. */
  private boolean performing;

  /** Whether nothing is made any more. */
  private boolean closed;

  /**
   * Makes one with nothing in flight.
   *
   * @param machine where the memory is
   * @param requester whose accesses they are, 0 .. 0xFFFF
   * @param pasid under which PASID; {@link dev.mapwright.core.machine.DmaFault#NO_PASID} for none
   * @param policy how long they take, and what becomes of one that is refused
   * @param client told of each
   * @throws IllegalArgumentException when the machine has no such requester or PASID
   */
  public DmaEngine(Machine machine, int requester, int pasid, DmaPolicy policy, Client client) {
    clock = machine.clock();
    seeds = machine.seeds();
    stream = "dma " + requester + " " + pasid;
    port = machine.newDmaPort(requester, pasid);
    this.policy = Objects.requireNonNull(policy);
    this.client = Objects.requireNonNull(client);
    alarm = clock.alarm(this::step);
  }

  /**
   * Begins a request. It takes at least a call of {@link Clock#advance}, and near the end of all
   * time at most what is left of it.
   *
   * @param request one that was never submitted
   * @throws IllegalStateException when it was
   */
  public synchronized void submit(DmaRequest request) {
    if (request.engine != null) {
      throw new IllegalStateException("a request is submitted once");
    }
    request.engine = this;
    request.number = submitted++;
    if (closed) {
      forgotten = submitted;
      return;
    }
    long spread = policy.mostSteps() - policy.leastSteps() + 1;
    enter(request, policy.leastSteps() + seeds.stream(stream, request.number).below(spread));
  }

  /** Forgets all that is in flight. */
  public synchronized void forget() {
    forgotten = submitted;
    inFlight.clear();
    alarm.cancel();
  }

  /**
   * Forgets all that is in flight and whatever is submitted from now on, and gives the port back to
   * the machine: what a device does that is pulled out. An access that is under way just now ends
   * first. A second time, nothing happens.
   */
  public synchronized void close() {
    forget();
    if (!closed) {
      closed = true;
      if (!performing) {
        port.close();
      }
    }
  }

  /** The request that was being made has been made. */
  private synchronized void performed() {
    performing = false;
    if (closed) {
      port.close();
    }
  }

  /** Whether a request of this engine was submitted before the last {@link #forget}. */
  synchronized boolean forgets(DmaRequest request) {
    return request.number < forgotten;
  }

  /** {@return how many requests are in flight, without the one that is being made just now} */
  public synchronized int inFlight() {
    return inFlight.size();
  }

  /** Puts a request where it belongs, and sets the alarm for the first. */
  private void enter(DmaRequest request, long steps) {
    assert Thread.holdsLock(this);
    long now = clock.now();
    request.step = now + Math.min(steps, Clock.NEVER - 1 - now);
    int place = inFlight.size();
    while (place > 0 && before(request, inFlight.get(place - 1))) {
      place--;
    }
    inFlight.add(place, request);
    setAlarm();
  }

  private static boolean before(DmaRequest one, DmaRequest other) {
    return one.step != other.step ? one.step < other.step : one.number < other.number;
  }

  private void setAlarm() {
    if (!inFlight.isEmpty()) {
      // From now on, and not for that step, which another thread may let pass meanwhile.
      alarm.setAfter(Math.max(0, inFlight.getFirst().step - clock.now()));
    }
  }

  /**
   * The alarm: one request. The alarm is set for the next before it is made, so that whatever is
   * thrown on the way, the others are made by who advances next.
   */
  private void step() {
    DmaRequest request;
    synchronized (this) {
      if (inFlight.isEmpty() || inFlight.getFirst().step > clock.now()) {
        return; // forgotten when the alarm went off
      }
      request = inFlight.removeFirst();
      performing = true;
      setAlarm();
    }
    boolean done = false;
    boolean over = true; // also when a listener of the fault throws
    try {
      try {
        done = request.perform(port);
      } finally {
        performed();
      }
      over = done || !retried(request);
    } finally {
      if (over && !forgets(request)) {
        client.ended(request, done);
      }
    }
  }

  /** Has what was refused tried again; false when that was often enough. */
  private synchronized boolean retried(DmaRequest request) {
    if (request.tries() > policy.retries()) {
      return false;
    }
    if (!forgets(request)) {
      enter(request, policy.retrySteps());
    }
    return true;
  }
}
