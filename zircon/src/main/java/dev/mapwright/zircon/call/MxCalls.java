package dev.mapwright.zircon.call;

import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.HandleClose;
import dev.mapwright.zircon.answer.HandleDuplicate;
import dev.mapwright.zircon.answer.HandleReplace;
import dev.mapwright.zircon.answer.MmapDeviceMemory;
import dev.mapwright.zircon.answer.ObjectGetInfo;
import dev.mapwright.zircon.answer.ProcessCreate;
import dev.mapwright.zircon.answer.ProcessReadMemory;
import dev.mapwright.zircon.answer.ProcessWriteMemory;
import dev.mapwright.zircon.answer.VmarAllocate;
import dev.mapwright.zircon.answer.VmarDestroy;
import dev.mapwright.zircon.answer.VmarMap;
import dev.mapwright.zircon.answer.VmarProtect;
import dev.mapwright.zircon.answer.VmarUnmap;
import dev.mapwright.zircon.answer.VmarUnmapHandleCloseThreadExit;
import dev.mapwright.zircon.answer.VmoClone;
import dev.mapwright.zircon.answer.VmoCreate;
import dev.mapwright.zircon.answer.VmoCreateContiguous;
import dev.mapwright.zircon.answer.VmoGetSize;
import dev.mapwright.zircon.answer.VmoOpRange;
import dev.mapwright.zircon.answer.VmoRead;
import dev.mapwright.zircon.answer.VmoSetSize;
import dev.mapwright.zircon.answer.VmoWrite;
import dev.mapwright.zircon.object.MxProcess;

/**
 * The call face: the routines of 2017 with their documented arguments, in their order, after the
 * context of who calls.
 *
 * <p>Handles are {@code int}, sizes and offsets are unsigned {@code long}. Pointers are addresses
 * in the caller's memory, accessed through its CPU. The status is returned; {@link
 * MxContext#lastRefusal} says more after a refusal. A refused call has changed nothing, except
 * where said. Nothing is thrown for a wrong argument, and mapping, unmapping and protecting
 * allocate nothing on the heap. The documented answers of each routine, in the order of its checks,
 * are the constants of the enum of its name in {@link dev.mapwright.zircon.answer}.
 *
 * <p>Every method throws {@link IllegalStateException} when the calling thread or its process is
 * gone: such a caller does not exist.
 *
 * <p>The file is long because it is the whole interface on one page; what a routine does is in a
 * file of its own beside it.
 *
 * <p><b>Threads.</b> Each context is used by one thread at a time; calls of different contexts, of
 * the same process or of others, may run at the same time.
 */
public final class MxCalls {
  private MxCalls() {}

  /**
   * {@code mx_vmar_allocate}: makes a region in a region. Its handle carries DUPLICATE, TRANSFER
   * and the rights for its own CAN_MAP flags, whatever the handle to the parent carries.
   *
   * @param c who calls
   * @param parent handle to the region to allocate in
   * @param offset from the base of the parent, in bytes; only with SPECIFIC
   * @param size in bytes, a multiple of the page size
   * @param flags see {@link dev.mapwright.zircon.abi.MxVmFlags}
   * @param childPointer where the handle of the new region goes, 4 bytes
   * @param childAddrPointer where its address goes, 8 bytes; stored first
   * @return {@code MX_OK}, or a status of {@link VmarAllocate}
   */
  public static int mxVmarAllocate(
      MxContext c,
      int parent,
      long offset,
      long size,
      int flags,
      long childPointer,
      long childAddrPointer) {
    c.begin();
    int status = VmarAllocateCall.run(c, parent, offset, size, flags);
    status =
        UserMemory.deliverLong(
            c, status, childAddrPointer, c.address, VmarAllocate.BAD_ADDRESS_POINTER);
    status =
        UserMemory.deliverInt(
            c, status, childPointer, c.made.handle(), VmarAllocate.BAD_HANDLE_POINTER);
    return c.end(status, VmarAllocate.DONE);
  }

  /**
   * {@code mx_vmar_map}: maps a memory object into a region. The mapping keeps the object alive by
   * itself.
   *
   * <p>With SPECIFIC_OVERWRITE and a bad pointer, what was replaced stays gone.
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
   * @param mappedAddrPointer where the address of the mapping goes, 8 bytes
   * @return {@code MX_OK}, or a status of {@link VmarMap}
   */
  public static int mxVmarMap(
      MxContext c,
      int vmar,
      long vmarOffset,
      int vmo,
      long vmoOffset,
      long len,
      int mapFlags,
      long mappedAddrPointer) {
    c.begin();
    int status = VmarMapCall.run(c, vmar, vmarOffset, vmo, vmoOffset, len, mapFlags);
    status =
        UserMemory.deliverLong(
            c, status, mappedAddrPointer, c.address, VmarMap.BAD_ADDRESS_POINTER);
    return c.end(status, VmarMap.DONE);
  }

  /**
   * {@code mx_vmar_unmap}: removes all mappings in a range, or the parts of them that lie in it,
   * and destroys all child regions in it. It acts on direct children only; a range where nothing is
   * mapped is no error.
   *
   * @param c who calls
   * @param vmar handle to the region
   * @param addr absolute address, a multiple of the page size
   * @param len in bytes, rounded up to pages
   * @return {@code MX_OK}, or a status of {@link VmarUnmap}
   */
  public static int mxVmarUnmap(MxContext c, int vmar, long addr, long len) {
    c.begin();
    int status = VmarUnmapCall.run(c, VmarUnmapCall.UNMAP, vmar, addr, len);
    return c.end(status, VmarUnmap.DONE);
  }

  /**
   * {@code mx_vmar_protect}: changes the protection of a range that mappings cover without a hole,
   * up to the maximum that each of them got when it was made.
   *
   * @param c who calls
   * @param vmar handle to the region
   * @param addr absolute address, a multiple of the page size
   * @param len in bytes, rounded up to pages
   * @param prot PERM flags, see {@link dev.mapwright.zircon.abi.MxVmFlags}
   * @return {@code MX_OK}, or a status of {@link VmarProtect}
   */
  public static int mxVmarProtect(MxContext c, int vmar, long addr, long len, int prot) {
    c.begin();
    int status = VmarProtectCall.run(c, vmar, addr, len, prot);
    return c.end(status, VmarProtect.DONE);
  }

  /**
   * {@code mx_vmar_destroy}: destroys a region with everything in it, at any depth. Its handles
   * stay valid, and every operation on it is refused with BAD_STATE.
   *
   * @param c who calls
   * @param vmar handle to the region
   * @return {@code MX_OK}, or a status of {@link VmarDestroy}
   */
  public static int mxVmarDestroy(MxContext c, int vmar) {
    c.begin();
    int status = VmarDestroyCall.run(c, vmar);
    return c.end(status, VmarDestroy.DONE);
  }

  /**
   * {@code mx_vmo_create}: makes a memory object, whose bytes are zero and take no memory until
   * they are written.
   *
   * @param c who calls
   * @param size in bytes, unsigned; 0 is fine
   * @param options 0
   * @param outPointer where the handle goes, 4 bytes
   * @return {@code MX_OK}, or a status of {@link VmoCreate}
   */
  public static int mxVmoCreate(MxContext c, long size, int options, long outPointer) {
    c.begin();
    int status = VmoCreateCall.create(c, size, options);
    status = UserMemory.deliverInt(c, status, outPointer, c.made.handle(), VmoCreate.BAD_POINTER);
    return c.end(status, VmoCreate.DONE);
  }

  /**
   * {@code mx_vmo_create_contiguous}: makes a memory object of adjacent frames, all of them there
   * from the start.
   *
   * @param c who calls
   * @param rsrc handle to a resource
   * @param size in bytes, unsigned, rounded up to pages
   * @param alignmentLog2 log2 of the alignment of the first physical address, 12 to 63; 0 for a
   *     page
   * @param outPointer where the handle goes, 4 bytes
   * @return {@code MX_OK}, or a status of {@link VmoCreateContiguous}
   */
  public static int mxVmoCreateContiguous(
      MxContext c, int rsrc, long size, int alignmentLog2, long outPointer) {
    c.begin();
    int status = VmoCreateCall.createContiguous(c, rsrc, size, alignmentLog2);
    status =
        UserMemory.deliverInt(
            c, status, outPointer, c.made.handle(), VmoCreateContiguous.BAD_POINTER);
    return c.end(status, VmoCreateContiguous.DONE);
  }

  /**
   * {@code mx_mmap_device_memory}: maps physical addresses, readable and writable, into the
   * caller's root region.
   *
   * @param c who calls
   * @param rsrc handle to a resource
   * @param paddr physical address, a multiple of the page size
   * @param len in bytes, rounded up to pages
   * @param cachePolicy see {@link dev.mapwright.zircon.abi.MxVmoOps}
   * @param vaddrPointer where the address goes, 8 bytes
   * @return {@code MX_OK}, or a status of {@link MmapDeviceMemory}
   */
  public static int mxMmapDeviceMemory(
      MxContext c, int rsrc, long paddr, long len, int cachePolicy, long vaddrPointer) {
    c.begin();
    int status = DeviceMemoryCall.run(c, rsrc, paddr, len, cachePolicy);
    status =
        UserMemory.deliverLong(c, status, vaddrPointer, c.address, MmapDeviceMemory.BAD_POINTER);
    return c.end(status, MmapDeviceMemory.DONE);
  }

  /**
   * {@code mx_vmo_read}: reads from a memory object, up to its end.
   *
   * <p>With a bad pointer for the count, the bytes are transferred nevertheless.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @param data where the bytes go
   * @param offset first byte in the object
   * @param len in bytes; the whole buffer has to be writable
   * @param actualPointer where the count of bytes goes, 8 bytes
   * @return {@code MX_OK}, or a status of {@link VmoRead}
   */
  public static int mxVmoRead(
      MxContext c, int handle, long data, long offset, long len, long actualPointer) {
    c.begin();
    int status = VmoTransferCall.run(c, VmoTransferCall.READ, handle, data, offset, len);
    status = UserMemory.deliverLong(c, status, actualPointer, c.bytes, VmoRead.BAD_ACTUAL_POINTER);
    return c.end(status, VmoRead.DONE);
  }

  /**
   * {@code mx_vmo_write}: writes to a memory object, up to its end.
   *
   * <p>With a bad pointer for the count, the bytes are transferred nevertheless.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @param data where the bytes come from
   * @param offset first byte in the object
   * @param len in bytes; the whole buffer has to be readable
   * @param actualPointer where the count of bytes goes, 8 bytes
   * @return {@code MX_OK}, or a status of {@link VmoWrite}
   */
  public static int mxVmoWrite(
      MxContext c, int handle, long data, long offset, long len, long actualPointer) {
    c.begin();
    int status = VmoTransferCall.run(c, VmoTransferCall.WRITE, handle, data, offset, len);
    status = UserMemory.deliverLong(c, status, actualPointer, c.bytes, VmoWrite.BAD_ACTUAL_POINTER);
    return c.end(status, VmoWrite.DONE);
  }

  /**
   * {@code mx_vmo_get_size}: tells the size of a memory object, exact to the byte.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @param sizePointer where the size goes, 8 bytes
   * @return {@code MX_OK}, or a status of {@link VmoGetSize}
   */
  public static int mxVmoGetSize(MxContext c, int handle, long sizePointer) {
    c.begin();
    int status = VmoSizeCalls.get(c, handle);
    status = UserMemory.deliverLong(c, status, sizePointer, c.bytes, VmoGetSize.BAD_POINTER);
    return c.end(status, VmoGetSize.DONE);
  }

  /**
   * {@code mx_vmo_set_size}: changes the size of a memory object. Whole pages beyond the new size
   * go, out of all mappings and clones; mappings keep their extent and fault there.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @param size in bytes, unsigned
   * @return {@code MX_OK}, or a status of {@link VmoSetSize}
   */
  public static int mxVmoSetSize(MxContext c, int handle, long size) {
    c.begin();
    int status = VmoSizeCalls.set(c, handle, size);
    return c.end(status, VmoSetSize.DONE);
  }

  /**
   * {@code mx_vmo_op_range}: commits, decommits or looks up pages of a memory object, or operates
   * on the caches for them.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @param op see {@link dev.mapwright.zircon.abi.MxVmoOps}
   * @param offset first byte in the object
   * @param size in bytes
   * @param buffer where a look-up stores addresses, 8 bytes a page
   * @param bufferSize in bytes
   * @return {@code MX_OK}, or a status of {@link VmoOpRange}
   */
  public static int mxVmoOpRange(
      MxContext c, int handle, int op, long offset, long size, long buffer, long bufferSize) {
    c.begin();
    int status = VmoOpRangeCall.run(c, handle, op, offset, size, buffer, bufferSize);
    return c.end(status, VmoOpRange.DONE);
  }

  /**
   * {@code mx_vmo_clone}: makes a memory object that shows a range of another one until it is
   * written, page by page. Its handle carries the rights of the source, and WRITE, EXECUTE and MAP.
   *
   * @param c who calls
   * @param handle handle to the memory object
   * @param options COPY_ON_WRITE, see {@link dev.mapwright.zircon.abi.MxVmoOps}
   * @param offset the byte of the object that is the clone's first, a multiple of the page size
   * @param size the clone's size in bytes, unsigned
   * @param outPointer where the handle goes, 4 bytes
   * @return {@code MX_OK}, or a status of {@link VmoClone}
   */
  public static int mxVmoClone(
      MxContext c, int handle, int options, long offset, long size, long outPointer) {
    c.begin();
    int status = VmoCreateCall.clone(c, handle, options, offset, size);
    status = UserMemory.deliverInt(c, status, outPointer, c.made.handle(), VmoClone.BAD_POINTER);
    return c.end(status, VmoClone.DONE);
  }

  /**
   * {@code mx_handle_close}: closes a handle. The last one to a process without threads ends the
   * process.
   *
   * @param c who calls
   * @param handle any handle
   * @return {@code MX_OK}, or a status of {@link HandleClose}
   */
  public static int mxHandleClose(MxContext c, int handle) {
    c.begin();
    int status = HandleCalls.close(c, handle);
    return c.end(status, HandleClose.DONE);
  }

  /**
   * {@code mx_handle_duplicate}: makes another handle to the same object.
   *
   * @param c who calls
   * @param handle a handle with the right DUPLICATE
   * @param rights a subset of its rights, or SAME_RIGHTS
   * @param outPointer where the duplicate goes, 4 bytes
   * @return {@code MX_OK}, or a status of {@link HandleDuplicate}
   */
  public static int mxHandleDuplicate(MxContext c, int handle, int rights, long outPointer) {
    c.begin();
    int status = HandleCalls.duplicate(c, handle, rights);
    status =
        UserMemory.deliverInt(c, status, outPointer, c.made.handle(), HandleDuplicate.BAD_POINTER);
    return c.end(status, HandleDuplicate.DONE);
  }

  /**
   * {@code mx_handle_replace}: makes another handle to the same object and closes the old one.
   *
   * <p>With a bad pointer, both handles are gone; after other refusals the old one stays.
   *
   * @param c who calls
   * @param handle any handle
   * @param rights a subset of its rights, or SAME_RIGHTS
   * @param outPointer where the replacement goes, 4 bytes
   * @return {@code MX_OK}, or a status of {@link HandleReplace}
   */
  public static int mxHandleReplace(MxContext c, int handle, int rights, long outPointer) {
    c.begin();
    int status = HandleCalls.replace(c, handle, rights);
    status =
        UserMemory.deliverInt(c, status, outPointer, c.made.handle(), HandleReplace.BAD_POINTER);
    return c.end(status, HandleReplace.DONE);
  }

  /**
   * {@code mx_object_get_info}: tells about an object.
   *
   * <p>Of several pointers, those before the first bad one are stored through.
   *
   * @param c who calls
   * @param handle any handle; of a region for the topic VMAR
   * @param topic see {@link dev.mapwright.zircon.abi.MxInfo}
   * @param buffer where the record goes; not used by HANDLE_VALID
   * @param bufferSize in bytes
   * @param actualPointer where the count of records stored goes, 8 bytes; 0 for nowhere
   * @param availPointer where the count of records there are goes, 8 bytes; 0 for nowhere
   * @return {@code MX_OK}, or a status of {@link ObjectGetInfo}
   */
  public static int mxObjectGetInfo(
      MxContext c,
      int handle,
      int topic,
      long buffer,
      long bufferSize,
      long actualPointer,
      long availPointer) {
    c.begin();
    int status = ObjectInfoCall.run(c, handle, topic);
    if (status == MxStatus.MX_OK) {
      status = ObjectInfoCall.deliver(c, topic, buffer, bufferSize, actualPointer, availPointer);
    }
    return c.end(status, ObjectGetInfo.DONE);
  }

  /**
   * {@code mx_process_read_memory}: reads the memory of a process as a debugger does, whatever the
   * protection there.
   *
   * <p>With a bad pointer for the count, the bytes are transferred nevertheless.
   *
   * @param c who calls
   * @param proc handle to the process
   * @param vaddr address in the process's memory
   * @param buffer where the bytes go
   * @param len in bytes, 1 to 64 MiB
   * @param actualPointer where the count of bytes goes, 8 bytes
   * @return {@code MX_OK}, or a status of {@link ProcessReadMemory}
   */
  public static int mxProcessReadMemory(
      MxContext c, int proc, long vaddr, long buffer, long len, long actualPointer) {
    c.begin();
    int status = ProcessMemoryCall.run(c, ProcessMemoryCall.READ, proc, vaddr, buffer, len);
    status =
        UserMemory.deliverLong(
            c, status, actualPointer, c.bytes, ProcessReadMemory.BAD_ACTUAL_POINTER);
    return c.end(status, ProcessReadMemory.DONE);
  }

  /**
   * {@code mx_process_write_memory}: writes the memory of a process as a debugger does, whatever
   * the protection there.
   *
   * <p>With a bad pointer for the count, the bytes are transferred nevertheless.
   *
   * @param c who calls
   * @param proc handle to the process
   * @param vaddr address in the process's memory
   * @param buffer where the bytes come from
   * @param len in bytes, 1 to 64 MiB
   * @param actualPointer where the count of bytes goes, 8 bytes
   * @return {@code MX_OK}, or a status of {@link ProcessWriteMemory}
   */
  public static int mxProcessWriteMemory(
      MxContext c, int proc, long vaddr, long buffer, long len, long actualPointer) {
    c.begin();
    int status = ProcessMemoryCall.run(c, ProcessMemoryCall.WRITE, proc, vaddr, buffer, len);
    status =
        UserMemory.deliverLong(
            c, status, actualPointer, c.bytes, ProcessWriteMemory.BAD_ACTUAL_POINTER);
    return c.end(status, ProcessWriteMemory.DONE);
  }

  /**
   * {@code mx_process_create}: makes a process without threads.
   *
   * @param c who calls
   * @param job handle to a job with the right WRITE; 0 for the own job
   * @param name where the name is
   * @param nameLen its length in bytes; longer ones are cut
   * @param options 0
   * @param procPointer where the handle to the process goes, 4 bytes
   * @param vmarPointer where the handle to its root region goes, 4 bytes
   * @return {@code MX_OK}, or a status of {@link ProcessCreate}
   */
  public static int mxProcessCreate(
      MxContext c,
      int job,
      long name,
      int nameLen,
      int options,
      long procPointer,
      long vmarPointer) {
    c.begin();
    int status = ProcessCreateCall.run(c, job, name, nameLen, options);
    status =
        UserMemory.deliverInt(
            c, status, procPointer, c.made.handle(), ProcessCreate.BAD_PROCESS_POINTER);
    status =
        UserMemory.deliverInt(
            c, status, vmarPointer, c.made.rootHandle(), ProcessCreate.BAD_VMAR_POINTER);
    return c.end(status, ProcessCreate.DONE);
  }

  /**
   * {@code mx_vmar_unmap_handle_close_thread_exit}: unmaps, closes a handle and ends the calling
   * thread, in one step that needs no stack in between. It returns to the caller only when the
   * unmap is refused; otherwise the thread is gone, and {@link MxContext#state} says how: it
   * exited, or it took a trap because the handle named nothing.
   *
   * @param c who calls
   * @param vmar handle to the region
   * @param addr absolute address, a multiple of the page size
   * @param len in bytes, rounded up to pages
   * @param handle any handle
   * @return a status of {@link VmarUnmapHandleCloseThreadExit} when the unmap was refused; {@code
   *     MX_OK} when the thread is gone
   */
  public static int mxVmarUnmapHandleCloseThreadExit(
      MxContext c, int vmar, long addr, long len, int handle) {
    c.begin();
    int status = VmarUnmapCall.run(c, VmarUnmapCall.UNMAP_AND_EXIT, vmar, addr, len);
    if (status != MxStatus.MX_OK) {
      return c.end(status, VmarUnmapHandleCloseThreadExit.DONE);
    }
    boolean closed = c.process().table().close(handle);
    c.leave(closed ? MxContext.State.EXITED : MxContext.State.TRAPPED);
    return c.end(
        status,
        closed ? VmarUnmapHandleCloseThreadExit.DONE : VmarUnmapHandleCloseThreadExit.TRAPPED);
  }

  /**
   * {@code mx_process_exit}: ends the calling process, with all its threads. Its root region is
   * destroyed and its handles are closed. It does not return to the caller: the thread is gone
   * afterwards.
   *
   * @param c who calls
   * @param code what the process ends with
   */
  public static void mxProcessExit(MxContext c, int code) {
    c.begin();
    MxProcess process = c.process();
    process.exit(code);
    c.leave(MxContext.State.EXITED);
  }
}
