package dev.mapwright.windows.iommu.device;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The accesses that a device makes under a PASID: a device of its own, attached to a domain of its
 * own.
 *
 * <p>Handles and pointers are {@code long}, 0 is NULL; a BOOLEAN is a {@code boolean}. The
 * documented answers of each routine, in the order of its checks, are the constants of the enum of
 * its name in {@link dev.mapwright.windows.answer}. An argument that leads to memory which can't be
 * accessed is the bug check that this is. Thread-safe; each context is used by one thread at a
 * time.
 */
public final class PasidCalls {
  private PasidCalls() {}

  /**
   * CreatePasidDevice: a device of a PASID that the system chooses, the lowest free one of the
   * device.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param device the handle of the device
   * @param out where the handle is put
   * @param asidOut where the PASID is put, a ULONG
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.CreatePasidDevice}
   *     says (wdm.h, nc-wdm-iommu_pasid_device_create, Return value)
   */
  public static int createPasidDevice(NtContext c, long device, long out, long asidOut) {
    if (!c.enterDma(Routine.CREATE_PASID_DEVICE)) {
      return c.failureStatus();
    }
    try {
      return PasidLife.create(c, device, out, asidOut);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * DeletePasidDevice: ends one that is not attached.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param pasidDevice the handle of the device of a PASID
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.DeletePasidDevice}
   *     says (wdm.h, nc-wdm-iommu_pasid_device_delete, Return value)
   */
  public static int deletePasidDevice(NtContext c, long pasidDevice) {
    if (!c.enterDma(Routine.DELETE_PASID_DEVICE)) {
      return c.failureStatus();
    }
    try {
      return PasidLife.delete(c, pasidDevice);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * AttachPasidDevice: attaches one to a domain in which drivers map.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param domain the handle of the domain
   * @param pasidDevice the handle of the device of a PASID
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.AttachPasidDevice}
   *     says (wdm.h, nc-wdm-iommu_domain_attach_pasid_device, Return value)
   */
  public static int attachPasidDevice(NtContext c, long domain, long pasidDevice) {
    if (!c.enterDma(Routine.ATTACH_PASID_DEVICE)) {
      return c.failureStatus();
    }
    try {
      return PasidAttaching.attach(c, domain, pasidDevice);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * DetachPasidDevice: detaches one.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param pasidDevice the handle of the device of a PASID
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.DetachPasidDevice}
   *     says (wdm.h, nc-wdm-iommu_domain_detach_pasid_device, Return value)
   */
  public static int detachPasidDevice(NtContext c, long pasidDevice) {
    if (!c.enterDma(Routine.DETACH_PASID_DEVICE)) {
      return c.failureStatus();
    }
    try {
      return PasidAttaching.detach(c, pasidDevice);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }
}
