package dev.mapwright.core.event;

import dev.mapwright.core.Pages;
import org.jspecify.annotations.Nullable;

/**
 * One event, as a listener or a reader of a ring sees it.
 *
 * @param source what it happened to, for example {@code process 1}
 * @param sequence its number among the events of its source, from 1 on
 * @param kind what happened
 * @param firstPage the first page concerned: of the address space, or of the object for an object's
 *     events
 * @param pages how many pages
 * @param detail1 see {@link EventKind}
 * @param detail2 see {@link EventKind}
 * @param callSite where the call came from, outside the engine; null below {@link EventLevel#FULL}
 */
public record Event(
    String source,
    long sequence,
    EventKind kind,
    long firstPage,
    long pages,
    long detail1,
    long detail2,
    @Nullable String callSite) {

  /** {@return the address of the first byte concerned} */
  public long address() {
    return Pages.address(firstPage);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(120);
    text.append(source).append(' ').append(sequence).append(": ").append(kind);
    text.append(", ").append(pages).append(pages == 1 ? " page" : " pages").append(" from page 0x");
    text.append(Long.toHexString(firstPage));
    text.append(", details 0x").append(Long.toHexString(detail1));
    text.append(" and 0x").append(Long.toHexString(detail2));
    return (callSite == null ? text : text.append(", by ").append(callSite)).toString();
  }
}
