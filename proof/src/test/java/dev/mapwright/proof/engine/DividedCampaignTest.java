package dev.mapwright.proof.engine;

import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nobody sees the parts of an address space, but threads that meet get some. */
class DividedCampaignTest {
  private static final String ENGINE = "dev.mapwright.core.engine.";
  private static final String PARTS = ENGINE + "Parts";
  private static final String STATE = "dev.mapwright.core.state.SpaceState";
  private static final ClassDesc DIVISION = ClassDesc.of(ENGINE + "Division");

  private static Callable<String> campaign(@Nullable Mutant mutant) throws Exception {
    MutantLoader loader = new MutantLoader(mutant);
    loader.setDefaultAssertionStatus(true); // the order of locks is asserted
    return loader.make(DividedCampaign.class);
  }

  @Test
  void a_divided_space_answers_like_a_whole_one() {
    DividedCampaign campaign = new DividedCampaign();
    assertThat(campaign.call()).isEmpty();
    System.out.println(campaign);
    assertThat(campaign.tally())
        .containsKeys("divided", "parts 4", "unmap OK", "unmap without memory OK", "protect OK")
        .containsKeys("move OK", "destroy OK", "retag OK", "map OCCUPIED");
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            "parts are locked in descending order",
            PARTS,
            "enterAll",
            callsOf("floors"),
            1,
            (builder, original) ->
                builder
                    .swap()
                    .dup_x1()
                    .invokevirtual(DIVISION, "size", MethodTypeDesc.of(ConstantDescs.CD_int))
                    .swap()
                    .isub()
                    .iconst_1()
                    .isub()
                    .with(original)),
        new Mutant(
            "an edge cuts a mapping",
            ENGINE + "Cut",
            "edge",
            callsOf("mappingAt"),
            1,
            (builder, original) -> builder.pop2().pop().iconst_0()),
        new Mutant(
            "a part that gives something away keeps its range",
            ENGINE + "Partition",
            "gatherPart",
            callsOf("narrow"),
            2,
            (builder, original) -> builder.pop2().pop2().pop2().pop().pop()),
        new Mutant(
            "unmapping reaches one part only",
            PARTS + "$Everywhere",
            "removeAll",
            callsOf("forEach"),
            1,
            (builder, original) -> builder.pop().pop()),
        new Mutant(
            "a view is lost on the way to another part",
            STATE,
            "take",
            callsOf("setView"),
            1,
            (builder, original) -> builder.pop().pop().pop()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void defects_of_parts_are_found(Mutant mutant) throws Exception {
    String found = campaign(mutant).call();
    System.out.println(mutant.name() + ": " + found.lines().findFirst().orElse("nothing"));
    assertThat(found).isNotEmpty();
  }

  private static Thread mapper(
      AddressSpace space, MemoryObject object, long first, AtomicBoolean end) {
    Thread thread =
        new Thread(() -> {
          MapRequest request = new MapRequest();
          for (int turn = 0; !end.get(); turn++) {
            long page = first + turn % 64;
            request.clear().object(object, turn % 64).pages(1).where().overwrite(page);
            space.root().map(request).orThrow();
          }
        });
    thread.setDaemon(true);
    return thread;
  }

  @Test
  void threads_that_meet_get_parts_and_one_thread_does_not() throws Exception {
    try (Machine machine = SimulatedMachine.create(8L << 20);
        AddressSpace space = AddressSpace.create(machine, "met", 0x1000, 0x10_0000).get()) {
      MemoryObject object = MemoryObject.paged(machine, 64).get();
      AtomicBoolean end = new AtomicBoolean();
      Thread one = mapper(space, object, 0x2000, end);
      one.start();
      Thread.sleep(50);
      assertThat(SpaceParts.count(space)).isEqualTo(1);
      Thread other = mapper(space, object, 0x8000, end);
      other.start();
      long patience = System.nanoTime() + 60_000_000_000L;
      while (SpaceParts.count(space) == 1 && System.nanoTime() < patience) {
        Thread.sleep(1);
      }
      end.set(true);
      one.join();
      other.join();
      assertThat(SpaceParts.count(space)).isGreaterThan(1);
      assertThat(space.mappings()).isBetween(65, 128);
      assertThat(space.root().unmap(0x2000, 0x8000)).isEqualTo(Outcome.OK);
      assertThat(space.mappings()).isZero();
      object.release();
    }
  }

  /** Maps and unmaps again and again in a range of 64 pages; what went wrong, if anything did. */
  private static Thread changer(
      AddressSpace space, MemoryObject object, long first, List<Throwable> wrong) {
    return new Thread(() -> {
      try {
        MapRequest request = new MapRequest();
        for (int turn = 0; turn < 40_000; turn++) {
          long page = first + turn * 29 % 64;
          request.clear().object(object, 0).pages(1).where().overwrite(page);
          space.root().map(request).orThrow();
          space.root().unmap(first + turn * 31 % 64, 1).orThrow();
        }
      } catch (RuntimeException | Error problem) {
        synchronized (wrong) {
          wrong.add(problem);
        }
      }
    });
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a torn tree has circles
  void first_fit_is_right_after_threads_have_worked_apart_in_its_region() throws Exception {
    try (Machine machine = SimulatedMachine.create(8L << 20);
        AddressSpace space = AddressSpace.create(machine, "met", 0x1000, 0x10_0000).get()) {
      MemoryObject object = MemoryObject.paged(machine, 64).get();
      MapRequest request = new MapRequest().object(object, 0).pages(1);
      request.where().firstFit();
      space.root().map(request).orThrow();
      assertThat(SpaceParts.divide(space, 0x1040, 0x107F, 0x1001, 0x103F)).isTrue();
      List<Throwable> wrong = new ArrayList<>();
      Thread one = changer(space, object, 0x1001, wrong);
      Thread other = changer(space, object, 0x1041, wrong);
      one.setDaemon(true);
      other.setDaemon(true);
      one.start();
      other.start();
      one.join();
      other.join();
      assertThat(wrong).isEmpty();
      for (int i = 0; i < 130; i++) {
        long lowest = 0x1000;
        while (space.mappingOf(lowest) != null) {
          lowest++;
        }
        request.where().firstFit();
        space.root().map(request).orThrow();
        assertThat(request.firstPage()).isEqualTo(lowest);
      }
      object.release();
    }
  }

  private static String fault(AddressSpace space, long page) {
    return String.valueOf(space.resolve(Pages.address(page), Access.READ));
  }

  @Test
  void what_was_removed_is_remembered_wherever_it_was() {
    try (Machine machine = SimulatedMachine.create(8L << 20);
        AddressSpace space = AddressSpace.create(machine, "met", 0x1000, 0x10_0000).get()) {
      MemoryObject object = MemoryObject.paged(machine, 64).get();
      MapRequest request = new MapRequest().object(object, 0).pages(4);
      for (long page : new long[] {0x2000, 0x8000, 0x9000}) {
        request.where().at(page);
        space.root().map(request).orThrow();
      }
      space.root().unmap(0x8000, 4).orThrow();
      assertThat(SpaceParts.divide(space, 0x8000, 0x9000, 0x2000, 0x2003)).isTrue();
      assertThat(fault(space, 0x8001)).contains("removed by unmap");
      space.root().unmap(0x9000, 4).orThrow();
      assertThat(fault(space, 0x9001)).contains("removed by unmap");
      // Gathers a piece of the part, then all of it.
      request.pages(0x6002 + 8).where().overwrite(0x2000);
      space.root().map(request).orThrow();
      space.root().unmap(0x2000, 0x6002 + 8).orThrow();
      assertThat(SpaceParts.count(space)).isEqualTo(2);
      assertThat(fault(space, 0x8001)).contains("removed by unmap");
      assertThat(fault(space, 0x9001)).contains("removed by unmap");
      Invariants.verify(machine);
      assertThat(SpaceParts.count(space)).isEqualTo(1);
      assertThat(fault(space, 0x9001)).contains("removed by unmap");
      assertThat(space.events()).extracting(Event::firstPage).contains(0x2000L, 0x8000L, 0x9000L);
      object.release();
    }
  }

  @Test
  void a_source_of_frames_in_one_part_must_not_call_another() {
    try (Machine machine = SimulatedMachine.create(8L << 20);
        AddressSpace space = AddressSpace.create(machine, "met", 0x1000, 0x10_0000).get()) {
      assertThat(SpaceParts.divide(space, 0x2000, 0x2000, 0x8000, 0x8000)).isTrue();
      for (long page : new long[] {0x2000, 0x8000}) {
        MapRequest request = new MapRequest().pages(1);
        request.where().at(page);
        List<String> refusals = new ArrayList<>();
        space
            .root()
            .mapFrames(
                request,
                index -> {
                  for (long asked : new long[] {0x2000, 0x8000}) {
                    try {
                      space.mappingOf(asked);
                    } catch (IllegalStateException refused) {
                      refusals.add(refused.getMessage());
                    }
                  }
                  try {
                    space.mappings();
                  } catch (IllegalStateException refused) {
                    refusals.add(refused.getMessage());
                  }
                  return 5;
                })
            .orThrow();
        assertThat(refusals)
            .hasSize(3)
            .allMatch(text -> text.contains("must not call the space that asks it"));
        assertThat(space.mappingOf(page)).isNotNull();
      }
      assertThat(space.root().unmap(Pages.of(0x200_0000L), 0x7000)).isEqualTo(Outcome.OK);
    }
  }
}
