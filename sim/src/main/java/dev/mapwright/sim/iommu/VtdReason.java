package dev.mapwright.sim.iommu;

import dev.mapwright.core.machine.DmaFault.Reason;

/**
 * Why an access of a device is refused: Intel Virtualization Technology for Directed I/O,
 * Architecture Specification, appendix "Fault Reason Encodings", whose numbers differ between
 * legacy and scalable mode. 0 stands where the manual has no number: the condition can't occur in
 * that mode, or the refusal is the machine's and not the IOMMU's.
 */
public enum VtdReason {
  /** A request with a PASID while the root table is one of legacy mode. */
  PASID_IN_LEGACY_MODE(0, 0x31, Reason.NOT_ATTACHED),
  /** The mode in the root table address register is reserved. */
  ROOT_MODE(0, 0x30, Reason.BAD_ATTACHMENT),
  /** The root table can't be read. */
  ROOT_ACCESS(0x8, 0x38, Reason.BAD_ATTACHMENT),
  /** The root entry is not present. */
  ROOT_ABSENT(0x1, 0x39, Reason.NOT_ATTACHED),
  /** The root entry has reserved bits set. */
  ROOT_RESERVED(0xA, 0x3A, Reason.BAD_ATTACHMENT),
  /** The context table can't be read. */
  CONTEXT_ACCESS(0x9, 0x40, Reason.BAD_ATTACHMENT),
  /** The context entry is not present. */
  CONTEXT_ABSENT(0x2, 0x41, Reason.NOT_ATTACHED),
  /** The context entry has reserved bits set. */
  CONTEXT_RESERVED(0xB, 0x42, Reason.BAD_ATTACHMENT),
  /** The context entry says what this IOMMU does not do. */
  CONTEXT_INVALID(0x3, 0x43, Reason.BAD_ATTACHMENT),
  /** A request with a PASID from a device whose context entry has them switched off. */
  PASID_DISABLED(0, 0x45, Reason.NOT_ATTACHED),
  /** The PASID lies beyond the directory. */
  PASID_TOO_LARGE(0, 0x46, Reason.NOT_ATTACHED),
  /** The PASID for requests without one lies beyond the directory. */
  RID_PASID_INVALID(0, 0x48, Reason.BAD_ATTACHMENT),
  /** The PASID directory can't be read. */
  DIRECTORY_ACCESS(0, 0x50, Reason.BAD_ATTACHMENT),
  /** The entry of the PASID directory is not present. */
  DIRECTORY_ABSENT(0, 0x51, Reason.NOT_ATTACHED),
  /** The entry of the PASID directory has reserved bits set. */
  DIRECTORY_RESERVED(0, 0x52, Reason.BAD_ATTACHMENT),
  /** The PASID table can't be read. */
  PASID_ACCESS(0, 0x58, Reason.BAD_ATTACHMENT),
  /** The entry of the PASID table is not present. */
  PASID_ABSENT(0, 0x59, Reason.NOT_ATTACHED),
  /** The entry of the PASID table has reserved bits set. */
  PASID_RESERVED(0, 0x5A, Reason.BAD_ATTACHMENT),
  /** The entry of the PASID table says what this IOMMU does not do. */
  PASID_INVALID(0, 0x5B, Reason.BAD_ATTACHMENT),
  /** An address above what passes through. */
  TOO_WIDE_TO_PASS(0x4, 0x83, Reason.TOO_WIDE),
  /** An address above what the second stage translates. */
  TOO_WIDE(0x4, 0x84, Reason.TOO_WIDE),
  /** An address that is not canonical, for the first stage. */
  NOT_CANONICAL(0, 0x80, Reason.TOO_WIDE),
  /** A write, or an atomic, where nothing is mapped. */
  WRITE_ABSENT(0x5, 0x85, Reason.NOT_MAPPED),
  /** A read where nothing is mapped. */
  READ_ABSENT(0x6, 0x86, Reason.NOT_MAPPED),
  /** A write, or an atomic, where writing is not allowed. */
  WRITE_DENIED(0x5, 0x85, Reason.DENIED),
  /** A read, or an atomic, where reading is not allowed. */
  READ_DENIED(0x6, 0x86, Reason.DENIED),
  /** The root of the second stage can't be read. */
  SECOND_ROOT(0x3, 0x7B, Reason.OUTSIDE_RAM),
  /** A table of the second stage below its root can't be read. */
  SECOND_ACCESS(0x7, 0x78, Reason.OUTSIDE_RAM),
  /** An entry of the second stage has reserved bits set. */
  SECOND_RESERVED(0xC, 0x7A, Reason.RESERVED_BITS),
  /** The root of the first stage can't be read. */
  FIRST_ROOT(0, 0x73, Reason.OUTSIDE_RAM),
  /** A table of the first stage below its root can't be read. */
  FIRST_ACCESS(0, 0x70, Reason.OUTSIDE_RAM),
  /** An entry of the first stage is not present. */
  FIRST_ABSENT(0, 0x71, Reason.NOT_MAPPED),
  /** An entry of the first stage has reserved bits set. */
  FIRST_RESERVED(0, 0x72, Reason.RESERVED_BITS),
  /** An entry of the first stage is the supervisor's. */
  FIRST_PRIVILEGE(0, 0x81, Reason.DENIED),
  /** The translated address is in the range of interrupts. */
  INTERRUPT_OUTPUT(0xE, 0x87, Reason.INTERRUPT_RANGE),
  /** The address itself is in the range of interrupts, and no interrupt. */
  INTERRUPT_INPUT(0, 0, Reason.INTERRUPT_RANGE),
  /** Nothing that DMA reaches is at the physical address. */
  NOT_RAM(0, 0, Reason.NOT_RAM);

  private final int legacy;
  private final int scalable;
  private final Reason reason;

  VtdReason(int legacy, int scalable, Reason reason) {
    this.legacy = legacy;
    this.scalable = scalable;
    this.reason = reason;
  }

  /**
   * Its number while the root table address register holds a value; where its mode knows no such
   * condition, that of the other.
   */
  public int numberFor(long register) {
    boolean inLegacyMode = RootEntry.mode(register) == RootEntry.LEGACY;
    int number = inLegacyMode ? legacy : scalable;
    return number != 0 ? number : inLegacyMode ? scalable : legacy;
  }

  /** The condition, as the engine calls it. */
  public Reason reason() {
    return reason;
  }
}
