package dev.mapwright.proof.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A million random operations on the personality and on its model (a hundred million with {@code
 * -Dmapwright.campaign=long}); every answer is compared, and every page.
 */
class WindowsCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final long OPERATIONS =
      Long.getLong("mapwright.operations", LONG ? 100_000_000 : 1_000_000);
  private static final int SEQUENCE = 600;

  /**
   * Answers that don't come here: mappings to user mode, paged blocks of pool and their flags are
   * not in the sequences; lists of so few pages always have room; the memory of MDLs is not locked;
   * parts of mappings are protected with memory at hand.
   */
  private static final String ABSENT =
      """
      IoFreeMdl IN_LOCKED_MEMORY
      IoFreeMdl NO_MEMORY
      IoBuildPartialMdl NO_MEMORY
      MmProbeAndLockPages NO_FRAMES
      MmProbeAndLockPages NO_MEMORY
      MmUnlockPages NO_MEMORY
      MmBuildMdlForNonPagedPool NO_MEMORY
      MmFreePagesFromMdl NO_MEMORY
      MmMapLockedPages USER_IRQL_TOO_HIGH
      MmMapLockedPages NO_MEMORY
      MmMapLockedPages NO_SYSTEM_PTES
      MmMapLockedPages NO_USER_ADDRESSES
      MmMapLockedPages NO_USER_MEMORY
      MmMapLockedPages USER_CACHE_CONFLICT
      MmMapLockedPages PROCESS_ENDING
      MmMapLockedPagesSpecifyCache USER_IRQL_TOO_HIGH
      MmMapLockedPagesSpecifyCache BAD_USER_CACHE_TYPE
      MmMapLockedPagesSpecifyCache MISALIGNED_ADDRESS
      MmMapLockedPagesSpecifyCache OUTSIDE_USER_SPACE
      MmMapLockedPagesSpecifyCache OCCUPIED
      MmMapLockedPagesSpecifyCache NO_USER_ADDRESSES
      MmMapLockedPagesSpecifyCache NO_USER_MEMORY
      MmMapLockedPagesSpecifyCache USER_CACHE_CONFLICT
      MmMapLockedPagesSpecifyCache PROCESS_ENDING
      MmGetSystemAddressForMdl NO_MEMORY
      MmGetSystemAddressForMdl NO_SYSTEM_PTES
      MmProtectMdlSystemAddress NO_MEMORY
      MmAdvanceMdl NO_MEMORY
      ExAllocatePool2 BAD_FLAGS
      ExAllocatePool2 PAGED_AT_HIGH_IRQL
      ExAllocatePool2 NO_MEMORY_RAISED
      ExFreePoolWithTag PAGED_AT_HIGH_IRQL
      """;

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
    List<String> missing = new ArrayList<>(campaign.tally.missing());
    missing.removeAll(ABSENT.lines().toList());
    assertThat(missing).isEmpty();
  }
}
