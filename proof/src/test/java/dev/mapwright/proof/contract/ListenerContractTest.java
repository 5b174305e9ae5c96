package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.event.EventListener;
import dev.mapwright.core.machine.Counted;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.SpaceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Listeners, and stores that are told to discard: they learn of what can't be given up any more. It
 * is carried out whole, and what they throw comes afterwards.
 */
@OnEverySubstrate
class ListenerContractTest extends CallbackStage {
  private static final class Theirs extends RuntimeException {
    private static final long serialVersionUID = 1;

    Theirs() {
      super("theirs");
    }
  }

  /** A second stage on a machine of the same kind, where nobody listens. */
  private static final class Twin extends CallbackStage {
    Twin(Substrate substrate) {
      super(substrate);
    }
  }

  private final EventListener thrower =
      event -> {
        throw new Theirs();
      };

  ListenerContractTest(Substrate substrate) {
    super(substrate);
  }

  /** Changes that tell listeners of something. */
  enum Change {
    MAP(stage -> stage.map(stage.present, 2, 0x4000)),
    OVERWRITE(stage -> {
      MapRequest wanted = new MapRequest().object(stage.out, 0).pages(2).installPresent(true);
      wanted.where().overwrite(PRESENT + 1);
      stage.root().map(wanted).orThrow();
    }),
    UNMAP(stage -> stage.root().unmap(SOURCED, 0x300).orThrow()),
    PROTECT(stage -> stage.root().protect(PRESENT + 1, 2, Permissions.READ).orThrow()),
    MOVE(stage -> stage.root().move(PRESENT, 4, 0x4000).orThrow()),
    ALLOCATE(stage -> stage.region(16, 0x4000)),
    DESTROY(stage -> stage.reservation.region().destroy().orThrow()),
    MAP_IN_A_RESERVATION(stage ->
        stage
            .reservation
            .map(
                RESERVED,
                3,
                index -> Substrate.FIRST_PFN + index,
                Permissions.READ,
                CachePolicy.CACHED)
            .orThrow()),
    COMMIT(stage -> stage.sourced.commit(0, 6).orThrow()),
    COMMIT_BY_A_STORE(stage -> stage.store(Pages.address(SOURCED), 5)),
    DECOMMIT(stage -> stage.present.decommit(0, 4).orThrow()),
    SHRINK(stage -> stage.present.resize(1).orThrow()),
    GROW(stage -> stage.sourced.resize(9).orThrow()),
    WRITE(stage -> stage.put(stage.sourced, 4, 5)),
    PIN(stage -> {
      try {
        stage.present.pin(0, 2).orThrow();
      } finally {
        stage.present.unpin(0, 2);
      }
    }),
    RELEASE_THE_LAST(stage -> stage.drop(stage.viewed)),
    CLOSE(stage -> stage.space.close());

    @SuppressWarnings("ImmutableEnumChecker") // a function without a state
    private final Consumer<CallbackStage> call;

    Change(Consumer<CallbackStage> call) {
      this.call = call;
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_change_is_as_whole_as_if_the_listener_that_throws_were_not_there(Change change) {
    Twin twin = new Twin(substrate);
    for (CallbackStage stage : List.of(this, twin)) {
      stage.root().unmap(VIEWED, 6).orThrow(); // so that its maker holds the last reference
    }
    change.call.accept(twin);
    machine.events().listen(thrower);
    Throwable thrown = catchThrowable(() -> change.call.accept(this));
    machine.events().ignore(thrower);
    if (change != Change.WRITE && change != Change.COMMIT_BY_A_STORE) {
      assertThat(thrown).isInstanceOf(Theirs.class);
    }
    assertThat(StateImage.of(twin.machine).differences(StateImage.of(machine))).isEmpty();
    assertThat(Invariants.violations(machine)).isEmpty();
    twin.nothing_is_left_over();
  }

  /** Makers, each of which has nobody to give its work to when a listener throws. */
  enum Maker {
    PAGED(stage -> MemoryObject.paged(stage.machine, 3).get()),
    RUN(stage -> MemoryObject.contiguous(stage.machine, RunRequest.of(3, 0)).get()),
    PHYSICAL(stage ->
        MemoryObject.physical(stage.machine, Substrate.FIRST_PFN, 3, CachePolicy.CACHED).get()),
    LIVE_VIEW(stage -> stage.present.child(ChildKind.LIVE_VIEW, 0, 4).get()),
    SNAPSHOT_OF_AN_OBJECT(stage -> stage.present.child(ChildKind.SNAPSHOT, 0, 4).get()),
    SPACE(stage -> AddressSpace.create(stage.machine, "new", 1, 0xFFFF).get()),
    LEASE(stage -> stage.space.lease(PRESENT, 2, true).get()),
    RESERVATION(stage -> {
      RegionRequest wanted = new RegionRequest().pages(600);
      wanted.where().at(0x20_0000);
      return stage.root().reserve(wanted, 3).get();
    }),
    SNAPSHOT_OF_A_SPACE(stage -> stage.space.snapshot().get());

    @SuppressWarnings("ImmutableEnumChecker") // a function without a state
    private final Function<CallbackStage, Object> call;

    Maker(Function<CallbackStage, Object> call) {
      this.call = call;
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_was_made_and_could_not_be_handed_over_is_given_back(Maker maker) {
    reservation.release().orThrow(); // it would forbid a snapshot of the space
    int living = machine.census().living(Counted.class).size();
    StateImage before = StateImage.of(machine);
    machine.events().listen(thrower);
    Throwable thrown = catchThrowable(() -> maker.call.apply(this));
    machine.events().ignore(thrower);
    assertThat(thrown).isInstanceOf(Theirs.class);
    assertThat(machine.census().living(Counted.class)).hasSize(living);
    assertThat(space.openLeases()).isZero();
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
    assertThat(Invariants.violations(machine)).isEmpty();
  }

  @Test
  void several_listeners_that_throw_are_all_heard() {
    machine.events().listen(thrower);
    EventListener another =
        event -> {
          throw new AssertionError("another's");
        };
    machine.events().listen(another);
    Throwable thrown = catchThrowable(() -> present.resize(2));
    machine.events().ignore(thrower);
    machine.events().ignore(another);
    assertThat(thrown).isInstanceOf(Theirs.class);
    assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(AssertionError.class);
    assertThat(present.pages()).isEqualTo(2);
    assertThat(catchThrowable(() -> present.resize(3))).as("it is thrown once").isNull();
  }

  @Test
  void a_listener_must_not_call_back() {
    List<Throwable> refusals = new ArrayList<>();
    EventListener caller =
        event -> {
          refusals.add(catchThrowable(() -> present.commit(0, 1)));
          refusals.add(catchThrowable(() -> present.frameOf(0)));
          refusals.add(catchThrowable(() -> root().unmap(SOURCED, 1)));
          refusals.add(catchThrowable(space::mappings));
          refusals.add(catchThrowable(() -> MemoryObject.paged(machine, 1)));
          refusals.add(catchThrowable(() -> AddressSpace.create(machine, "new", 1, 2)));
          refusals.add(catchThrowable(() -> load(Pages.address(OUT + 2))));
        };
    machine.events().listen(caller);
    put(sourced, 0, 1);
    present.resize(3).orThrow();
    map(present, 1, 0x4000);
    root().unmap(0x4000, 1).orThrow();
    machine.events().ignore(caller);
    assertThat(refusals)
        .hasSizeGreaterThanOrEqualTo(21)
        .allMatch(IllegalStateException.class::isInstance);
    assertThat(load(Pages.address(OUT + 2))).isEqualTo(72);
  }

  @Test
  void going_back_to_a_snapshot_is_whole_when_listeners_throw_at_every_step() {
    reservation.release().orThrow();
    SpaceSnapshot then = space.snapshot().get();
    store(Pages.address(PRESENT), 1);
    root().unmap(SOURCED, 6).orThrow();
    map(out, 4, 0x4000);
    machine.events().listen(thrower);
    assertThat(catchThrowable(then::restore)).isInstanceOf(Theirs.class);
    machine.events().ignore(thrower);
    assertThat(then.differences()).isEmpty();
    assertThat(load(Pages.address(PRESENT))).isEqualTo(80);
    assertThat(Invariants.violations(machine)).isEmpty();
    machine.events().listen(thrower);
    assertThat(catchThrowable(then::close)).isInstanceOf(Theirs.class);
    machine.events().ignore(thrower);
  }

  /** Changes after which a store has to forget pages. */
  enum Discard {
    DECOMMIT(stage -> stage.out.decommit(0, 4).orThrow()),
    SHRINK(stage -> stage.out.resize(0).orThrow()),
    OBJECT_ENDS(stage -> {
      stage.root().unmap(OUT, 4).orThrow();
      stage.drop(stage.out);
    }),
    LAST_MAPPING_GOES(stage -> {
      stage.drop(stage.out);
      stage.root().unmap(OUT, 4).orThrow();
    }),
    SPACE_CLOSES(stage -> {
      stage.drop(stage.out);
      stage.space.close();
    }),
    GOING_BACK(stage -> {
      MemoryObject then = stage.out.child(ChildKind.SNAPSHOT, 0, 4).get();
      stage.out.commit(0, 4).orThrow();
      stage.out.putOut(0, 4, stage.store).orThrow();
      try {
        stage.out.revertTo(then).orThrow();
      } finally {
        then.release();
      }
    });

    @SuppressWarnings("ImmutableEnumChecker") // a function without a state
    private final Consumer<CallbackStage> call;

    Discard(Consumer<CallbackStage> call) {
      this.call = call;
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_store_that_throws_when_told_to_discard_stops_nothing(Discard discard) {
    Twin twin = new Twin(substrate);
    discard.call.accept(twin);
    List<Theirs> thrown = new ArrayList<>();
    store.beforeDiscard =
        () -> {
          thrown.add(new Theirs());
          throw thrown.getLast();
        };
    Throwable problem = catchThrowable(() -> discard.call.accept(this));
    store.beforeDiscard = () -> {};
    assertThat(thrown).hasSize(4);
    assertThat(problem).isSameAs(thrown.getFirst());
    assertThat(StateImage.of(twin.machine).differences(StateImage.of(machine))).isEmpty();
    assertThat(Invariants.violations(machine)).isEmpty();
    twin.nothing_is_left_over();
  }
}
