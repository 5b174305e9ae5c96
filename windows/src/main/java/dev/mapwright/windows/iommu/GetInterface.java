package dev.mapwright.windows.iommu;

import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaIommuInterfaceLayout;
import dev.mapwright.windows.answer.IoGetIommuInterface;
import dev.mapwright.windows.answer.IoGetIommuInterfaceEx;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import java.util.List;

/** IoGetIommuInterface and IoGetIommuInterfaceEx: fill in tables of addresses of routines. */
final class GetInterface {
  private GetInterface() {}

  static int run(NtContext c, int version, long out) {
    if (version != 1) {
      return c.refuse(IoGetIommuInterface.BAD_VERSION, version & 0xFFFF_FFFFL, 0);
    }
    if (out == 0) {
      return c.refuse(IoGetIommuInterface.NO_TABLE, 0, 0);
    }
    int entries = DmaIommuInterfaceLayout.entries(version);
    c.requireWritable(out, DmaIommuInterfaceLayout.FIRST_TABLE + (long) Long.BYTES * entries);
    fill(c, version, out + DmaIommuInterfaceLayout.FIRST_TABLE);
    c.cpu().store(out + DmaIommuInterfaceLayout.FIRST_VERSION, 4, version);
    c.done(IoGetIommuInterface.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  static int runEx(NtContext c, int version, long flags, long out) {
    int entries = DmaIommuInterfaceLayout.entries(version);
    if (entries == 0) {
      return c.refuse(IoGetIommuInterfaceEx.BAD_VERSION, version & 0xFFFF_FFFFL, 0);
    }
    if (flags != 0) {
      return c.refuse(IoGetIommuInterfaceEx.UNKNOWN_FLAG, flags, 0);
    }
    if (out == 0) {
      return c.refuse(IoGetIommuInterfaceEx.NO_TABLE, 0, 0);
    }
    long bytes = DmaIommuInterfaceLayout.TABLE + (long) Long.BYTES * entries;
    c.requireWritable(out, bytes);
    fill(c, version, out + DmaIommuInterfaceLayout.TABLE);
    c.cpu().store(out + DmaIommuInterfaceLayout.SIZE, 8, bytes);
    c.cpu().store(out + DmaIommuInterfaceLayout.VERSION, 4, version);
    c.done(IoGetIommuInterfaceEx.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  private static void fill(NtContext c, int version, long table) {
    List<Routine> routines = InterfaceTables.of(version);
    for (int i = 0; i < DmaIommuInterfaceLayout.entries(version); i++) {
      long address = c.kernel().functions().addressOf(routines.get(i));
      c.cpu().store(table + (long) i * Long.BYTES, 8, address);
    }
  }
}
