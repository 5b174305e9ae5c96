package dev.mapwright.windows.physical;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Translated;
import dev.mapwright.windows.context.NtContext;

/**
 * What a virtual address leads to without a page fault. Pages of the engine's objects get their
 * entries when they are first used, so one that is there and has no entry yet counts, too.
 */
final class ResidentPage {
  private ResidentPage() {}

  /** The PFN of the page at an address; {@link Frames#NONE} when none could be accessed there. */
  static long pfn(NtContext c, long address) {
    AddressSpace space = c.spaceAt(address);
    if (space == null) {
      return Frames.NONE;
    }
    long entry = space.translation().entry(Pages.of(address));
    if (TranslationEntry.present(entry)) {
      return TranslationEntry.pfn(entry);
    }
    return withoutEntry(space, address, Access.READ);
  }

  /** Whether a byte can be read without a page fault. */
  static boolean readable(NtContext c, long address) {
    AddressSpace space = c.spaceAt(address);
    if (space == null) {
      return false;
    }
    long entry = space.translation().entry(Pages.of(address));
    return TranslationEntry.present(entry)
        ? (TranslationEntry.permissions(entry) & Permissions.READ) != 0
        : withoutEntry(space, address, Access.READ) != Frames.NONE;
  }

  private static long withoutEntry(AddressSpace space, long address, Access access) {
    Translated translated = space.translate(address, access);
    return translated.reason() == null && !translated.commits() ? translated.pfn() : Frames.NONE;
  }
}
