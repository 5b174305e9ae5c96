package dev.mapwright.proof.contract;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.PageStore;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A machine on which everything is prepared for somebody else's code to be called by the engine
 * while it holds locks, and that code, which does what {@link #inside} says.
 *
 * <p>Every {@link Callback} is one call of the engine that leads there. It can be played again and
 * again until it succeeds.
 */
abstract class CallbackStage extends Contract {
  static final long SOURCED = 0x2000;
  static final long VIEWED = 0x2100;
  static final long OUT = 0x2200;
  static final long PRESENT = 0x2300;
  static final long RESERVED = 0x10_0000;

  /** What the callback does before it does its work. */
  Runnable inside = () -> {};

  /** How often it was called. */
  int called;

  /** Six pages that a source supplies, and a live view of them. */
  final MemoryObject sourced;

  final MemoryObject viewed;

  /** Four pages that are out in a store, page n beginning with 70 + n. */
  final MemoryObject out;

  /** Four pages that have frames, page n beginning with 80 + n. */
  final MemoryObject present;

  final Reservation reservation;
  final Store store = new Store();

  CallbackStage(Substrate substrate) {
    super(substrate);
    sourced = keep(MemoryObject.paged(machine, 6, this::supply).get());
    viewed = keep(sourced.child(ChildKind.LIVE_VIEW, 0, 6).get());
    out = object(4);
    present = object(4);
    for (int i = 0; i < 4; i++) {
      put(out, i, 70 + i);
      put(present, i, 80 + i);
    }
    out.putOut(0, 4, store).orThrow();
    map(sourced, 6, SOURCED);
    map(viewed, 6, VIEWED);
    map(out, 4, OUT);
    map(present, 4, PRESENT);
    load(Pages.address(PRESENT + 3));
    RegionRequest wanted = new RegionRequest().pages(16).capability(Permissions.ALL);
    wanted.where().at(RESERVED);
    reservation = root().reserve(wanted, 4).get();
    called = 0;
  }

  private boolean supply(long page, MemorySegment frame) {
    run();
    frame.fill((byte) 0);
    frame.set(ValueLayout.JAVA_LONG, 0, 90 + page);
    return true;
  }

  /** The callback's beginning. */
  void run() {
    called++;
    inside.run();
  }

  /** Keeps pages in the heap. */
  final class Store implements PageStore {
    final Map<Integer, byte[]> kept = new HashMap<>();
    private int tokens;

    /** What it does when it is told to discard, which can't be refused. */
    Runnable beforeDiscard = () -> {};

    @Override
    public int keep(MemorySegment frame) {
      run();
      kept.put(tokens, frame.toArray(ValueLayout.JAVA_BYTE));
      return tokens++;
    }

    @Override
    public void fetch(int token, MemorySegment frame) {
      run();
      MemorySegment.copy(MemorySegment.ofArray(kept.get(token)), 0, frame, 0, Pages.BYTES);
      kept.remove(token);
    }

    @Override
    public void discard(int token) {
      kept.remove(token);
      beforeDiscard.run();
    }
  }

  /** The calls that lead into a callback before anything has happened. */
  enum Callback {
    SOURCE_FOR_A_LOAD(stage -> stage.load(Pages.address(SOURCED))),
    SOURCE_FOR_A_STORE(stage -> stage.store(Pages.address(SOURCED + 1), 1)),
    SOURCE_FOR_A_LOAD_THROUGH_A_LIVE_VIEW(stage -> stage.load(Pages.address(VIEWED))),
    SOURCE_FOR_A_STORE_THROUGH_A_LIVE_VIEW(stage -> stage.store(Pages.address(VIEWED), 1)),
    SOURCE_FOR_A_READ(stage -> stage.get(stage.sourced, 2)),
    SOURCE_FOR_A_WRITE(stage -> stage.put(stage.sourced, 2, 1)),
    SOURCE_FOR_A_COMMIT(stage -> stage.sourced.commit(1, 4).orThrow()),
    SOURCE_FOR_A_COMMIT_OF_A_LIVE_VIEW(stage -> stage.viewed.commit(1, 4).orThrow()),
    SOURCE_FOR_A_PIN(stage -> {
      stage.sourced.pin(0, 3).orThrow();
      stage.sourced.unpin(0, 3);
    }),
    SOURCE_FOR_A_LEASE(stage -> stage.space.lease(SOURCED, 1, true).get().close()),
    STORE_THAT_KEEPS(stage -> stage.present.putOut(0, 1, stage.store).orThrow()),
    STORE_THAT_FETCHES_FOR_A_LOAD(stage -> stage.load(Pages.address(OUT))),
    STORE_THAT_FETCHES_FOR_A_STORE(stage -> stage.store(Pages.address(OUT + 1), 1)),
    STORE_THAT_FETCHES_FOR_A_READ(stage -> stage.get(stage.out, 2)),
    STORE_THAT_FETCHES_FOR_A_WRITE(stage -> stage.put(stage.out, 2, 1)),
    STORE_THAT_FETCHES_FOR_A_COMMIT(stage -> stage.out.commit(3, 1).orThrow()),
    STORE_THAT_FETCHES_FOR_A_LEASE(stage -> stage.space.lease(OUT, 1, false).get().close()),
    FRAMES_OF_A_RESERVATION(stage ->
        stage
            .reservation
            .map(
                RESERVED,
                3,
                index -> {
                  stage.run();
                  return Substrate.FIRST_PFN + index;
                },
                Permissions.READ,
                CachePolicy.CACHED)
            .orThrow()),
    CHANGE_OF_TAGS(stage ->
        stage
            .root()
            .retag(
                SOURCED,
                0x400,
                tag -> {
                  stage.run();
                  return tag + 1;
                })
            .orThrow());

    @SuppressWarnings("ImmutableEnumChecker") // a function without a state
    private final Consumer<CallbackStage> call;

    Callback(Consumer<CallbackStage> call) {
      this.call = call;
    }

    /** Calls the engine, which calls back. */
    void play(CallbackStage stage) {
      call.accept(stage);
    }

    /** Whether only spaces are locked while it is called. */
    boolean mayAskObjects() {
      return this == FRAMES_OF_A_RESERVATION || this == CHANGE_OF_TAGS;
    }
  }
}
