package dev.mapwright.sim.device;

import dev.mapwright.core.machine.DmaFault;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a ring device does once it is enabled: it takes entries in order, works at several at once,
 * and writes completions one after the other as requests are finished.
 *
 * <p>Indexes count from 0 since the device was enabled, modulo 2^32, and the place in a ring is
 * their lowest bits. Always completed <= consumer <= producer <= completed + entries, in that
 * arithmetic, so a place is used again only when the driver has had its completion.
 *
 * <p>Nothing that is read is trusted: whatever does not fit stops the device, with nothing in
 * flight any more. Everything is guarded by the device's monitor, under which only the engine is
 * called.
 */
final class RingQueue {
  static final int COMPLETED = 1;
  static final int STOPPED = 2;

  private static final int MOST_ENTRIES = 256;
  private static final int ALIGNMENT = 64;
  private static final int MOST_JOBS = 8;

  /** Tags of requests that belong to no job; those of others are the job's place. */
  private static final long COMPLETION = -1;

  private static final long COUNTING = -2;

  private final DmaEngine engine;
  private final byte[] disk;

  // Set while it is not enabled.
  long ring;
  long completions;
  long counter;
  int entries;

  boolean enabled;
  int producer;
  int consumer;
  int completed;
  RingError error = RingError.NONE;
  long errorAt;

  /** Bits that were raised and not acknowledged. */
  int interrupts;

  /** What is worked at; null where a place is free. */
  private final @Nullable RingJob[] jobs = new RingJob[MOST_JOBS];

  /** Finished in this order, and not completed. */
  private final ArrayDeque<RingJob> finished = new ArrayDeque<>();

  private final byte[] completion = new byte[RingJob.COMPLETION_BYTES];

  /** Whether a completion is being written or counted. */
  private boolean completing;

  RingQueue(DmaEngine engine, byte[] disk) {
    this.engine = engine;
    this.disk = disk;
  }

  // ---- what the driver asks for

  void enable() {
    if (enabled || error != RingError.NONE) {
      return;
    }
    boolean size = entries >= 2 && entries <= MOST_ENTRIES && Integer.bitCount(entries) == 1;
    if (!size || ((ring | completions) & ALIGNMENT - 1) != 0 || (counter & 7) != 0) {
      stop(RingError.RING, entries);
    } else {
      enabled = true;
    }
  }

  /** Nothing is in flight any more, and the indexes are 0; what it was told of the ring stays. */
  void disable() {
    forget();
    producer = 0;
    consumer = 0;
    completed = 0;
  }

  private void forget() {
    engine.forget();
    enabled = false;
    completing = false;
    finished.clear();
    Arrays.fill(jobs, null);
  }

  /** What it keeps while nothing is worked at. */
  record Saved(
      long ring,
      long completions,
      long counter,
      int entries,
      boolean enabled,
      int producer,
      int consumer,
      int completed,
      RingError error,
      long errorAt,
      int interrupts) {}

  /** Whether nothing is in flight, and nothing is to be told. */
  boolean idle() {
    for (RingJob job : jobs) {
      if (job != null) {
        return false;
      }
    }
    return finished.isEmpty() && !completing;
  }

  Saved save() {
    return new Saved(
        ring,
        completions,
        counter,
        entries,
        enabled,
        producer,
        consumer,
        completed,
        error,
        errorAt,
        interrupts);
  }

  /** What is in flight is forgotten. */
  void goBack(Saved saved) {
    forget();
    ring = saved.ring;
    completions = saved.completions;
    counter = saved.counter;
    entries = saved.entries;
    enabled = saved.enabled;
    producer = saved.producer;
    consumer = saved.consumer;
    completed = saved.completed;
    error = saved.error;
    errorAt = saved.errorAt;
    interrupts = saved.interrupts;
  }

  void ring(int index) {
    if (!enabled) {
      return;
    }
    int posted = index - completed;
    boolean back = Integer.compareUnsigned(posted, producer - completed) < 0;
    if (back || Integer.compareUnsigned(posted, entries) > 0) {
      stop(RingError.INDEX, Integer.toUnsignedLong(index));
    } else {
      producer = index;
      begin();
    }
  }

  private void stop(RingError why, long where) {
    forget();
    error = why;
    errorAt = where;
    interrupts |= STOPPED;
  }

  // ---- reading what is to be done

  /** Takes entries as long as there are some, and a place is free. */
  private void begin() {
    for (int place = 0; place < MOST_JOBS && consumer != producer; place++) {
      if (jobs[place] == null) {
        RingJob job = new RingJob();
        jobs[place] = job;
        long at = ring + (long) RingJob.ENTRY_BYTES * (consumer++ & entries - 1);
        engine.submit(DmaRequest.read(at, job.raw, 0, RingJob.ENTRY_BYTES, place));
      }
    }
  }

  /** A request is over, and not forgotten. */
  void ended(DmaRequest request, boolean done) {
    if (request.tag() < 0) {
      completionEnded(request, done);
      return;
    }
    int place = (int) request.tag();
    RingJob job = Objects.requireNonNull(jobs[place]);
    if (job.stage == RingJob.Stage.DATA) {
      moved(job, place, done);
    } else if (!done) {
      stop(RingError.READING, refusedAt(request));
    } else {
      read(job, place, request.address());
    }
  }

  private static long refusedAt(DmaRequest request) {
    DmaFault fault = request.fault();
    return fault == null ? request.address() : fault.address();
  }

  private void read(RingJob job, int place, long at) {
    RingError wrong = job.stage == RingJob.Stage.ENTRY ? job.takeEntry() : job.takeDescriptor();
    if (wrong != RingError.NONE) {
      stop(wrong, at);
    } else if (job.stage == RingJob.Stage.LIST) {
      engine.submit(DmaRequest.read(job.next, job.raw, 0, RingJob.DESCRIPTOR_BYTES, place));
    } else {
      move(job, place);
    }
  }

  // ---- moving

  private void move(RingJob job, int place) {
    if (!job.isOn(disk)) {
      job.status = RingJob.Status.SECTOR;
      finish(job, place);
      return;
    }
    job.data = new byte[job.bytes];
    if (job.toMemory) {
      System.arraycopy(disk, job.place(), job.data, 0, job.bytes);
    }
    job.left = job.pieces;
    int from = 0;
    for (int i = 0; i < job.pieces; i++) {
      long at = job.addresses[i];
      int bytes = job.lengths[i];
      engine.submit(
          job.toMemory
              ? DmaRequest.write(at, job.data, from, bytes, place)
              : DmaRequest.read(at, job.data, from, bytes, place));
      from += bytes;
    }
  }

  private void moved(RingJob job, int place, boolean done) {
    if (!done) {
      job.status = RingJob.Status.FAULT;
    }
    if (--job.left > 0) {
      return;
    }
    if (!job.toMemory && job.status == RingJob.Status.DONE) {
      System.arraycopy(job.data, 0, disk, job.place(), job.bytes);
    }
    finish(job, place);
  }

  private void finish(RingJob job, int place) {
    jobs[place] = null;
    finished.add(job);
    complete();
    begin();
  }

  // ---- completing

  private void complete() {
    RingJob job = completing ? null : finished.poll();
    if (job != null) {
      completing = true;
      job.putCompletion(completion, completed + 1);
      long at = completions + (long) RingJob.COMPLETION_BYTES * (completed & entries - 1);
      engine.submit(DmaRequest.write(at, completion, 0, RingJob.COMPLETION_BYTES, COMPLETION));
    }
  }

  private void completionEnded(DmaRequest request, boolean done) {
    if (!done) {
      stop(RingError.COMPLETING, refusedAt(request));
    } else if (request.tag() == COMPLETION && counter != 0) {
      engine.submit(DmaRequest.fetchAndAdd(counter, Long.BYTES, 1, COUNTING));
    } else {
      completed++;
      completing = false;
      interrupts |= COMPLETED;
      complete();
    }
  }
}
