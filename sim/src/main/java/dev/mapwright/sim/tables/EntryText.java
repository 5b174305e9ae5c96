package dev.mapwright.sim.tables;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.sim.format.TableFormat;
import java.util.Locale;

/** Entries in words, for walks that people read. */
final class EntryText {
  private EntryText() {}

  static String describe(TableFormat format, int level, long bits) {
    if (!format.present(level, bits)) {
      return level == 1 && format.isBare(bits) ? withdrawn(format, bits) : "not present";
    }
    if (format.reservedSet(level, bits)) {
      return "reserved bits are set";
    }
    String address = "0x" + Long.toHexString(format.pfn(level, bits) << Pages.SHIFT);
    if (!format.isLeaf(level, bits)) {
      return "table at " + address;
    }
    StringBuilder text = new StringBuilder("leaf at ").append(address).append(' ');
    text.append(Permissions.text(format.permissions(level, bits)));
    text.append(' ')
        .append(format.cache(level, bits).name().toLowerCase(Locale.ROOT).replace('_', ' '));
    if (format.withAccessed(level, bits) == bits) {
      text.append(", accessed");
    }
    if (format.dirty(level, bits)) {
      text.append(", dirty");
    }
    return text.toString();
  }

  private static String withdrawn(TableFormat format, long bits) {
    long address = format.pfn(1, bits) << Pages.SHIFT;
    return "not present, bare frame at 0x" + Long.toHexString(address);
  }
}
