package dev.mapwright.proof.dma;

import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each named defect, put into the buddy allocator or its trie, is found by the campaign. */
class BuddyMutantTest {
  private static final String ALLOCATOR = "dev.mapwright.core.dma.BuddyAllocator";
  private static final String CACHE = "dev.mapwright.core.dma.BlockCache";
  private static final String SEARCH = "dev.mapwright.core.index.BlockSearch";
  private static final String TRIE = "dev.mapwright.core.index.BlockTrie";

  private static Predicate<CodeElement> operator(Opcode opcode) {
    return element -> element instanceof OperatorInstruction one && one.opcode() == opcode;
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            "a cached block need not lie in the window",
            ALLOCATOR,
            "allocate",
            callsOf("takeNewest"),
            1,
            (builder, original) ->
                builder.pop2().pop2().lconst_0().loadConstant(Long.MAX_VALUE).with(original)),
        new Mutant(
            "buddies are not joined before exhaustion is reported",
            ALLOCATOR,
            "fromFreeSpace",
            callsOf("emptyCache"),
            1,
            (builder, original) -> builder.pop()),
        new Mutant(
            "the cache serves the oldest first",
            CACHE,
            "takeNewest",
            callsOf("take"),
            1,
            (builder, original) -> builder.pop().iconst_0().with(original)),
        new Mutant(
            "a full cache gives the newest back",
            CACHE,
            "takeOldest",
            callsOf("take"),
            1,
            (builder, original) -> builder.pop().bipush(7).with(original)),
        new Mutant(
            "a cache that is full gives back any block",
            CACHE,
            "crowdedBy",
            callsOf("orderOfOldest"),
            1,
            (builder, original) ->
                builder.invokevirtual(
                    ClassDesc.of(CACHE), "lowestOrder", MethodTypeDesc.of(ConstantDescs.CD_int))),
        new Mutant(
            "free space below the window is taken",
            ALLOCATOR,
            "fromFreeSpace",
            callsOf("lowestFree"),
            1,
            (builder, original) -> builder.pop2().lconst_0().with(original)),
        new Mutant(
            "the space has no end",
            ALLOCATOR,
            "allocate",
            callsOf("min"),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "a power of two is rounded up to the next",
            ALLOCATOR,
            "orderOf",
            operator(Opcode.LSUB),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "a cached block can be freed once more",
            ALLOCATOR,
            "isLive",
            callsOf("contains"),
            1,
            (builder, original) -> builder.pop2().pop().pop().iconst_0()),
        new Mutant(
            "nobody asks whether there is memory",
            ALLOCATOR,
            "fromFreeSpace",
            callsOf("prepare"),
            1,
            (builder, original) -> builder.pop().pop().iconst_1()),
        new Mutant(
            "a live block does not keep a range from being reserved",
            ALLOCATOR,
            "reserve",
            callsOf("isCached"),
            1,
            (builder, original) -> builder.pop2().pop().iconst_1()),
        new Mutant(
            "a place is not aligned",
            SEARCH,
            "fitting",
            operator(Opcode.LAND),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "runs of free slots are not aligned",
            "dev.mapwright.core.index.BlockNode",
            "runs",
            operator(Opcode.LAND),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "what became free is not told further up",
            TRIE,
            "removed",
            callsOf("summed"),
            1,
            (builder, original) -> builder.pop().pop().pop().pop().lload(1)),
        new Mutant(
            "a thing that is left alone keeps what it said of a smaller slot",
            TRIE,
            "lifted",
            callsOf("lifted"),
            1,
            (builder, original) -> builder.pop()));
  }

  private static String find(@Nullable Mutant mutant) throws Exception {
    Callable<String> run = new MutantLoader(mutant).make(BuddyCampaign.class);
    return run.call();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void a_mutant_falls(Mutant mutant) throws Exception {
    String found = find(mutant);
    System.out.println(mutant.name() + ": " + found.lines().findFirst().orElse("nothing"));
    assertThat(found).as(mutant.name()).isNotEmpty();
  }

  @Test
  void without_a_mutant_the_same_run_finds_nothing() throws Exception {
    assertThat(find(null)).isEmpty();
  }
}
