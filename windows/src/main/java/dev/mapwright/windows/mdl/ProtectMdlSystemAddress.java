package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.PageProtection;
import dev.mapwright.windows.answer.MmProtectMdlSystemAddress;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.MdlFields;

/** MmProtectMdlSystemAddress: also of the part of a mapping that a partial MDL shares. */
final class ProtectMdlSystemAddress {
  private ProtectMdlSystemAddress() {}

  static int run(NtContext c, long mdlAddress, int protection) {
    // Is it a protection that mapped pages can have?
    if (!PageProtection.plain(protection, PageProtection.MDL_BASES)) {
      return c.refuse(MmProtectMdlSystemAddress.BAD_PROTECTION, protection & 0xFFFF_FFFFL, 0);
    }
    if (!c.readMdl(mdlAddress)) {
      return NtStatus.STATUS_UNSUCCESSFUL;
    }
    // Does the MDL say that it is mapped, and is it?
    MdlFields mdl = c.mdl();
    if (!mdl.any(MDL_MAPPED_TO_SYSTEM_VA)) {
      return c.refuse(MmProtectMdlSystemAddress.NOT_MAPPED, mdlAddress, mdl.flags());
    }
    Outcome outcome =
        c.user(mdl.mappedSystemVa()) || mdl.byteCount() == 0
            ? Outcome.NOT_MAPPED
            : c.kernel()
                .systemPtes()
                .protect(
                    Pages.of(mdl.mappedSystemVa()),
                    mdl.pages(),
                    PageProtection.permissions(protection));
    return switch (outcome) {
      case OK -> {
        c.done(MmProtectMdlSystemAddress.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      case OUT_OF_RECORDS -> c.refuse(MmProtectMdlSystemAddress.NO_MEMORY, mdlAddress, mdl.pages());
      default -> {
        c.about(mdl.mappedSystemVa(), mdl.pages(), mdlAddress);
        c.misuse(
            MmProtectMdlSystemAddress.INVALID_MAPPING,
            mdlAddress,
            mdl.mappedSystemVa(),
            mdl.pages());
        yield NtStatus.STATUS_UNSUCCESSFUL;
      }
    };
  }
}
