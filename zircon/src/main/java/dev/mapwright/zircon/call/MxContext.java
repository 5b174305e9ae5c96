package dev.mapwright.zircon.call;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.AnswerObserver;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.object.MxProcess;
import dev.mapwright.zircon.object.MxSystem;
import dev.mapwright.zircon.policy.Policy;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a call: a thread of a process, with the CPU it runs on. It is the first argument of
 * every call, never found by other means.
 *
 * <p>It also holds what calls leave behind besides their status: why the last call was refused, and
 * the results that the call face stores through pointers. Requests to the engine and a transfer
 * buffer live here too, so that calls allocate nothing.
 *
 * <p><b>Threads.</b> A context is used by one Java thread at a time, like its CPU. Calls must be
 * made outside a {@linkplain Cpu#enter bracket} of the CPU.
 */
public final class MxContext implements AutoCloseable {
  private static final int TRANSFER_BYTES = 64 * 1024;

  /** How a thread stands. */
  public enum State {
    /** It runs. */
    RUNNING,
    /** It has exited, by itself or with its process. */
    EXITED,
    /** It took a trap and is gone. */
    TRAPPED
  }

  private final MxProcess process;
  private final MxSystem system;
  private final boolean concurrent;
  private final Cpu cpu;
  private final EventRing events;
  private final Refusal refusal = new Refusal();
  private State state = State.RUNNING;

  final Policy policy;
  final AddressSpace space;
  final MapRequest mapRequest = new MapRequest();
  final RegionRequest regionRequest = new RegionRequest();

  /** What the call under way has made. */
  final Delivery made;

  /** Whether the call under way accesses the caller's memory, which may run a device's handler. */
  boolean accessing;

  /** Results of the last successful call, see the getters. */
  private int handle;

  private int rootHandle;
  long address;
  long bytes;

  private @Nullable MemorySegment transfer;

  /**
   * Starts a thread on a CPU of its own.
   *
   * @param process whose thread it is
   * @throws IllegalStateException when the process has ended
   */
  public MxContext(MxProcess process) {
    this(process, process.system().machine().newCpu());
  }

  /**
   * Starts a thread on a CPU.
   *
   * @param process whose thread it is
   * @param cpu the CPU that it runs on, which is attached to the process's address space at each
   *     call
   * @throws IllegalStateException when the process has ended
   */
  public MxContext(MxProcess process, Cpu cpu) {
    process.threadStarts();
    this.process = process;
    this.system = process.system();
    this.policy = system.policy();
    this.space = process.space();
    this.made = new Delivery(process.table());
    this.cpu = cpu;
    this.concurrent = system.machine().concurrent();
    this.events = system.machine().events().newRing("calls of " + process);
    cpu.attach(space);
  }

  /** {@return the process whose thread this is} */
  public MxProcess process() {
    return process;
  }

  /** {@return the CPU that the thread runs on} */
  public Cpu cpu() {
    return cpu;
  }

  /** {@return how the thread stands} */
  public State state() {
    return state;
  }

  /**
   * {@return why the last call was refused; {@linkplain Refusal#condition without a condition} when
   * it was not. The same instance each time, cleared by the next call and filled by the next
   * refusal}
   */
  public Refusal lastRefusal() {
    return refusal;
  }

  /**
   * {@return the handle that the last successful call made: of vmar_allocate, vmo_create,
   * vmo_clone, vmo_create_contiguous, handle_duplicate, handle_replace and process_create}
   */
  public int handle() {
    return handle;
  }

  /** {@return the handle to the root region that the last successful process_create made} */
  public int rootHandle() {
    return rootHandle;
  }

  /**
   * {@return the address that the last successful call found: of vmar_allocate, vmar_map,
   * mmap_device_memory, and the base of object_get_info}
   */
  public long address() {
    return address;
  }

  /**
   * {@return the byte count of the last successful call, unsigned: what a transfer moved, the size
   * of vmo_get_size, the length of object_get_info}
   */
  public long bytes() {
    return bytes;
  }

  /**
   * Ends the thread; the last one of a process takes the process along. Does nothing the second
   * time.
   */
  @Override
  public void close() {
    leave(State.EXITED);
  }

  void leave(State how) {
    if (state == State.RUNNING) {
      state = how;
      if (cpu.attached() == space) {
        cpu.attach(null); // unless the CPU runs a thread of another process by now
      }
      made.settle();
      process.threadExits();
    }
  }

  /** The beginning of every call. */
  void begin() {
    if (state != State.RUNNING || process.ended()) {
      leave(State.EXITED);
      throw new IllegalStateException("a thread that is gone makes no calls: " + process);
    }
    if (accessing) {
      throw new IllegalStateException("a call of this thread is under way: " + process);
    }
    made.takeBack(); // what a call had made that an exception ended
    made.settle();
    if (cpu.attached() != space) {
      cpu.attach(space);
    }
    refusal.clear();
    handle = 0;
    rootHandle = 0;
    address = 0;
    bytes = 0;
  }

  /** Refuses: leaves the reason here and returns the status. */
  int refuse(Condition condition, long first, long second) {
    int status = policy.statusOf(condition);
    refusal.set(condition, status, first, second);
    return status;
  }

  /** The status of the refusal just left here, for a caller of a decoder that has refused. */
  int refused() {
    return refusal.status();
  }

  /** An answer of the engine that decoding has ruled out. */
  static IllegalStateException unexpected(Outcome outcome) {
    return new IllegalStateException("the engine refused a decoded call: " + outcome);
  }

  /**
   * Keeps an object while the call uses it; false when its last handle was closed by another
   * thread.
   */
  boolean hold(KernelObject object) {
    return !concurrent || object.hold();
  }

  /** Ends {@link #hold}. */
  void release(KernelObject object) {
    if (concurrent) {
      object.release();
    }
  }

  int refuse(Condition condition) {
    return refuse(condition, 0, 0);
  }

  /**
   * The end of every call that returns: what it made is handed over or taken back, and the status
   * is seen by the observer and the events. A refusal's event carries the status and the
   * {@linkplain Condition#code code} of the condition.
   */
  int end(int status, Condition done) {
    if (status == MxStatus.MX_OK) {
      handle = made.handle();
      rootHandle = made.rootHandle();
      made.handOver();
    } else {
      address = 0;
      made.takeBack();
    }
    AnswerObserver observer = system.observer();
    Condition why = refusal.condition();
    if (status != MxStatus.MX_OK && why != null) {
      events.record(EventKind.REFUSED, 0, 0, status, why.code());
      if (observer != null) {
        observer.answered(why, status);
      }
    } else if (observer != null) {
      observer.answered(done, status);
    }
    return status;
  }

  MxSystem system() {
    return system;
  }

  /** Scratch for transfers, made at the first one. */
  MemorySegment transfer() {
    MemorySegment segment = transfer;
    if (segment == null) {
      segment = MemorySegment.ofArray(new long[TRANSFER_BYTES / Long.BYTES]);
      transfer = segment;
    }
    return segment;
  }
}
