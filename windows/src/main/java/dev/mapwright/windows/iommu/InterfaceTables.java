package dev.mapwright.windows.iommu;

import dev.mapwright.windows.answer.Routine;
import java.util.List;

/** Which routines stand in the table of each version, in the order of its entries. */
final class InterfaceTables {
  /** DMA_IOMMU_INTERFACE_V1; the deprecated DMA_IOMMU_INTERFACE has the same entries. */
  private static final List<Routine> V1 =
      List.of(
          Routine.CREATE_DOMAIN,
          Routine.DELETE_DOMAIN,
          Routine.ATTACH_DEVICE,
          Routine.DETACH_DEVICE,
          Routine.FLUSH_DOMAIN,
          Routine.FLUSH_DOMAIN_BY_VA_LIST,
          Routine.QUERY_INPUT_MAPPINGS,
          Routine.MAP_LOGICAL_RANGE,
          Routine.UNMAP_LOGICAL_RANGE,
          Routine.MAP_IDENTITY_RANGE,
          Routine.UNMAP_IDENTITY_RANGE,
          Routine.SET_DEVICE_FAULT_REPORTING,
          Routine.CONFIGURE_DOMAIN);

  /** DMA_IOMMU_INTERFACE_V3, of which DMA_IOMMU_INTERFACE_V2 is the beginning. */
  private static final List<Routine> V3 =
      List.of(
          Routine.CREATE_DOMAIN_EX,
          Routine.DELETE_DOMAIN,
          Routine.ATTACH_DEVICE_EX,
          Routine.DETACH_DEVICE_EX,
          Routine.FLUSH_DOMAIN,
          Routine.FLUSH_DOMAIN_BY_VA_LIST,
          Routine.QUERY_INPUT_MAPPINGS,
          Routine.MAP_LOGICAL_RANGE_EX,
          Routine.UNMAP_LOGICAL_RANGE,
          Routine.MAP_IDENTITY_RANGE_EX,
          Routine.UNMAP_IDENTITY_RANGE_EX,
          Routine.SET_DEVICE_FAULT_REPORTING_EX,
          Routine.CONFIGURE_DOMAIN,
          Routine.QUERY_AVAILABLE_DOMAIN_TYPES,
          Routine.REGISTER_INTERFACE_STATE_CHANGE_CALLBACK,
          Routine.UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK,
          Routine.RESERVE_LOGICAL_ADDRESS_RANGE,
          Routine.FREE_RESERVED_LOGICAL_ADDRESS_RANGE,
          Routine.MAP_RESERVED_LOGICAL_RANGE,
          Routine.UNMAP_RESERVED_LOGICAL_RANGE,
          Routine.CREATE_DEVICE,
          Routine.DELETE_DEVICE,
          Routine.CREATE_PASID_DEVICE,
          Routine.DELETE_PASID_DEVICE,
          Routine.ATTACH_PASID_DEVICE,
          Routine.DETACH_PASID_DEVICE,
          Routine.QUERY_DEVICE_INFO);

  private InterfaceTables() {}

  /** The table with the entries of a version at its beginning. */
  static List<Routine> of(int version) {
    return version == 1 ? V1 : V3;
  }
}
