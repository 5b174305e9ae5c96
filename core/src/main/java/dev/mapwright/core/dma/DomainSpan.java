package dev.mapwright.core.dma;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.TranslationEntry;

/**
 * A range of a domain, as a report shows it.
 *
 * @param kind what it is
 * @param firstPage its first page
 * @param pages how many, at least 1
 * @param entry the packed {@link TranslationEntry} of its first page; absent when that is not
 *     mapped
 */
public record DomainSpan(Domain.Kind kind, long firstPage, long pages, long entry) {
  /** {@return its last page, inclusive} */
  public long lastPage() {
    return firstPage + pages - 1;
  }

  /** {@return the range in words, for example {@code mapping 0x1000 to 0x2FFF, read-write}} */
  @Override
  public String toString() {
    String range = kind.words() + " " + DomainPast.range(firstPage, pages);
    return TranslationEntry.bare(entry)
        ? range + ", " + Permissions.text(TranslationEntry.asked(entry))
        : range;
  }

  /** How far an address lies from it, in words; it lies outside. */
  String distanceOf(long address) {
    long below = Pages.address(firstPage) - address;
    long above = address - Pages.address(lastPage()) - Pages.BYTES + 1;
    return Long.compareUnsigned(address, Pages.address(firstPage)) < 0
        ? "begins " + below + " bytes behind it"
        : "ends " + above + " bytes before it";
  }
}
