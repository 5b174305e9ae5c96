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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The orders that everything else rests on, each turned round: a frame is freed after CPUs have
 * acknowledged, and they acknowledge after their access; an entry is made after its frame was
 * filled, and cleared before CPUs are told; a CPU looks at each access what is true by now; and who
 * looks at a whole space holds all of its parts. (That these are locked in one order is in {@code
 * DividedCampaignTest}.) The scenarios are in {@link OrderScenarios}.
 */
class OrderOfStepsTest {
  private static final String CPU = "dev.mapwright.sim.cpu.";
  private static final String TABLES = "dev.mapwright.sim.tables.";
  private static final String ENGINE = "dev.mapwright.core.engine.";

  /** Counts how often a remover has looked in vain. */
  private static final Point WAITS =
      Point.before("waits", "dev.mapwright.sim.quiescence.Quiescent", "await", "parkNanos", 1);

  private static final Point STORING =
      Point.before("storing", CPU + "SimulatedCpu", "storeFound", "set", 1);

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

  private static Mutant.Change instead(Class<?> of, String method, MethodTypeDesc type) {
    return (builder, original) -> builder.invokestatic(ClassDesc.of(of.getName()), method, type);
  }

  private static MethodTypeDesc type(ClassDesc result, ClassDesc... arguments) {
    return MethodTypeDesc.of(result, arguments);
  }

  private static List<Case> ofRemovals() {
    return List.of(
        new Case(
            new Mutant(
                "a frame is freed before a CPU has acknowledged",
                TABLES + "TableChanges",
                "settle",
                callsOf("awaitQuiescence"),
                1,
                (builder, original) -> builder.pop()),
            OrderScenarios.FreedFrame.class,
            List.of(STORING, WAITS)),
        new Case(
            new Mutant(
                "a CPU acknowledges before its store has ended",
                CPU + "SimulatedCpu",
                "storeSlowly",
                callsOf("storeScalar"),
                1,
                (builder, original) ->
                    builder
                        .aload(0)
                        .invokevirtual(
                            ClassDesc.of(CPU + "SimulatedCpu"),
                            "pollInside",
                            type(ConstantDescs.CD_void))
                        .with(original)),
            OrderScenarios.StoreUnderWay.class,
            List.of(
                Point.after("translated", CPU + "SimulatedCpu", "storeSlowly", "requirePassed", 1),
                STORING,
                WAITS)),
        new Case(
            new Mutant(
                "the generation is raised before the entries are cleared",
                TABLES + "PageTables",
                "remove",
                callsOf("remove"),
                1,
                instead(
                    OrderScenarios.ToldTooEarly.class,
                    "remove",
                    type(
                        ConstantDescs.CD_void,
                        ConstantDescs.CD_Object,
                        ConstantDescs.CD_long,
                        ConstantDescs.CD_long,
                        ClassDesc.of("dev.mapwright.core.machine.Translation$RunVisitor")))),
            OrderScenarios.ToldTooEarly.class,
            List.of(WAITS)));
  }

  private static boolean readsKey(CodeElement element) {
    return element instanceof FieldInstruction access
        && access.opcode().name().startsWith("GET")
        && access.name().equalsString("firstKey");
  }

  private static Case readsArrayOnce(
      String cpu, ClassDesc array, String method, Class<? extends Callable<String>> scenario) {
    MethodTypeDesc type =
        type(array, ClassDesc.of("java.lang.invoke.VarHandle"), ConstantDescs.CD_Object);
    return new Case(
        new Mutant(
            "a " + cpu + " reads in a loop once which array is published",
            CPU + cpu,
            "load",
            callsOf("getOpaque"),
            1,
            instead(OrderScenarios.class, method, type)),
        scenario,
        List.of(WAITS));
  }

  private static Case readsGenerationOnce(
      String cpu, String method, Class<? extends Callable<String>> scenario) {
    return new Case(
        new Mutant(
            "a " + cpu + " reads in a loop once which generation it is",
            CPU + cpu,
            method,
            OrderOfStepsTest::readsKey,
            1,
            (builder, original) ->
                builder
                    .with(original)
                    .invokestatic(
                        ClassDesc.of(OrderScenarios.class.getName()),
                        "readKeyOnce",
                        type(ConstantDescs.CD_long, ConstantDescs.CD_long))),
        scenario,
        List.of(WAITS));
  }

  private static List<Case> ofReads() {
    return List.of(
        readsArrayOnce(
            "DirectCpu", ConstantDescs.CD_int, "readHandleOnce", OrderScenarios.DirectLoop.class),
        readsArrayOnce(
            "CheckedCpu",
            ConstantDescs.CD_long.arrayType(),
            "readPairsOnce",
            OrderScenarios.CheckedLoop.class),
        readsGenerationOnce("DirectCpu", "firstOffset", OrderScenarios.DirectComesBack.class),
        readsGenerationOnce("CheckedCpu", "load", OrderScenarios.CheckedComesBack.class));
  }

  private static List<Case> ofTheEngine() {
    return List.of(
        new Case(
            new Mutant(
                "an entry is made before its frame is filled with zeros",
                "dev.mapwright.sim.memory.FrameTable",
                "handOut",
                callsOf("zeroFrame"),
                1,
                instead(
                    OrderScenarios.FreshFrame.class,
                    "zeroFrame",
                    type(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_long))),
            OrderScenarios.FreshFrame.class,
            List.of(Point.after("installed", ENGINE + "FaultHandling", "bringIn", "install", 1))),
        new Case(
            new Mutant(
                "a snapshot of a space locks one part after the other",
                ENGINE + "EngineSnapshot",
                "noteMappings",
                callsOf("firstBeginning"),
                2,
                (builder, original) ->
                    builder
                        .invokestatic(
                            ClassDesc.of(OrderScenarios.class.getName()),
                            "letGo",
                            type(ConstantDescs.CD_void))
                        .with(original)),
            OrderScenarios.Snapshot.class,
            List.of(Point.after("half seen", ENGINE + "EngineSnapshot", "noteMappings", "add", 1))),
        new Case(
            new Mutant(
                "a count of a space's mappings locks one part after the other",
                ENGINE + "EngineSpace",
                "mappings",
                callsOf("forEach"),
                1,
                instead(
                    OrderScenarios.class,
                    "visitOneByOne",
                    type(
                        ConstantDescs.CD_void,
                        ConstantDescs.CD_Object,
                        ClassDesc.of("java.util.function.Consumer")))),
            OrderScenarios.Count.class,
            List.of(Point.before("half seen", ENGINE + "EngineSpace", "mappings", "min", 1))));
  }

  static List<Case> cases() {
    List<Case> all = new ArrayList<>(ofRemovals());
    all.addAll(ofReads());
    all.addAll(ofTheEngine());
    return all;
  }

  @AfterEach
  void forget() {
    Interleaving.forgetAll();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void the_defect_is_found(Case one) throws Exception {
    String found = one.run(true);
    System.out.println(one + ": " + found);
    assertThat(found).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void without_the_defect_the_same_steps_are_harmless(Case one) throws Exception {
    assertThat(one.run(false)).isEmpty();
  }
}
