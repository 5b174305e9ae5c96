package dev.mapwright.proof.zircon;

import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The model in the place of the machine under test: a second copy that draws its own choices. With
 * it the driver, the generator and the shrinker are tested before and without any machine.
 */
class ModelSubject implements Subject {
  private static final Boot BOOT = new Boot(0x100_0000L, 0x7fff_feff_f000L, 11, 13, 0x3f, 15, 0x3f);
  private static final int LOOKUP = 5;

  protected final World world = new World(BOOT);
  private final Witness witness;
  private final VmarCalls vmars = new VmarCalls(world);
  private final DeviceCalls devices = new DeviceCalls(world, vmars);
  private final VmoCalls vmos = new VmoCalls(world);
  private final HandleCalls handles = new HandleCalls(world);
  private final ProcessCalls processes = new ProcessCalls(world, vmos);

  ModelSubject(long seed) {
    witness = Witness.playing(new SplitMix(seed));
  }

  @Override
  public Boot boot() {
    return BOOT;
  }

  @Override
  public int vmarAllocate(
      int vmar, long offset, long size, int flags, long childPointer, long addressPointer) {
    return vmars.allocate(vmar, offset, size, flags, childPointer, addressPointer, witness);
  }

  @Override
  public int vmarMap(
      int vmar, long offset, int vmo, long vmoOffset, long length, int flags, long pointer) {
    return vmars.map(vmar, offset, vmo, vmoOffset, length, flags, pointer, witness);
  }

  @Override
  public int vmarUnmap(int vmar, long address, long length) {
    return vmars.unmap(vmar, address, length);
  }

  @Override
  public int vmarProtect(int vmar, long address, long length, int flags) {
    return vmars.protect(vmar, address, length, flags);
  }

  @Override
  public int vmarDestroy(int vmar) {
    return vmars.destroy(vmar);
  }

  @Override
  public int vmarUnmapHandleCloseThreadExit(int vmar, long address, long length, int handle) {
    return vmars.unmapCloseExit(vmar, address, length, handle);
  }

  @Override
  public int vmoCreate(long size, int options, long pointer) {
    return vmos.create(size, options, pointer, witness);
  }

  @Override
  public int vmoCreateContiguous(int resource, long size, int alignmentLog2, long pointer) {
    return vmos.createContiguous(resource, size, alignmentLog2, pointer, witness);
  }

  @Override
  public int mmapDeviceMemory(int resource, long physical, long length, int policy, long pointer) {
    return devices.map(resource, physical, length, policy, pointer, witness);
  }

  @Override
  public int vmoRead(int vmo, long data, long offset, long length, long actual) {
    return vmos.read(vmo, data, offset, length, actual);
  }

  @Override
  public int vmoWrite(int vmo, long data, long offset, long length, long actual) {
    return vmos.write(vmo, data, offset, length, actual);
  }

  @Override
  public int vmoGetSize(int vmo, long pointer) {
    return vmos.getSize(vmo, pointer);
  }

  @Override
  public int vmoSetSize(int vmo, long size) {
    return vmos.setSize(vmo, size);
  }

  @Override
  public int vmoOpRange(int vmo, int op, long offset, long size, long buffer, long bufferSize) {
    int status = vmos.opRange(vmo, op, offset, size, buffer, bufferSize, witness);
    if (status == Status.OK && op == LOOKUP) {
      int pages = (int) (((offset + size + 4095) >>> 12) - (offset >>> 12));
      long[] frames = LongStream.rangeClosed(1, pages).map(i -> i * Bits.PAGE).toArray();
      world.copyOut(buffer, World.bytes(frames));
    }
    return status;
  }

  @Override
  public int vmoClone(int vmo, int options, long offset, long size, long pointer) {
    return vmos.cloneOf(vmo, options, offset, size, pointer, witness);
  }

  @Override
  public int handleClose(int handle) {
    return handles.close(handle);
  }

  @Override
  public int handleDuplicate(int handle, int rights, long pointer) {
    return handles.duplicate(handle, rights, pointer, witness);
  }

  @Override
  public int handleReplace(int handle, int rights, long pointer) {
    return handles.replace(handle, rights, pointer, witness);
  }

  @Override
  public int objectGetInfo(
      int handle, int topic, long buffer, long size, long actual, long available) {
    return handles.getInfo(handle, topic, buffer, size, actual, available);
  }

  @Override
  public int processReadMemory(int process, long address, long buffer, long length, long actual) {
    return processes.readMemory(process, address, buffer, length, actual);
  }

  @Override
  public int processWriteMemory(int process, long address, long buffer, long length, long actual) {
    return processes.writeMemory(process, address, buffer, length, actual);
  }

  @Override
  public int processCreate(int job, int options, long processPointer, long rootPointer) {
    return processes.create(job, options, processPointer, rootPointer, witness);
  }

  @Override
  public void processExit(int number) {
    world.processes.get(number).kill();
  }

  @Override
  public int load(int number, long address, int bytes, long[] value) {
    int status = processes.load(number, address, bytes);
    if (status == Status.OK) {
      byte[] data = world.load(world.processes.get(number).space, address, bytes);
      value[0] = World.wrap(Arrays.copyOf(data, 8)).getLong();
    }
    return status;
  }

  @Override
  public int store(int number, long address, int bytes, long value) {
    return processes.store(number, address, bytes, value);
  }

  @Override
  public int fetch(int number, long address) {
    return processes.fetch(number, address);
  }

  @Override
  public byte @Nullable [] peek(int number, long address, int length) {
    ModelSpace space = world.processes.get(number).space;
    return world.access(space, address, length, Bits.PERM_READ) == Status.OK
        ? world.load(space, address, length)
        : null;
  }

  @Override
  public List<Listed> mappings(int number) {
    List<Listed> list = new ArrayList<>();
    world
        .processes
        .get(number)
        .space
        .pages
        .forEach((page, entry) ->
            list.add(
                new Listed(
                    page << 12, Bits.PAGE, entry.vmoPage << 12, entry.permissions, entry.maximum)));
    return list;
  }

  @Override
  public void checkInvariants() {}

  @Override
  public void endEverything() {}

  @Override
  public void close() {}
}
