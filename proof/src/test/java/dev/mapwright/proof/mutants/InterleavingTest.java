package dev.mapwright.proof.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.proof.mutants.Interleaving.Point;
import dev.mapwright.proof.mutants.Interleaving.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterleavingTest {
  private static final String STEPS = Steps.class.getName();

  /** Something with steps to come between. */
  public static final class Steps implements Callable<String> {
    private final StringBuilder said = new StringBuilder();
    private int spoken;

    @Override
    public String call() {
      say("a");
      say("b");
      spoken = 2;
      return said.toString() + spoken;
    }

    private void say(String word) {
      said.append(word);
      Interleaving.reached("said " + word);
    }
  }

  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void forget() {
    Interleaving.forgetAll();
  }

  private String run(Point... points) throws Exception {
    for (String name : new String[] {"here", "said a", "said b"}) {
      Interleaving.on(name, () -> seen.add(name));
    }
    Callable<String> steps = new MutantLoader(null, points).make(Steps.class);
    assertThat(steps).isNotInstanceOf(Steps.class);
    return steps.call();
  }

  @Test
  void a_point_lies_before_or_after_the_nth_call_of_a_method() throws Exception {
    assertThat(run(Point.before("here", STEPS, "call", "say", 1))).isEqualTo("ab2");
    assertThat(seen).containsExactly("here", "said a", "said b");
    seen.clear();
    run(Point.after("here", STEPS, "call", "say", 1));
    assertThat(seen).containsExactly("said a", "here", "said b");
    seen.clear();
    run(
        Point.after("here", STEPS, "call", "say", 2),
        Point.before("here", STEPS, "say", "reached", 1));
    assertThat(seen).containsExactly("here", "said a", "here", "said b", "here");
  }

  @Test
  void a_point_may_lie_at_any_instruction() throws Exception {
    run(new Point("here", STEPS, "call", Interleaving.writesOf("spoken"), 1, Side.BEFORE));
    assertThat(seen).containsExactly("said a", "said b", "here");
  }

  @Test
  void a_point_that_no_one_listens_at_changes_nothing() throws Exception {
    Callable<String> steps =
        new MutantLoader(null, Point.before("nobody", STEPS, "call", "say", 1)).make(Steps.class);
    assertThat(steps.call()).isEqualTo("ab2");
    Interleaving.on("said a", () -> seen.add("a"));
    Interleaving.forget("said a");
    assertThat(new Steps().call()).isEqualTo("ab2");
    assertThat(seen).isEmpty();
  }

  @Test
  void a_point_that_is_not_there_is_refused() {
    assertThatThrownBy(() -> run(Point.before("here", STEPS, "call", "say", 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has only 2 such");
  }

  @Test
  void a_gate_stops_one_thread_between_two_steps_and_lets_the_others_pass() throws Exception {
    Gate gate = new Gate();
    Callable<String> steps =
        new MutantLoader(null, Point.before("gate", STEPS, "call", "say", 2)).make(Steps.class);
    Interleaving.on("gate", gate);
    List<String> results = new ArrayList<>();
    Thread stopped =
        new Thread(() -> {
          try {
            results.add(steps.call());
          } catch (Exception e) {
            results.add(e.toString());
          }
        });
    assertThat(gate.reached()).isFalse();
    stopped.start();
    gate.awaitArrival();
    assertThat(stopped.getState()).isEqualTo(Thread.State.RUNNABLE);
    assertThat(steps.call()).as("a second thread, in between").isEqualTo("aab2");
    gate.open();
    stopped.join();
    assertThat(results).containsExactly("aabb2");
  }
}
