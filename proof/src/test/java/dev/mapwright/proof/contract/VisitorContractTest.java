package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Visitors are called without a lock: they may throw, wait for whomever they like, and change or
 * destroy what they are being shown.
 */
@OnEverySubstrate
class VisitorContractTest extends Contract {
  private static final long AT = 0x2000;

  private final MemoryObject object = object(8);
  private Region inner = root();

  VisitorContractTest(Substrate substrate) {
    super(substrate);
  }

  /** Three mappings and a region in the root; four pages with frames; three pages written. */
  @BeforeEach
  void furnish() {
    for (int i = 0; i < 3; i++) {
      map(object, 2L * i, 2, AT + 4L * i);
    }
    inner = region(8, AT + 0x100);
    object.commit(0, 4).orThrow();
    space.trackDirty(true);
    for (int i = 0; i < 3; i++) {
      store(Pages.address(AT + 4L * i), i);
    }
  }

  /** Everything that shows something to a visitor, one thing at a time. */
  enum Visit {
    MAPPINGS {
      @Override
      void start(VisitorContractTest test, Runnable visitor) {
        test.space.forEachMapping(mapping -> visitor.run());
      }
    },
    CHILDREN {
      @Override
      void start(VisitorContractTest test, Runnable visitor) {
        test.root()
            .forEachChild(
                new Region.ChildVisitor() {
                  @Override
                  public void region(Region child) {
                    visitor.run();
                  }

                  @Override
                  public void mapping(MappingInfo mapping) {
                    visitor.run();
                  }
                });
      }
    },
    FRAMES {
      @Override
      void start(VisitorContractTest test, Runnable visitor) {
        test.object.forEachFrame((page, pfn) -> visitor.run());
      }
    },
    DIRTY_PAGES {
      @Override
      void start(VisitorContractTest test, Runnable visitor) {
        test.space.collectDirty(AT, 16, true, (page, pages) -> visitor.run()).orThrow();
      }
    };

    abstract void start(VisitorContractTest test, Runnable visitor);
  }

  private List<Long> dirty(boolean clear) {
    List<Long> told = new ArrayList<>();
    space.collectDirty(AT, 16, clear, (page, pages) -> told.add(page)).orThrow();
    return told;
  }

  @ParameterizedTest
  @EnumSource
  void what_a_visitor_throws_reaches_the_caller_and_nothing_has_changed(Visit visit) {
    StateImage before = StateImage.of(machine);
    List<Long> dirty = dirty(false);
    for (int good = 0; good < 3; good++) {
      int[] left = {good};
      AssertionError theirs = new AssertionError("theirs");
      Throwable thrown =
          catchThrowable(() ->
              visit.start(
                  this,
                  () -> {
                    if (left[0]-- == 0) {
                      throw theirs;
                    }
                  }));
      assertThat(thrown).isSameAs(theirs);
      assertThat(dirty(false)).as("pages that count as written").isEqualTo(dirty);
      assertThat(before.differences(StateImage.of(machine))).isEmpty();
    }
    if (visit == Visit.DIRTY_PAGES) {
      assertThat(dirty(true)).hasSize(3);
      assertThat(dirty(true)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_visitor_may_wait_for_a_thread_that_changes_what_is_visited(Visit visit) {
    assumeTrue(substrate.concurrent);
    int[] visits = new int[1];
    visit.start(
        this,
        () -> {
          visits[0]++;
          CompletableFuture<Void> change =
              CompletableFuture.runAsync(
                  () -> {
                    map(object, 2, AT + 0x200);
                    root().protect(AT, 1, Permissions.READ).orThrow();
                    root().unmap(AT + 0x200, 2).orThrow();
                    object.commit(7, 1).orThrow();
                    object.decommit(7, 1).orThrow();
                    dirty(false);
                  },
                  task -> Thread.ofPlatform().daemon().start(task));
          try {
            change.get(60, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new AssertionError("the other thread waits for the visitor", e);
          }
        });
    assertThat(visits[0]).isGreaterThanOrEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void a_visitor_may_destroy_what_is_visited(Visit visit) {
    int[] visits = new int[1];
    visit.start(
        this,
        () -> {
          visits[0]++;
          root().unmap(AT, 0x200).orThrow();
          object.decommit(0, 8).orThrow();
        });
    // Dirty pages are told of as they were at one moment; all else as it is when its turn comes.
    assertThat(visits[0]).isEqualTo(visit == Visit.DIRTY_PAGES ? 3 : 1);
    assertThat(inner.live()).isFalse();
    assertThat(Invariants.violations(machine)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void a_visitor_may_close_the_space_and_release_the_object(Visit visit) {
    int[] visits = new int[1];
    visit.start(
        this,
        () -> {
          if (visits[0]++ == 0) {
            drop(object);
            space.close();
          }
        });
    assertThat(visits[0]).isEqualTo(visit == Visit.DIRTY_PAGES ? 3 : 1);
    assertThat(machine.census().leaks()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void a_visitor_may_visit_again_and_use_the_processor(Visit visit) {
    int[] visits = new int[2];
    visit.start(
        this,
        () -> {
          visits[0]++;
          visit.start(this, () -> visits[1]++);
          store(Pages.address(AT + 1), visits[0]);
          assertThat(load(Pages.address(AT + 1))).isEqualTo(visits[0]);
        });
    assertThat(visits[0]).isPositive();
    assertThat(visits[1]).isPositive();
  }

  @Test
  void mappings_that_a_visitor_makes_behind_are_told_of_and_those_before_are_not() {
    List<Long> told = new ArrayList<>();
    space.forEachMapping(mapping -> {
      told.add(mapping.firstPage());
      if (told.size() == 1) {
        map(object, 1, AT - 8);
        map(object, 1, AT + 2);
      }
    });
    assertThat(told).containsExactly(AT, AT + 2, AT + 4, AT + 8);
  }
}
