package dev.mapwright.proof.engine;

import dev.mapwright.core.Access;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Hook;
import dev.mapwright.core.space.AddressSpace;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of a space, and which of them an access has to call: those that were set and not
 * closed, one after the other in that order, as far as they have a byte of the piece, were not told
 * of it yet, and the piece can be made. Each call is compared when it comes, since a hook may
 * change who is next.
 */
final class EngineHooks {
  private static final int MOST = 14;

  /** What a hook does when it is called. */
  private enum Manner {
    PASS,
    STOP,
    THROW,
    CLOSE_ITSELF,
    CLOSE_ANOTHER,
    SET_ANOTHER,
    LOOK_AROUND,
    UNMAP
  }

  /** What a hook of the campaign throws. */
  static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What hooks do to the space, with its model. */
  interface Surroundings {
    /** Accesses pages, of which no hook is told. */
    void lookAround(long page);

    /** Unmaps pages, or is refused. */
    void unmap(long page);

    /** Pages were translated for a store, whatever becomes of it: they are the object's own now. */
    void commit(long address, long bytes);

    /** What of an access is made: the model follows. */
    void transfer(long address, long bytes);
  }

  /** A hook that is set. */
  private static final class Placed {
    final long first;
    final long last;
    final Set<Access> kinds;
    final Manner manner;
    @Nullable Hook hook;

    Placed(long first, long last, Set<Access> kinds, Manner manner) {
      this.first = first;
      this.last = last;
      this.kinds = kinds;
      this.manner = manner;
    }

    void close() {
      Hook set = hook;
      if (set != null) {
        set.close();
      }
    }
  }

  private final AddressSpace space;
  private final Cpu cpu;
  private final Judge judge;
  private final Surroundings surroundings;

  /** In the order in which they were set. */
  private final List<Placed> live = new ArrayList<>();

  /** Whether a hook is being called: then the CPU calls no other. */
  private boolean inHook;

  // ---- the access that is under way, and the piece of it that is next

  private boolean underWay;
  private Access access = Access.READ;
  private Access other = Access.READ;
  private long value;
  private LongPredicate possible = page -> true;
  private long at;
  private long bytes;
  private long end;
  private final Set<Placed> told = new HashSet<>();
  private boolean stopped;

  EngineHooks(AddressSpace space, Cpu cpu, Judge judge, Surroundings surroundings) {
    this.space = space;
    this.cpu = cpu;
    this.judge = judge;
    this.surroundings = surroundings;
  }

  /** Whether an access that begins now is one of a hook. */
  boolean inHook() {
    return inHook;
  }

  /** Sets a hook, or closes one. */
  void setOrClose(Step step, long firstPage, long pages, long lastPageOfSpace) {
    long draw = step.value();
    if (live.size() >= MOST || (!live.isEmpty() && (draw & 7) == 0)) {
      Placed gone = live.remove((int) (draw >>> 3 & 0xFF) % live.size());
      gone.close();
      gone.close();
      judge.count("hook closed");
      return;
    }
    Set<Access> kinds = EnumSet.noneOf(Access.class);
    for (Access kind : Access.values()) {
      if ((draw >>> 3 + kind.ordinal() & 1) != 0) {
        kinds.add(kind);
      }
    }
    // Some have a few bytes at one end of a page, some pages.
    long edge = (draw >>> 6 & 1) == 0 ? 0 : Pages.BYTES - 8;
    long first = Pages.address(firstPage) + edge + (draw >>> 7 & 7);
    boolean narrow = (draw >>> 10 & 1) == 0;
    long lastPage = firstPage + pages - 1;
    long last = narrow ? first + (draw >>> 11 & 3) - 1 : Pages.lastAddress(lastPage);
    Manner manner = Manner.values()[(int) (draw >>> 16 & 0xFF) % Manner.values().length];
    boolean outside = Pages.of(last) > lastPageOfSpace;
    boolean invalid = kinds.isEmpty() || Long.compareUnsigned(first, last) > 0;
    set(
        new Placed(first, last, kinds, manner),
        invalid ? Outcome.INVALID : outside ? Outcome.OUTSIDE : Outcome.OK);
  }

  private void set(Placed placed, Outcome expected) {
    Made<Hook> made =
        judge.hunger.make(() ->
            space.hook(
                placed.first,
                placed.last,
                placed.kinds,
                (by, kind, address, count, stored) ->
                    called(placed, by, kind, address, count, stored)));
    judge.judge("hook", expected, made.outcome());
    if (made.outcome() == Outcome.OK) {
      placed.hook = made.get();
      live.add(placed);
    }
  }

  /**
   * Begins an access.
   *
   * @param whole whether it is one piece; or one for each page
   * @param canBeMade whether a page allows it, as the model is then
   */
  void begin(
      Access kind,
      Access otherKind,
      long address,
      long length,
      boolean whole,
      long stored,
      LongPredicate canBeMade) {
    if (underWay) {
      throw new AssertionError("two accesses at once");
    }
    underWay = true;
    access = kind;
    other = otherKind;
    value = stored;
    possible = canBeMade;
    at = address;
    end = address + length;
    bytes = whole ? length : pieceAt(address);
    told.clear();
    stopped = false;
  }

  private long pieceAt(long address) {
    return Math.min(end - address, Pages.BYTES - Pages.offset(address));
  }

  /** Ends it, also when it ended with an exception; what was transferred is not compared then. */
  void abandon() {
    underWay = false;
  }

  /**
   * Ends an access that came so far.
   *
   * @param reached the first byte that was not transferred
   */
  void end(long reached) {
    goOn(reached);
    if (at != end && !stopped) {
      if (possible()) {
        throw new AssertionError("an access ended at 0x%x, expected more".formatted(at));
      }
      if (possible.test(Pages.of(at))) {
        commit(Pages.BYTES - Pages.offset(at)); // it was translated before the other one faulted
      }
    }
    underWay = false;
  }

  /** What comes before an address was transferred. */
  void goOn(long reached) {
    while (at != reached) {
      pieceDone();
    }
  }

  private void commit(long length) {
    if (access == Access.WRITE) {
      surroundings.commit(at, length);
    }
  }

  /** The first byte of the piece that is next. */
  long reached() {
    return at;
  }

  /** Whether a hook has stopped it, or has thrown. */
  boolean stopped() {
    return stopped;
  }

  private void pieceDone() {
    Placed missed = next();
    if (missed != null || stopped || !possible() || at == end) {
      throw new AssertionError(
          "a piece at 0x%x was made, missed %s"
              .formatted(at, missed == null ? "none" : missed.manner));
    }
    surroundings.transfer(at, bytes);
    at += bytes;
    bytes = pieceAt(at);
    told.clear();
  }

  private boolean possible() {
    return possible.test(Pages.of(at)) && possible.test(Pages.of(at + bytes - 1));
  }

  /** The hook that is to be told next. */
  private @Nullable Placed next() {
    for (Placed placed : live) {
      boolean meets =
          Long.compareUnsigned(placed.first, at + bytes - 1) <= 0
              && Long.compareUnsigned(at, placed.last) <= 0;
      boolean kind = placed.kinds.contains(access) || placed.kinds.contains(other);
      if (meets && kind && !told.contains(placed)) {
        return placed;
      }
    }
    return null;
  }

  private boolean called(
      Placed placed, Cpu by, Access kind, long address, long count, long stored) {
    if (inHook || !underWay || stopped) {
      throw new AssertionError("a hook was told though none is to be");
    }
    while (Long.compareUnsigned(address, at) > 0) {
      pieceDone();
    }
    Access expected = placed.kinds.contains(access) ? access : other;
    if (placed != next()
        || by != cpu
        || kind != expected
        || address != at
        || count != bytes
        || stored != value
        || !possible()) {
      throw new AssertionError(
          "a hook was told of a %s of %d bytes at 0x%x, expected %s of %d at 0x%x"
              .formatted(kind, count, address, expected, bytes, at));
    }
    commit(bytes);
    told.add(placed);
    judge.count("hook told, " + placed.manner);
    inHook = true;
    try {
      return does(placed);
    } finally {
      inHook = false;
    }
  }

  private boolean does(Placed placed) {
    switch (placed.manner) {
      case PASS -> {}
      case STOP -> stopped = true;
      case THROW -> {
        stopped = true;
        throw new Thrown();
      }
      case CLOSE_ITSELF -> {
        live.remove(placed);
        placed.close();
      }
      case CLOSE_ANOTHER -> {
        Placed gone = live.remove(live.size() - 1);
        gone.close();
      }
      case SET_ANOTHER -> {
        if (live.size() < MOST) {
          set(new Placed(placed.first, placed.last, placed.kinds, Manner.PASS), Outcome.OK);
        }
      }
      case LOOK_AROUND -> surroundings.lookAround(Pages.of(at));
      case UNMAP -> surroundings.unmap(Pages.of(at));
    }
    return !stopped;
  }
}
