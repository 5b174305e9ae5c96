package dev.mapwright.core;

import org.jspecify.annotations.Nullable;

/**
 * A wrong access as data.
 *
 * @param address the first byte of the access
 * @param bytes the length of the whole access
 * @param access what was tried
 * @param faultAddress the first byte that could not be accessed, inside the access
 * @param reason why
 * @param mapping the mapping that is there, or the last one that was (as far as events were
 *     recorded), or null when neither is known
 */
public record Fault(
    long address,
    long bytes,
    Access access,
    long faultAddress,
    FaultReason reason,
    @Nullable Trace mapping) {

  /**
   * A mapping as a fault remembers it.
   *
   * @param firstPage its first page
   * @param lastPage its last page, inclusive
   * @param permissions its permissions (see {@link Permissions}); for a removed one those it had
   * @param live true when it still exists
   * @param removedBy the sequence number, in its address space's events, of the event that removed
   *     it; 0 when it is live
   * @param removedHow the event that removed it in words, or null when it is live
   */
  public record Trace(
      long firstPage,
      long lastPage,
      int permissions,
      boolean live,
      long removedBy,
      @Nullable String removedHow) {

    @Override
    public String toString() {
      return (live ? "the mapping there is 0x" : "the last mapping there was 0x")
          + Long.toHexString(Pages.address(firstPage))
          + "-0x"
          + Long.toHexString(Pages.lastAddress(lastPage))
          + ' '
          + Permissions.text(permissions)
          + (removedHow == null ? "" : ", removed by " + removedHow);
    }
  }

  /**
   * The same reason seen by a wider access: a fault found while resolving one page, reported for
   * the access that needed it.
   *
   * @param wideAddress the first byte of the wider access
   * @param wideBytes its length
   * @return this fault with another address and length
   */
  public Fault within(long wideAddress, long wideBytes) {
    return wideAddress == address && wideBytes == bytes
        ? this
        : new Fault(wideAddress, wideBytes, access, faultAddress, reason, mapping);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(96);
    text.append(access.verb()).append(" of ").append(bytes);
    text.append(bytes == 1 ? " byte" : " bytes").append(" at 0x");
    text.append(Long.toHexString(address)).append(": ").append(reason.sentence());
    if (faultAddress != address) {
      text.append(" (first at 0x").append(Long.toHexString(faultAddress)).append(')');
    }
    if (mapping != null) {
      text.append("; ").append(mapping);
    }
    return text.toString();
  }
}
