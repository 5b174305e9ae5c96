package dev.mapwright.proof.concurrency;

import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.mutants.Interleaving;
import dev.mapwright.proof.mutants.Interleaving.Point;
import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The protocol between CPUs and those who remove translations, step by step: a thread is stopped
 * where a wrong order of steps would show, and the other side does its work. Each scenario passes
 * with the classes as they are, and finds the defect that it is about. The scenarios are in {@link
 * RemovalScenarios}.
 */
class InterleavingSimTest {
  private static final String TABLES = "dev.mapwright.sim.tables.";
  private static final String CPU = "dev.mapwright.sim.cpu.";

  /** Counts how often a remover has looked in vain. */
  private static final Point WAITS =
      Point.before("waits", "dev.mapwright.sim.quiescence.Quiescent", "await", "parkNanos", 1);

  record Case(Mutant mutant, Class<? extends Callable<String>> scenario, List<Point> points) {
    @Override
    public String toString() {
      return mutant.name();
    }

    String run(boolean mutated) throws Exception {
      Point[] all = points.toArray(new Point[0]);
      String complaint = new MutantLoader(mutated ? mutant : null, all).make(scenario).call();
      return complaint;
    }
  }

  private static Mutant mutant(
      String name, String className, String method, String called, Mutant.Change change) {
    return new Mutant(name, className, method, callsOf(called), 1, change);
  }

  private static void flush(CodeBuilder builder) {
    builder.invokevirtual(
        ClassDesc.of(CPU + "Translator"), "flushTlb", MethodTypeDesc.of(ConstantDescs.CD_void));
  }

  static List<Case> cases() {
    Point descended = Point.after("descended", TABLES + "TableWalker", "walk", "readable", 2);
    Point translated =
        Point.after("translated", CPU + "SimulatedCpu", "loadSlowly", "requirePassed", 1);
    Point calling = Point.before("calling", CPU + "SimulatedCpu", "readFound", "readDevice", 1);
    Point storing =
        Point.after("translated", CPU + "SimulatedCpu", "storeSlowly", "requirePassed", 1);
    Point publishing = Point.before("publishing", CPU + "Bracket", "goInside", "publish", 1);
    Point reading = Point.after("reading", TABLES + "TableWalker", "entry", "readable", 1);
    return List.of(
        new Case(
            mutant(
                "the walker of an unlinked table is not waited for",
                TABLES + "TableChanges",
                "settle",
                "awaitQuiescence",
                (builder, original) -> builder.pop()),
            RemovalScenarios.Walker.class,
            List.of(descended, WAITS)),
        new Case(
            mutant(
                "an unlinked table alone is nothing to wait for",
                TABLES + "TableChanges",
                "settle",
                "anyStale",
                (builder, original) -> builder.pop().iconst_0()),
            RemovalScenarios.Walker.class,
            List.of(descended, WAITS)),
        new Case(
            new Mutant(
                "unlinked tables are not counted",
                TABLES + "TableChanges",
                "countUnlinking",
                Interleaving.writesOf("unlinkings"),
                1,
                (builder, original) -> builder.pop2().pop()),
            RemovalScenarios.Reader.class,
            List.of(reading)),
        new Case(
            mutant(
                "the published arrays are not withdrawn before the wait",
                CPU + "Bracket",
                "announce",
                "hideArrays",
                (builder, original) -> builder.pop()),
            RemovalScenarios.Hitter.class,
            List.of(WAITS)),
        new Case(
            mutant(
                "who publishes its arrays does not look what was posted before",
                CPU + "Bracket",
                "goInside",
                "emptyMailbox",
                (builder, original) -> builder.pop()),
            RemovalScenarios.Publisher.class,
            List.of(publishing)),
        new Case(
            mutant(
                "the upper half is flushed on a switch of processes",
                CPU + "Translator",
                "replace",
                "forgetLower",
                (builder, original) -> flush(builder)),
            RemovalScenarios.Switcher.class,
            List.of()),
        new Case(
            new Mutant(
                "a CPU is a user of its lower half only",
                CPU + "Translator",
                "replace",
                callsOf("addUser"),
                2,
                (builder, original) -> builder.pop2().iconst_1()),
            RemovalScenarios.Switcher.class,
            List.of()),
        new Case(
            mutant(
                "a device's handler is called after quiescence",
                CPU + "SimulatedCpu",
                "readFound",
                "readDevice",
                (builder, original) ->
                    builder
                        .aload(0)
                        .invokevirtual(
                            ClassDesc.of(CPU + "SimulatedCpu"),
                            "pollInside",
                            MethodTypeDesc.of(ConstantDescs.CD_void))
                        .with(original)),
            RemovalScenarios.DeviceCaller.class,
            List.of(translated, calling, WAITS)),
        new Case(
            mutant(
                "setting a hook does not forget the page",
                TABLES + "PageTables",
                "hook",
                "invalidateTranslatable",
                (builder, original) -> builder.pop2().pop2().pop()),
            RemovalScenarios.HookedStores.class,
            List.of()),
        new Case(
            mutant(
                "a page with a hook is entered into the TLB",
                CPU + "Translator",
                "remember",
                "hooked",
                (builder, original) -> builder.pop().pop2().pop2().pop().iconst_0()),
            RemovalScenarios.HookedStores.class,
            List.of()),
        new Case(
            mutant(
                "who sets a hook does not wait for accesses under way",
                TABLES + "TableChanges",
                "invalidate",
                "awaitQuiescence",
                (builder, original) -> builder.pop()),
            RemovalScenarios.HookSetter.class,
            List.of(storing, WAITS)));
  }

  @AfterEach
  void forget() {
    Interleaving.forgetAll();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void the_defect_is_found(Case one) throws Exception {
    assertThat(one.run(true)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void without_the_defect_the_same_interleaving_is_harmless(Case one) throws Exception {
    assertThat(one.run(false)).isEmpty();
  }
}
