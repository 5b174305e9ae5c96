package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.failure.FailureSweep;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.proof.contract.Substrate.Device;
import dev.mapwright.proof.contract.Substrate.Hardware;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who says which frames are shown: asked once a page, before anything is changed, and distrusted.
 */
@OnEverySubstrate
class FrameSourceContractTest extends FrameMappingStage {
  private static final long DEVICE_PFN = 0x10_0000;
  private static final long RESERVED = 0x9000;
  private final Reservation reservation = reserve(RESERVED);
  private final Reservation neighbour = reserve(RESERVED + 0x40);
  private final AddressSpace other = AddressSpace.create(machine, "other", 1, 0xFFFF).get();

  FrameSourceContractTest(Substrate substrate) {
    super(substrate, Hardware.of(RAM_PAGES).with(new Device("it", DEVICE_PFN, 2, new Counter())));
    neighbour.map(RESERVED + 0x48, 1, from(50), Permissions.READ, CachePolicy.CACHED).orThrow();
  }

  /** Registers that answer with their own offset. */
  private static final class Counter implements DeviceHandler {
    @Override
    public long read(long offsetBytes, int bytes) {
      return offsetBytes;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {}
  }

  @AfterEach
  void closeOther() {
    other.close();
  }

  private Reservation reserve(long at) {
    RegionRequest range = new RegionRequest().pages(0x40);
    range.where().at(at);
    return root().reserve(range, 8).get();
  }

  /** Whoever asks a source. */
  enum Asker {
    REGION {
      @Override
      Outcome ask(FrameSourceContractTest test, long pages, PfnSource source) {
        test.frames(pages, AT);
        return test.root().mapFrames(test.request, source);
      }

      @Override
      long page() {
        return AT;
      }
    },
    RESERVATION {
      @Override
      Outcome ask(FrameSourceContractTest test, long pages, PfnSource source) {
        return test.reservation.map(
            RESERVED, pages, source, Permissions.READ_WRITE, CachePolicy.CACHED);
      }

      @Override
      long page() {
        return RESERVED;
      }
    };

    abstract Outcome ask(FrameSourceContractTest test, long pages, PfnSource source);

    abstract long page();
  }

  @ParameterizedTest
  @EnumSource
  void it_is_asked_once_for_each_page_in_order(Asker asker) {
    List<Long> asked = new ArrayList<>();
    asker
        .ask(
            this,
            9,
            page -> {
              asked.add(page);
              return run.frameOf(page + asked.size()); // says something else when asked again
            })
        .orThrow();
    assertThat(asked).containsExactlyElementsOf(LongStream.range(0, 9).boxed().toList());
    for (int i = 0; i < 9; i++) {
      assertShows(asker.page() + i, 2L * i + 1, Permissions.READ_WRITE);
    }
    assertThat(asked).as("nobody asks later").hasSize(9);
  }

  @ParameterizedTest
  @EnumSource
  void it_is_not_asked_for_what_is_refused(Asker asker) {
    PfnSource never =
        page -> {
          throw new AssertionError("asked");
        };
    asker.ask(this, 1, from(0)).orThrow();
    assertRefused(Outcome.OCCUPIED, () -> asker.ask(this, 2, never));
    assertRefused(Outcome.INVALID, () -> asker.ask(this, 0, never));
    assertRefused(Outcome.OUTSIDE, () -> asker.ask(this, 1L << 51, never));
  }

  @ParameterizedTest
  @EnumSource
  void what_it_throws_at_any_page_is_passed_on_and_nothing_has_changed(Asker asker) {
    StateImage before = StateImage.of(machine);
    for (int nth = 0; nth < 5; nth++) {
      long bad = nth;
      for (Throwable problem : List.of(new IllegalArgumentException(), new StackOverflowError())) {
        Throwable seen =
            catchThrowable(() ->
                asker.ask(
                    this,
                    5,
                    page -> {
                      if (page == bad) {
                        FrameSourceContractTest.<RuntimeException>raise(problem);
                      }
                      return run.frameOf(page);
                    }));
        assertThat(seen).isSameAs(problem);
        assertThat(before.differences(StateImage.of(machine))).isEmpty();
        assertSound();
      }
    }
    asker.ask(this, 5, from(0)).orThrow();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void raise(Throwable problem) throws T {
    throw (T) problem;
  }

  @ParameterizedTest
  @EnumSource
  void a_frame_that_no_entry_can_lead_to_is_refused_at_any_page(Asker asker) {
    for (long pfn : new long[] {-1, Long.MIN_VALUE, Frames.LAST_PFN + 1, Long.MAX_VALUE}) {
      for (int nth = 0; nth < 5; nth++) {
        long bad = nth;
        assertRefused(
            Outcome.INVALID,
            () -> asker.ask(this, 5, page -> page == bad ? pfn : run.frameOf(page)));
        assertSound();
      }
    }
    asker.ask(this, 2, page -> page == 0 ? Frames.LAST_PFN : 0).orThrow();
    assertThat(space.translate(Pages.address(asker.page()), Access.READ).pfn())
        .isEqualTo(Frames.LAST_PFN);
    assertThat(space.translate(Pages.address(asker.page() + 1), Access.READ).pfn()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void a_device_and_its_neighbour_holes_are_shown_without_a_hold(Asker asker) {
    asker.ask(this, 4, page -> DEVICE_PFN + page - 1).orThrow();
    long address = Pages.address(asker.page());
    assertThat(cpu.load(address + BYTES + 24, 4)).isEqualTo(24);
    assertThat(cpu.load(address + 2 * BYTES, 4)).isEqualTo(4096);
    assertThat(cpu.load(address, 8)).isEqualTo(-1);
    assertThat(cpu.load(address + 3 * BYTES, 8)).isEqualTo(-1);
    assertSound();
  }

  /** Calls that a source must not make. */
  private Map<String, Runnable> forbidden() {
    Map<String, Runnable> calls = new LinkedHashMap<>();
    calls.put("mapFrames", () -> root().mapFrames(frames(1, 0x6000), from(0)));
    calls.put("unmap", () -> root().unmap(0x6000, 1));
    calls.put("region", () -> root().free(0x6000, 1));
    calls.put("destroy", () -> reservation.region().destroy());
    calls.put("space", () -> space.mappingOf(0x6000));
    calls.put("translate", () -> space.translate(0, Access.READ));
    calls.put("close", space::close);
    calls.put("its reservation", reservation::mappings);
    calls.put("its reservation's unmap", () -> reservation.unmap(RESERVED));
    calls.put("its reservation's release", reservation::release);
    calls.put("another reservation", neighbour::events);
    calls.put("another's unmap", () -> neighbour.unmap(RESERVED + 0x48));
    calls.put("another's protect", () -> neighbour.protect(RESERVED + 0x48, Permissions.NONE));
    calls.put(
        "another's map",
        () -> neighbour.map(RESERVED + 0x41, 1, from(3), Permissions.READ, CachePolicy.CACHED));
    return calls;
  }

  @ParameterizedTest
  @EnumSource
  void it_must_not_call_its_space_and_the_reservations_there(Asker asker) {
    StateImage before = StateImage.of(machine);
    for (Map.Entry<String, Runnable> call : forbidden().entrySet()) {
      Throwable seen =
          catchThrowable(() ->
              asker.ask(
                  this,
                  3,
                  page -> {
                    if (page == 1) {
                      call.getValue().run();
                    }
                    return run.frameOf(page);
                  }));
      assertThat(seen).as(call.getKey()).isInstanceOf(IllegalStateException.class);
      assertThat(before.differences(StateImage.of(machine))).as(call.getKey()).isEmpty();
    }
    // What it catches itself changes nothing either, and it goes on.
    asker
        .ask(
            this,
            3,
            page -> {
              for (Runnable call : forbidden().values()) {
                assertThat(catchThrowable(call::run)).isInstanceOf(IllegalStateException.class);
              }
              return run.frameOf(page);
            })
        .orThrow();
    frames(1, 0x6000);
    root().mapFrames(request, from(0)).orThrow();
    neighbour.unmap(RESERVED + 0x48).orThrow();
    assertSound();
  }

  @ParameterizedTest
  @EnumSource
  void it_may_ask_and_change_objects(Asker asker) {
    MemoryObject asked = object(8);
    map(asked, 8, 0x6000);
    asker
        .ask(
            this,
            4,
            page -> {
              asked.commit(page, 1).orThrow();
              return asked.frameOf(page);
            })
        .orThrow();
    store(Pages.address(asker.page() + 2), 5);
    assertThat(load(Pages.address(0x6002))).isEqualTo(5);
    asked.decommit(0, 8).orThrow();
    assertThat(load(Pages.address(asker.page() + 2))).isEqualTo(5);
    assertThat(load(Pages.address(0x6002))).isZero();
  }

  @Test
  void what_it_does_to_the_request_comes_too_late() {
    frames(4, AT).tag(5);
    root()
        .mapFrames(
            request,
            page -> {
              request.room(1000);
              request.clear().pages(page == 2 ? 1 : 9).permissions(Permissions.NONE).tag(6);
              request.cache(CachePolicy.UNCACHED).where().overwrite(AT + 1);
              return run.frameOf(page);
            })
        .orThrow();
    assertThat(request.firstPage()).isEqualTo(AT);
    for (int i = 0; i < 4; i++) {
      assertShows(AT + i, i, Permissions.READ_WRITE);
    }
    assertThat(space.mappingOf(AT))
        .isNotNull()
        .satisfies(made -> {
          assertThat(made.tag()).isEqualTo(5);
          assertThat(made.pages()).isEqualTo(4);
          assertThat(made.cachePolicy()).isEqualTo(CachePolicy.CACHED);
        });
    assertSound();
    root().unmap(AT, 4).orThrow();
    for (int i = 0; i < 4; i++) {
      assertThat(holds(i)).isZero();
    }
  }

  @Test
  void what_it_would_say_later_moves_nothing() {
    long[] say = {0};
    frames(3, AT);
    root().mapFrames(request, page -> run.frameOf(page + say[0])).orThrow();
    say[0] = 20;
    root().protect(AT, 3, Permissions.NONE).orThrow();
    root().protect(AT, 3, Permissions.READ_WRITE).orThrow();
    root().move(AT, 3, AT + 0x10).orThrow();
    long[] room = Objects.requireNonNull(request.room(64));
    room[0] = 1; // the room of the request is nobody's any more
    for (int i = 0; i < 3; i++) {
      assertShows(AT + 0x10 + i, i, Permissions.READ_WRITE);
      assertThat(holds(20 + i)).isZero();
    }
  }

  /** Everything that acquires, in a space with frames mapped in it. */
  private final class Swept implements FailureSweep.Scenario {
    private final Function<FrameSourceContractTest, Outcome> call;
    private final FrameSourceContractTest world;
    private final StateImage before;
    private Outcome outcome = Outcome.OK;

    Swept(Function<FrameSourceContractTest, Outcome> call) {
      this.call = call;
      world = new FrameSourceContractTest(substrate);
      world.mapFrames(0, 12, 0x2000);
      world.map(world.object(8), 8, 0x200C);
      world.store(Pages.address(0x200E), 1);
      before = StateImage.of(world.machine);
    }

    @Override
    public FailurePoints prepare() {
      return world.machine.failures();
    }

    @Override
    public void act() {
      outcome = call.apply(world);
    }

    @Override
    public void check(boolean failed) {
      world.assertSound();
      if (outcome != Outcome.OK) {
        assertThat(failed).isTrue();
        assertThat(outcome).isIn(Outcome.OUT_OF_FRAMES, Outcome.OUT_OF_RECORDS);
        assertThat(before.differences(StateImage.of(world.machine))).isEmpty();
        assertThat(call.apply(world)).isEqualTo(Outcome.OK);
      }
      world.closeOther();
      world.nothing_is_left_over();
    }
  }

  @Test
  void every_acquisition_fails_once_and_nothing_has_changed() {
    Map<String, Function<FrameSourceContractTest, Outcome>> calls = new LinkedHashMap<>();
    calls.put("map", w -> w.root().mapFrames(w.frames(40, 0x3_FFF0), page -> w.run.frameOf(page)));
    calls.put(
        "frames of RAM that was never allocated",
        w -> w.root().mapFrames(w.frames(4, 0x3_FFF0), page -> 0x2000 + page * 600));
    calls.put(
        "overwrite",
        w -> {
          w.request.clear().pages(6).where().overwrite(0x2003);
          return w.root().mapFrames(w.request, w.from(20));
        });
    calls.put(
        "overwrite both",
        w -> {
          w.request.clear().pages(6).where().overwrite(0x2009);
          return w.root().mapFrames(w.request, w.from(20));
        });
    calls.put(
        "overwrite by an object",
        w -> {
          w.of(w.run, 6).where().overwrite(0x2003);
          return w.root().map(w.request);
        });
    calls.put("protect", w -> w.root().protect(0x2003, 12, Permissions.READ));
    calls.put("unmap", w -> w.root().unmap(0x2003, 2));
    calls.put("retag", w -> w.root().retag(0x2003, 2, tag -> 3));
    calls.put("move", w -> w.root().move(0x2003, 12, 0x50_0000));
    calls.put("reserve", w -> w.root().reserve(at(0x60_0000), 3).outcome());
    long points = 0;
    for (Map.Entry<String, Function<FrameSourceContractTest, Outcome>> call : calls.entrySet()) {
      long here = FailureSweep.run(() -> new Swept(call.getValue()), 200);
      assertThat(here).as(call.getKey()).isPositive();
      points += here;
    }
    assertThat(points).isGreaterThan(20);
  }

  private static RegionRequest at(long page) {
    RegionRequest range = new RegionRequest().pages(700);
    range.where().at(page);
    return range;
  }
}
