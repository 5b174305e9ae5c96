package dev.mapwright.core.machine;

import dev.mapwright.core.Access;
import org.jspecify.annotations.Nullable;

/**
 * An access of a device that was refused.
 *
 * @param requester whose access it was
 * @param pasid under which PASID; {@link #NO_PASID} for none
 * @param address the logical address of the first byte that could not be accessed
 * @param access a read or a write
 * @param reason why
 * @param hardwareReason the number by which the IOMMU's manual calls it; 0 when there is none
 * @param tables the translation that refused it; null when it came to none, or to the caller's own
 * @param step when, by the machine's clock
 */
public record DmaFault(
    int requester,
    int pasid,
    long address,
    Access access,
    Reason reason,
    int hardwareReason,
    @Nullable Translation tables,
    long step) {
  /** Stands for no PASID. */
  public static final int NO_PASID = -1;

  /** Why an access was refused. */
  public enum Reason {
    /** The requester, or its PASID, is attached to nothing. */
    NOT_ATTACHED("the device is attached to no domain"),
    /** The tables that lead from a requester to its domain's can't be followed. */
    BAD_ATTACHMENT("the tables that lead to the device's domain can't be followed"),
    /** The address has more bits than the domain translates. */
    TOO_WIDE("the address is wider than what the domain translates"),
    /** No entry translates the address. */
    NOT_MAPPED("nothing is mapped there"),
    /** The entry does not allow the access. */
    DENIED("the mapping does not allow it"),
    /** An entry has bits set that its format reserves. */
    RESERVED_BITS("a table entry has reserved bits set"),
    /** A table lies outside memory. */
    OUTSIDE_RAM("a table lies outside memory"),
    /** The access is to the range where writes are interrupts. */
    INTERRUPT_RANGE("the address is in the range of interrupts"),
    /** The translated address is not RAM. */
    NOT_RAM("nothing answers at the physical address");

    private final String sentence;

    Reason(String sentence) {
      this.sentence = sentence;
    }

    /** {@return the reason in words, a clause fit for an error message, without a final period} */
    public String sentence() {
      return sentence;
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(120);
    text.append(access.verb()).append(" at 0x").append(Long.toHexString(address));
    text.append(" by device 0x").append(Integer.toHexString(requester));
    if (pasid != NO_PASID) {
      text.append(", PASID 0x").append(Integer.toHexString(pasid));
    }
    text.append(": ").append(reason.sentence());
    if (hardwareReason != 0) {
      text.append(" (reason 0x").append(Integer.toHexString(hardwareReason)).append(')');
    }
    return text.append(", at step ").append(step).toString();
  }
}
