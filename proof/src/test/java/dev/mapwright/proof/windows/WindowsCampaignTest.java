package dev.mapwright.proof.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/**
 * A million random operations on the personality and on its model (a hundred million with {@code
 * -Dmapwright.campaign=long}); every answer is compared, and every page.
 */
class WindowsCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final long OPERATIONS =
      Long.getLong("mapwright.operations", LONG ? 100_000_000 : 1_000_000);
  private static final int SEQUENCE = 2000;

  @Test
  void a_million_operations_answer_and_leave_what_the_documentation_says() {
    Campaign campaign = new Campaign();
    for (long seed = 0; campaign.tally.operations() < OPERATIONS; seed++) {
      Campaign.Failure failure = campaign.generate(seed, SEQUENCE);
      if (failure != null) {
        fail(Campaign.shrink(failure).toString(), failure.cause());
      }
    }
    System.out.println(campaign.tally);
    assertThat(campaign.tally.successPercent()).isGreaterThan(50);
    assertThat(campaign.tally.missing()).isEmpty();
  }
}
