package dev.mapwright.core.machine;

import dev.mapwright.core.Access;
import org.jspecify.annotations.Nullable;

/**
 * An access of a device that went through although the tables no longer say so: the IOMMU used a
 * translation that it remembered, and nobody had told it to forget.
 *
 * @param requester whose access it was
 * @param pasid under which PASID; {@link DmaFault#NO_PASID} for none
 * @param address the logical address of the first byte that was translated so
 * @param access a read or a write; an atomic is a write
 * @param pfn the frame that was accessed
 * @param now why the tables would refuse the access; null when they lead to another frame
 * @param tables the translation whose entry was remembered; null when the tables are the caller's
 * @param step when, by the machine's clock
 */
public record StaleAccess(
    int requester,
    int pasid,
    long address,
    Access access,
    long pfn,
    DmaFault.@Nullable Reason now,
    @Nullable Translation tables,
    long step) {

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(160);
    text.append(access.verb()).append(" at 0x").append(Long.toHexString(address));
    text.append(" by device 0x").append(Integer.toHexString(requester));
    if (pasid != DmaFault.NO_PASID) {
      text.append(", PASID 0x").append(Integer.toHexString(pasid));
    }
    text.append(": went through to frame 0x").append(Long.toHexString(pfn));
    text.append(" by a remembered translation, and now ");
    text.append(now == null ? "the tables lead to another frame" : now.sentence());
    return text.append(", at step ").append(step).toString();
  }
}
