package dev.mapwright.proof.mutants;

import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.engine.FramesMutantRun;
import dev.mapwright.proof.mutants.Interleaving.Point;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each named defect in the handling of bare frames is found, and nothing is without it. */
class BareMutantTest {
  private static final String BARE = "dev.mapwright.core.state.BareFrames";
  private static final String EDITOR = "dev.mapwright.core.engine.FrameEditor";
  private static final String LEAVES = "dev.mapwright.sim.tables.BareLeaves";

  record Case(Mutant mutant, Class<? extends Callable<String>> scenario, List<Point> points) {
    @Override
    public String toString() {
      return mutant.name();
    }

    String run(boolean mutated) throws Exception {
      Point[] all = points.toArray(new Point[0]);
      return new MutantLoader(mutated ? mutant : null, all).make(scenario).call();
    }
  }

  private static ClassDesc of(String name) {
    return ClassDesc.of("dev.mapwright." + name);
  }

  /** In place of a call: one of the scenarios' with the receiver as the first argument. */
  private static Mutant.Change instead(String method, ClassDesc result, ClassDesc... arguments) {
    return (builder, original) ->
        builder.invokestatic(
            of("proof.mutants.BareScenarios"), method, MethodTypeDesc.of(result, arguments));
  }

  private static Mutant.Change twice() {
    return instead(
        "askTwice", ConstantDescs.CD_long, of("core.space.PfnSource"), ConstantDescs.CD_long);
  }

  static List<Case> cases() {
    return List.of(
        new Case(
            new Mutant(
                "a reservation reads a pfn twice", BARE, "stage", callsOf("pfn"), 1, twice()),
            BareScenarios.Fickle.class,
            List.of()),
        new Case(
            new Mutant(
                "a reservation reads the pfn of one page twice",
                BARE,
                "showOne",
                callsOf("pfn"),
                1,
                twice()),
            BareScenarios.Fickle.class,
            List.of()),
        new Case(
            new Mutant("a region reads a pfn twice", EDITOR, "read", callsOf("pfn"), 1, twice()),
            BareScenarios.Fickle.class,
            List.of()),
        new Case(
            new Mutant(
                "a hold is let go before invalidation",
                BARE,
                "remove",
                callsOf("withdraw"),
                1,
                instead(
                    "letGoFirst",
                    ConstantDescs.CD_void,
                    of("core.machine.BareEntries"),
                    ConstantDescs.CD_long,
                    ConstantDescs.CD_long)),
            BareScenarios.HeldWhileForgotten.class,
            List.of(Point.before(BareScenarios.INVALIDATING, LEAVES, "withdraw", "invalidate", 1))),
        new Case(
            new Mutant(
                "invalidation comes before the entry is withdrawn",
                LEAVES,
                "withdraw",
                callsOf("invalidate"),
                1,
                (builder, original) -> builder.pop2().pop2().pop()),
            BareScenarios.ForgottenTooEarly.class,
            List.of(
                Point.before(BareScenarios.CHECKED, LEAVES, "makeAbsent", "check", 1),
                Point.before(BareScenarios.WITHDRAWING, LEAVES, "makeAbsent", "set", 1))),
        new Case(
            new Mutant(
                "protect skips an entry that is withdrawn",
                LEAVES,
                "protect",
                callsOf("reinstated"),
                1,
                instead(
                    "skipWithdrawn",
                    ConstantDescs.CD_long,
                    of("sim.format.TableFormat"),
                    ConstantDescs.CD_long)),
            FramesMutantRun.class,
            List.of()),
        new Case(
            new Mutant(
                "a traversal ends by the count of a table that a reservation shares",
                "dev.mapwright.sim.tables.TableCursor",
                "enter",
                callsOf("kept"),
                1,
                (builder, original) -> builder.pop2().pop().iconst_0()),
            FramesMutantRun.class,
            List.of()));
  }

  @AfterEach
  void forget() {
    Interleaving.forgetAll();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_defect_is_found(Case one) throws Exception {
    String found = one.run(true);
    System.out.println(one + ": " + found);
    assertThat(found).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void without_it_the_same_run_finds_nothing(Case one) throws Exception {
    assertThat(one.run(false)).isEmpty();
  }
}
