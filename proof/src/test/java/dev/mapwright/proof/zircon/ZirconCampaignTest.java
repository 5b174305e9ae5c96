package dev.mapwright.proof.zircon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A million random operations on the personality and on its model (a hundred million with {@code
 * -Dmapwright.campaign=long}); every answer is compared, and every page.
 */
class ZirconCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final long OPERATIONS = LONG ? 100_000_000 : 1_000_000;
  private static final int SEQUENCE = 2000;

  /** The answers that must occur; what the reference names for 2017 and can be had on purpose. */
  private static final String EXPECTED =
      """
      VmarAllocate OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED INVALID_ARGS BAD_STATE NO_MEMORY
      VmarMap OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED INVALID_ARGS BAD_STATE NO_MEMORY
      VmarUnmap OK BAD_HANDLE WRONG_TYPE INVALID_ARGS BAD_STATE
      VmarProtect OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED INVALID_ARGS BAD_STATE NOT_FOUND
      VmarDestroy OK BAD_HANDLE WRONG_TYPE BAD_STATE
      VmarUnmapHandleCloseThreadExit THREAD_ENDED THREAD_TRAPPED BAD_HANDLE WRONG_TYPE
      VmarUnmapHandleCloseThreadExit INVALID_ARGS BAD_STATE
      VmoCreate OK INVALID_ARGS NO_MEMORY
      VmoCreateContiguous OK BAD_HANDLE WRONG_TYPE INVALID_ARGS NO_MEMORY
      VmoRead OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED INVALID_ARGS OUT_OF_RANGE
      VmoWrite OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED INVALID_ARGS OUT_OF_RANGE
      VmoGetSize OK BAD_HANDLE WRONG_TYPE INVALID_ARGS
      VmoSetSize OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED OUT_OF_RANGE
      VmoOpRange OK BAD_HANDLE WRONG_TYPE INVALID_ARGS OUT_OF_RANGE NO_MEMORY BUFFER_TOO_SMALL
      VmoOpRange NOT_SUPPORTED
      VmoClone OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED INVALID_ARGS OUT_OF_RANGE
      HandleClose OK BAD_HANDLE
      HandleDuplicate OK BAD_HANDLE ACCESS_DENIED INVALID_ARGS
      HandleReplace OK BAD_HANDLE INVALID_ARGS
      ObjectGetInfo OK BAD_HANDLE WRONG_TYPE INVALID_ARGS BUFFER_TOO_SMALL NOT_SUPPORTED
      ProcessReadMemory OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED INVALID_ARGS OUT_OF_RANGE NO_MEMORY
      ProcessWriteMemory OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED INVALID_ARGS OUT_OF_RANGE NO_MEMORY
      ProcessCreate OK BAD_HANDLE WRONG_TYPE ACCESS_DENIED INVALID_ARGS
      ProcessExit OK
      Load OK NOT_FOUND OUT_OF_RANGE
      Store OK NOT_FOUND ACCESS_DENIED OUT_OF_RANGE
      Fetch OK NOT_FOUND ACCESS_DENIED OUT_OF_RANGE
      """;

  @Test
  void a_million_operations_answer_and_leave_what_the_reference_says() {
    Campaign campaign = new Campaign(ZirconSubject::new);
    for (long seed = 1; campaign.tally.operations() < OPERATIONS; seed++) {
      Shape shape = Shape.values()[(int) (seed % Shape.values().length)];
      Campaign.Failure failure = campaign.generate(seed, shape, SEQUENCE);
      if (failure != null) {
        fail(campaign.shrink(failure).toString());
      }
    }
    System.out.println(campaign.tally);
    assertThat(campaign.tally.successPercent()).isGreaterThan(50);
    assertThat(missing(campaign.tally)).isEmpty();
  }

  private static List<String> missing(Tally tally) {
    List<String> missing = new ArrayList<>();
    for (String line : EXPECTED.lines().toList()) {
      String[] words = line.split(" ");
      for (int i = 1; i < words.length; i++) {
        if (tally.of(words[0], Status.of(words[i])) == 0) {
          missing.add(words[0] + " " + words[i]);
        }
      }
    }
    return missing;
  }
}
