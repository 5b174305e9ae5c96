package dev.mapwright.windows.iommu.device;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.answer.SetDeviceFaultReportingEx;
import dev.mapwright.windows.context.NtContext;

/**
 * Makes handles of devices, and attaches devices to domains and detaches them. What a device is
 * attached to belongs to the device: a handle of either version attaches and detaches the same.
 *
 * <p>Handles and pointers are {@code long}, 0 is NULL; a BOOLEAN is a {@code boolean}. The
 * documented answers of each routine, in the order of its checks, are the constants of the enum of
 * its name in {@link dev.mapwright.windows.answer}. An argument that leads to memory which can't be
 * accessed is the bug check that this is. Thread-safe; each context is used by one thread at a
 * time.
 */
public final class DeviceCalls {
  private DeviceCalls() {}

  /**
   * CreateDevice: a handle of a device that is behind an IOMMU.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param pdo the DEVICE_OBJECT of the device (PDO)
   * @param configuration IOMMU_DEVICE_CREATION_CONFIGURATION, which says how PASIDs are used; 0 for
   *     none
   * @param out where the handle is put
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.CreateDevice} says
   *     (wdm.h, nc-wdm-iommu_device_create, Return value)
   */
  public static int createDevice(NtContext c, long pdo, long configuration, long out) {
    if (!c.enterDma(Routine.CREATE_DEVICE)) {
      return c.failureStatus();
    }
    try {
      return DeviceCreation.run(c, pdo, configuration, out);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * DeleteDevice: ends a handle of a device that is not attached, has no callback, and no devices
   * of a PASID.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param device the handle of the device
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.DeleteDevice} says
   *     (wdm.h, nc-wdm-iommu_device_delete, Return value)
   */
  public static int deleteDevice(NtContext c, long device) {
    if (!c.enterDma(Routine.DELETE_DEVICE)) {
      return c.failureStatus();
    }
    try {
      return DeviceDeletion.run(c, device);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * AttachDevice, of the first version.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param domain the handle of the domain
   * @param pdo the DEVICE_OBJECT of the device (PDO)
   * @param inputMappingIdBase 0
   * @param mappingCount 1
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.AttachDevice} says
   *     (wdm.h, nc-wdm-iommu_domain_attach_device, Return value)
   */
  public static int attachDevice(
      NtContext c, long domain, long pdo, int inputMappingIdBase, int mappingCount) {
    if (!c.enterDma(Routine.ATTACH_DEVICE)) {
      return c.failureStatus();
    }
    try {
      return Attaching.run(c, domain, pdo, inputMappingIdBase, mappingCount);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * DetachDevice, of the first version.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param domain the handle of the domain
   * @param pdo the DEVICE_OBJECT of the device (PDO)
   * @param inputMappingId 0
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.DetachDevice} says
   *     (wdm.h, nc-wdm-iommu_domain_detach_device, Return value)
   */
  public static int detachDevice(NtContext c, long domain, long pdo, int inputMappingId) {
    if (!c.enterDma(Routine.DETACH_DEVICE)) {
      return c.failureStatus();
    }
    try {
      return Detaching.run(c, domain, pdo, inputMappingId);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * AttachDeviceEx: attaches a device. A second call on it must not overlap.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param domain the handle of the domain
   * @param device the handle of the device
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.AttachDeviceEx} says
   *     (wdm.h, nc-wdm-iommu_domain_attach_device_ex, Return value)
   */
  public static int attachDeviceEx(NtContext c, long domain, long device) {
    if (!c.enterDma(Routine.ATTACH_DEVICE_EX)) {
      return c.failureStatus();
    }
    try {
      return Attaching.runEx(c, domain, device);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * DetachDeviceEx: detaches a device: when it returns no access of the device gets through.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param device the handle of the device
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.DetachDeviceEx} says
   *     (wdm.h, nc-wdm-iommu_domain_detach_device_ex, Return value)
   */
  public static int detachDeviceEx(NtContext c, long device) {
    if (!c.enterDma(Routine.DETACH_DEVICE_EX)) {
      return c.failureStatus();
    }
    try {
      return Detaching.runEx(c, device);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * QueryAvailableDomainTypes: which types of domains the device may be attached to now. A hint:
   * attaching asks again.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param device the handle of the device
   * @param mask where a ULONG is put, of {@link dev.mapwright.windows.abi.iommu.DmaDomainType#bit}
   */
  public static void queryAvailableDomainTypes(NtContext c, long device, long mask) {
    if (!c.enterDma(Routine.QUERY_AVAILABLE_DOMAIN_TYPES)) {
      return;
    }
    try {
      DeviceQueries.domainTypes(c, device, mask);
    } catch (MemoryFault fault) {
      c.misusedPointer(fault);
    }
  }

  /**
   * QueryInputMappings: the input mappings of a device; only ARM64 has them.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param pdo the DEVICE_OBJECT of the device (PDO)
   * @param buffer where INPUT_MAPPING_ELEMENTs are put
   * @param bufferLength how many bytes it has
   * @param returnLength where the number of bytes is put; 0 for nowhere
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.QueryInputMappings}
   *     says (wdm.h, nc-wdm-iommu_query_input_mappings, Return value)
   */
  public static int queryInputMappings(
      NtContext c, long pdo, long buffer, int bufferLength, long returnLength) {
    if (!c.enterDma(Routine.QUERY_INPUT_MAPPINGS)) {
      return c.failureStatus();
    }
    try {
      return DeviceQueries.inputMappings(c, pdo);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * QueryDeviceInfo: how a device uses PASIDs.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param device the handle of the device
   * @param size how many bytes the buffer has
   * @param bytesWritten where the number of bytes is put that were written, a ULONG
   * @param buffer where IOMMU_DMA_DEVICE_INFORMATION is put
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.QueryDeviceInfo}
   *     says (wdm.h, nc-wdm-iommu_device_query_information, Return value)
   */
  public static int queryDeviceInfo(
      NtContext c, long device, int size, long bytesWritten, long buffer) {
    if (!c.enterDma(Routine.QUERY_DEVICE_INFO)) {
      return c.failureStatus();
    }
    try {
      return DeviceQueries.info(c, device, size, bytesWritten, buffer);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * SetDeviceFaultReporting, of the first version: sets the handler of a device's faults, or takes
   * it back. The device may have been attached by either version. When this returns, a handler that
   * was replaced or taken back does not run any more, unless it is the caller itself.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param pdo the DEVICE_OBJECT of the device (PDO)
   * @param inputMappingIdBase 0
   * @param enable whether faults are to be reported
   * @param config DEVICE_FAULT_CONFIGURATION; used for enabling only
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.SetDeviceFaultReporting} says (wdm.h,
   *     nc-wdm-iommu_set_device_fault_reporting, Return value)
   */
  public static int setDeviceFaultReporting(
      NtContext c, long pdo, int inputMappingIdBase, boolean enable, long config) {
    if (!c.enterDma(Routine.SET_DEVICE_FAULT_REPORTING)) {
      return c.failureStatus();
    }
    try {
      return FaultReporting.run(c, pdo, inputMappingIdBase, enable, config);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * SetDeviceFaultReportingEx: always STATUS_NOT_IMPLEMENTED, before any other check.
   *
   * @param c who calls, at any IRQL
   * @param device the handle of the device
   * @param inputMappingIdBase anything
   * @param enable anything
   * @param config anything
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.SetDeviceFaultReportingEx} says (wdm.h,
   *     nc-wdm-iommu_set_device_fault_reporting_ex, Return value)
   */
  public static int setDeviceFaultReportingEx(
      NtContext c, long device, int inputMappingIdBase, boolean enable, long config) {
    c.enterDma(Routine.SET_DEVICE_FAULT_REPORTING_EX);
    return c.refuse(SetDeviceFaultReportingEx.NOT_IMPLEMENTED, 0, 0);
  }
}
