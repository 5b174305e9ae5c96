package dev.mapwright.proof.mutants;

import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each named defect, put into the engine or the personality, is found by the campaign. */
class MutantTest {
  private static final int OPERATIONS = 10_000;
  private static final String STATE = "dev.mapwright.core.state.";
  private static final String ENGINE = "dev.mapwright.core.engine.";
  private static final String OBJECT = "dev.mapwright.core.object.";
  private static final String CALL = "dev.mapwright.zircon.call.";
  private static final ClassDesc OUTCOME = ClassDesc.of("dev.mapwright.core.Outcome");

  private static Predicate<CodeElement> operator(Opcode opcode) {
    return element -> element instanceof OperatorInstruction one && one.opcode() == opcode;
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            "object offset not advanced on a left trim",
            STATE + "MappingTable",
            "advance",
            operator(Opcode.LADD),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "wrong offset on a split piece",
            STATE + "MappingTable",
            "copyTail",
            operator(Opcode.LADD),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "a mapping that grows or shrinks keeps its bit for a single page",
            STATE + "SpaceState",
            "setLast",
            callsOf("put"),
            1,
            (builder, original) -> builder.pop().pop2().pop()),
        new Mutant(
            "a split piece is not counted among those that show the object",
            STATE + "MappingTable",
            "copyTail",
            callsOf("showAgain"),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "a freed record counts on among those that show the object",
            STATE + "MappingTable",
            "free",
            callsOf("hide"),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "what begins before a page and has more than one is taken for one",
            STATE + "SpaceState",
            "unmapped",
            callsOf("onePage"),
            1,
            (builder, original) -> builder.pop2().iconst_1()),
        new Mutant(
            "first fit instead of random",
            ENGINE + "Finder",
            "random",
            callsOf("below"),
            1,
            (builder, original) -> builder.pop2().pop().lconst_0()),
        new Mutant(
            "a mapping left behind after a bad out pointer",
            CALL + "Delivery$Leftover",
            "remove",
            callsOf("unmapTagged"),
            1,
            (builder, original) ->
                builder.pop().pop2().pop2().pop().getstatic(OUTCOME, "OK", OUTCOME)),
        new Mutant(
            "a region left behind after a bad out pointer",
            CALL + "Delivery$Leftover",
            "remove",
            callsOf("destroy"),
            1,
            (builder, original) -> builder.pop().getstatic(OUTCOME, "OK", OUTCOME)),
        new Mutant(
            "maximum protection forgotten",
            ENGINE + "Editor",
            "decideProtect",
            callsOf("within"),
            1,
            (builder, original) -> builder.pop2().iconst_1()),
        new Mutant(
            "protecting a part protects the rest behind it",
            ENGINE + "Editor",
            "applyProtect",
            callsOf("splitOff"),
            1,
            (builder, original) -> builder.pop2().pop2().iconst_0()),
        new Mutant(
            "overwriting swallows a child region",
            ENGINE + "Regions",
            "objectionToReplacing",
            callsOf("childAtOrAfter"),
            1,
            (builder, original) -> builder.pop2().pop().aconst_null()),
        new Mutant(
            "translations outlive their mapping",
            ENGINE + "Pieces",
            "removeFrom",
            callsOf("forget"),
            1,
            (builder, original) -> builder.pop2().pop2().pop()),
        new Mutant(
            "a store into a clone reaches the parent's page",
            ENGINE + "FaultHandling",
            "bringIn",
            callsOf("owns"),
            1,
            (builder, original) -> builder.pop2().pop().iconst_1()),
        new Mutant(
            "decommitted pages stay visible in mappings",
            OBJECT + "Removal",
            "decommit",
            callsOf("tell"),
            1,
            (builder, original) -> builder.pop2().pop2().pop()),
        new Mutant(
            "pages beyond a shrunk object's end are kept",
            OBJECT + "Removal",
            "resize",
            callsOf("removeFrom"),
            1,
            (builder, original) -> builder.pop2().pop2().pop()),
        new Mutant(
            "a stale handle names the next object",
            "dev.mapwright.zircon.handle.HandleTable",
            "giveSlot",
            operator(Opcode.IADD),
            1,
            (builder, original) -> builder.pop()),
        new Mutant(
            "a duplicate keeps the rights that were not asked for",
            CALL + "Delivery",
            "reserve",
            callsOf("reserve"),
            1,
            MutantTest::withAllRights));
  }

  /** The rights, an int on top of the stack, become the six simple ones. */
  private static void withAllRights(java.lang.classfile.CodeBuilder builder, CodeElement original) {
    builder.pop().bipush(0x3f).with(original);
  }

  private static @Nullable String find(@Nullable Mutant mutant)
      throws ReflectiveOperationException {
    Class<?> run =
        Class.forName("dev.mapwright.proof.zircon.MutantRun", true, new MutantLoader(mutant));
    return (String) run.getMethod("find", int.class).invoke(null, OPERATIONS);
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void a_mutant_falls_within_ten_thousand_operations(Mutant mutant)
      throws ReflectiveOperationException {
    String found = find(mutant);
    System.out.println(mutant.name() + ": " + found);
    assertThat(found).as(mutant.name()).isNotNull();
  }

  @Test
  void without_a_mutant_the_same_run_finds_nothing() throws ReflectiveOperationException {
    assertThat(find(null)).isNull();
  }
}
