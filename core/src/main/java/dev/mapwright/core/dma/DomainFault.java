package dev.mapwright.core.dma;

import dev.mapwright.core.Access;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.StaleAccess;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An access of a device with its cause: what an IOMMU refused, or let through by what it should
 * have forgotten, and what the domain knows about the address. Made by {@link
 * Domain#explain(DmaFault)}, {@link Domain#explain(StaleAccess)} and {@link CallerDomain}, which
 * knows nothing of what is mapped; it tells what the domain knew then, which is later than the
 * access. Immutable.
 *
 * @param domain the domain's name
 * @param requester whose access it was
 * @param pasid under which PASID; {@link DmaFault#NO_PASID} for none
 * @param address the logical address of the first byte concerned
 * @param access a read or a write
 * @param cause why, by the domain's record
 * @param refused what the IOMMU said; null when the access went through
 * @param stale how it went through; null when it was refused
 * @param here what is at the address: a mapping or segment, else a reservation, reserved region, or
 *     a range that is in quarantine or waits for a flush; null for nothing
 * @param below the nearest mapping or segment below the page; null for none
 * @param above the nearest one above the page; null for none
 * @param mapped the last mapping of the page that is remembered; null for none
 * @param removed the last removal of a mapping of the page that is remembered, not before {@code
 *     mapped}; null for none
 * @param released the last release of a reservation of the page that is remembered, when nothing
 *     was mapped or reserved there since; null for none
 * @param elsewhere the first page that shows the frame of the number of the page: what the address
 *     would be, were it physical; null when none does or nobody has looked
 */
public record DomainFault(
    String domain,
    int requester,
    int pasid,
    long address,
    Access access,
    Cause cause,
    @Nullable DmaFault refused,
    @Nullable StaleAccess stale,
    @Nullable DomainSpan here,
    @Nullable DomainSpan below,
    @Nullable DomainSpan above,
    @Nullable DomainPast mapped,
    @Nullable DomainPast removed,
    @Nullable DomainPast released,
    @Nullable DomainSpan elsewhere) {

  /** Why, by the domain's record. */
  public enum Cause {
    /** The device is not attached to the domain. */
    NOT_ATTACHED("the device was not attached to the domain, or its attachment can't be followed"),
    /** The address lies above the domain. */
    ABOVE_WIDTH("the address is above what the domain translates"),
    /** The address lies in the window where writes are interrupts. */
    INTERRUPT_WINDOW("the address is in the window of interrupts, which is never translated"),
    /** The mapping does not allow it. */
    NO_PERMISSION("the mapping does not allow the access"),
    /** It is mapped, and leads to no memory that DMA reaches. */
    NO_MEMORY("the page is mapped, and nothing that DMA reaches is at the physical address"),
    /** It is mapped and allowed now. */
    MAPPED_NOW("the page is mapped now and allows the access: it was mapped after it was used"),
    /** A table can't be followed: somebody else has written to it. */
    BAD_TABLES("a table entry can't be followed: somebody has written to the domain's tables"),
    /** It was unmapped; the range is in quarantine, so nobody else's memory was met. */
    QUARANTINED("use after unmap; the range is in quarantine, so nobody else has it"),
    /** It was unmapped. */
    UNMAPPED("use after unmap"),
    /** It is reserved, and nothing is mapped at that page of the reservation. */
    RESERVED_NOT_MAPPED("the page belongs to a reservation, and nothing is mapped there"),
    /** It is in a region that is set aside and shows nothing. */
    RESERVED_REGION("the page is in a reserved region, which shows nothing"),
    /** It was never mapped, but as a physical address it is that of a page that is. */
    PHYSICAL_ADDRESS("the device was given a physical address where a logical one belongs"),
    /** Nothing was mapped there, as far as is remembered. */
    NEVER_MAPPED("nothing was mapped there, as far as the domain remembers"),
    /** The tables are the caller's, and map nothing there. */
    NOT_IN_TABLES("the tables map nothing there"),
    /** It went through by an entry that was removed, and nobody had told the IOMMU. */
    STALE_TRANSLATION("the access went through by a translation that no longer stands");

    private final String sentence;

    Cause(String sentence) {
      this.sentence = sentence;
    }

    /** {@return the cause in words, a clause without a final period} */
    public String sentence() {
      return sentence;
    }
  }

  /** Of tables that the caller owns, of which nothing else is known. */
  static DomainFault ofTables(String domain, Cause cause, DmaFault refused) {
    return new DomainFault(
        domain,
        refused.requester(),
        refused.pasid(),
        refused.address(),
        refused.access(),
        cause,
        refused,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The same of an access that went through. */
  static DomainFault ofTables(String domain, StaleAccess stale) {
    return new DomainFault(
        domain,
        stale.requester(),
        stale.pasid(),
        stale.address(),
        stale.access(),
        Cause.STALE_TRANSLATION,
        null,
        stale,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** {@return whether a translation was used that no longer stands in the tables} */
  public boolean usedStaleTranslation() {
    return stale != null;
  }

  /**
   * {@return the report, for whoever has written the driver: a sentence, and below it, in a line
   * each, what is known}
   */
  public String report() {
    StringBuilder text = new StringBuilder();
    text.append(sentence());
    if (here != null) {
      line(text, "at the address", here.toString());
    }
    if (mapped != null) {
      line(text, "last mapped", mapped.toString());
    }
    if (removed != null) {
      line(text, "unmapped", removed.toString());
    }
    if (released != null) {
      line(text, "reservation released", released.rangeAndTime());
    }
    if (elsewhere != null) {
      line(text, "as a physical address", "it is shown by " + elsewhere);
    }
    if (below != null) {
      line(text, "nearest below", below + ", " + below.distanceOf(address));
    }
    if (above != null) {
      line(text, "nearest above", above + ", " + above.distanceOf(address));
    }
    if (stale != null) {
      line(text, "stale translation", staleText(stale));
    } else if (refused != null) {
      line(text, "the hardware says", hardwareText(refused));
    }
    return text.toString();
  }

  private String sentence() {
    return String.format(
        Locale.ROOT,
        "%s %s 0x%X in domain %s: %s",
        device(),
        access == Access.WRITE ? "wrote to" : "read from",
        address,
        domain,
        cause.sentence());
  }

  private String device() {
    String name = String.format(Locale.ROOT, "device 0x%X", requester);
    return pasid == DmaFault.NO_PASID ? name : name + ", PASID " + pasid + ",";
  }

  private static String staleText(StaleAccess stale) {
    String used =
        String.format(
            Locale.ROOT, "frame 0x%X was reached at step %d; ", stale.pfn(), stale.step());
    DmaFault.Reason now = stale.now();
    return used
        + (now == null ? "the tables lead to another frame now" : "now " + now.sentence())
        + "; nobody has flushed the range";
  }

  private static String hardwareText(DmaFault fault) {
    String number =
        fault.hardwareReason() == 0
            ? ""
            : String.format(Locale.ROOT, " (reason 0x%X)", fault.hardwareReason());
    return fault.reason().sentence() + number + ", at step " + fault.step();
  }

  private static void line(StringBuilder text, String what, String said) {
    text.append("\n  ").append(what).append(": ").append(said);
  }

  /** {@return the {@link #report}} */
  @Override
  public String toString() {
    return report();
  }
}
