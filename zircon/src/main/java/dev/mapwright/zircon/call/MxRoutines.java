package dev.mapwright.zircon.call;

import dev.mapwright.zircon.answer.HandleDuplicate;
import dev.mapwright.zircon.answer.HandleReplace;
import dev.mapwright.zircon.answer.MmapDeviceMemory;
import dev.mapwright.zircon.answer.ObjectGetInfo;
import dev.mapwright.zircon.answer.ProcessCreate;
import dev.mapwright.zircon.answer.VmarAllocate;
import dev.mapwright.zircon.answer.VmarMap;
import dev.mapwright.zircon.answer.VmoClone;
import dev.mapwright.zircon.answer.VmoCreate;
import dev.mapwright.zircon.answer.VmoCreateContiguous;
import dev.mapwright.zircon.answer.VmoGetSize;
import dev.mapwright.zircon.answer.VmoRead;
import dev.mapwright.zircon.answer.VmoWrite;
import java.lang.foreign.MemorySegment;

/**
 * The routines of {@link MxCalls} for callers that have no memory to point into: results stay in
 * the context, where the next successful call replaces them. Checks, statuses and threads are the
 * same. Routines without pointers are there alone.
 */
public final class MxRoutines {
  private MxRoutines() {}

  /**
   * As {@link MxCalls#mxVmarAllocate}; the handle is {@link MxContext#handle}, the address {@link
   * MxContext#address}.
   *
   * @param c who calls
   * @param parent handle to the region to allocate in
   * @param offset from the base of the parent, in bytes; only with SPECIFIC
   * @param size in bytes, a multiple of the page size
   * @param flags see {@link dev.mapwright.zircon.abi.MxVmFlags}
   * @return {@code MX_OK}, or a status of {@link VmarAllocate}
   */
  public static int vmarAllocate(MxContext c, int parent, long offset, long size, int flags) {
    c.begin();
    int status = VmarAllocateCall.run(c, parent, offset, size, flags);
    return c.end(status, VmarAllocate.DONE);
  }

  /**
   * As {@link MxCalls#mxVmarMap}; the address is {@link MxContext#address}.
   *
   * @param c who calls
   * @param vmar handle to the region to map into
   * @param vmarOffset from the base of the region, in bytes; only with SPECIFIC or
   *     SPECIFIC_OVERWRITE
   * @param vmo handle to the memory object
   * @param vmoOffset first byte of the object to map, a multiple of the page size; it may lie
   *     beyond the end
   * @param len in bytes, rounded up to pages
   * @param mapFlags see {@link dev.mapwright.zircon.abi.MxVmFlags}
   * @return {@code MX_OK}, or a status of {@link VmarMap}
   */
  public static int vmarMap(
      MxContext c, int vmar, long vmarOffset, int vmo, long vmoOffset, long len, int mapFlags) {
    c.begin();
    int status = VmarMapCall.run(c, vmar, vmarOffset, vmo, vmoOffset, len, mapFlags);
    return c.end(status, VmarMap.DONE);
  }

  /**
   * As {@link MxCalls#mxVmoCreate}; the handle is {@link MxContext#handle}.
   *
   * @param c who calls
   * @param size in bytes, unsigned; 0 is fine
   * @param options 0
   * @return {@code MX_OK}, or a status of {@link VmoCreate}
   */
  public static int vmoCreate(MxContext c, long size, int options) {
    c.begin();
    int status = VmoCreateCall.create(c, size, options);
    return c.end(status, VmoCreate.DONE);
  }

  /**
   * As {@link MxCalls#mxVmoCreateContiguous}; the handle is {@link MxContext#handle}.
   *
   * @param c who calls
   * @param rsrc handle to a resource
   * @param size in bytes, unsigned, rounded up to pages
   * @param alignmentLog2 log2 of the alignment of the first physical address, 12 to 63; 0 for a
   *     page
   * @return {@code MX_OK}, or a status of {@link VmoCreateContiguous}
   */
  public static int vmoCreateContiguous(MxContext c, int rsrc, long size, int alignmentLog2) {
    c.begin();
    int status = VmoCreateCall.createContiguous(c, rsrc, size, alignmentLog2);
    return c.end(status, VmoCreateContiguous.DONE);
  }

  /**
   * As {@link MxCalls#mxMmapDeviceMemory}; the address is {@link MxContext#address}.
   *
   * @param c who calls
   * @param rsrc handle to a resource
   * @param paddr physical address, a multiple of the page size
   * @param len in bytes, rounded up to pages
   * @param cachePolicy see {@link dev.mapwright.zircon.abi.MxVmoOps}
   * @return {@code MX_OK}, or a status of {@link MmapDeviceMemory}
   */
  public static int mmapDeviceMemory(MxContext c, int rsrc, long paddr, long len, int cachePolicy) {
    c.begin();
    int status = DeviceMemoryCall.run(c, rsrc, paddr, len, cachePolicy);
    return c.end(status, MmapDeviceMemory.DONE);
  }

  /**
   * As {@link MxCalls#mxVmoGetSize}; the size is {@link MxContext#bytes}.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @return {@code MX_OK}, or a status of {@link VmoGetSize}
   */
  public static int vmoGetSize(MxContext c, int handle) {
    c.begin();
    int status = VmoSizeCalls.get(c, handle);
    return c.end(status, VmoGetSize.DONE);
  }

  /**
   * As {@link MxCalls#mxVmoClone}; the handle is {@link MxContext#handle}.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @param options COPY_ON_WRITE, see {@link dev.mapwright.zircon.abi.MxVmoOps}
   * @param offset the byte of the object that is the clone's first, a multiple of the page size
   * @param size the clone's size in bytes, unsigned
   * @return {@code MX_OK}, or a status of {@link VmoClone}
   */
  public static int vmoClone(MxContext c, int handle, int options, long offset, long size) {
    c.begin();
    int status = VmoCreateCall.clone(c, handle, options, offset, size);
    return c.end(status, VmoClone.DONE);
  }

  /**
   * As {@link MxCalls#mxHandleDuplicate}; the handle is {@link MxContext#handle}.
   *
   * @param c who calls
   * @param handle a handle with the right DUPLICATE
   * @param rights a subset of its rights, or SAME_RIGHTS
   * @return {@code MX_OK}, or a status of {@link HandleDuplicate}
   */
  public static int handleDuplicate(MxContext c, int handle, int rights) {
    c.begin();
    int status = HandleCalls.duplicate(c, handle, rights);
    return c.end(status, HandleDuplicate.DONE);
  }

  /**
   * As {@link MxCalls#mxHandleReplace}; the handle is {@link MxContext#handle}.
   *
   * @param c who calls
   * @param handle any handle
   * @param rights a subset of its rights, or SAME_RIGHTS
   * @return {@code MX_OK}, or a status of {@link HandleReplace}
   */
  public static int handleReplace(MxContext c, int handle, int rights) {
    c.begin();
    int status = HandleCalls.replace(c, handle, rights);
    return c.end(status, HandleReplace.DONE);
  }

  /**
   * As {@link MxCalls#mxObjectGetInfo}; for the topic VMAR, base and length are {@link
   * MxContext#address} and {@link MxContext#bytes}.
   *
   * @param c who calls
   * @param handle any handle; of a region for the topic VMAR
   * @param topic see {@link dev.mapwright.zircon.abi.MxInfo}
   * @return {@code MX_OK}, or a status of {@link ObjectGetInfo}
   */
  public static int objectGetInfo(MxContext c, int handle, int topic) {
    c.begin();
    int status = ObjectInfoCall.run(c, handle, topic);
    return c.end(status, ObjectGetInfo.DONE);
  }

  /**
   * As {@link MxCalls#mxVmoRead}; the count of bytes is {@link MxContext#bytes}.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @param offset first byte in the object
   * @param into where the bytes go; its size is the length
   * @return {@code MX_OK}, or a status of {@link VmoRead}
   */
  public static int vmoRead(MxContext c, int handle, long offset, MemorySegment into) {
    c.begin();
    return c.end(VmoTransferCall.run(c, VmoTransferCall.READ, handle, offset, into), VmoRead.DONE);
  }

  /**
   * As {@link MxCalls#mxVmoWrite}; the count of bytes is {@link MxContext#bytes}.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @param offset first byte in the object
   * @param from where the bytes come from; its size is the length
   * @return {@code MX_OK}, or a status of {@link VmoWrite}
   */
  public static int vmoWrite(MxContext c, int handle, long offset, MemorySegment from) {
    c.begin();
    return c.end(
        VmoTransferCall.run(c, VmoTransferCall.WRITE, handle, offset, from), VmoWrite.DONE);
  }

  /**
   * As {@link MxCalls#mxProcessCreate}; the handles are {@link MxContext#handle} and {@link
   * MxContext#rootHandle}.
   *
   * @param c who calls
   * @param job handle to a job with the right WRITE; 0 for the own job
   * @param name the name; longer ones than the limit are not cut here
   * @return {@code MX_OK}, or a status of {@link ProcessCreate}
   */
  public static int processCreate(MxContext c, int job, String name) {
    c.begin();
    int status = ProcessCreateCall.run(c, job, name);
    return c.end(status, ProcessCreate.DONE);
  }
}
