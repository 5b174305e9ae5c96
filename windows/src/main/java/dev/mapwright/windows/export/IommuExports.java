package dev.mapwright.windows.export;

import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.iommu.DomainCalls;
import dev.mapwright.windows.iommu.InterfaceCalls;
import dev.mapwright.windows.iommu.device.DeviceCalls;
import dev.mapwright.windows.iommu.device.PasidCalls;
import dev.mapwright.windows.iommu.device.StateChangeCalls;
import dev.mapwright.windows.iommu.logical.LogicalCalls;
import dev.mapwright.windows.iommu.logical.ReservedLogicalCalls;

/** The routines of the DMA remapping interface, with arguments as {@link Exports} takes them. */
final class IommuExports {
  private IommuExports() {}

  static long invoke(NtContext c, Routine routine, long[] a) {
    if (routine == Routine.QUERY_AVAILABLE_DOMAIN_TYPES) {
      DeviceCalls.queryAvailableDomainTypes(c, a[0], a[1]);
      return 0;
    }
    return status(c, routine, a) & 0xFFFF_FFFFL;
  }

  private static int status(NtContext c, Routine routine, long[] a) {
    return switch (routine) {
      case IO_GET_IOMMU_INTERFACE -> InterfaceCalls.ioGetIommuInterface(c, (int) a[0], a[1]);
      case IO_GET_IOMMU_INTERFACE_EX ->
          InterfaceCalls.ioGetIommuInterfaceEx(c, (int) a[0], a[1], a[2]);
      case CREATE_DOMAIN -> DomainCalls.createDomain(c, (a[0] & 0xFF) != 0, a[1]);
      case CREATE_DOMAIN_EX -> DomainCalls.createDomainEx(c, (int) a[0], a[1], a[2], a[3], a[4]);
      case DELETE_DOMAIN -> DomainCalls.deleteDomain(c, a[0]);
      case ATTACH_DEVICE -> DeviceCalls.attachDevice(c, a[0], a[1], (int) a[2], (int) a[3]);
      case DETACH_DEVICE -> DeviceCalls.detachDevice(c, a[0], a[1], (int) a[2]);
      case ATTACH_DEVICE_EX -> DeviceCalls.attachDeviceEx(c, a[0], a[1]);
      case DETACH_DEVICE_EX -> DeviceCalls.detachDeviceEx(c, a[0]);
      case FLUSH_DOMAIN -> DomainCalls.flushDomain(c, a[0]);
      case FLUSH_DOMAIN_BY_VA_LIST ->
          DomainCalls.flushDomainByVaList(c, a[0], (a[1] & 0xFF) != 0, (int) a[2], a[3]);
      case QUERY_INPUT_MAPPINGS -> DeviceCalls.queryInputMappings(c, a[0], a[1], (int) a[2], a[3]);
      case MAP_LOGICAL_RANGE -> LogicalCalls.mapLogicalRange(c, a[0], (int) a[1], a[2], a[3]);
      case MAP_LOGICAL_RANGE_EX ->
          LogicalCalls.mapLogicalRangeEx(c, a[0], (int) a[1], a[2], a[3], a[4], a[5], a[6]);
      case UNMAP_LOGICAL_RANGE -> LogicalCalls.unmapLogicalRange(c, a[0], a[1], a[2]);
      case MAP_IDENTITY_RANGE -> LogicalCalls.mapIdentityRange(c, a[0], (int) a[1], a[2]);
      case MAP_IDENTITY_RANGE_EX -> LogicalCalls.mapIdentityRangeEx(c, a[0], (int) a[1], a[2]);
      case UNMAP_IDENTITY_RANGE -> LogicalCalls.unmapIdentityRange(c, a[0], a[1]);
      case UNMAP_IDENTITY_RANGE_EX -> LogicalCalls.unmapIdentityRangeEx(c, a[0], a[1]);
      case SET_DEVICE_FAULT_REPORTING ->
          DeviceCalls.setDeviceFaultReporting(c, a[0], (int) a[1], (a[2] & 0xFF) != 0, a[3]);
      case SET_DEVICE_FAULT_REPORTING_EX ->
          DeviceCalls.setDeviceFaultReportingEx(c, a[0], (int) a[1], (a[2] & 0xFF) != 0, a[3]);
      case CONFIGURE_DOMAIN -> DomainCalls.configureDomain(c, a[0], a[1]);
      case REGISTER_INTERFACE_STATE_CHANGE_CALLBACK ->
          StateChangeCalls.registerInterfaceStateChangeCallback(c, a[0], a[1], a[2], a[3]);
      case UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK ->
          StateChangeCalls.unregisterInterfaceStateChangeCallback(c, a[0], a[1]);
      case RESERVE_LOGICAL_ADDRESS_RANGE ->
          ReservedLogicalCalls.reserveLogicalAddressRange(c, a[0], a[1], a[2], a[3], a[4], a[5]);
      case FREE_RESERVED_LOGICAL_ADDRESS_RANGE ->
          ReservedLogicalCalls.freeReservedLogicalAddressRange(c, a[0]);
      case MAP_RESERVED_LOGICAL_RANGE ->
          ReservedLogicalCalls.mapReservedLogicalRange(c, a[0], a[1], (int) a[2], a[3], a[4]);
      case UNMAP_RESERVED_LOGICAL_RANGE -> ReservedLogicalCalls.unmapReservedLogicalRange(c, a[0]);
      case CREATE_DEVICE -> DeviceCalls.createDevice(c, a[0], a[1], a[2]);
      case DELETE_DEVICE -> DeviceCalls.deleteDevice(c, a[0]);
      case CREATE_PASID_DEVICE -> PasidCalls.createPasidDevice(c, a[0], a[1], a[2]);
      case DELETE_PASID_DEVICE -> PasidCalls.deletePasidDevice(c, a[0]);
      case ATTACH_PASID_DEVICE -> PasidCalls.attachPasidDevice(c, a[0], a[1]);
      case DETACH_PASID_DEVICE -> PasidCalls.detachPasidDevice(c, a[0]);
      case QUERY_DEVICE_INFO -> DeviceCalls.queryDeviceInfo(c, a[0], (int) a[1], a[2], a[3]);
      default -> throw new IllegalArgumentException(routine.documentedName());
    };
  }
}
