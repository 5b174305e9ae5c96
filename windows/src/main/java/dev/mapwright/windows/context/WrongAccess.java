package dev.mapwright.windows.context;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.MemoryAccess;
import java.util.List;

/**
 * Which bug check a wrong access of the system is. Source of the parameters: the pages "Bug Check
 * 0x50: PAGE_FAULT_IN_NONPAGED_AREA", "Bug Check 0xBE", "Bug Check 0xD1" and "Bug Check 0xFC",
 * sections "Parameters".
 */
final class WrongAccess {
  private WrongAccess() {}

  /** Answers a wrong access in a space. */
  static void answer(Answering c, AddressSpace space, Fault fault) {
    long address = fault.faultAddress();
    Access access = fault.access();
    long page = Pages.of(address);
    Translation translation = space.translation();
    c.about(address, 1, 0);
    int allowed = allowed(translation, page);
    if (fault.reason() == FaultReason.SOURCE_FAILED && c.irql() >= Irql.DISPATCH_LEVEL) {
      int kind = access == Access.READ ? 0 : access == Access.WRITE ? 1 : 8;
      c.misuse(MemoryAccess.OUT_AT_HIGH_IRQL, address, c.irql(), kind);
    } else if (access == Access.WRITE && (allowed & Permissions.READ) != 0) {
      c.misuse(MemoryAccess.READ_ONLY, address, pte(translation, page), 0);
    } else if (access == Access.FETCH && allowed != Permissions.NONE) {
      c.misuse(MemoryAccess.NOT_EXECUTABLE, address, pte(translation, page), 0);
    } else {
      long kind = access == Access.READ ? 0 : access == Access.WRITE ? 2 : 0x10;
      c.misuse(MemoryAccess.INVALID_ADDRESS, address, kind, 0, whyInvalid(translation, fault));
    }
  }

  /** The table entry that ends the walk for a page, as it is in memory; 0 when there is none. */
  static long pte(Translation translation, long page) {
    List<Translation.WalkStep> steps = translation.walk(page);
    return steps.isEmpty() ? 0 : steps.getLast().bits();
  }

  /** The fourth parameter of bug check 0x50: no page table, not canonical, or else a freed PTE. */
  private static long whyInvalid(Translation translation, Fault fault) {
    List<Translation.WalkStep> steps = translation.walk(Pages.of(fault.faultAddress()));
    if (fault.reason() == FaultReason.NOT_CANONICAL || steps.isEmpty()) {
      return 4;
    }
    return steps.getLast().level() == 1 ? 0 : 2;
  }

  private static int allowed(Translation translation, long page) {
    long entry = translation.entry(page);
    return TranslationEntry.bare(entry)
        ? TranslationEntry.asked(entry)
        : TranslationEntry.permissions(entry);
  }
}
