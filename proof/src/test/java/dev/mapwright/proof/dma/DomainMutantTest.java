package dev.mapwright.proof.dma;

import static dev.mapwright.proof.mutants.Mutant.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each named defect, put into a domain, is found by the campaign. */
class DomainMutantTest {
  private static final String HOME = "dev.mapwright.core.domain.";
  private static final ClassDesc OUTCOME = ClassDesc.of("dev.mapwright.core.Outcome");

  /** A call with a receiver, so many longs and so many ints, in whose place no or yes is said. */
  private static Mutant.Change says(boolean yes, int longs, int ints) {
    return (builder, original) -> {
      for (int i = 0; i < longs; i++) {
        builder.pop2();
      }
      for (int i = 0; i < ints; i++) {
        builder.pop();
      }
      builder.pop().loadConstant(yes ? 1 : 0);
    };
  }

  private static Mutant.Change succeeds() {
    return (builder, original) -> builder.pop2().pop2().pop().getstatic(OUTCOME, "OK", OUTCOME);
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            "what goes on behind a part that was unmapped begins nowhere",
            HOME + "DomainPages",
            "remove",
            callsOf("goesOn"),
            1,
            says(false, 1, 0)),
        new Mutant(
            "pages of a reservation are unmapped from outside",
            HOME + "DomainPages",
            "allFreeForm",
            callsOf("firstSet"),
            1,
            (builder, original) -> builder.pop().pop().pop().iconst_m1()),
        new Mutant(
            "a page in a gap counts as mapped",
            HOME + "DomainPages",
            "allFreeForm",
            callsOf("firstClear"),
            1,
            (builder, original) -> builder.pop().pop().pop().iconst_m1()),
        new Mutant(
            "a reserved region keeps nobody out",
            HOME + "DomainPlaces",
            "used",
            callsOf("meets"),
            1,
            says(false, 2, 0)),
        new Mutant(
            "a mapping goes over another",
            HOME + "DomainPlaces",
            "used",
            callsOf("anyUsed"),
            1,
            says(false, 2, 0)),
        new Mutant(
            "a mapping in a reservation goes over another",
            HOME + "EngineDomainReservation",
            "map",
            callsOf("anyMapped"),
            1,
            says(false, 2, 0)),
        new Mutant(
            "a part of a mapping in a reservation is unmapped",
            HOME + "EngineDomainReservation",
            "unmap",
            callsOf("hasPages"),
            1,
            says(true, 2, 0)),
        new Mutant(
            "a mapping ends at the edge of its table",
            HOME + "DomainPages",
            "hasPages",
            callsOf("goesOn"),
            1,
            says(false, 1, 0)),
        new Mutant(
            "a reservation that was released maps",
            HOME + "EngineDomainReservation",
            "map",
            callsOf("dead"),
            1,
            says(false, 0, 0)),
        new Mutant(
            "nobody asks whether there are tables",
            HOME + "DomainMapper",
            "keep",
            callsOf("keep"),
            1,
            succeeds()),
        new Mutant(
            "pages that come twice are not noticed",
            HOME + "IdentityPages",
            "read",
            callsOf("sort"),
            1,
            (builder, original) -> builder.pop()),
        new Mutant(
            "pages of a reservation are unmapped as identity",
            HOME + "IdentityPages",
            "unmap",
            callsOf("owned"),
            1,
            says(false, 1, 0)),
        new Mutant(
            "a part of what a large leaf shows is unmapped beneath it",
            HOME + "DomainPages",
            "removeIn",
            callsOf("narrow"),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "a part that waits for a flush is unmapped beneath its large leaf",
            HOME + "DomainPages",
            "withdraw",
            callsOf("narrow"),
            1,
            (builder, original) -> builder.pop2()),
        new Mutant(
            "a page that waits for a flush is mapped again without one",
            HOME + "EngineDomainReservation",
            "map",
            callsOf("settle"),
            1,
            (builder, original) -> builder.pop2().pop2().pop()),
        new Mutant(
            "an address that waits for a flush is chosen again without one",
            HOME + "DomainPlaces",
            "used",
            callsOf("settle"),
            1,
            (builder, original) -> builder.pop2().pop2().pop()),
        new Mutant(
            "a reservation is released while a part of it waits",
            HOME + "DomainReserving",
            "release",
            callsOf("settle"),
            1,
            (builder, original) -> builder.pop2().pop2().pop()),
        new Mutant(
            "frames are let go before the flush",
            HOME + "DomainPages",
            "withdraw",
            callsOf("withdrawQuietly"),
            1,
            (builder, original) ->
                builder.invokevirtual(
                    ClassDesc.of("dev.mapwright.core.state.BareFrames"),
                    "remove",
                    MethodTypeDesc.of(
                        ConstantDescs.CD_void, ConstantDescs.CD_long, ConstantDescs.CD_long))),
        new Mutant(
            "nobody drains the quarantine before a refusal",
            HOME + "DomainPlaces",
            "giveWaiting",
            callsOf("drainOldest"),
            1,
            says(false, 0, 0)),
        new Mutant(
            "nobody flushes before a refusal",
            HOME + "DomainPlaces",
            "giveWaiting",
            callsOf("flush"),
            1,
            says(false, 0, 0)),
        new Mutant(
            "what was flushed goes past the quarantine",
            HOME + "DomainPlaces",
            "flush",
            callsOf("giveBack"),
            1,
            (builder, original) ->
                builder.invokevirtual(
                    ClassDesc.of(HOME + "DomainPlaces"),
                    "takeBack",
                    MethodTypeDesc.of(
                        ConstantDescs.CD_void, ConstantDescs.CD_long, ConstantDescs.CD_long))),
        new Mutant(
            "the pages of another range are taken off the count",
            HOME + "WaitingRanges",
            "removeOldest",
            callsOf("pages"),
            1,
            (builder, original) ->
                builder
                    .pop()
                    .iconst_1()
                    .invokevirtual(
                        ClassDesc.of(HOME + "WaitingRanges"),
                        "pages",
                        MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_int))),
        new Mutant(
            "what was read before a bad frame stays",
            HOME + "DomainPages",
            "drop",
            callsOf("remove"),
            1,
            (builder, original) -> builder.pop2().pop2().pop()));
  }

  private static String find(@Nullable Mutant mutant) throws Exception {
    Callable<String> run = new MutantLoader(mutant).make(DomainMutantRun.class);
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
