package dev.mapwright.proof.zircon;

import java.util.Arrays;

/** Processes, and what a CPU does in them; written from the reference's sections 3 and 11. */
final class ProcessCalls {
  private static final long LARGEST_TRANSFER_BYTES = 64L << 20;
  private static final int PROCESS_RIGHTS =
      Bits.READ
          | Bits.WRITE
          | Bits.DUPLICATE
          | Bits.TRANSFER
          | Bits.GET_PROPERTY
          | Bits.SET_PROPERTY
          | Bits.ENUMERATE;
  private static final int ROOT_RIGHTS =
      Bits.DUPLICATE | Bits.TRANSFER | Bits.READ | Bits.WRITE | Bits.EXECUTE;

  private final World world;
  private final VmoCalls vmos;

  ProcessCalls(World world, VmoCalls vmos) {
    this.world = world;
    this.vmos = vmos;
  }

  int create(int jobHandle, int options, long processPointer, long rootPointer, Witness witness) {
    if (options != 0) {
      return Status.INVALID_ARGS;
    }
    // Handle 0 stands for the caller's own job.
    if (jobHandle != 0) {
      ModelHandle job = world.handle(jobHandle);
      if (job == null) {
        return Status.BAD_HANDLE;
      }
      if (!job.has(Bits.WRITE)) {
        return Status.ACCESS_DENIED;
      }
      if (!job.object().equals(World.JOB)) {
        return Status.WRONG_TYPE;
      }
    }
    if (!world.writable(processPointer, 4)) {
      return Status.INVALID_ARGS;
    }
    if (!world.writable(rootPointer, 4)) {
      // The first cell may or may not have been written: nobody may rely on it.
      world.copyOut32(processPointer, witness.handle());
      return Status.INVALID_ARGS;
    }
    ModelProcess process = world.newProcess();
    int handle = world.newHandle(witness.handle(), process, PROCESS_RIGHTS, witness);
    world.copyOut32(processPointer, handle);
    int root = world.newHandle(witness.handle2(), process.space.root, ROOT_RIGHTS, witness);
    world.copyOut32(rootPointer, root);
    return Status.OK;
  }

  int readMemory(int value, long address, long buffer, long length, long actual) {
    return transfer(value, Bits.READ | Bits.WRITE, address, buffer, length, actual, true);
  }

  int writeMemory(int value, long address, long buffer, long length, long actual) {
    return transfer(value, Bits.WRITE, address, buffer, length, actual, false);
  }

  private int transfer(
      int value, int rights, long address, long buffer, long length, long actual, boolean reads) {
    if (buffer == 0 || length == 0 || Bits.above(length, LARGEST_TRANSFER_BYTES)) {
      return Status.INVALID_ARGS;
    }
    ModelHandle handle = world.handle(value);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (!handle.has(rights)) {
      return Status.ACCESS_DENIED;
    }
    if (!(handle.object() instanceof ModelProcess process)) {
      return Status.WRONG_TYPE;
    }
    PageEntry entry = process.space.at(address);
    if (entry == null) {
      return Status.NO_MEMORY;
    }
    if (entry.vmo.physical()) {
      return Status.NOT_SUPPORTED;
    }
    long offset = (entry.vmoPage << 12) + (address & (Bits.PAGE - 1));
    if (Bits.wraps(offset, length) || Bits.above(offset, entry.vmo.sizeBytes)) {
      return Status.OUT_OF_RANGE;
    }
    // Only what is transferred needs a buffer here.
    long left = entry.vmo.sizeBytes - offset;
    long trimmed = Bits.below(left, length) ? left : length;
    return reads
        ? vmos.read(entry.vmo, buffer, offset, trimmed, actual)
        : vmos.write(entry.vmo, buffer, offset, trimmed, actual);
  }

  // A CPU in a process. The value of a load is compared by the caller of these.

  int load(int number, long address, int bytes) {
    return access(number, address, bytes, Bits.PERM_READ);
  }

  int fetch(int number, long address) {
    return access(number, address, 1, Bits.PERM_EXECUTE);
  }

  int store(int number, long address, int bytes, long value) {
    int status = access(number, address, bytes, Bits.PERM_WRITE);
    if (status == Status.OK) {
      byte[] data = World.bytes(value);
      world.store(world.processes.get(number).space, address, Arrays.copyOf(data, bytes));
    }
    return status;
  }

  private int access(int number, long address, int bytes, int needs) {
    return world.access(world.processes.get(number).space, address, bytes, needs);
  }
}
