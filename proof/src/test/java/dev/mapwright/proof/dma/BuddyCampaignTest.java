package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Random operations on the buddy allocator; more of them with {@code -Pcampaign}. */
class BuddyCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));

  @Test
  void agrees_with_its_model_after_every_operation() {
    BuddyCampaign campaign = new BuddyCampaign();
    assertThat(campaign.find(LONG ? 20_000 : 200)).isEmpty();
    System.out.println(campaign.answers());
    assertThat(campaign.answers())
        .containsKeys(
            "from free space",
            "from the cache",
            "no room",
            "no memory",
            "freed",
            "not live",
            "reserve OK",
            "reserve OUTSIDE",
            "reserve OCCUPIED",
            "reserve OUT_OF_RECORDS");
  }
}
