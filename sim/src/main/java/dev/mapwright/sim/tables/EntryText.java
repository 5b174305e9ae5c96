package dev.mapwright.sim.tables;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import java.util.Locale;

/** Entries in words, for walks that people read. */
final class EntryText {
  private EntryText() {}

  static String describe(TableFormat format, int level, long bits) {
    if (!format.present(bits)) {
      return "not present";
    }
    if (format.reservedSet(level, bits)) {
      return "reserved bits are set";
    }
    String address = "0x" + Long.toHexString(format.pfn(level, bits) << Pages.SHIFT);
    if (!format.isLeaf(level, bits)) {
      return "table at " + address;
    }
    StringBuilder text = new StringBuilder("leaf at ").append(address).append(' ');
    text.append(Permissions.text(format.permissions(bits)));
    text.append(' ')
        .append(format.cache(level, bits).name().toLowerCase(Locale.ROOT).replace('_', ' '));
    if ((bits & format.accessedBit()) != 0) {
      text.append(", accessed");
    }
    if ((bits & format.dirtyBit()) != 0) {
      text.append(", dirty");
    }
    return text.toString();
  }
}
