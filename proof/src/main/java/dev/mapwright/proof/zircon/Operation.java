package dev.mapwright.proof.zircon;

/**
 * One thing done to the machine, as data. Components of type int named after an object are handle
 * registers; {@code to} and {@code toAddress} are the registers that get the results. The names of
 * the components steer the codec and the generator, which look at the records and not at a list.
 */
sealed interface Operation {
  record VmarAllocate(
      int vmar,
      long offset,
      long size,
      int flags,
      Place child,
      Place childAddress,
      int to,
      int toAddress)
      implements Operation {}

  record VmarMap(
      int vmar,
      long offset,
      int vmo,
      long vmoOffset,
      long length,
      int flags,
      Place mapped,
      int toAddress)
      implements Operation {}

  record VmarUnmap(int vmar, Place at, long length) implements Operation {}

  record VmarProtect(int vmar, Place at, long length, int flags) implements Operation {}

  record VmarDestroy(int vmar) implements Operation {}

  record VmarUnmapHandleCloseThreadExit(int vmar, Place at, long length, int handle)
      implements Operation {}

  record VmoCreate(long size, int options, Place out, int to) implements Operation {}

  record VmoCreateContiguous(int handle, long size, int alignmentLog2, Place out, int to)
      implements Operation {}

  record VmoRead(int vmo, Place data, long offset, long length, Place actual)
      implements Operation {}

  record VmoWrite(int vmo, Place data, long offset, long length, Place actual)
      implements Operation {}

  record VmoGetSize(int vmo, Place out) implements Operation {}

  record VmoSetSize(int vmo, long size) implements Operation {}

  record VmoOpRange(int vmo, int op, long offset, long size, Place data, long bufferSize)
      implements Operation {}

  record VmoClone(int vmo, int options, long offset, long size, Place out, int to)
      implements Operation {}

  record HandleClose(int handle) implements Operation {}

  record HandleDuplicate(int handle, int rights, Place out, int to) implements Operation {}

  record HandleReplace(int handle, int rights, Place out, int to) implements Operation {}

  record ObjectGetInfo(int handle, int topic, Place data, long size, Place actual, Place available)
      implements Operation {}

  record ProcessReadMemory(int process, Place at, Place data, long length, Place actual)
      implements Operation {}

  record ProcessWriteMemory(int process, Place at, Place data, long length, Place actual)
      implements Operation {}

  record ProcessCreate(int handle, int options, Place out, Place outRoot, int to, int toRoot)
      implements Operation {}

  /** Process number {@code number}, in order of creation, ends; never the caller. */
  record ProcessExit(int number) implements Operation {}

  /** A CPU in process {@code number}; 2^sizeLog2 bytes. */
  record Load(int number, Place at, int sizeLog2) implements Operation {}

  record Store(int number, Place at, int sizeLog2, long value) implements Operation {}

  record Fetch(int number, Place at) implements Operation {}

  record MmapDeviceMemory(
      int handle, long physical, long length, int policy, Place mapped, int toAddress)
      implements Operation {}
}
