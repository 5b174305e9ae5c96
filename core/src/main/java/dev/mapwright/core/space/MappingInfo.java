package dev.mapwright.core.space;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import org.jspecify.annotations.Nullable;

/**
 * A mapping as it was when it was asked for.
 *
 * @param firstPage its first page
 * @param lastPage its last page, inclusive
 * @param object what it shows; null for frames of somebody else
 * @param objectPage the object's page seen at {@code firstPage}
 * @param permissions what is allowed
 * @param maximum what a protect may allow at most
 * @param cachePolicy how it is accessed
 * @param region the region it lies in
 * @param tag the number given when it was made
 */
public record MappingInfo(
    long firstPage,
    long lastPage,
    @Nullable MemoryObject object,
    long objectPage,
    int permissions,
    int maximum,
    CachePolicy cachePolicy,
    Region region,
    int tag) {
  /** {@return its size in pages} */
  public long pages() {
    return lastPage - firstPage + 1;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(120);
    text.append("0x").append(Long.toHexString(Pages.address(firstPage)));
    text.append("-0x").append(Long.toHexString(Pages.lastAddress(lastPage))).append(' ');
    text.append(Permissions.text(permissions)).append(" (at most ");
    text.append(Permissions.text(maximum)).append("), ");
    MemoryObject shown = object;
    if (shown == null) {
      text.append("frames of somebody else");
    } else {
      text.append("object ").append(shown.number());
      text.append(" from its page 0x").append(Long.toHexString(objectPage));
    }
    text.append(", ").append(cachePolicy);
    return (tag == 0 ? text : text.append(", tag ").append(tag)).toString();
  }
}
