package dev.mapwright.proof.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything at once, with everything that anybody sees judged by what the others may have done
 * meanwhile; {@link CampaignRun} says how, {@link ConcurrentCampaign} for how long.
 */
class ConcurrentCampaignTest {
  @BeforeEach
  void begin() {
    Hesitation.begin();
  }

  @AfterEach
  void end() {
    Hesitation.end();
  }

  private static Callable<String> campaign(@Nullable Mutant mutant) throws Exception {
    return new MutantLoader(mutant, Hesitation.points()).make(ConcurrentCampaign.class);
  }

  @Test
  void whatever_anybody_sees_is_what_was_there_while_he_looked() throws Exception {
    Callable<String> campaign = campaign(null);
    String found = campaign.call();
    System.out.println(campaign);
    assertThat(found).isEmpty();
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            "a store lands after the unmap",
            "dev.mapwright.sim.tables.TableChanges",
            "settle",
            Mutant.callsOf("awaitQuiescence"),
            1,
            (builder, original) -> builder.pop()),
        new Mutant(
            "a dirty bit is lost when its entry is forgotten",
            "dev.mapwright.core.state.Tables",
            "forget",
            Mutant.callsOf("carrier"),
            1,
            (builder, original) -> builder.pop().aconst_null()),
        new Mutant(
            "a snapshot shares a page that can still be written",
            "dev.mapwright.core.object.Snapshots",
            "hide",
            Mutant.callsOf("pagesShared"),
            1,
            (builder, original) -> builder.pop2().pop2().pop()));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void a_known_defect_is_found(Mutant mutant) throws Exception {
    String found = campaign(mutant).call();
    System.out.println(mutant.name() + ": " + found.lines().findFirst().orElse("nothing"));
    assertThat(found).as(mutant.name()).startsWith("seed");
  }
}
