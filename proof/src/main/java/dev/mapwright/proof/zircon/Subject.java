package dev.mapwright.proof.zircon;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine under test, as the driver sees it: the calls with their documented signatures, made by
 * one calling process; CPUs in every process; and a look at what is mapped. Pointers are addresses
 * in the caller's memory, statuses are the kernel's numbers.
 */
public interface Subject extends AutoCloseable {
  /** Builds the machine and its calling process. Called once, first. */
  Boot boot();

  int vmarAllocate(
      int vmar, long offset, long size, int flags, long childPointer, long addressPointer);

  int vmarMap(int vmar, long offset, int vmo, long vmoOffset, long length, int flags, long pointer);

  int vmarUnmap(int vmar, long address, long length);

  int vmarProtect(int vmar, long address, long length, int flags);

  int vmarDestroy(int vmar);

  /** The status, or {@link Status#THREAD_ENDED} or {@link Status#THREAD_TRAPPED}. */
  int vmarUnmapHandleCloseThreadExit(int vmar, long address, long length, int handle);

  int vmoCreate(long size, int options, long pointer);

  int vmoCreateContiguous(int resource, long size, int alignmentLog2, long pointer);

  int mmapDeviceMemory(int resource, long physical, long length, int policy, long pointer);

  int vmoRead(int vmo, long data, long offset, long length, long actual);

  int vmoWrite(int vmo, long data, long offset, long length, long actual);

  int vmoGetSize(int vmo, long pointer);

  int vmoSetSize(int vmo, long size);

  int vmoOpRange(int vmo, int op, long offset, long size, long buffer, long bufferSize);

  int vmoClone(int vmo, int options, long offset, long size, long pointer);

  int handleClose(int handle);

  int handleDuplicate(int handle, int rights, long pointer);

  int handleReplace(int handle, int rights, long pointer);

  int objectGetInfo(int handle, int topic, long buffer, long size, long actual, long available);

  int processReadMemory(int process, long address, long buffer, long length, long actual);

  int processWriteMemory(int process, long address, long buffer, long length, long actual);

  int processCreate(int job, int options, long processPointer, long rootPointer);

  /** Ends the process with this number, in order of creation; the caller is 0. */
  void processExit(int number);

  /** A load of 1, 2, 4 or 8 bytes, little-endian into value[0]. */
  int load(int number, long address, int bytes, long[] value);

  int store(int number, long address, int bytes, long value);

  int fetch(int number, long address);

  /** What a CPU in the process reads in [address, address + length); null when it faults. */
  byte @Nullable [] peek(int number, long address, int length);

  /** All mappings of a process, in any order; adjacent ones may be one. */
  List<Listed> mappings(int number);

  /** Runs the machine's own invariant checker over everything; throws when one does not hold. */
  void checkInvariants();

  /** Ends all processes; throws when anything is left on the machine then. */
  void endEverything();

  @Override
  void close();

  /**
   * One mapping of a listing.
   *
   * @param base first address
   * @param bytes size
   * @param vmoOffset offset in bytes of the object's page shown at base
   * @param permissions PERM_x bits now
   * @param maximum PERM_x bits it may get
   */
  record Listed(long base, long bytes, long vmoOffset, int permissions, int maximum) {}
}
