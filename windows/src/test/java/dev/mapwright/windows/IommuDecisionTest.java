package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_RESOURCE_IN_USE;
import static dev.mapwright.windows.abi.NtStatus.STATUS_SUCCESS;
import static dev.mapwright.windows.abi.NtStatus.STATUS_UNSUCCESSFUL;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.PFN_ARRAY;
import static dev.mapwright.windows.iommu.DomainCalls.createDomainEx;
import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRangeEx;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.freeReservedLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.mapReservedLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.reserveLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.unmapReservedLogicalRange;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.IommuBooks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who wins when another processor does something in the middle of a call: arguments lie in
 * registers, and the device that they belong to lets the other go on at a read or a write.
 */
class IommuDecisionTest extends IommuTest {
  private static final long BETWEEN_PFN = 0x18_0000;
  private static final long A = 0x5000;

  /** What is read is the number of a page; each access first does what a test has said, once. */
  private static final class Between implements DeviceHandler {
    private Runnable atRead = () -> {};
    private Runnable atWrite = () -> {};

    @Override
    public long read(long offsetBytes, int bytes) {
      Runnable now = atRead;
      atRead = () -> {};
      now.run();
      return 0x300;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      Runnable now = atWrite;
      atWrite = () -> {};
      now.run();
    }
  }

  private final Between between = new Between();
  private NtContext other = c;
  private long block;
  private long registers;
  private long domain;
  private long description;
  private int theirs;

  @BeforeEach
  void stage() {
    onMachine(
        SimulatedMachine.builder()
            .ram(0x100, 16_384)
            .device("between", BETWEEN_PFN, 1, between)
            .seed(1)
            .iommu(IommuMode.SCALABLE, 48)
            .build());
    other = kernel.newContext(driver);
    block = memory(64);
    ok(createDomainEx(c, DmaDomainType.TRANSLATE, 0, 0, 0, block));
    domain = c.load(block, 8);
    registers = mmMapIoSpace(c, BETWEEN_PFN * PAGE, PAGE, MemoryCachingType.MM_NON_CACHED);
    description = physical(PFN_ARRAY, registers, 1);
    theirs = -1;
  }

  private long token() {
    c.store(block + 8, 8, A);
    ok(reserveLogicalAddressRange(c, domain, PAGE, block + 8, 0, 0, block));
    return c.load(block, 8);
  }

  private void assertBooksAgree() {
    assertThat(IommuBooks.violations(kernel.iommu())).isEmpty();
  }

  @Test
  void a_token_that_is_freed_while_a_mapping_reads_its_arguments_is_gone_for_the_mapping() {
    long token = token();
    long segment = segment();
    between.atRead = () -> theirs = freeReservedLogicalAddressRange(other, token);
    assertThat(mapReservedLogicalRange(c, token, 0, BOTH, description, segment))
        .isEqualTo(STATUS_UNSUCCESSFUL);
    assertThat(theirs).isEqualTo(STATUS_SUCCESS);
    assertThat(c.load(segment, 8)).isZero();
    assertBooksAgree();
    ok(deleteDomain(c, domain));
  }

  @Test
  void a_token_is_in_use_from_the_moment_at_which_something_is_mapped_in_it() {
    long token = token();
    between.atWrite = () -> theirs = freeReservedLogicalAddressRange(other, token);
    ok(mapReservedLogicalRange(c, token, 0, BOTH, description, registers));
    assertThat(theirs).isEqualTo(STATUS_RESOURCE_IN_USE);
    long segment = segment();
    c.store(segment, 8, token);
    c.store(segment + 16, 8, PAGE);
    ok(unmapReservedLogicalRange(c, segment));
    ok(freeReservedLogicalAddressRange(c, token));
    assertBooksAgree();
  }

  @Test
  void a_domain_that_is_deleted_while_a_mapping_reads_its_arguments_is_none() {
    c.store(block + 8, 8, A);
    between.atRead = () -> theirs = deleteDomain(other, domain);
    assertThat(mapLogicalRangeEx(c, domain, BOTH, description, block + 8, 0, 0, block))
        .isEqualTo(NtStatus.STATUS_INVALID_PARAMETER_1);
    assertThat(theirs).isEqualTo(STATUS_SUCCESS);
    assertBooksAgree();
  }
}
