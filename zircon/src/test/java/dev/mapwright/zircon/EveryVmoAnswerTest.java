package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxLimits.MX_VMO_MAX_SIZE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_CACHE_POLICY_MASK;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_CACHE_POLICY_UNCACHED;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_CLONE_COPY_ON_WRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_SYNC;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_COMMIT;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_DECOMMIT;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_LOCK;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_LOOKUP;
import static dev.mapwright.zircon.call.MxCalls.mxMmapDeviceMemory;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static dev.mapwright.zircon.call.MxCalls.mxVmoClone;
import static dev.mapwright.zircon.call.MxCalls.mxVmoCreate;
import static dev.mapwright.zircon.call.MxCalls.mxVmoCreateContiguous;
import static dev.mapwright.zircon.call.MxCalls.mxVmoGetSize;
import static dev.mapwright.zircon.call.MxCalls.mxVmoOpRange;
import static dev.mapwright.zircon.call.MxCalls.mxVmoRead;
import static dev.mapwright.zircon.call.MxCalls.mxVmoSetSize;
import static dev.mapwright.zircon.call.MxCalls.mxVmoWrite;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.zircon.answer.MmapDeviceMemory;
import dev.mapwright.zircon.answer.VmoClone;
import dev.mapwright.zircon.answer.VmoCreate;
import dev.mapwright.zircon.answer.VmoCreateContiguous;
import dev.mapwright.zircon.answer.VmoGetSize;
import dev.mapwright.zircon.answer.VmoOpRange;
import dev.mapwright.zircon.answer.VmoRead;
import dev.mapwright.zircon.answer.VmoSetSize;
import dev.mapwright.zircon.answer.VmoWrite;
import dev.mapwright.zircon.object.MxVmo;
import java.util.function.IntSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the calls on memory objects and on physical memory. */
class EveryVmoAnswerTest extends EveryAnswer {
  private static final long DEVICE = FIRST_DEVICE_PFN * PAGE;
  private static final int COW = MX_VMO_CLONE_COPY_ON_WRITE;

  private final int resource = program.grant(zircon.rootResource(), 0);

  private int physical() {
    return program.grant(zircon.physicalVmo(DEVICE, 4 * PAGE, CachePolicy.UNCACHED), -1);
  }

  /** The call while the embedding program has pinned the last page of an object of two. */
  private int pinned(int vmo, IntSupplier call) {
    MemoryObject memory = ((MxVmo) find(vmo).object()).memory();
    assertThat(memory.pin(1, 1)).isEqualTo(Outcome.OK);
    int status = call.getAsInt();
    memory.unpin(1, 1);
    return status;
  }

  @ParameterizedTest(name = "mx_vmo_create {0}")
  @EnumSource
  void mx_vmo_create(VmoCreate why) {
    int status =
        switch (why) {
          case DONE -> mxVmoCreate(c, PAGE, 0, out);
          case OPTIONS -> mxVmoCreate(c, PAGE, 1, out);
          case TOO_LARGE -> mxVmoCreate(c, MX_VMO_MAX_SIZE + 1, 0, out);
          case OUT_OF_MEMORY -> withoutMemory(() -> mxVmoCreate(c, PAGE, 0, out));
          case BAD_POINTER -> mxVmoCreate(c, PAGE, 0, BAD);
        };
    answered(why, status);
  }

  private int contiguous(int rsrc, long size, int alignmentLog2) {
    return mxVmoCreateContiguous(c, rsrc, size, alignmentLog2, out);
  }

  @ParameterizedTest(name = "mx_vmo_create_contiguous {0}")
  @EnumSource
  void mx_vmo_create_contiguous(VmoCreateContiguous why) {
    int status =
        switch (why) {
          case DONE -> contiguous(resource, 2 * PAGE, 13);
          case SIZE_ZERO -> contiguous(resource, 0, 0);
          case ALIGNMENT -> contiguous(resource, PAGE, 11);
          case BAD_HANDLE -> contiguous(0, PAGE, 0);
          case WRONG_TYPE -> contiguous(root, PAGE, 0);
          case TOO_LARGE -> contiguous(resource, MX_VMO_MAX_SIZE + 1, 0);
          case OUT_OF_MEMORY -> contiguous(resource, 1L << 40, 0);
          case BAD_POINTER -> mxVmoCreateContiguous(c, resource, PAGE, 0, BAD);
        };
    answered(why, status);
  }

  private int device(int rsrc, long address, long len, int policy) {
    return mxMmapDeviceMemory(c, rsrc, address, len, policy, out);
  }

  @ParameterizedTest(name = "mx_mmap_device_memory {0}")
  @EnumSource
  void mx_mmap_device_memory(MmapDeviceMemory why) {
    int uncached = MX_CACHE_POLICY_UNCACHED;
    int status =
        switch (why) {
          case DONE -> device(resource, DEVICE, PAGE, uncached);
          case BAD_HANDLE -> device(0, DEVICE, PAGE, uncached);
          case WRONG_TYPE -> device(root, DEVICE, PAGE, uncached);
          case POLICY -> device(resource, DEVICE, PAGE, MX_CACHE_POLICY_MASK + 1);
          case ADDRESS_MISALIGNED -> device(resource, DEVICE + 1, PAGE, uncached);
          case LENGTH_ZERO -> device(resource, DEVICE, 0, uncached);
          case NOT_PHYSICAL -> device(resource, -PAGE, 2 * PAGE, uncached);
          case DEAD -> {
            ok(mxVmarDestroy(c, root));
            yield device(resource, DEVICE, PAGE, uncached);
          }
          case OUTSIDE -> device(resource, 0, 1L << 47, uncached);
          case NO_ROOM -> withoutRoom();
          case OUT_OF_MEMORY -> withoutMemory(() -> device(resource, DEVICE, PAGE, uncached));
          case BAD_POINTER -> mxMmapDeviceMemory(c, resource, DEVICE, PAGE, uncached, BAD);
        };
    answered(why, status);
  }

  /** A program whose root region has four pages, three of them mapped. */
  private int withoutRoom() {
    SimulatedMachine small = newMachine();
    Zircon tiny = Zircon.boot(small, 0x10000, 4 * PAGE);
    tiny.observeAnswers(this::observed);
    Program there = tiny.start("tiny");
    there.root().map(there.createVmo(PAGE), 0, 3 * PAGE, READ_WRITE);
    int rsrc = there.grant(tiny.rootResource(), 0);
    int policy = MX_CACHE_POLICY_UNCACHED;
    int status = mxMmapDeviceMemory(there.context(), rsrc, DEVICE, 2 * PAGE, policy, BAD);
    tiny.close();
    small.close();
    return status;
  }

  @ParameterizedTest(name = "mx_vmo_read {0}")
  @EnumSource
  void mx_vmo_read(VmoRead why) {
    int vmo = vmo(PAGE);
    long data = out + 64;
    int status =
        switch (why) {
          case DONE -> mxVmoRead(c, vmo, data, 0, 8, out);
          case BAD_HANDLE -> mxVmoRead(c, 0, data, 0, 8, out);
          case LACKS_RIGHT -> mxVmoRead(c, duplicate(vmo, MX_RIGHT_WRITE), data, 0, 8, out);
          case WRONG_TYPE -> mxVmoRead(c, root, data, 0, 8, out);
          case BAD_BUFFER -> mxVmoRead(c, vmo, BAD, 0, 8, out);
          case PHYSICAL -> mxVmoRead(c, physical(), data, 0, 8, out);
          case RANGE_WRAPS -> mxVmoRead(c, vmo, data, -1, 8, out);
          case BEYOND_END -> mxVmoRead(c, vmo, data, PAGE + 1, 8, out);
          case BAD_ACTUAL_POINTER -> mxVmoRead(c, vmo, data, 0, 8, BAD);
        };
    answered(why, status);
  }

  @ParameterizedTest(name = "mx_vmo_write {0}")
  @EnumSource
  void mx_vmo_write(VmoWrite why) {
    int vmo = vmo(PAGE);
    long data = out + 64;
    int status =
        switch (why) {
          case DONE -> mxVmoWrite(c, vmo, data, 0, 8, out);
          case BAD_HANDLE -> mxVmoWrite(c, 0, data, 0, 8, out);
          case LACKS_RIGHT -> mxVmoWrite(c, duplicate(vmo, MX_RIGHT_READ), data, 0, 8, out);
          case WRONG_TYPE -> mxVmoWrite(c, root, data, 0, 8, out);
          case BAD_BUFFER -> mxVmoWrite(c, vmo, BAD, 0, 8, out);
          case PHYSICAL -> mxVmoWrite(c, physical(), data, 0, 8, out);
          case RANGE_WRAPS -> mxVmoWrite(c, vmo, data, -1, 8, out);
          case BEYOND_END -> mxVmoWrite(c, vmo, data, PAGE + 1, 8, out);
          case OUT_OF_MEMORY -> withoutMemory(() -> mxVmoWrite(c, vmo, data, 0, 8, out));
          case BAD_ACTUAL_POINTER -> mxVmoWrite(c, vmo, data, 0, 8, BAD);
        };
    answered(why, status);
  }

  @ParameterizedTest(name = "mx_vmo_get_size {0}")
  @EnumSource
  void mx_vmo_get_size(VmoGetSize why) {
    int vmo = vmo(5);
    int status =
        switch (why) {
          case DONE -> mxVmoGetSize(c, vmo, out);
          case BAD_HANDLE -> mxVmoGetSize(c, 0, out);
          case WRONG_TYPE -> mxVmoGetSize(c, root, out);
          case BAD_POINTER -> mxVmoGetSize(c, vmo, BAD);
        };
    answered(why, status);
  }

  @ParameterizedTest(name = "mx_vmo_set_size {0}")
  @EnumSource
  void mx_vmo_set_size(VmoSetSize why) {
    int vmo = vmo(2 * PAGE);
    int status =
        switch (why) {
          case DONE -> mxVmoSetSize(c, vmo, 1);
          case BAD_HANDLE -> mxVmoSetSize(c, 0, 1);
          case LACKS_RIGHT -> mxVmoSetSize(c, duplicate(vmo, MX_RIGHT_READ), 1);
          case WRONG_TYPE -> mxVmoSetSize(c, root, 1);
          case FIXED_SIZE -> mxVmoSetSize(c, physical(), 1);
          case TOO_LARGE -> mxVmoSetSize(c, vmo, MX_VMO_MAX_SIZE + 1);
          case PINNED -> pinned(vmo, () -> mxVmoSetSize(c, vmo, PAGE));
        };
    answered(why, status);
  }

  private int operation(int vmo, int op, long offset, long size) {
    return mxVmoOpRange(c, vmo, op, offset, size, 0, 0);
  }

  private int lookUp(int vmo, long size, long buffer, long bytes) {
    return mxVmoOpRange(c, vmo, MX_VMO_OP_LOOKUP, 0, size, buffer, bytes);
  }

  @ParameterizedTest(name = "mx_vmo_op_range {0}")
  @EnumSource
  void mx_vmo_op_range(VmoOpRange why) {
    int vmo = vmo(2 * PAGE);
    int committed = vmo(PAGE);
    ok(operation(committed, MX_VMO_OP_COMMIT, 0, PAGE));
    int status =
        switch (why) {
          case DONE -> lookUp(committed, PAGE, out, 8);
          case BAD_HANDLE -> operation(0, MX_VMO_OP_COMMIT, 0, PAGE);
          case WRONG_TYPE -> operation(root, MX_VMO_OP_COMMIT, 0, PAGE);
          case UNKNOWN_OP -> operation(vmo, 99, 0, PAGE);
          case LOCK -> operation(vmo, MX_VMO_OP_LOCK, 0, PAGE);
          case PHYSICAL -> operation(physical(), MX_VMO_OP_COMMIT, 0, PAGE);
          case RANGE_WRAPS -> operation(vmo, MX_VMO_OP_COMMIT, PAGE, -PAGE);
          case BEYOND_END -> operation(vmo, MX_VMO_OP_COMMIT, 2 * PAGE + 1, 8);
          case OUT_OF_MEMORY -> withoutMemory(() -> operation(vmo, MX_VMO_OP_COMMIT, 0, PAGE));
          case PINNED -> pinned(vmo, () -> operation(vmo, MX_VMO_OP_DECOMMIT, 0, 2 * PAGE));
          case LOOKUP_NO_BUFFER -> lookUp(committed, PAGE, 0, 8);
          case LOOKUP_BUFFER_TOO_SMALL -> lookUp(committed, PAGE, out, 7);
          case LOOKUP_SIZE_ZERO -> lookUp(committed, 0, out, 8);
          case LOOKUP_OUT_OF_RANGE -> lookUp(committed, 2 * PAGE, out, 16);
          case LOOKUP_NOT_COMMITTED -> lookUp(vmo, PAGE, out, 8);
          case LOOKUP_BAD_BUFFER -> lookUp(committed, PAGE, BAD, 8);
          case CACHE_SIZE_ZERO -> operation(vmo, MX_VMO_OP_CACHE_SYNC, 0, 0);
          case CACHE_OUT_OF_RANGE -> operation(vmo, MX_VMO_OP_CACHE_SYNC, PAGE, 2 * PAGE);
        };
    answered(why, status);
  }

  private int cloning(int vmo, int options, long offset, long size) {
    return mxVmoClone(c, vmo, options, offset, size, out);
  }

  @ParameterizedTest(name = "mx_vmo_clone {0}")
  @EnumSource
  void mx_vmo_clone(VmoClone why) {
    int vmo = vmo(PAGE);
    int status =
        switch (why) {
          case DONE -> cloning(vmo, COW, 0, PAGE);
          case BAD_HANDLE -> cloning(0, COW, 0, PAGE);
          case LACKS_RIGHT -> cloning(duplicate(vmo, MX_RIGHT_READ), COW, 0, PAGE);
          case WRONG_TYPE -> cloning(root, COW, 0, PAGE);
          case OPTIONS -> cloning(vmo, 0, 0, PAGE);
          case PHYSICAL -> cloning(physical(), COW, 0, PAGE);
          case TOO_LARGE -> cloning(vmo, COW, 0, MX_VMO_MAX_SIZE + 1);
          case OFFSET_MISALIGNED -> cloning(vmo, COW, 1, PAGE);
          case RANGE_WRAPS -> cloning(vmo, COW, PAGE, MX_VMO_MAX_SIZE);
          case OUT_OF_MEMORY -> withoutMemory(() -> cloning(vmo, COW, 0, PAGE));
          case BAD_POINTER -> mxVmoClone(c, vmo, COW, 0, PAGE, BAD);
        };
    answered(why, status);
  }
}
