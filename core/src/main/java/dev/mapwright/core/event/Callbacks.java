package dev.mapwright.core.event;

import dev.mapwright.core.Made;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which threads are inside somebody else's code that the engine called while it held locks (a page
 * source, a page store, a source of frames, a listener), and what that code threw.
 *
 * <p><b>Calling back is refused</b> where it would need a lock of a rank that its caller holds
 * already, or of a lower one: it would be taken in a wrong order or, by the same thread, twice, in
 * the middle of a change. Such code may wait and may throw; a source of frames, called while a
 * space is locked, may also ask objects. Every lock of the engine asks here first; a call that is
 * refused throws {@link IllegalStateException} and has changed nothing.
 *
 * <p><b>What a callback throws</b> goes to the caller of the engine. Where nothing has happened
 * yet, it simply passes through. Where a change is under way that can't be given up any more
 * (listeners, a store that is told to discard), it is {@linkplain #note noted}, the change is
 * carried out whole, and the exception is thrown when the last lock has been let go.
 *
 * <p>Thread-safe. While no thread is inside a callback and nothing was thrown, asking costs one
 * read of a field that nobody writes.
 */
public final class Callbacks {
  /** What a source of frames is called in refusals. */
  public static final String SOURCE = "a source of frames";

  /** The rank of the lock under which such a source is asked. */
  private static final int RESERVATION_RANK = 2;

  /** No lock may be taken inside. */
  public static final int NO_LOCK = Integer.MAX_VALUE;

  /**
   * A callback that a thread is in.
   *
   * @param what it is, for the refusal of calls from inside
   * @param heldRank the highest rank of a lock that its caller holds
   * @param around the callback that this one was called from; null for none
   */
  private record Inside(String what, int heldRank, @Nullable Inside around) {}

  /** Threads inside, with what they are in. */
  private final Map<Thread, Inside> inside = new ConcurrentHashMap<>();

  /** What was thrown and not yet passed on, by thread. */
  private final Map<Thread, Throwable> thrown = new ConcurrentHashMap<>();

  /** Threads whose exceptions wait for the end of a longer operation. */
  private final Map<Thread, Boolean> waiting = new ConcurrentHashMap<>();

  /** Whether {@link #inside} or {@link #thrown} may have something in it; never reset. */
  private volatile boolean used;

  /** Who is inside a source of frames that a reservation asks; null before there is one. */
  private volatile @Nullable ThreadMarks sources;

  /** Makes an instance for one machine. */
  public Callbacks() {}

  /**
   * The current thread goes into a callback.
   *
   * @param what it is, for the refusal of calls from inside
   * @param heldRank the rank of the lock that is held; {@link #NO_LOCK} to refuse every call
   */
  public void begin(String what, int heldRank) {
    used = true;
    Thread thread = Thread.currentThread();
    inside.put(thread, new Inside(what, heldRank, inside.get(thread)));
  }

  /** The current thread has come out of the callback. */
  public void end() {
    Thread thread = Thread.currentThread();
    Inside left = inside.get(thread);
    if (left == null || left.around == null) {
      inside.remove(thread);
    } else {
      inside.put(thread, left.around);
    }
  }

  /**
   * Refuses a call that comes from inside a callback.
   *
   * @param rank the rank of the lock that the call needs
   * @throws IllegalStateException when the current thread is in a callback that must not take it
   */
  public void refuseCalls(int rank) {
    if (used) {
      Inside in = inside.get(Thread.currentThread());
      if (in != null && rank <= in.heldRank) {
        throw new IllegalStateException(in.what + " must not call the engine");
      }
    }
  }

  /**
   * Makes room for marks of threads that are inside a source of frames, so that marking allocates
   * nothing. Called before the first {@link #mark}.
   */
  public synchronized void prepareSources() {
    if (sources == null) {
      sources = new ThreadMarks();
    }
  }

  /**
   * {@return the place of the current thread's mark, for {@link #mark}: it says which space's
   * source it is inside of; -1 when no place is left}
   */
  public int markPlace() {
    ThreadMarks marks = sources;
    return marks == null ? -1 : marks.place(Thread.currentThread());
  }

  /**
   * {@return the current thread's mark, 0 for none}
   *
   * @param place of the current thread
   */
  public long markAt(int place) {
    ThreadMarks marks = sources;
    return marks == null ? 0 : marks.get(place);
  }

  /**
   * The current thread goes into a source of frames that a reservation asks, whose lock it holds,
   * or comes out of it. Allocates nothing when there is a place.
   *
   * @param place of the current thread
   * @param space the number of the space that the source must not call; coming out, what was marked
   *     before
   */
  public void mark(int place, long space) {
    ThreadMarks marks = sources;
    if (marks != null && place >= 0) {
      marks.set(place, space);
    } else if (space != 0) {
      begin(SOURCE, RESERVATION_RANK);
    } else {
      end();
    }
  }

  /**
   * Refuses a call on a space from inside a source of frames of one of its reservations.
   *
   * @param space the space's number
   * @throws IllegalStateException when the current thread is inside such a source
   */
  public void refuseSourceOf(long space) {
    ThreadMarks marks = sources;
    if (marks != null && marks.get(marks.find(Thread.currentThread())) == space) {
      throw calledFromSource();
    }
  }

  /** {@return the refusal of a call on a space from inside a source of frames} */
  public static IllegalStateException calledFromSource() {
    return new IllegalStateException(SOURCE + " must not call the space that asks it");
  }

  /**
   * Keeps what a callback threw, to be thrown when the change is complete. Of several the first is
   * thrown, with the others suppressed in it.
   *
   * @param problem what was thrown
   */
  public void note(Throwable problem) {
    used = true;
    Throwable first = thrown.putIfAbsent(Thread.currentThread(), problem);
    if (first != null && first != problem) {
      first.addSuppressed(problem);
    }
  }

  /** What is noted on this thread waits until {@link #passOnAgain}: a longer operation begins. */
  public void passOnLater() {
    waiting.put(Thread.currentThread(), true);
  }

  /** Ends {@link #passOnLater}. Throws nothing. */
  public void passOnAgain() {
    waiting.remove(Thread.currentThread());
  }

  /** {@return whether there may be something to pass on: anybody was ever inside a callback} */
  public boolean anything() {
    return used;
  }

  /**
   * Throws what callbacks of the current thread's operation threw. Called when its locks are let
   * go.
   */
  public void passOn() {
    Throwable problem = used ? take() : null;
    if (problem != null) {
      Callbacks.<RuntimeException>raise(problem);
    }
  }

  /**
   * Calls somebody else's code for each of some, with no lock held, as the last part of an
   * operation that can't be given up any more: all are called, whatever one throws; then the first
   * exception is thrown, with the others suppressed in it. What callbacks of the operation threw
   * before comes first of all.
   *
   * @param <T> what is called
   * @param called each of them, in this order
   * @param call how
   */
  public <T> void callAll(Iterable<T> called, Consumer<? super T> call) {
    // Not noted: what is called here may call the engine, which would throw it there.
    Throwable first = used ? take() : null;
    for (T one : called) {
      try {
        call.accept(one);
      } catch (Throwable problem) {
        if (first == null) {
          first = problem;
        } else if (first != problem) {
          first.addSuppressed(problem);
        }
      }
    }
    if (first != null) {
      Callbacks.<RuntimeException>raise(first);
    }
  }

  /**
   * Hands something that was made to its maker, after passing on what callbacks threw. If there is
   * something to throw, nobody would get to know what was made, so it is undone.
   *
   * @param <T> what was made
   * @param made what is to be returned
   * @param undo gives it back
   * @return the same
   */
  public <T> Made<T> handOver(Made<T> made, Consumer<? super T> undo) {
    boolean passed = false;
    try {
      passOn();
      passed = true;
    } finally {
      T lost = made.made();
      if (!passed && lost != null) {
        undo.accept(lost);
      }
    }
    return made;
  }

  private @Nullable Throwable take() {
    Thread thread = Thread.currentThread();
    return waiting.containsKey(thread) ? null : thrown.remove(thread);
  }

  /** A callback of a language that knows no checked exceptions may throw any. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void raise(Throwable problem) throws T {
    throw (T) problem;
  }
}
