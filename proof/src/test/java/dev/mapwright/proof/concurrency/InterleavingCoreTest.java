package dev.mapwright.proof.concurrency;

import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.mutants.Interleaving;
import dev.mapwright.proof.mutants.Interleaving.Point;
import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Orders of steps in the engine that only show when somebody comes between, or when memory is short
 * just then. Each scenario passes with the classes as they are, and finds the defect that it is
 * about. The scenarios are in {@link CoreScenarios}, and so are the steps that a defect does late.
 */
class InterleavingCoreTest {
  private static final String CORE = "dev.mapwright.core.";
  private static final String FAULTS = CORE + "engine.FaultHandling";
  private static final String DIRTY = CORE + "state.DirtyPages";

  private static final MethodTypeDesc INSTALL =
      MethodTypeDesc.of(
          ConstantDescs.CD_void,
          core("state.Tables"),
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_int,
          core("CachePolicy"));

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

  private static Case found(
      String name,
      String className,
      String method,
      Predicate<CodeElement> kind,
      Mutant.Change change,
      Class<? extends Callable<String>> scenario,
      Point... points) {
    return new Case(
        new Mutant(name, className, method, kind, 1, change), scenario, List.of(points));
  }

  private static Predicate<CodeElement> readsOf(String field) {
    return element ->
        element instanceof FieldInstruction access
            && access.opcode().name().startsWith("GET")
            && access.name().equalsString(field);
  }

  /** In place of a call: the same call of a scenario's, with the receiver as the first argument. */
  private static Mutant.Change instead(Class<?> scenario, String method, MethodTypeDesc type) {
    return (builder, original) ->
        builder.invokestatic(ClassDesc.of(scenario.getName()), method, type);
  }

  private static ClassDesc core(String name) {
    return ClassDesc.of(CORE + name);
  }

  static List<Case> cases() {
    return List.of(
        found(
            "the object is unlocked before its frame is installed",
            FAULTS,
            "bringIn",
            callsOf("install"),
            instead(CoreScenarios.BringIn.class, "install", INSTALL),
            CoreScenarios.BringIn.class,
            Point.before("named", FAULTS, "bringIn", "install", 1)),
        found(
            "a change is not told through a hidden member that has the page",
            CORE + "object.Change",
            "hides",
            readsOf("hidden"),
            (builder, original) -> builder.pop().iconst_0(),
            CoreScenarios.HiddenChild.class),
        found(
            "tables stay kept when a reservation is released",
            CORE + "engine.EngineReservation",
            "giveBack",
            callsOf("unprepare"),
            (builder, original) -> builder.pop2().pop2().pop(),
            CoreScenarios.ReleasedReservation.class),
        found(
            "of pages whose bit is not carried the first is not noted",
            DIRTY,
            "mark",
            Interleaving.writesOf("wholeFirst"),
            (builder, original) -> builder.pop2().pop(),
            CoreScenarios.UncarriedUpwards.class),
        found(
            "of pages whose bit is not carried the last is not noted",
            DIRTY,
            "mark",
            Interleaving.writesOf("wholeLast"),
            (builder, original) -> builder.pop2().pop(),
            CoreScenarios.UncarriedUpwards.class),
        found(
            "pages further up make those further down forgotten",
            DIRTY,
            "mark",
            callsOf("min"),
            (builder, original) -> builder.dup2_x2().pop2().pop2(),
            CoreScenarios.UncarriedUpwards.class),
        found(
            "pages further down make those further up forgotten",
            DIRTY,
            "mark",
            callsOf("max"),
            (builder, original) -> builder.dup2_x2().pop2().pop2(),
            CoreScenarios.UncarriedDownwards.class),
        found(
            "translations are removed after the records have changed",
            CORE + "engine.Pieces",
            "removeFrom",
            callsOf("forget"),
            instead(
                CoreScenarios.Unmap.class,
                "forget",
                MethodTypeDesc.of(
                    ConstantDescs.CD_void,
                    core("state.Tables"),
                    ConstantDescs.CD_long,
                    ConstantDescs.CD_long)),
            CoreScenarios.Unmap.class,
            Point.after("changed", CORE + "engine.Editor", "unmap", "removeFrom", 1)),
        found(
            "what was read without the lock is believed whatever has changed",
            CORE + "state.MappingTable",
            "glance",
            callsOf("unchangedSince"),
            (builder, original) -> builder.pop2().pop().iconst_1(),
            CoreScenarios.Glance.class,
            Point.before("words", CORE + "state.MappingTable", "glance", "get", 1)),
        found(
            "the sharers of a view are counted with the locks of their parts",
            CORE + "state.MappingView",
            "unshare",
            callsOf("getAndAdd"),
            instead(
                CoreScenarios.SharedView.class,
                "getAndAdd",
                MethodTypeDesc.of(
                    ConstantDescs.CD_int,
                    ConstantDescs.CD_VarHandle,
                    core("state.MappingView"),
                    ConstantDescs.CD_int)),
            CoreScenarios.SharedView.class,
            Point.after("counting", CORE + "state.MappingView", "unshare", "getAcquire", 1)),
        found(
            "the view is entered after the frame was supplied",
            FAULTS,
            "bringIn",
            callsOf("enterView"),
            instead(
                CoreScenarios.RefusedView.class,
                "enterView",
                MethodTypeDesc.of(
                    ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_int)),
            CoreScenarios.RefusedView.class,
            Point.after("supplied", FAULTS, "bringIn", "supply", 1)));
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
  void without_the_defect_the_same_steps_are_harmless(Case one) throws Exception {
    assertThat(one.run(false)).isEmpty();
  }
}
