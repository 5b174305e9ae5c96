package dev.mapwright.proof.zircon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The campaign tested on machines that are models themselves: sound ones, and spoilt ones. */
class CampaignTest {
  @Test
  void a_model_agrees_with_another_model_that_makes_other_choices() {
    Campaign campaign = new Campaign(seed -> new ModelSubject(seed + 77));
    for (Shape shape : Shape.values()) {
      for (int seed = 0; seed < 3; seed++) {
        assertThat(campaign.generate(seed, shape, 1500)).isNull();
      }
    }
    assertThat(campaign.tally.successPercent()).isGreaterThan(50);
  }

  @Test
  void a_machine_that_forgets_to_advance_the_object_offset_is_caught_and_its_sequence_shrunk() {
    Campaign campaign =
        new Campaign(seed ->
            new ModelSubject(77) {
              @Override
              public int call(MxCall call) {
                int status = super.call(call);
                if (call instanceof VmarUnmap.Call unmap && status == Status.OK) {
                  shiftRightPiece(unmap.address() + Bits.roundUp(unmap.length()));
                }
                return status;
              }

              private void shiftRightPiece(long from) {
                PageEntry entry = world.caller().space.at(from);
                if (entry != null && entry.vmoPage > 0) {
                  world
                      .caller()
                      .space
                      .pages
                      .put(
                          from >>> 12,
                          new PageEntry(
                              entry.vmo,
                              entry.vmoPage - 1,
                              entry.region,
                              entry.permissions,
                              entry.maximum));
                }
              }
            });
    Campaign.Failure failure = campaign.generate(1, Shape.DENSE, 10_000);
    assertThat(failure).isNotNull();
    Campaign.Failure shrunk = campaign.shrink(Objects.requireNonNull(failure));
    assertThat(shrunk.operations()).hasSizeBetween(3, 5);
    assertThat(shrunk.toString()).contains("VmarMap[", "VmarUnmap[", "to run again: ");
    assertThat(campaign.run(1, OperationCodec.decode(OperationCodec.encode(shrunk.operations()))))
        .isNotNull();
  }
}
