package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code ConfigureDomain}, in the order in which they are checked. */
public enum ConfigureDomain implements Condition {
  /** The domain uses these tables (only on ARM64). */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_CONFIGURE, Return value",
      "the domain uses these tables (only on ARM64)",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is no such domain. */
  NO_DOMAIN(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such domain",
      "domain"),
  /** The system owns the tables of this domain, or there are none. */
  NOT_UNMANAGED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_CONFIGURE, Remarks",
      "the system owns the tables of this domain, or there are none",
      "domain, type"),
  /** There is no configuration, or it is of no architecture. */
  BAD_CONFIGURATION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "there is no configuration, or it is of no architecture",
      "configuration, architecture"),
  /** Tables of drivers are of ARM64, and those of x64 reserved for the system. */
  NOT_HERE(
      Effect.STATUS,
      NtStatus.STATUS_NOT_SUPPORTED,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_CONFIGURE, Remarks",
      "tables of drivers are of ARM64, and those of x64 reserved for the system",
      "architecture");

  private final Answer answer;

  ConfigureDomain(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.CONFIGURE_DOMAIN, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
