package dev.mapwright.proof.zircon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A million random operations on the personality and on its model (a hundred million with {@code
 * -Dmapwright.campaign=long}); every answer is compared, and every page.
 */
class ZirconCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final long OPERATIONS = LONG ? 100_000_000 : 1_000_000;
  private static final int SEQUENCE = 2000;
  private static final int THREADS = 2;

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
      MmapDeviceMemory OK BAD_HANDLE WRONG_TYPE INVALID_ARGS BAD_STATE
      Fetch OK NOT_FOUND ACCESS_DENIED OUT_OF_RANGE
      """;

  @Test
  void a_million_operations_answer_and_leave_what_the_reference_says() {
    Tally tally = new Tally();
    IntStream.range(0, THREADS)
        .parallel()
        .mapToObj(ZirconCampaignTest::run)
        .toList()
        .forEach(campaign -> tally.add(campaign.tally));
    System.out.println(tally);
    assertThat(tally.successPercent()).isGreaterThan(50);
    assertThat(missing(tally)).isEmpty();
  }

  /** A part of all sequences: those whose seeds leave this remainder. */
  private static Campaign run(int remainder) {
    Campaign campaign = new Campaign(ZirconSubject::new);
    for (long i = 0; campaign.tally.operations() < OPERATIONS / THREADS; i++) {
      Shape shape = Shape.values()[(int) (i % Shape.values().length)];
      Campaign.Failure failure = campaign.generate(i * THREADS + remainder, shape, SEQUENCE);
      if (failure != null) {
        fail(campaign.shrink(failure).toString());
      }
    }
    return campaign;
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
