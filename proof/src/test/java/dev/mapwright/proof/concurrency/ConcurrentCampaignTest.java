package dev.mapwright.proof.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.proof.mutants.Mutant;
import dev.mapwright.proof.mutants.MutantLoader;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything at once, with everything that anybody sees judged by what the others may have done
 * meanwhile; {@link CampaignRun} says how. Ten minutes of it with the profile {@code campaign}. One
 * run is repeated with {@code -Dmapwright.seed=N}; threads meet differently each time, so it may
 * take several.
 */
class ConcurrentCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final long STAMPS = 20_000;

  private static ConcurrentCampaign campaign() {
    Long seed = Long.getLong("mapwright.seed");
    if (seed != null) {
      return new ConcurrentCampaign(seed, 1, 1, 0, 10 * STAMPS);
    }
    return LONG
        ? new ConcurrentCampaign(1000, 6, Integer.MAX_VALUE, TimeUnit.MINUTES.toNanos(10), STAMPS)
        : new ConcurrentCampaign();
  }

  @Test
  void whatever_anybody_sees_is_what_was_there_while_he_looked() {
    ConcurrentCampaign campaign = campaign();
    String found = campaign.call();
    System.out.println(campaign);
    assertThat(found).isEmpty();
    CampaignTally tally = campaign.tally();
    for (String what : CampaignTally.USUAL) {
      assertThat(tally.of(what)).as(what).isPositive();
    }
    assertThat(tally.of("unjudged")).as("unjudged").isLessThan(tally.stamps() / 10);
  }

  static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            "a store lands after the unmap",
            "dev.mapwright.sim.tables.PageTables",
            "settle",
            Mutant.callsOf("awaitQuiescence"),
            1,
            (builder, original) -> builder.pop()),
        new Mutant(
            "a dirty bit is lost when its entry is forgotten",
            "dev.mapwright.core.state.Tables",
            "remove",
            Mutant.callsOf("remember"),
            1,
            (builder, original) -> builder.pop2().pop2().pop().pop()),
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
    Callable<String> campaign = new MutantLoader(mutant).make(ConcurrentCampaign.class);
    String found = campaign.call();
    System.out.println(mutant.name() + ": " + found);
    assertThat(found).as(mutant.name()).isNotEmpty();
  }
}
