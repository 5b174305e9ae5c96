package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Made;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.failure.FailureSweep;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.proof.contract.Substrate.Hardware;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every acquisition of every scenario fails once: the call is then refused with one of its
 * documented outcomes, nothing has changed, and the same call succeeds afterwards.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalContractTest {
  /** More acquisitions than any scenario has: small tables make many. */
  private static final long LIMIT = 600;

  /** Which scenarios were refused with what. */
  private final Map<Outcome, Integer> refusals = new EnumMap<>(Outcome.class);

  private final EnumSet<FaultReason> reasons = EnumSet.noneOf(FaultReason.class);

  @BeforeAll
  void nothing_was_refused_yet() {
    refusals.clear();
  }

  @AfterAll
  void every_way_to_run_out_of_something_was_met() {
    assertThat(refusals).containsKeys(Outcome.OUT_OF_FRAMES, Outcome.OUT_OF_RECORDS);
    assertThat(reasons).contains(FaultReason.OUT_OF_FRAMES, FaultReason.OUT_OF_RECORDS);
  }

  /** What a scenario works with: one space with a few mappings of one object. */
  static final class World {
    final Machine machine;
    final AddressSpace space;
    final Cpu cpu;
    final MemoryObject object;
    final MemoryObject run;
    final MapRequest request = new MapRequest();
    @Nullable SpaceSnapshot snapshot;
    @Nullable FaultReason reason;

    World(Substrate substrate) {
      machine = substrate.machine(Hardware.of(4096));
      space = AddressSpace.create(machine, "space", 0x1000, 0x7_FFFF_FFFEL).get();
      cpu = machine.newCpu();
      cpu.attach(space);
      object = MemoryObject.paged(machine, 64).get();
      run = MemoryObject.contiguous(machine, RunRequest.of(4, 0)).get();
      map(object, 0, 16, 0x2000);
      map(run, 0, 4, 0x5000);
      for (int page = 0; page < 8; page++) {
        cpu.store(Pages.address(0x2000 + page), 8, page + 1);
      }
    }

    void map(MemoryObject shown, long objectPage, long pages, long at) {
      request.clear().object(shown, objectPage).pages(pages).where().at(at);
      space.root().map(request).orThrow();
    }

    Outcome tried(Made<?> made) {
      return made.outcome();
    }

    /** A store; its fault as the outcome of the same name. */
    Outcome store(long address) {
      try {
        cpu.store(address, 8, -1);
        return Outcome.OK;
      } catch (MemoryFault fault) {
        reason = fault.fault().reason();
        return Outcome.valueOf(fault.fault().reason().name());
      }
    }
  }

  /** One scenario: what is set up, and the call that is swept. */
  interface Call {
    Outcome make(World world);
  }

  /** What is set up before the call. */
  interface Preparation {
    void make(World world);
  }

  record Scenario(String name, Preparation preparation, Call call) {
    static Scenario of(String name, Call call) {
      return new Scenario(name, world -> {}, call);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final MemorySegment BYTES = MemorySegment.ofArray(new byte[3 * 4096]);

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.of(
            "make a space",
            world -> world.tried(AddressSpace.create(world.machine, "another", 0, 100))),
        Scenario.of("make an object", world -> world.tried(MemoryObject.paged(world.machine, 10))),
        Scenario.of(
            "make a contiguous object",
            world -> world.tried(MemoryObject.contiguous(world.machine, RunRequest.of(40, 3)))),
        Scenario.of(
            "make a physical object",
            world ->
                world.tried(MemoryObject.physical(world.machine, 5, 10, CachePolicy.UNCACHED))),
        Scenario.of(
            "make a live view",
            world -> world.tried(world.object.child(ChildKind.LIVE_VIEW, 3, 10))),
        Scenario.of(
            "make a snapshot", world -> world.tried(world.object.child(ChildKind.SNAPSHOT, 0, 64))),
        Scenario.of(
            "make a region", world -> world.space.root().allocate(new RegionRequest().pages(16))),
        Scenario.of(
            "map",
            world -> {
              world.request.clear().object(world.object, 0).pages(4).where().at(0x4_0000_0000L);
              return world.space.root().map(world.request);
            }),
        Scenario.of(
            "map over the middle of a mapping",
            world -> {
              world.request.clear().object(world.object, 40).pages(4).where().overwrite(0x2004);
              return world.space.root().map(world.request);
            }),
        Scenario.of("unmap the middle", world -> world.space.root().unmap(0x2004, 2)),
        Scenario.of(
            "protect the middle", world -> world.space.root().protect(0x2004, 2, Permissions.READ)),
        Scenario.of(
            "protect from the middle of one to the middle of another",
            world -> world.space.root().protect(0x2004, 12, Permissions.READ)),
        Scenario.of(
            "reserve",
            world -> world.tried(world.space.root().reserve(new RegionRequest().pages(2000), 5))),
        Scenario.of("commit", world -> world.object.commit(4, 40)),
        new Scenario(
            "commit copies of a parent's pages",
            world -> {
              MemoryObject child = world.object.child(ChildKind.LIVE_VIEW, 0, 64).get();
              world.map(child, 0, 64, 0x3000);
              child.release();
            },
            world -> childOf(world).commit(0, 64)),
        Scenario.of("pin", world -> world.object.pin(6, 20)),
        Scenario.of("write", world -> world.object.write(6 * 4096 + 5, BYTES, 0, 3 * 4096)),
        new Scenario(
            "decommit under a snapshot",
            world -> world.object.child(ChildKind.SNAPSHOT, 0, 64).get(),
            world -> world.object.decommit(2, 20)),
        new Scenario(
            "go back to a snapshot that stands alone",
            world -> {
              MemoryObject one = world.object.child(ChildKind.SNAPSHOT, 0, 64).get();
              world.cpu.store(Pages.address(0x2000), 8, 50);
              world.map(world.object.child(ChildKind.SNAPSHOT, 0, 64).get(), 0, 64, 0x3000);
              world.object.revertTo(one).orThrow();
            },
            world -> world.object.revertTo(childOf(world))),
        Scenario.of("lease", world -> world.tried(world.space.lease(0x2004, 2, true))),
        Scenario.of("note the space", world -> world.tried(world.space.snapshot())),
        new Scenario(
            "restore the space",
            world -> {
              world.snapshot = world.space.snapshot().get();
              world.space.root().unmap(0x2000, 8).orThrow();
              world.run.resize(1).orThrow();
              world.object.resize(8).orThrow();
            },
            world -> {
              SpaceSnapshot snapshot = world.snapshot;
              return snapshot == null ? Outcome.DEAD : snapshot.restore();
            }),
        Scenario.of("store to an absent page", world -> world.store(Pages.address(0x200A))),
        new Scenario(
            "store for the first time in a new mapping",
            world -> world.map(world.object, 20, 4, 0x6_0000_0000L),
            world -> world.store(Pages.address(0x6_0000_0001L))),
        new Scenario(
            "store to a shared page",
            world -> world.object.child(ChildKind.SNAPSHOT, 0, 64).get(),
            world -> world.store(Pages.address(0x2003))),
        new Scenario(
            "store across two absent pages",
            // Their table is there, however small: the first page of the two keeps what it got.
            world -> world.cpu.store(Pages.address(0x200F), 8, 1),
            world -> world.store(Pages.address(0x200B) - 4)));
  }

  private static MemoryObject childOf(World world) {
    var mapping = world.space.mappingOf(0x3000);
    if (mapping == null || mapping.object() == null) {
      throw new AssertionError("the preparation maps a child there");
    }
    return mapping.object();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void a_refused_call_changes_nothing_and_can_be_repeated(Scenario scenario) {
    List<Substrate> substrates = Substrate.few().toList();
    for (Substrate substrate : substrates) {
      long points = FailureSweep.run(() -> new Run(substrate, scenario), LIMIT);
      assertThat(points).as("acquisitions of " + scenario).isPositive();
    }
  }

  /** One run of a scenario with one failure. */
  private final class Run implements FailureSweep.Scenario {
    private final World world;
    private final Scenario scenario;
    private final StateImage before;
    private Outcome outcome = Outcome.OK;

    Run(Substrate substrate, Scenario scenario) {
      this.world = new World(substrate);
      this.scenario = scenario;
      scenario.preparation().make(world);
      before = StateImage.of(world.machine);
    }

    @Override
    public FailurePoints prepare() {
      return world.machine.failures();
    }

    @Override
    public void act() {
      outcome = scenario.call().make(world);
    }

    @Override
    public void check(boolean failed) {
      assertThat(Invariants.violations(world.machine)).isEmpty();
      if (outcome != Outcome.OK) {
        assertThat(failed).isTrue();
        assertThat(outcome).isIn(Outcome.OUT_OF_FRAMES, Outcome.OUT_OF_RECORDS);
        refusals.merge(outcome, 1, Integer::sum);
        if (world.reason != null) {
          reasons.add(world.reason);
        }
        List<String> differences = before.differences(StateImage.of(world.machine));
        assertThat(onlyExcused(differences)).isEmpty();
        assertThat(scenario.call().make(world)).as("once more").isEqualTo(Outcome.OK);
        assertThat(Invariants.violations(world.machine)).isEmpty();
      }
      world.machine.close();
    }

    /**
     * Documented partial effects: a pin, a lease and an access over several pages leave the pages
     * committed that they had got before one was missing.
     */
    private List<String> onlyExcused(List<String> differences) {
      boolean commits =
          scenario.name().equals("pin")
              || scenario.name().equals("lease")
              || scenario.name().equals("store across two absent pages");
      return commits
          ? differences.stream()
              .filter(line -> !line.contains("is new") && !line.startsWith("free frames"))
              .toList()
          : differences;
    }
  }
}
