package dev.mapwright.proof.windows;

import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each named defect, put into the personality of Windows, is found by the campaign. */
class WindowsMutantTest {
  private static final int OPERATIONS = 40_000;
  private static final String MDL = "dev.mapwright.windows.mdl.";
  private static final String MEMORY = "dev.mapwright.windows.memory.";
  private static final String RESERVED = "dev.mapwright.windows.reserved.";

  private static boolean isArrayStore(CodeElement element) {
    return element instanceof ArrayStoreInstruction;
  }

  /** In place of a call: a method of the run, with the receiver as its first argument. */
  private static Mutant.Change instead(String method, ClassDesc result, ClassDesc... arguments) {
    return (builder, original) ->
        builder.invokestatic(
            ClassDesc.of("dev.mapwright.proof.windows.WindowsMutantRun"),
            method,
            MethodTypeDesc.of(result, arguments));
  }

  private static ClassDesc machine(String name) {
    return ClassDesc.of("dev.mapwright.core.machine." + name);
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            "a PFN is read a second time",
            MEMORY + "mdl.MdlFields",
            "readPfns",
            callsOf("load"),
            1,
            instead(
                "loadTwice",
                ConstantDescs.CD_long,
                machine("Cpu"),
                ConstantDescs.CD_long,
                ConstantDescs.CD_int)),
        new Mutant(
            "MDLs share one lock of a page",
            MEMORY + "lock.PageLocks",
            "add",
            callsOf("addLocks"),
            1,
            instead(
                "lockOnce",
                ConstantDescs.CD_int,
                machine("Frames"),
                ConstantDescs.CD_long,
                ConstantDescs.CD_int)),
        new Mutant(
            "the cache rule skips pages outside RAM",
            MEMORY + "cache.CacheBook",
            "decide",
            callsOf("policy"),
            1,
            (builder, original) -> builder.pop2().pop().aconst_null()),
        new Mutant(
            "the tag of a reservation is not compared when mapping",
            RESERVED + "MapWithReservedMapping",
            "run",
            callsOf("tag"),
            1,
            (builder, original) -> builder.pop().iload(3)),
        new Mutant(
            "the tag of a reservation is not compared when unmapping",
            RESERVED + "UnmapReservedMapping",
            "run",
            callsOf("tag"),
            1,
            (builder, original) -> builder.pop().iload(3)),
        new Mutant(
            "the byte offset does not count when pages are counted",
            MEMORY + "mdl.MdlFields",
            "pages",
            callsOf("virtualAddress"),
            1,
            (builder, original) -> builder.pop().lconst_0()),
        new Mutant(
            "the flags of an MDL stay when its reserved mapping goes",
            RESERVED + "UnmapReservedMapping",
            "run",
            callsOf("writeFlags"),
            1,
            (builder, original) -> builder.pop().pop2().pop()),
        new Mutant(
            "system PTEs are not counted when a mapping goes",
            MEMORY + "pte.SystemPtes",
            "remove",
            callsOf("take"),
            1,
            (builder, original) -> builder.pop2().pop()),
        new Mutant(
            "an attribute outlives the last mapping of its page",
            MEMORY + "cache.FloatingPages",
            "unmapped",
            WindowsMutantTest::isArrayStore,
            2,
            (builder, original) -> builder.pop().pop2()),
        new Mutant(
            "every priority is high",
            MDL + "MapToSystem",
            "run",
            callsOf("leastFree"),
            1,
            (builder, original) -> builder.pop().pop().lconst_0()),
        new Mutant(
            "unlocking leaves the system mapping",
            MDL + "UnlockPages",
            "run",
            callsOf("compare"),
            2,
            (builder, original) -> builder.pop().pop2().pop2().pop().aconst_null()),
        new Mutant(
            "pages of I/O space stay locked when their MDL is freed",
            MDL + "FreeMdl",
            "free",
            callsOf("letGo"),
            1,
            (builder, original) -> builder.pop().pop().iconst_m1()),
        new Mutant(
            "a mapping is unmapped whatever its first PFN is",
            MEMORY + "pte.MdlUnmapping",
            "compare",
            callsOf("differs"),
            3,
            (builder, original) ->
                builder
                    .pop2()
                    .pop2()
                    .pop()
                    .pop()
                    .getstatic(
                        ClassDesc.of(MEMORY + "pte.MdlUnmapping$Found"),
                        "RIGHT",
                        ClassDesc.of(MEMORY + "pte.MdlUnmapping$Found"))),
        new Mutant(
            "another MDL's lock does not keep pages from being freed",
            MEMORY + "lock.MdlPages",
            "unlock",
            callsOf("locks"),
            1,
            (builder, original) -> builder.pop2().pop().iconst_1()));
  }

  private static @Nullable String find(@Nullable Mutant mutant)
      throws ReflectiveOperationException {
    Class<?> run =
        Class.forName(
            "dev.mapwright.proof.windows.WindowsMutantRun", true, new MutantLoader(mutant));
    return (String) run.getMethod("find", int.class).invoke(null, OPERATIONS);
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void a_mutant_falls_soon(Mutant mutant) throws ReflectiveOperationException {
    String found = find(mutant);
    System.out.println(mutant.name() + ": " + found);
    assertThat(found).as(mutant.name()).isNotNull();
  }

  @Test
  void without_a_mutant_the_same_run_finds_nothing() throws ReflectiveOperationException {
    assertThat(find(null)).isNull();
  }
}
