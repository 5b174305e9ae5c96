package dev.mapwright.proof.zircon.hostile;

import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each named defect, of the sorts that hostile calls are there to find, is found by them. */
class HostileMutantTest {
  private static final int SEQUENCES = 16;
  private static final String CALL = "dev.mapwright.zircon.call.";

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            "a process that ended keeps its address space",
            "dev.mapwright.zircon.object.MxProcess",
            "closeSpaceWhenUnreachable",
            callsOf("close"),
            1,
            (builder, original) -> builder.pop()),
        new Mutant(
            "a closed handle keeps its object",
            "dev.mapwright.zircon.handle.HandleTable",
            "close",
            callsOf("dropped"),
            1,
            (builder, original) -> builder.pop()),
        new Mutant(
            "the frames of a refused commit are kept",
            "dev.mapwright.core.object.Supply",
            "fillAbsent",
            callsOf("free"),
            1,
            (builder, original) -> builder.pop2().pop().iconst_0()),
        new Mutant(
            "a refusal leaves no reason",
            CALL + "MxContext",
            "refuse",
            callsOf("set"),
            1,
            (builder, original) -> builder.pop2().pop2().pop().pop2()),
        new Mutant(
            "a thread that ended goes on making calls",
            CALL + "MxContext",
            "begin",
            callsOf("ended"),
            1,
            (builder, original) -> builder.pop().iconst_0()),
        new Mutant(
            "translations outlive their mapping",
            "dev.mapwright.core.engine.Pieces",
            "removeFrom",
            callsOf("forget"),
            1,
            (builder, original) -> builder.pop2().pop2().pop()));
  }

  private static @Nullable String find(@Nullable Mutant mutant)
      throws ReflectiveOperationException {
    Class<?> run =
        Class.forName(
            "dev.mapwright.proof.zircon.hostile.HostileMutantRun", true, new MutantLoader(mutant));
    return (String) run.getMethod("find", int.class).invoke(null, SEQUENCES);
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void a_mutant_falls_within_a_few_sequences(Mutant mutant) throws ReflectiveOperationException {
    String found = find(mutant);
    System.out.println(mutant.name() + ": " + found);
    assertThat(found).as(mutant.name()).isNotNull();
  }

  @Test
  void without_a_mutant_the_same_run_finds_nothing() throws ReflectiveOperationException {
    assertThat(find(null)).isNull();
  }
}
