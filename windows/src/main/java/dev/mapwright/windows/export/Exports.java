package dev.mapwright.windows.export;

import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.contiguous.ContiguousCalls;
import dev.mapwright.windows.iospace.IoSpaceCalls;
import dev.mapwright.windows.iospace.RegisterCalls;
import dev.mapwright.windows.irp.IrpCalls;
import dev.mapwright.windows.irql.IrqlCalls;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.mdl.MdlMappingCalls;
import dev.mapwright.windows.mdl.MdlPagesCalls;
import dev.mapwright.windows.physical.PhysicalCalls;
import dev.mapwright.windows.pool.PoolCalls;
import dev.mapwright.windows.reserved.ReservedCalls;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every routine by its documented name, with arguments as a C caller passes them: one machine word
 * each, of which the routine takes as many bytes as its {@linkplain Routine#parameters parameter's
 * kind} has. It is what a driver that was compiled from C is linked to, and what calls with any
 * arguments are made through.
 */
public final class Exports {
  private static final Map<String, Routine> BY_NAME = byName();

  private Exports() {}

  private static Map<String, Routine> byName() {
    Map<String, Routine> names = new HashMap<>();
    for (Routine routine : Routine.values()) {
      if (routine.callable()) {
        names.put(routine.documentedName(), routine);
      }
    }
    return Map.copyOf(names);
  }

  /**
   * {@return the routine with a documented name; null when there is none}
   *
   * @param documentedName for example {@code MmMapIoSpaceEx}
   */
  public static @Nullable Routine find(String documentedName) {
    return BY_NAME.get(documentedName);
  }

  /**
   * Calls a routine.
   *
   * @param c who calls
   * @param routine which one, {@linkplain Routine#callable callable}
   * @param arguments one a parameter, in the documented order; higher bytes than its kind has are
   *     ignored
   * @return the result, zero-extended; 0 for VOID
   * @throws IllegalArgumentException for another number of arguments, or what is no routine
   * @throws dev.mapwright.windows.bugcheck.BugCheck for misuse, unless it is recorded
   * @throws dev.mapwright.windows.bugcheck.NtStatusException where the routine raises a status
   */
  public static long call(NtContext c, Routine routine, long... arguments) {
    if (!routine.callable() || arguments.length != routine.parameters().size()) {
      throw new IllegalArgumentException(
          routine.documentedName() + " with " + arguments.length + " arguments");
    }
    return invoke(c, routine, arguments);
  }

  /**
   * Calls a routine by its address, as code does that has got a table of addresses.
   *
   * @param c who calls
   * @param address the address, of a routine: {@link
   *     dev.mapwright.windows.context.FunctionTable#addressOf}
   * @param arguments as for {@link #call(NtContext, Routine, long...)}
   * @return the result, zero-extended; 0 for VOID
   * @throws IllegalArgumentException when no routine is there, or for another number of arguments
   */
  public static long callAt(NtContext c, long address, long... arguments) {
    Routine routine = c.kernel().functions().routineAt(address);
    if (routine == null) {
      throw new IllegalArgumentException("no routine at 0x" + Long.toHexString(address));
    }
    return call(c, routine, arguments);
  }

  private static boolean flag(long argument) {
    return (argument & 0xFF) != 0;
  }

  private static int byteOf(long argument) {
    return (int) argument & 0xFF;
  }

  private static long invoke(NtContext c, Routine routine, long[] a) {
    return switch (routine) {
      case IO_ALLOCATE_MDL ->
          MdlCalls.ioAllocateMdl(c, a[0], (int) a[1], flag(a[2]), flag(a[3]), a[4]);
      case IO_FREE_MDL -> {
        MdlCalls.ioFreeMdl(c, a[0]);
        yield 0;
      }
      case IO_BUILD_PARTIAL_MDL -> {
        MdlMappingCalls.ioBuildPartialMdl(c, a[0], a[1], a[2], (int) a[3]);
        yield 0;
      }
      case MM_PREPARE_MDL_FOR_REUSE -> {
        MdlMappingCalls.mmPrepareMdlForReuse(c, a[0]);
        yield 0;
      }
      case MM_INITIALIZE_MDL -> {
        MdlCalls.mmInitializeMdl(c, a[0], a[1], a[2]);
        yield 0;
      }
      case MM_SIZE_OF_MDL -> MdlCalls.mmSizeOfMdl(c, a[0], a[1]);
      case MM_GET_MDL_BYTE_COUNT -> MdlCalls.mmGetMdlByteCount(c, a[0]) & 0xFFFF_FFFFL;
      case MM_GET_MDL_BYTE_OFFSET -> MdlCalls.mmGetMdlByteOffset(c, a[0]) & 0xFFFF_FFFFL;
      case MM_GET_MDL_VIRTUAL_ADDRESS -> MdlCalls.mmGetMdlVirtualAddress(c, a[0]);
      case MM_GET_MDL_PFN_ARRAY -> MdlCalls.mmGetMdlPfnArray(c, a[0]);
      case MM_PROBE_AND_LOCK_PAGES -> {
        MdlCalls.mmProbeAndLockPages(c, a[0], byteOf(a[1]), (int) a[2]);
        yield 0;
      }
      case MM_PROBE_AND_LOCK_PROCESS_PAGES -> {
        MdlCalls.mmProbeAndLockProcessPages(c, a[0], a[1], byteOf(a[2]), (int) a[3]);
        yield 0;
      }
      case MM_PROBE_AND_LOCK_SELECTED_PAGES -> {
        MdlCalls.mmProbeAndLockSelectedPages(c, a[0], a[1], byteOf(a[2]), (int) a[3]);
        yield 0;
      }
      case MM_UNLOCK_PAGES -> {
        MdlCalls.mmUnlockPages(c, a[0]);
        yield 0;
      }
      case MM_BUILD_MDL_FOR_NON_PAGED_POOL -> {
        MdlCalls.mmBuildMdlForNonPagedPool(c, a[0]);
        yield 0;
      }
      case MM_ALLOCATE_PAGES_FOR_MDL ->
          MdlPagesCalls.mmAllocatePagesForMdl(c, a[0], a[1], a[2], a[3]);
      case MM_ALLOCATE_PAGES_FOR_MDL_EX ->
          MdlPagesCalls.mmAllocatePagesForMdlEx(c, a[0], a[1], a[2], a[3], (int) a[4], (int) a[5]);
      case MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX ->
          MdlPagesCalls.mmAllocateNodePagesForMdlEx(
              c, a[0], a[1], a[2], a[3], (int) a[4], (int) a[5], (int) a[6]);
      case MM_FREE_PAGES_FROM_MDL -> {
        MdlPagesCalls.mmFreePagesFromMdl(c, a[0]);
        yield 0;
      }
      case MM_MAP_LOCKED_PAGES -> MdlMappingCalls.mmMapLockedPages(c, a[0], byteOf(a[1]));
      case MM_MAP_LOCKED_PAGES_SPECIFY_CACHE ->
          MdlMappingCalls.mmMapLockedPagesSpecifyCache(
              c, a[0], byteOf(a[1]), (int) a[2], a[3], (int) a[4], (int) a[5]);
      case MM_GET_SYSTEM_ADDRESS_FOR_MDL -> MdlMappingCalls.mmGetSystemAddressForMdl(c, a[0]);
      case MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE ->
          MdlMappingCalls.mmGetSystemAddressForMdlSafe(c, a[0], (int) a[1]);
      case MM_UNMAP_LOCKED_PAGES -> {
        MdlMappingCalls.mmUnmapLockedPages(c, a[0], a[1]);
        yield 0;
      }
      case MM_PROTECT_MDL_SYSTEM_ADDRESS ->
          MdlMappingCalls.mmProtectMdlSystemAddress(c, a[0], (int) a[1]) & 0xFFFF_FFFFL;
      case MM_ADVANCE_MDL -> MdlMappingCalls.mmAdvanceMdl(c, a[0], (int) a[1]) & 0xFFFF_FFFFL;
      case MM_MAP_MDL -> MdlMappingCalls.mmMapMdl(c, a[0], (int) a[1], a[2], a[3]) & 0xFFFF_FFFFL;
      case MM_ALLOCATE_MAPPING_ADDRESS ->
          ReservedCalls.mmAllocateMappingAddress(c, a[0], (int) a[1]);
      case MM_ALLOCATE_MAPPING_ADDRESS_EX ->
          ReservedCalls.mmAllocateMappingAddressEx(c, a[0], (int) a[1], (int) a[2]);
      case MM_FREE_MAPPING_ADDRESS -> {
        ReservedCalls.mmFreeMappingAddress(c, a[0], (int) a[1]);
        yield 0;
      }
      case MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING ->
          ReservedCalls.mmMapLockedPagesWithReservedMapping(c, a[0], (int) a[1], a[2], (int) a[3]);
      case MM_UNMAP_RESERVED_MAPPING -> {
        ReservedCalls.mmUnmapReservedMapping(c, a[0], (int) a[1], a[2]);
        yield 0;
      }
      case MM_MAP_IO_SPACE -> IoSpaceCalls.mmMapIoSpace(c, a[0], a[1], (int) a[2]);
      case MM_MAP_IO_SPACE_EX -> IoSpaceCalls.mmMapIoSpaceEx(c, a[0], a[1], (int) a[2]);
      case MM_UNMAP_IO_SPACE -> {
        IoSpaceCalls.mmUnmapIoSpace(c, a[0], a[1]);
        yield 0;
      }
      case MM_ALLOCATE_MDL_FOR_IO_SPACE ->
          IoSpaceCalls.mmAllocateMdlForIoSpace(c, a[0], a[1], a[2]) & 0xFFFF_FFFFL;
      case READ_REGISTER_UCHAR -> RegisterCalls.readRegisterUchar(c, a[0]) & 0xFFL;
      case READ_REGISTER_USHORT -> RegisterCalls.readRegisterUshort(c, a[0]) & 0xFFFFL;
      case READ_REGISTER_ULONG -> RegisterCalls.readRegisterUlong(c, a[0]) & 0xFFFF_FFFFL;
      case READ_REGISTER_ULONG64 -> RegisterCalls.readRegisterUlong64(c, a[0]);
      case READ_REGISTER_BUFFER_UCHAR -> {
        RegisterCalls.readRegisterBufferUchar(c, a[0], a[1], (int) a[2]);
        yield 0;
      }
      case READ_REGISTER_BUFFER_USHORT -> {
        RegisterCalls.readRegisterBufferUshort(c, a[0], a[1], (int) a[2]);
        yield 0;
      }
      case READ_REGISTER_BUFFER_ULONG -> {
        RegisterCalls.readRegisterBufferUlong(c, a[0], a[1], (int) a[2]);
        yield 0;
      }
      case READ_REGISTER_BUFFER_ULONG64 -> {
        RegisterCalls.readRegisterBufferUlong64(c, a[0], a[1], (int) a[2]);
        yield 0;
      }
      case WRITE_REGISTER_UCHAR -> {
        RegisterCalls.writeRegisterUchar(c, a[0], byteOf(a[1]));
        yield 0;
      }
      case WRITE_REGISTER_USHORT -> {
        RegisterCalls.writeRegisterUshort(c, a[0], (int) a[1] & 0xFFFF);
        yield 0;
      }
      case WRITE_REGISTER_ULONG -> {
        RegisterCalls.writeRegisterUlong(c, a[0], (int) a[1]);
        yield 0;
      }
      case WRITE_REGISTER_ULONG64 -> {
        RegisterCalls.writeRegisterUlong64(c, a[0], a[1]);
        yield 0;
      }
      case WRITE_REGISTER_BUFFER_UCHAR -> {
        RegisterCalls.writeRegisterBufferUchar(c, a[0], a[1], (int) a[2]);
        yield 0;
      }
      case WRITE_REGISTER_BUFFER_USHORT -> {
        RegisterCalls.writeRegisterBufferUshort(c, a[0], a[1], (int) a[2]);
        yield 0;
      }
      case WRITE_REGISTER_BUFFER_ULONG -> {
        RegisterCalls.writeRegisterBufferUlong(c, a[0], a[1], (int) a[2]);
        yield 0;
      }
      case WRITE_REGISTER_BUFFER_ULONG64 -> {
        RegisterCalls.writeRegisterBufferUlong64(c, a[0], a[1], (int) a[2]);
        yield 0;
      }
      case MM_ALLOCATE_CONTIGUOUS_MEMORY ->
          ContiguousCalls.mmAllocateContiguousMemory(c, a[0], a[1]);
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_EX ->
          ContiguousCalls.mmAllocateContiguousMemoryEx(
                  c,
                  a[0],
                  a[1],
                  a[2],
                  a[3],
                  (int) a[4],
                  (int) a[5],
                  a[6],
                  (int) a[7],
                  (int) a[8],
                  a[9])
              & 0xFFFF_FFFFL;
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE ->
          ContiguousCalls.mmAllocateContiguousMemorySpecifyCache(
              c, a[0], a[1], a[2], a[3], (int) a[4]);
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE ->
          ContiguousCalls.mmAllocateContiguousMemorySpecifyCacheNode(
              c, a[0], a[1], a[2], a[3], (int) a[4], (int) a[5]);
      case MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY ->
          ContiguousCalls.mmAllocateContiguousNodeMemory(
              c, a[0], a[1], a[2], a[3], (int) a[4], (int) a[5]);
      case MM_FREE_CONTIGUOUS_MEMORY -> {
        ContiguousCalls.mmFreeContiguousMemory(c, a[0]);
        yield 0;
      }
      case MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE -> {
        ContiguousCalls.mmFreeContiguousMemorySpecifyCache(c, a[0], a[1], (int) a[2]);
        yield 0;
      }
      case MM_ALLOCATE_NON_CACHED_MEMORY -> ContiguousCalls.mmAllocateNonCachedMemory(c, a[0]);
      case MM_FREE_NON_CACHED_MEMORY -> {
        ContiguousCalls.mmFreeNonCachedMemory(c, a[0], a[1]);
        yield 0;
      }
      case MM_GET_PHYSICAL_ADDRESS -> PhysicalCalls.mmGetPhysicalAddress(c, a[0]);
      case MM_IS_ADDRESS_VALID -> PhysicalCalls.mmIsAddressValid(c, a[0]) ? 1 : 0;
      case MM_COPY_MEMORY ->
          PhysicalCalls.mmCopyMemory(c, a[0], a[1], a[2], (int) a[3], a[4]) & 0xFFFF_FFFFL;
      case KE_FLUSH_IO_BUFFERS -> {
        PhysicalCalls.keFlushIoBuffers(c, a[0], flag(a[1]), flag(a[2]));
        yield 0;
      }
      case EX_ALLOCATE_POOL2 -> PoolCalls.exAllocatePool2(c, a[0], a[1], (int) a[2]);
      case EX_ALLOCATE_POOL_WITH_TAG ->
          PoolCalls.exAllocatePoolWithTag(c, (int) a[0], a[1], (int) a[2]);
      case EX_FREE_POOL -> {
        PoolCalls.exFreePool(c, a[0]);
        yield 0;
      }
      case EX_FREE_POOL_WITH_TAG -> {
        PoolCalls.exFreePoolWithTag(c, a[0], (int) a[1]);
        yield 0;
      }
      case KE_RAISE_IRQL -> {
        IrqlCalls.keRaiseIrql(c, byteOf(a[0]), a[1]);
        yield 0;
      }
      case KE_LOWER_IRQL -> {
        IrqlCalls.keLowerIrql(c, byteOf(a[0]));
        yield 0;
      }
      case KE_GET_CURRENT_IRQL -> IrqlCalls.keGetCurrentIrql(c) & 0xFFL;
      case IO_ALLOCATE_IRP -> IrpCalls.ioAllocateIrp(c, byteOf(a[0]), flag(a[1]));
      case IO_FREE_IRP -> {
        IrpCalls.ioFreeIrp(c, a[0]);
        yield 0;
      }
      case IO_GET_IOMMU_INTERFACE,
          IO_GET_IOMMU_INTERFACE_EX,
          CREATE_DOMAIN,
          CREATE_DOMAIN_EX,
          DELETE_DOMAIN,
          ATTACH_DEVICE,
          DETACH_DEVICE,
          ATTACH_DEVICE_EX,
          DETACH_DEVICE_EX,
          FLUSH_DOMAIN,
          FLUSH_DOMAIN_BY_VA_LIST,
          QUERY_INPUT_MAPPINGS,
          MAP_LOGICAL_RANGE,
          MAP_LOGICAL_RANGE_EX,
          UNMAP_LOGICAL_RANGE,
          MAP_IDENTITY_RANGE,
          MAP_IDENTITY_RANGE_EX,
          UNMAP_IDENTITY_RANGE,
          UNMAP_IDENTITY_RANGE_EX,
          SET_DEVICE_FAULT_REPORTING,
          SET_DEVICE_FAULT_REPORTING_EX,
          CONFIGURE_DOMAIN,
          QUERY_AVAILABLE_DOMAIN_TYPES,
          REGISTER_INTERFACE_STATE_CHANGE_CALLBACK,
          UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK,
          RESERVE_LOGICAL_ADDRESS_RANGE,
          FREE_RESERVED_LOGICAL_ADDRESS_RANGE,
          MAP_RESERVED_LOGICAL_RANGE,
          UNMAP_RESERVED_LOGICAL_RANGE,
          CREATE_DEVICE,
          DELETE_DEVICE,
          CREATE_PASID_DEVICE,
          DELETE_PASID_DEVICE,
          ATTACH_PASID_DEVICE,
          DETACH_PASID_DEVICE,
          QUERY_DEVICE_INFO ->
          IommuExports.invoke(c, routine, a);
      case MEMORY_ACCESS,
          DEVICE_ACCESS,
          IO_GET_DMA_ADAPTER,
          GET_DMA_DOMAIN,
          JOIN_DMA_DOMAIN,
          LEAVE_DMA_DOMAIN,
          CREATE_COMMON_BUFFER_FROM_MDL,
          FREE_COMMON_BUFFER,
          PUT_DMA_ADAPTER,
          DMA_OPERATION,
          DMA_VERIFICATION,
          PROCESS_EXIT,
          DRIVER_UNLOAD ->
          throw new IllegalArgumentException(routine.documentedName());
    };
  }
}
