package dev.mapwright.proof.lines;

import static dev.mapwright.proof.lines.Operation.COMMIT;
import static dev.mapwright.proof.lines.Operation.DECOMMIT;
import static dev.mapwright.proof.lines.Operation.FAULT_PRESENT;
import static dev.mapwright.proof.lines.Operation.FAULT_STORE;
import static dev.mapwright.proof.lines.Operation.FAULT_ZEROS;
import static dev.mapwright.proof.lines.Operation.MAP;
import static dev.mapwright.proof.lines.Operation.MAP_FIRST;
import static dev.mapwright.proof.lines.Operation.UNMAP_LAST;
import static dev.mapwright.proof.lines.Operation.UNMAP_TOUCHED;
import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.mutants.Mutant;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which lines disjoint operations in two parts of a space both write. For most there is none; where
 * there are, each is known, and {@code CAVEATS.md} says why.
 */
class SharedLinesTest {
  /** Operations of which no two share anything, whether they show one object or two. */
  private static final Set<Operation> APART =
      EnumSet.of(
          Operation.MAP,
          Operation.MAP_ANYWHERE,
          Operation.MAP_LOWEST,
          Operation.REPLACE,
          Operation.UNMAP,
          Operation.PROTECT,
          Operation.RESERVED_MAP,
          Operation.RESERVED_UNMAP);

  private static Function<Pair, List<SharedLines.Line>> workload(@Nullable Mutant mutant)
      throws ReflectiveOperationException {
    return new WritesLoader(mutant).make(Workload.class);
  }

  @Test
  void what_makes_no_translation_shares_no_line() throws Exception {
    Function<Pair, List<SharedLines.Line>> workload = workload(null);
    for (Operation one : APART) {
      for (Operation other : APART) {
        for (boolean oneObject : new boolean[] {false, true}) {
          Pair pair = new Pair(one, other, oneObject);
          assertThat(workload.apply(pair)).as(pair.toString()).isEmpty();
        }
      }
    }
  }

  /** What two faults write; and what an unmapping does that takes translations away. */
  private static Map<Pair, Set<String>> known() {
    Set<String> family = Set.of("EngineLock");
    Set<String> views = Set.of("MappingView", "ViewTree");
    Set<String> sight = Set.of("Member$Sight");
    Set<String> pages = Set.of("EngineObject", "PageTrie", "int[] of NodePool.arrays[]");
    Set<String> more = Set.of("NodePool");
    Set<String> events = Set.of("EventRing", "long[] of EventRing.words");
    Map<Pair, Set<String>> known = new LinkedHashMap<>();
    put(known, MAP_FIRST, false, List.of());
    put(known, UNMAP_LAST, false, List.of());
    Set<String> list = Set.of("EngineObject", "Object of Referenced.list");
    put(known, MAP_FIRST, true, List.of(list, Set.of("ShownObjects$OfNumber")));
    put(known, UNMAP_LAST, true, List.of(list));
    put(known, FAULT_PRESENT, false, List.of());
    put(known, FAULT_ZEROS, false, List.of());
    put(known, FAULT_STORE, false, List.of());
    put(known, UNMAP_TOUCHED, false, List.of());
    put(known, COMMIT, false, List.of());
    put(known, DECOMMIT, false, List.of());
    put(known, FAULT_PRESENT, true, List.of(family, views));
    put(known, FAULT_ZEROS, true, List.of(family, views, sight));
    put(known, FAULT_STORE, true, List.of(family, views, sight, pages, more));
    put(known, UNMAP_TOUCHED, true, List.of(family, views));
    put(known, COMMIT, true, List.of(family, sight, pages, more, events));
    put(known, DECOMMIT, true, List.of(family, pages, events));
    return known;
  }

  private static void put(
      Map<Pair, Set<String>> known,
      Operation operation,
      boolean oneObject,
      List<Set<String>> places) {
    Set<String> all = new TreeSet<>();
    places.forEach(all::addAll);
    known.put(new Pair(operation, operation, oneObject), all);
  }

  @Test
  void what_else_shares_lines_shares_those_that_are_known() throws Exception {
    Function<Pair, List<SharedLines.Line>> workload = workload(null);
    SoftAssertions all = new SoftAssertions();
    known()
        .forEach((pair, places) -> {
          List<SharedLines.Line> lines = workload.apply(pair);
          all.assertThat(SharedLines.places(lines)).as(pair + ": " + lines).isEqualTo(places);
        });
    all.assertAll();
  }

  static List<Arguments> mutants() {
    ClassDesc state = ClassDesc.of("dev.mapwright.core.state.SpaceState");
    ClassDesc machine = ClassDesc.of("dev.mapwright.core.machine.Machine");
    ClassDesc census = ClassDesc.of("dev.mapwright.core.machine.Census");
    return List.of(
        Arguments.of(
            new Mutant(
                "each mapping has a number of the machine's",
                "dev.mapwright.core.engine.Editor",
                "map",
                callsOf("index"),
                1,
                (builder, original) ->
                    builder
                        .with(original)
                        .aload(0)
                        .getfield(ClassDesc.of("dev.mapwright.core.engine.Editor"), "state", state)
                        .invokevirtual(state, "machine", MethodTypeDesc.of(machine))
                        .invokeinterface(machine, "census", MethodTypeDesc.of(census))
                        .invokevirtual(
                            census, "nextNumber", MethodTypeDesc.of(ConstantDescs.CD_long))
                        .pop2()),
            MAP,
            false,
            "AtomicLong of Census.numbers"),
        Arguments.of(
            new Mutant(
                "parts have one ring of events",
                "dev.mapwright.core.state.SpaceState",
                "newPart",
                callsOf("copy"),
                1,
                (builder, original) -> {}),
            MAP,
            false,
            "EventRing"),
        Arguments.of(
            new Mutant(
                "each mapping is told to its object",
                "dev.mapwright.core.engine.Editor",
                "map",
                callsOf("show"),
                1,
                (builder, original) ->
                    builder
                        .dup()
                        .invokevirtual(
                            ClassDesc.of("dev.mapwright.core.object.EngineObject"),
                            "retain",
                            MethodTypeDesc.of(ConstantDescs.CD_void))
                        .with(original)),
            MAP,
            true,
            "EngineObject"),
        Arguments.of(
            new Mutant(
                "the words of frames that threads have lie side by side",
                "dev.mapwright.sim.memory.FrameChunk",
                "place",
                element -> element instanceof OperatorInstruction op && op.opcode() == Opcode.ISHL,
                1,
                (builder, original) -> builder.pop2().iconst_0()),
            COMMIT,
            false,
            "long[] of FrameChunk.states"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void a_line_that_comes_to_be_shared_is_found(
      Mutant mutant, Operation both, boolean oneObject, String place) throws Exception {
    List<SharedLines.Line> lines = workload(mutant).apply(new Pair(both, both, oneObject));
    assertThat(SharedLines.places(lines)).contains(place);
  }

  private static Function<String, List<SharedLines.Line>> samples()
      throws ReflectiveOperationException {
    return new WritesLoader(null).make(Samples.class);
  }

  @ParameterizedTest
  @CsvSource({
    "a field, Samples",
    "a field of a class, Samples",
    "a field by a handle, Samples",
    "an exchange that fails, Samples",
    "a synchronized method, Samples",
    "a monitor, Object of Samples.monitor",
    "a lock, ReentrantLock of Samples.lock",
    "an atomic, AtomicLong of Samples.atomic",
    "a list, ArrayList of Samples.list",
    "longs 56 bytes apart, long[] of Samples.longs",
    "longs 64 bytes apart,",
    "bytes 63 apart, byte[] of Samples.bytes",
    "bytes 64 apart,",
    "references 60 bytes apart, Object[] of Samples.references",
    "references 64 bytes apart,",
    "an element by a handle, long[] of Samples.longs",
    "a copied range, long[] of Samples.longs",
    "a filled range,",
    "memory of one line, memory",
    "memory of two lines,",
    "memory by a handle, memory",
    "filled memory, memory",
    "copied memory, memory",
    "a buffer's memory, memory",
    "a buffer by a handle, memory",
    "reads,",
    "objects of one's own,"
  })
  void every_kind_of_write_is_noted(String name, @Nullable String place) throws Exception {
    Set<String> places = SharedLines.places(samples().apply(name));
    assertThat(places).isEqualTo(place == null ? Set.of() : Set.of(place));
  }

  @Test
  void a_line_is_told_with_both_writers() throws Exception {
    Function<Pair, List<SharedLines.Line>> workload = workload(null);
    List<SharedLines.Line> lines = workload.apply(new Pair(COMMIT, FAULT_STORE, true));
    assertThat(lines.toString())
        .contains("EngineLock [")
        .contains("one:   EngineLock.lock")
        .contains("EngineObject.commit")
        .contains("FaultHandling.resolve");
  }
}
