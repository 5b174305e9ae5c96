package dev.mapwright.core.dma;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a range of a domain and is remembered: it was mapped, what was mapped
 * there was removed, or a reservation of it was released.
 *
 * @param firstPage the first page
 * @param pages how many
 * @param permissions what was allowed; none of a reservation
 * @param sequence its number among the events of the domain
 * @param step when, by the machine's clock
 * @param by who did it, as the caller called himself; null when he did not say
 */
public record DomainPast(
    long firstPage, long pages, int permissions, long sequence, long step, @Nullable String by) {
  /** {@return the event in words, without a verb} */
  @Override
  public String toString() {
    return range(firstPage, pages) + ", " + Permissions.text(permissions) + when();
  }

  /** The event in words, without a verb and without what was allowed. */
  String rangeAndTime() {
    return range(firstPage, pages) + when();
  }

  private String when() {
    return ", at step " + step + (by == null ? "" : " by " + by);
  }

  static String range(long firstPage, long pages) {
    return String.format(
        Locale.ROOT,
        "0x%X to 0x%X",
        Pages.address(firstPage),
        Pages.address(firstPage + pages) - 1);
  }
}
