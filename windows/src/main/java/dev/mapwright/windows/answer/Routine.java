package dev.mapwright.windows.answer;

import static dev.mapwright.windows.abi.Irql.APC_LEVEL;
import static dev.mapwright.windows.abi.Irql.DISPATCH_LEVEL;
import static dev.mapwright.windows.abi.Irql.HIGH_LEVEL;
import static dev.mapwright.windows.abi.Irql.PASSIVE_LEVEL;
import static dev.mapwright.windows.answer.Kind.BOOLEAN;
import static dev.mapwright.windows.answer.Kind.ENUM;
import static dev.mapwright.windows.answer.Kind.FUNCTION;
import static dev.mapwright.windows.answer.Kind.NTSTATUS;
import static dev.mapwright.windows.answer.Kind.PHYSICAL_ADDRESS;
import static dev.mapwright.windows.answer.Kind.POINTER;
import static dev.mapwright.windows.answer.Kind.SIZE_T;
import static dev.mapwright.windows.answer.Kind.UCHAR;
import static dev.mapwright.windows.answer.Kind.ULONG;
import static dev.mapwright.windows.answer.Kind.ULONG64;
import static dev.mapwright.windows.answer.Kind.USHORT;
import static dev.mapwright.windows.answer.Kind.VOID;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routines of the interface: their documented names, the highest IRQL at which they may be
 * called, and the C kinds of their result and parameters, in their order. Behind them stand what is
 * no routine and has documented answers all the same: accesses of memory and the ends of things.
 */
public enum Routine {
  /** {@code IoAllocateMdl}. */
  IO_ALLOCATE_MDL(
      "IoAllocateMdl", DISPATCH_LEVEL, POINTER, POINTER, ULONG, BOOLEAN, BOOLEAN, POINTER),
  /** {@code IoFreeMdl}. */
  IO_FREE_MDL("IoFreeMdl", DISPATCH_LEVEL, VOID, POINTER),
  /** {@code IoBuildPartialMdl}. */
  IO_BUILD_PARTIAL_MDL("IoBuildPartialMdl", DISPATCH_LEVEL, VOID, POINTER, POINTER, POINTER, ULONG),
  /** {@code MmPrepareMdlForReuse}. */
  MM_PREPARE_MDL_FOR_REUSE("MmPrepareMdlForReuse", DISPATCH_LEVEL, VOID, POINTER),
  /** {@code MmInitializeMdl}. */
  MM_INITIALIZE_MDL("MmInitializeMdl", HIGH_LEVEL, VOID, POINTER, POINTER, SIZE_T),
  /** {@code MmSizeOfMdl}. */
  MM_SIZE_OF_MDL("MmSizeOfMdl", HIGH_LEVEL, SIZE_T, POINTER, SIZE_T),
  /** {@code MmGetMdlByteCount}. */
  MM_GET_MDL_BYTE_COUNT("MmGetMdlByteCount", HIGH_LEVEL, ULONG, POINTER),
  /** {@code MmGetMdlByteOffset}. */
  MM_GET_MDL_BYTE_OFFSET("MmGetMdlByteOffset", HIGH_LEVEL, ULONG, POINTER),
  /** {@code MmGetMdlVirtualAddress}. */
  MM_GET_MDL_VIRTUAL_ADDRESS("MmGetMdlVirtualAddress", HIGH_LEVEL, POINTER, POINTER),
  /** {@code MmGetMdlPfnArray}. */
  MM_GET_MDL_PFN_ARRAY("MmGetMdlPfnArray", HIGH_LEVEL, POINTER, POINTER),
  /** {@code MmProbeAndLockPages}. */
  MM_PROBE_AND_LOCK_PAGES("MmProbeAndLockPages", DISPATCH_LEVEL, VOID, POINTER, UCHAR, ENUM),
  /** {@code MmProbeAndLockProcessPages}. */
  MM_PROBE_AND_LOCK_PROCESS_PAGES(
      "MmProbeAndLockProcessPages", DISPATCH_LEVEL, VOID, POINTER, POINTER, UCHAR, ENUM),
  /** {@code MmProbeAndLockSelectedPages}. */
  MM_PROBE_AND_LOCK_SELECTED_PAGES(
      "MmProbeAndLockSelectedPages", APC_LEVEL, VOID, POINTER, POINTER, UCHAR, ENUM),
  /** {@code MmUnlockPages}. */
  MM_UNLOCK_PAGES("MmUnlockPages", DISPATCH_LEVEL, VOID, POINTER),
  /** {@code MmBuildMdlForNonPagedPool}. */
  MM_BUILD_MDL_FOR_NON_PAGED_POOL("MmBuildMdlForNonPagedPool", DISPATCH_LEVEL, VOID, POINTER),
  /** {@code MmAllocatePagesForMdl}. */
  MM_ALLOCATE_PAGES_FOR_MDL(
      "MmAllocatePagesForMdl",
      DISPATCH_LEVEL,
      POINTER,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      SIZE_T),
  /** {@code MmAllocatePagesForMdlEx}. */
  MM_ALLOCATE_PAGES_FOR_MDL_EX(
      "MmAllocatePagesForMdlEx",
      DISPATCH_LEVEL,
      POINTER,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      SIZE_T,
      ENUM,
      ULONG),
  /** {@code MmAllocateNodePagesForMdlEx}. */
  MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX(
      "MmAllocateNodePagesForMdlEx",
      DISPATCH_LEVEL,
      POINTER,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      SIZE_T,
      ENUM,
      ULONG,
      ULONG),
  /** {@code MmFreePagesFromMdl}. */
  MM_FREE_PAGES_FROM_MDL("MmFreePagesFromMdl", DISPATCH_LEVEL, VOID, POINTER),
  /** {@code MmMapLockedPages}. */
  MM_MAP_LOCKED_PAGES("MmMapLockedPages", DISPATCH_LEVEL, POINTER, POINTER, UCHAR),
  /** {@code MmMapLockedPagesSpecifyCache}. */
  MM_MAP_LOCKED_PAGES_SPECIFY_CACHE(
      "MmMapLockedPagesSpecifyCache",
      DISPATCH_LEVEL,
      POINTER,
      POINTER,
      UCHAR,
      ENUM,
      POINTER,
      ULONG,
      ULONG),
  /** {@code MmGetSystemAddressForMdl}. */
  MM_GET_SYSTEM_ADDRESS_FOR_MDL("MmGetSystemAddressForMdl", DISPATCH_LEVEL, POINTER, POINTER),
  /** {@code MmGetSystemAddressForMdlSafe}. */
  MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE(
      "MmGetSystemAddressForMdlSafe", DISPATCH_LEVEL, POINTER, POINTER, ULONG),
  /** {@code MmUnmapLockedPages}. */
  MM_UNMAP_LOCKED_PAGES("MmUnmapLockedPages", DISPATCH_LEVEL, VOID, POINTER, POINTER),
  /** {@code MmProtectMdlSystemAddress}. */
  MM_PROTECT_MDL_SYSTEM_ADDRESS(
      "MmProtectMdlSystemAddress", DISPATCH_LEVEL, NTSTATUS, POINTER, ULONG),
  /** {@code MmAdvanceMdl}. */
  MM_ADVANCE_MDL("MmAdvanceMdl", DISPATCH_LEVEL, NTSTATUS, POINTER, ULONG),
  /** {@code MmMapMdl}. */
  MM_MAP_MDL("MmMapMdl", DISPATCH_LEVEL, NTSTATUS, POINTER, ULONG, FUNCTION, POINTER),
  /** {@code MmAllocateMappingAddress}. */
  MM_ALLOCATE_MAPPING_ADDRESS("MmAllocateMappingAddress", APC_LEVEL, POINTER, SIZE_T, ULONG),
  /** {@code MmAllocateMappingAddressEx}. */
  MM_ALLOCATE_MAPPING_ADDRESS_EX(
      "MmAllocateMappingAddressEx", APC_LEVEL, POINTER, SIZE_T, ULONG, ULONG),
  /** {@code MmFreeMappingAddress}. */
  MM_FREE_MAPPING_ADDRESS("MmFreeMappingAddress", APC_LEVEL, VOID, POINTER, ULONG),
  /** {@code MmMapLockedPagesWithReservedMapping}. */
  MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING(
      "MmMapLockedPagesWithReservedMapping",
      DISPATCH_LEVEL,
      POINTER,
      POINTER,
      ULONG,
      POINTER,
      ENUM),
  /** {@code MmUnmapReservedMapping}. */
  MM_UNMAP_RESERVED_MAPPING(
      "MmUnmapReservedMapping", DISPATCH_LEVEL, VOID, POINTER, ULONG, POINTER),
  /** {@code MmMapIoSpace}. */
  MM_MAP_IO_SPACE("MmMapIoSpace", DISPATCH_LEVEL, POINTER, PHYSICAL_ADDRESS, SIZE_T, ENUM),
  /** {@code MmMapIoSpaceEx}. */
  MM_MAP_IO_SPACE_EX("MmMapIoSpaceEx", DISPATCH_LEVEL, POINTER, PHYSICAL_ADDRESS, SIZE_T, ULONG),
  /** {@code MmUnmapIoSpace}. */
  MM_UNMAP_IO_SPACE("MmUnmapIoSpace", DISPATCH_LEVEL, VOID, POINTER, SIZE_T),
  /** {@code MmAllocateMdlForIoSpace}. */
  MM_ALLOCATE_MDL_FOR_IO_SPACE(
      "MmAllocateMdlForIoSpace", DISPATCH_LEVEL, NTSTATUS, POINTER, SIZE_T, POINTER),
  /** {@code READ_REGISTER_UCHAR}. */
  READ_REGISTER_UCHAR("READ_REGISTER_UCHAR", HIGH_LEVEL, UCHAR, POINTER),
  /** {@code READ_REGISTER_USHORT}. */
  READ_REGISTER_USHORT("READ_REGISTER_USHORT", HIGH_LEVEL, USHORT, POINTER),
  /** {@code READ_REGISTER_ULONG}. */
  READ_REGISTER_ULONG("READ_REGISTER_ULONG", HIGH_LEVEL, ULONG, POINTER),
  /** {@code READ_REGISTER_ULONG64}. */
  READ_REGISTER_ULONG64("READ_REGISTER_ULONG64", HIGH_LEVEL, ULONG64, POINTER),
  /** {@code READ_REGISTER_BUFFER_UCHAR}. */
  READ_REGISTER_BUFFER_UCHAR(
      "READ_REGISTER_BUFFER_UCHAR", HIGH_LEVEL, VOID, POINTER, POINTER, ULONG),
  /** {@code READ_REGISTER_BUFFER_USHORT}. */
  READ_REGISTER_BUFFER_USHORT(
      "READ_REGISTER_BUFFER_USHORT", HIGH_LEVEL, VOID, POINTER, POINTER, ULONG),
  /** {@code READ_REGISTER_BUFFER_ULONG}. */
  READ_REGISTER_BUFFER_ULONG(
      "READ_REGISTER_BUFFER_ULONG", HIGH_LEVEL, VOID, POINTER, POINTER, ULONG),
  /** {@code READ_REGISTER_BUFFER_ULONG64}. */
  READ_REGISTER_BUFFER_ULONG64(
      "READ_REGISTER_BUFFER_ULONG64", HIGH_LEVEL, VOID, POINTER, POINTER, ULONG),
  /** {@code WRITE_REGISTER_UCHAR}. */
  WRITE_REGISTER_UCHAR("WRITE_REGISTER_UCHAR", HIGH_LEVEL, VOID, POINTER, UCHAR),
  /** {@code WRITE_REGISTER_USHORT}. */
  WRITE_REGISTER_USHORT("WRITE_REGISTER_USHORT", HIGH_LEVEL, VOID, POINTER, USHORT),
  /** {@code WRITE_REGISTER_ULONG}. */
  WRITE_REGISTER_ULONG("WRITE_REGISTER_ULONG", HIGH_LEVEL, VOID, POINTER, ULONG),
  /** {@code WRITE_REGISTER_ULONG64}. */
  WRITE_REGISTER_ULONG64("WRITE_REGISTER_ULONG64", HIGH_LEVEL, VOID, POINTER, ULONG64),
  /** {@code WRITE_REGISTER_BUFFER_UCHAR}. */
  WRITE_REGISTER_BUFFER_UCHAR(
      "WRITE_REGISTER_BUFFER_UCHAR", HIGH_LEVEL, VOID, POINTER, POINTER, ULONG),
  /** {@code WRITE_REGISTER_BUFFER_USHORT}. */
  WRITE_REGISTER_BUFFER_USHORT(
      "WRITE_REGISTER_BUFFER_USHORT", HIGH_LEVEL, VOID, POINTER, POINTER, ULONG),
  /** {@code WRITE_REGISTER_BUFFER_ULONG}. */
  WRITE_REGISTER_BUFFER_ULONG(
      "WRITE_REGISTER_BUFFER_ULONG", HIGH_LEVEL, VOID, POINTER, POINTER, ULONG),
  /** {@code WRITE_REGISTER_BUFFER_ULONG64}. */
  WRITE_REGISTER_BUFFER_ULONG64(
      "WRITE_REGISTER_BUFFER_ULONG64", HIGH_LEVEL, VOID, POINTER, POINTER, ULONG),
  /** {@code MmAllocateContiguousMemory}. */
  MM_ALLOCATE_CONTIGUOUS_MEMORY(
      "MmAllocateContiguousMemory", DISPATCH_LEVEL, POINTER, SIZE_T, PHYSICAL_ADDRESS),
  /** {@code MmAllocateContiguousMemoryEx}. */
  MM_ALLOCATE_CONTIGUOUS_MEMORY_EX(
      "MmAllocateContiguousMemoryEx",
      DISPATCH_LEVEL,
      NTSTATUS,
      POINTER,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      ULONG,
      ULONG,
      POINTER,
      ULONG,
      ULONG,
      POINTER),
  /** {@code MmAllocateContiguousMemorySpecifyCache}. */
  MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE(
      "MmAllocateContiguousMemorySpecifyCache",
      DISPATCH_LEVEL,
      POINTER,
      SIZE_T,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      ENUM),
  /** {@code MmAllocateContiguousMemorySpecifyCacheNode}. */
  MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE(
      "MmAllocateContiguousMemorySpecifyCacheNode",
      DISPATCH_LEVEL,
      POINTER,
      SIZE_T,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      ENUM,
      ULONG),
  /** {@code MmAllocateContiguousNodeMemory}. */
  MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY(
      "MmAllocateContiguousNodeMemory",
      DISPATCH_LEVEL,
      POINTER,
      SIZE_T,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      PHYSICAL_ADDRESS,
      ULONG,
      ULONG),
  /** {@code MmFreeContiguousMemory}. */
  MM_FREE_CONTIGUOUS_MEMORY("MmFreeContiguousMemory", DISPATCH_LEVEL, VOID, POINTER),
  /** {@code MmFreeContiguousMemorySpecifyCache}. */
  MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE(
      "MmFreeContiguousMemorySpecifyCache", DISPATCH_LEVEL, VOID, POINTER, SIZE_T, ENUM),
  /** {@code MmAllocateNonCachedMemory}. */
  MM_ALLOCATE_NON_CACHED_MEMORY("MmAllocateNonCachedMemory", APC_LEVEL, POINTER, SIZE_T),
  /** {@code MmFreeNonCachedMemory}. */
  MM_FREE_NON_CACHED_MEMORY("MmFreeNonCachedMemory", APC_LEVEL, VOID, POINTER, SIZE_T),
  /** {@code MmGetPhysicalAddress}. */
  MM_GET_PHYSICAL_ADDRESS("MmGetPhysicalAddress", HIGH_LEVEL, PHYSICAL_ADDRESS, POINTER),
  /** {@code MmIsAddressValid}. */
  MM_IS_ADDRESS_VALID("MmIsAddressValid", DISPATCH_LEVEL, BOOLEAN, POINTER),
  /** {@code MmCopyMemory}. */
  MM_COPY_MEMORY(
      "MmCopyMemory", APC_LEVEL, NTSTATUS, POINTER, PHYSICAL_ADDRESS, SIZE_T, ULONG, POINTER),
  /** {@code KeFlushIoBuffers}. */
  KE_FLUSH_IO_BUFFERS("KeFlushIoBuffers", DISPATCH_LEVEL, VOID, POINTER, BOOLEAN, BOOLEAN),
  /** {@code ExAllocatePool2}. */
  EX_ALLOCATE_POOL2("ExAllocatePool2", DISPATCH_LEVEL, POINTER, ULONG64, SIZE_T, ULONG),
  /** {@code ExAllocatePoolWithTag}. */
  EX_ALLOCATE_POOL_WITH_TAG("ExAllocatePoolWithTag", DISPATCH_LEVEL, POINTER, ENUM, SIZE_T, ULONG),
  /** {@code ExFreePool}. */
  EX_FREE_POOL("ExFreePool", DISPATCH_LEVEL, VOID, POINTER),
  /** {@code ExFreePoolWithTag}. */
  EX_FREE_POOL_WITH_TAG("ExFreePoolWithTag", DISPATCH_LEVEL, VOID, POINTER, ULONG),
  /** {@code KeRaiseIrql}. */
  KE_RAISE_IRQL("KeRaiseIrql", HIGH_LEVEL, VOID, UCHAR, POINTER),
  /** {@code KeLowerIrql}. */
  KE_LOWER_IRQL("KeLowerIrql", HIGH_LEVEL, VOID, UCHAR),
  /** {@code KeGetCurrentIrql}. */
  KE_GET_CURRENT_IRQL("KeGetCurrentIrql", HIGH_LEVEL, UCHAR),
  /** {@code IoAllocateIrp}. */
  IO_ALLOCATE_IRP("IoAllocateIrp", DISPATCH_LEVEL, POINTER, UCHAR, BOOLEAN),
  /** {@code IoFreeIrp}. */
  IO_FREE_IRP("IoFreeIrp", DISPATCH_LEVEL, VOID, POINTER),
  /** {@code IoGetIommuInterface}. */
  IO_GET_IOMMU_INTERFACE("IoGetIommuInterface", PASSIVE_LEVEL, NTSTATUS, ULONG, POINTER),
  /** {@code IoGetIommuInterfaceEx}. */
  IO_GET_IOMMU_INTERFACE_EX(
      "IoGetIommuInterfaceEx", PASSIVE_LEVEL, NTSTATUS, ULONG, ULONG64, POINTER),
  /** {@code CreateDomain}. */
  CREATE_DOMAIN("CreateDomain", PASSIVE_LEVEL, NTSTATUS, BOOLEAN, POINTER),
  /** {@code CreateDomainEx}. */
  CREATE_DOMAIN_EX(
      "CreateDomainEx", PASSIVE_LEVEL, NTSTATUS, ENUM, ULONG64, POINTER, POINTER, POINTER),
  /** {@code DeleteDomain}. */
  DELETE_DOMAIN("DeleteDomain", PASSIVE_LEVEL, NTSTATUS, POINTER),
  /** {@code AttachDevice}. */
  ATTACH_DEVICE("AttachDevice", PASSIVE_LEVEL, NTSTATUS, POINTER, POINTER, ULONG, ULONG),
  /** {@code DetachDevice}. */
  DETACH_DEVICE("DetachDevice", PASSIVE_LEVEL, NTSTATUS, POINTER, POINTER, ULONG),
  /** {@code AttachDeviceEx}. */
  ATTACH_DEVICE_EX("AttachDeviceEx", PASSIVE_LEVEL, NTSTATUS, POINTER, POINTER),
  /** {@code DetachDeviceEx}. */
  DETACH_DEVICE_EX("DetachDeviceEx", PASSIVE_LEVEL, NTSTATUS, POINTER),
  /** {@code FlushDomain}. */
  FLUSH_DOMAIN("FlushDomain", DISPATCH_LEVEL, NTSTATUS, POINTER),
  /** {@code FlushDomainByVaList}. */
  FLUSH_DOMAIN_BY_VA_LIST(
      "FlushDomainByVaList", DISPATCH_LEVEL, NTSTATUS, POINTER, BOOLEAN, ULONG, POINTER),
  /** {@code QueryInputMappings}. */
  QUERY_INPUT_MAPPINGS(
      "QueryInputMappings", PASSIVE_LEVEL, NTSTATUS, POINTER, POINTER, ULONG, POINTER),
  /** {@code MapLogicalRange}. */
  MAP_LOGICAL_RANGE("MapLogicalRange", DISPATCH_LEVEL, NTSTATUS, POINTER, ULONG, POINTER, ULONG64),
  /** {@code MapLogicalRangeEx}. */
  MAP_LOGICAL_RANGE_EX(
      "MapLogicalRangeEx",
      DISPATCH_LEVEL,
      NTSTATUS,
      POINTER,
      ULONG,
      POINTER,
      POINTER,
      POINTER,
      POINTER,
      POINTER),
  /** {@code UnmapLogicalRange}. */
  UNMAP_LOGICAL_RANGE("UnmapLogicalRange", DISPATCH_LEVEL, NTSTATUS, POINTER, ULONG64, ULONG64),
  /** {@code MapIdentityRange}. */
  MAP_IDENTITY_RANGE("MapIdentityRange", DISPATCH_LEVEL, NTSTATUS, POINTER, ULONG, POINTER),
  /** {@code MapIdentityRangeEx}. */
  MAP_IDENTITY_RANGE_EX("MapIdentityRangeEx", DISPATCH_LEVEL, NTSTATUS, POINTER, ULONG, POINTER),
  /** {@code UnmapIdentityRange}. */
  UNMAP_IDENTITY_RANGE("UnmapIdentityRange", DISPATCH_LEVEL, NTSTATUS, POINTER, POINTER),
  /** {@code UnmapIdentityRangeEx}. */
  UNMAP_IDENTITY_RANGE_EX("UnmapIdentityRangeEx", DISPATCH_LEVEL, NTSTATUS, POINTER, POINTER),
  /** {@code SetDeviceFaultReporting}. */
  SET_DEVICE_FAULT_REPORTING(
      "SetDeviceFaultReporting", PASSIVE_LEVEL, NTSTATUS, POINTER, ULONG, BOOLEAN, POINTER),
  /** {@code SetDeviceFaultReportingEx}. */
  SET_DEVICE_FAULT_REPORTING_EX(
      "SetDeviceFaultReportingEx", HIGH_LEVEL, NTSTATUS, POINTER, ULONG, BOOLEAN, POINTER),
  /** {@code ConfigureDomain}. */
  CONFIGURE_DOMAIN("ConfigureDomain", PASSIVE_LEVEL, NTSTATUS, POINTER, POINTER),
  /** {@code QueryAvailableDomainTypes}. */
  QUERY_AVAILABLE_DOMAIN_TYPES("QueryAvailableDomainTypes", PASSIVE_LEVEL, VOID, POINTER, POINTER),
  /** {@code RegisterInterfaceStateChangeCallback}. */
  REGISTER_INTERFACE_STATE_CHANGE_CALLBACK(
      "RegisterInterfaceStateChangeCallback",
      PASSIVE_LEVEL,
      NTSTATUS,
      FUNCTION,
      POINTER,
      POINTER,
      POINTER),
  /** {@code UnregisterInterfaceStateChangeCallback}. */
  UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK(
      "UnregisterInterfaceStateChangeCallback", PASSIVE_LEVEL, NTSTATUS, FUNCTION, POINTER),
  /** {@code ReserveLogicalAddressRange}. */
  RESERVE_LOGICAL_ADDRESS_RANGE(
      "ReserveLogicalAddressRange",
      DISPATCH_LEVEL,
      NTSTATUS,
      POINTER,
      SIZE_T,
      POINTER,
      POINTER,
      POINTER,
      POINTER),
  /** {@code FreeReservedLogicalAddressRange}. */
  FREE_RESERVED_LOGICAL_ADDRESS_RANGE(
      "FreeReservedLogicalAddressRange", DISPATCH_LEVEL, NTSTATUS, POINTER),
  /** {@code MapReservedLogicalRange}. */
  MAP_RESERVED_LOGICAL_RANGE(
      "MapReservedLogicalRange",
      DISPATCH_LEVEL,
      NTSTATUS,
      POINTER,
      SIZE_T,
      ULONG,
      POINTER,
      POINTER),
  /** {@code UnmapReservedLogicalRange}. */
  UNMAP_RESERVED_LOGICAL_RANGE("UnmapReservedLogicalRange", DISPATCH_LEVEL, NTSTATUS, POINTER),
  /** {@code CreateDevice}. */
  CREATE_DEVICE("CreateDevice", PASSIVE_LEVEL, NTSTATUS, POINTER, POINTER, POINTER),
  /** {@code DeleteDevice}. */
  DELETE_DEVICE("DeleteDevice", PASSIVE_LEVEL, NTSTATUS, POINTER),
  /** {@code CreatePasidDevice}. */
  CREATE_PASID_DEVICE("CreatePasidDevice", PASSIVE_LEVEL, NTSTATUS, POINTER, POINTER, POINTER),
  /** {@code DeletePasidDevice}. */
  DELETE_PASID_DEVICE("DeletePasidDevice", PASSIVE_LEVEL, NTSTATUS, POINTER),
  /** {@code AttachPasidDevice}. */
  ATTACH_PASID_DEVICE("AttachPasidDevice", PASSIVE_LEVEL, NTSTATUS, POINTER, POINTER),
  /** {@code DetachPasidDevice}. */
  DETACH_PASID_DEVICE("DetachPasidDevice", PASSIVE_LEVEL, NTSTATUS, POINTER),
  /** {@code QueryDeviceInfo}. */
  QUERY_DEVICE_INFO("QueryDeviceInfo", PASSIVE_LEVEL, NTSTATUS, POINTER, ULONG, POINTER, POINTER),
  /** An access of a driver to memory, or of a routine to what a pointer points to. */
  MEMORY_ACCESS("an access to memory", HIGH_LEVEL, VOID),
  /** An access of a device to memory, through an IOMMU. */
  DEVICE_ACCESS("an access of a device", HIGH_LEVEL, VOID),
  /** {@code IoGetDmaAdapter}; of an object of Java, so not callable by its name. */
  IO_GET_DMA_ADAPTER("IoGetDmaAdapter", PASSIVE_LEVEL, POINTER, POINTER, POINTER, POINTER),
  /** {@code GetDmaDomain}; of an object of Java, so not callable by its name. */
  GET_DMA_DOMAIN("GetDmaDomain", PASSIVE_LEVEL, POINTER, POINTER),
  /** {@code JoinDmaDomain}; of an object of Java, so not callable by its name. */
  JOIN_DMA_DOMAIN("JoinDmaDomain", PASSIVE_LEVEL, NTSTATUS, POINTER, POINTER),
  /** {@code LeaveDmaDomain}; of an object of Java, so not callable by its name. */
  LEAVE_DMA_DOMAIN("LeaveDmaDomain", PASSIVE_LEVEL, NTSTATUS, POINTER),
  /** {@code CreateCommonBufferFromMdl}; of an object of Java, so not callable by its name. */
  CREATE_COMMON_BUFFER_FROM_MDL(
      "CreateCommonBufferFromMdl",
      PASSIVE_LEVEL,
      NTSTATUS,
      POINTER,
      POINTER,
      POINTER,
      ULONG,
      POINTER),
  /** {@code FreeCommonBuffer}; of an object of Java, so not callable by its name. */
  FREE_COMMON_BUFFER(
      "FreeCommonBuffer", PASSIVE_LEVEL, VOID, POINTER, ULONG, PHYSICAL_ADDRESS, POINTER, BOOLEAN),
  /** {@code PutDmaAdapter}; of an object of Java, so not callable by its name. */
  PUT_DMA_ADAPTER("PutDmaAdapter", PASSIVE_LEVEL, VOID, POINTER),
  /** An operation of an adapter that is not modelled. */
  DMA_OPERATION("an operation of an adapter", HIGH_LEVEL, VOID),
  /** What DMA verification finds, in any routine. */
  DMA_VERIFICATION("DMA verification", HIGH_LEVEL, VOID),
  /** The end of a process. */
  PROCESS_EXIT("the end of a process", PASSIVE_LEVEL, VOID),
  /** The end of a driver. */
  DRIVER_UNLOAD("the end of a driver", PASSIVE_LEVEL, VOID);

  private static final Routine[] BY_ORDINAL = values();

  private final String documentedName;
  private final int maxIrql;
  private final Kind result;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<Kind> parameters;

  Routine(String documentedName, int maxIrql, Kind result, Kind... parameters) {
    this.documentedName = documentedName;
    this.maxIrql = maxIrql;
    this.result = result;
    this.parameters = List.of(parameters);
  }

  /** {@return the routine's name in the interface, for example {@code MmMapIoSpaceEx}} */
  public String documentedName() {
    return documentedName;
  }

  /** {@return the highest IRQL at which it may be called, whatever its arguments are} */
  public int maxIrql() {
    return maxIrql;
  }

  /** {@return the C kind of its result} */
  public Kind result() {
    return result;
  }

  /** {@return the C kinds of its parameters, in their order} */
  public List<Kind> parameters() {
    return parameters;
  }

  /** {@return whether it can be called by its name: false for what is no routine} */
  public boolean callable() {
    return ordinal() < MEMORY_ACCESS.ordinal();
  }

  /**
   * {@return whether it only tells what an MDL or the processor says; so it leaves the answer of
   * the call before as it was, unless it is misused itself}
   */
  public boolean onlyTells() {
    return switch (this) {
      case MM_SIZE_OF_MDL,
          MM_GET_MDL_BYTE_COUNT,
          MM_GET_MDL_BYTE_OFFSET,
          MM_GET_MDL_VIRTUAL_ADDRESS,
          MM_GET_MDL_PFN_ARRAY,
          KE_GET_CURRENT_IRQL ->
          true;
      default -> false;
    };
  }

  /**
   * {@return every documented answer: success first, then the others in the order in which they are
   * checked}
   */
  public List<Condition> conditions() {
    return switch (this) {
      case IO_ALLOCATE_MDL -> List.of(IoAllocateMdl.values());
      case IO_FREE_MDL -> List.of(IoFreeMdl.values());
      case MM_INITIALIZE_MDL -> List.of(MmInitializeMdl.values());
      case MM_SIZE_OF_MDL -> List.of(MmSizeOfMdl.values());
      case MM_GET_MDL_BYTE_COUNT -> List.of(MmGetMdlByteCount.values());
      case MM_GET_MDL_BYTE_OFFSET -> List.of(MmGetMdlByteOffset.values());
      case MM_GET_MDL_VIRTUAL_ADDRESS -> List.of(MmGetMdlVirtualAddress.values());
      case MM_GET_MDL_PFN_ARRAY -> List.of(MmGetMdlPfnArray.values());
      case MM_PROBE_AND_LOCK_PAGES -> List.of(MmProbeAndLockPages.values());
      case MM_UNLOCK_PAGES -> List.of(MmUnlockPages.values());
      case MM_BUILD_MDL_FOR_NON_PAGED_POOL -> List.of(MmBuildMdlForNonPagedPool.values());
      case IO_BUILD_PARTIAL_MDL -> List.of(IoBuildPartialMdl.values());
      case MM_PREPARE_MDL_FOR_REUSE -> List.of(MmPrepareMdlForReuse.values());
      case MM_MAP_LOCKED_PAGES -> List.of(MmMapLockedPages.values());
      case MM_MAP_LOCKED_PAGES_SPECIFY_CACHE -> List.of(MmMapLockedPagesSpecifyCache.values());
      case MM_GET_SYSTEM_ADDRESS_FOR_MDL -> List.of(MmGetSystemAddressForMdl.values());
      case MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE -> List.of(MmGetSystemAddressForMdlSafe.values());
      case MM_UNMAP_LOCKED_PAGES -> List.of(MmUnmapLockedPages.values());
      case MM_ALLOCATE_PAGES_FOR_MDL -> List.of(MmAllocatePagesForMdl.values());
      case MM_ALLOCATE_PAGES_FOR_MDL_EX -> List.of(MmAllocatePagesForMdlEx.values());
      case MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX -> List.of(MmAllocateNodePagesForMdlEx.values());
      case MM_FREE_PAGES_FROM_MDL -> List.of(MmFreePagesFromMdl.values());
      case MM_PROBE_AND_LOCK_PROCESS_PAGES -> List.of(MmProbeAndLockProcessPages.values());
      case MM_PROBE_AND_LOCK_SELECTED_PAGES -> List.of(MmProbeAndLockSelectedPages.values());
      case MM_PROTECT_MDL_SYSTEM_ADDRESS -> List.of(MmProtectMdlSystemAddress.values());
      case MM_ADVANCE_MDL -> List.of(MmAdvanceMdl.values());
      case MM_MAP_MDL -> List.of(MmMapMdl.values());
      case MM_ALLOCATE_MAPPING_ADDRESS -> List.of(MmAllocateMappingAddress.values());
      case MM_ALLOCATE_MAPPING_ADDRESS_EX -> List.of(MmAllocateMappingAddressEx.values());
      case MM_FREE_MAPPING_ADDRESS -> List.of(MmFreeMappingAddress.values());
      case MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING ->
          List.of(MmMapLockedPagesWithReservedMapping.values());
      case MM_UNMAP_RESERVED_MAPPING -> List.of(MmUnmapReservedMapping.values());
      case MM_MAP_IO_SPACE -> List.of(MmMapIoSpace.values());
      case MM_MAP_IO_SPACE_EX -> List.of(MmMapIoSpaceEx.values());
      case MM_UNMAP_IO_SPACE -> List.of(MmUnmapIoSpace.values());
      case MM_ALLOCATE_MDL_FOR_IO_SPACE -> List.of(MmAllocateMdlForIoSpace.values());
      case READ_REGISTER_UCHAR,
          READ_REGISTER_USHORT,
          READ_REGISTER_ULONG,
          READ_REGISTER_ULONG64,
          READ_REGISTER_BUFFER_UCHAR,
          READ_REGISTER_BUFFER_USHORT,
          READ_REGISTER_BUFFER_ULONG,
          READ_REGISTER_BUFFER_ULONG64,
          WRITE_REGISTER_UCHAR,
          WRITE_REGISTER_USHORT,
          WRITE_REGISTER_ULONG,
          WRITE_REGISTER_ULONG64,
          WRITE_REGISTER_BUFFER_UCHAR,
          WRITE_REGISTER_BUFFER_USHORT,
          WRITE_REGISTER_BUFFER_ULONG,
          WRITE_REGISTER_BUFFER_ULONG64 ->
          List.of(RegisterAccess.of(this));
      case MM_ALLOCATE_CONTIGUOUS_MEMORY -> List.of(MmAllocateContiguousMemory.values());
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_EX -> List.of(MmAllocateContiguousMemoryEx.values());
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE ->
          List.of(MmAllocateContiguousMemorySpecifyCache.values());
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE ->
          List.of(MmAllocateContiguousMemorySpecifyCacheNode.values());
      case MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY -> List.of(MmAllocateContiguousNodeMemory.values());
      case MM_FREE_CONTIGUOUS_MEMORY -> List.of(MmFreeContiguousMemory.values());
      case MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE ->
          List.of(MmFreeContiguousMemorySpecifyCache.values());
      case MM_ALLOCATE_NON_CACHED_MEMORY -> List.of(MmAllocateNonCachedMemory.values());
      case MM_FREE_NON_CACHED_MEMORY -> List.of(MmFreeNonCachedMemory.values());
      case MM_GET_PHYSICAL_ADDRESS -> List.of(MmGetPhysicalAddress.values());
      case MM_IS_ADDRESS_VALID -> List.of(MmIsAddressValid.values());
      case MM_COPY_MEMORY -> List.of(MmCopyMemory.values());
      case KE_FLUSH_IO_BUFFERS -> List.of(KeFlushIoBuffers.values());
      case EX_ALLOCATE_POOL2 -> List.of(ExAllocatePool2.values());
      case EX_ALLOCATE_POOL_WITH_TAG -> List.of(ExAllocatePoolWithTag.values());
      case EX_FREE_POOL -> List.of(ExFreePool.values());
      case EX_FREE_POOL_WITH_TAG -> List.of(ExFreePoolWithTag.values());
      case KE_RAISE_IRQL -> List.of(KeRaiseIrql.values());
      case KE_LOWER_IRQL -> List.of(KeLowerIrql.values());
      case KE_GET_CURRENT_IRQL -> List.of(KeGetCurrentIrql.values());
      case IO_ALLOCATE_IRP -> List.of(IoAllocateIrp.values());
      case IO_FREE_IRP -> List.of(IoFreeIrp.values());
      case IO_GET_IOMMU_INTERFACE -> List.of(IoGetIommuInterface.values());
      case IO_GET_IOMMU_INTERFACE_EX -> List.of(IoGetIommuInterfaceEx.values());
      case CREATE_DOMAIN -> List.of(CreateDomain.values());
      case CREATE_DOMAIN_EX -> List.of(CreateDomainEx.values());
      case DELETE_DOMAIN -> List.of(DeleteDomain.values());
      case ATTACH_DEVICE -> List.of(AttachDevice.values());
      case DETACH_DEVICE -> List.of(DetachDevice.values());
      case ATTACH_DEVICE_EX -> List.of(AttachDeviceEx.values());
      case DETACH_DEVICE_EX -> List.of(DetachDeviceEx.values());
      case FLUSH_DOMAIN -> List.of(FlushDomain.values());
      case FLUSH_DOMAIN_BY_VA_LIST -> List.of(FlushDomainByVaList.values());
      case QUERY_INPUT_MAPPINGS -> List.of(QueryInputMappings.values());
      case MAP_LOGICAL_RANGE -> List.of(MapLogicalRange.values());
      case MAP_LOGICAL_RANGE_EX -> List.of(MapLogicalRangeEx.values());
      case UNMAP_LOGICAL_RANGE -> List.of(UnmapLogicalRange.values());
      case MAP_IDENTITY_RANGE -> List.of(MapIdentityRange.values());
      case MAP_IDENTITY_RANGE_EX -> List.of(MapIdentityRangeEx.values());
      case UNMAP_IDENTITY_RANGE -> List.of(UnmapIdentityRange.values());
      case UNMAP_IDENTITY_RANGE_EX -> List.of(UnmapIdentityRangeEx.values());
      case SET_DEVICE_FAULT_REPORTING -> List.of(SetDeviceFaultReporting.values());
      case SET_DEVICE_FAULT_REPORTING_EX -> List.of(SetDeviceFaultReportingEx.values());
      case CONFIGURE_DOMAIN -> List.of(ConfigureDomain.values());
      case QUERY_AVAILABLE_DOMAIN_TYPES -> List.of(QueryAvailableDomainTypes.values());
      case REGISTER_INTERFACE_STATE_CHANGE_CALLBACK ->
          List.of(RegisterInterfaceStateChangeCallback.values());
      case UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK ->
          List.of(UnregisterInterfaceStateChangeCallback.values());
      case RESERVE_LOGICAL_ADDRESS_RANGE -> List.of(ReserveLogicalAddressRange.values());
      case FREE_RESERVED_LOGICAL_ADDRESS_RANGE -> List.of(FreeReservedLogicalAddressRange.values());
      case MAP_RESERVED_LOGICAL_RANGE -> List.of(MapReservedLogicalRange.values());
      case UNMAP_RESERVED_LOGICAL_RANGE -> List.of(UnmapReservedLogicalRange.values());
      case CREATE_DEVICE -> List.of(CreateDevice.values());
      case DELETE_DEVICE -> List.of(DeleteDevice.values());
      case CREATE_PASID_DEVICE -> List.of(CreatePasidDevice.values());
      case DELETE_PASID_DEVICE -> List.of(DeletePasidDevice.values());
      case ATTACH_PASID_DEVICE -> List.of(AttachPasidDevice.values());
      case DETACH_PASID_DEVICE -> List.of(DetachPasidDevice.values());
      case QUERY_DEVICE_INFO -> List.of(QueryDeviceInfo.values());
      case MEMORY_ACCESS -> List.of(MemoryAccess.values());
      case DEVICE_ACCESS -> List.of(DeviceAccess.values());
      case IO_GET_DMA_ADAPTER -> List.of(IoGetDmaAdapter.values());
      case GET_DMA_DOMAIN -> List.of(GetDmaDomain.values());
      case JOIN_DMA_DOMAIN -> List.of(JoinDmaDomain.values());
      case LEAVE_DMA_DOMAIN -> List.of(LeaveDmaDomain.values());
      case CREATE_COMMON_BUFFER_FROM_MDL -> List.of(CreateCommonBufferFromMdl.values());
      case FREE_COMMON_BUFFER -> List.of(FreeCommonBuffer.values());
      case PUT_DMA_ADAPTER -> List.of(PutDmaAdapter.values());
      case DMA_OPERATION -> List.of(DmaOperation.values());
      case DMA_VERIFICATION -> List.of(DmaVerification.values());
      case PROCESS_EXIT -> List.of(ProcessExit.values());
      case DRIVER_UNLOAD -> List.of(DriverUnload.values());
      default -> List.of();
    };
  }

  /** {@return the answer to a call at an IRQL that is too high; null when there is none} */
  public @Nullable Condition irqlTooHigh() {
    return named("IRQL_TOO_HIGH");
  }

  /**
   * {@return the answer of a routine that is made to fail on purpose; null when none is: it
   * allocates nothing}
   */
  public @Nullable Condition injected() {
    return named("INJECTED");
  }

  private @Nullable Condition named(String name) {
    for (Condition condition : conditions()) {
      if (condition.name().equals(name)) {
        return condition;
      }
    }
    return null;
  }

  /**
   * {@return the routine with an ordinal}
   *
   * @param ordinal what {@link #ordinal} returned
   */
  public static Routine of(int ordinal) {
    return BY_ORDINAL[ordinal];
  }

  /**
   * The answer with a number.
   *
   * @param number what {@link Condition#number} returned
   * @return the answer, or null when there is none with this number
   */
  public static @Nullable Condition answer(long number) {
    long routine = number >> 8;
    if (routine < 0 || routine >= BY_ORDINAL.length) {
      return null;
    }
    for (Condition condition : BY_ORDINAL[(int) routine].conditions()) {
      if (condition.number() == number) {
        return condition;
      }
    }
    return null;
  }
}
