package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.zircon.answer.Routine;
import dev.mapwright.zircon.call.MxContext;

/** Every routine of the interface that has answers, with arguments drawn for it. */
final class HostileCalls {
  private HostileCalls() {}

  /** Makes the call with pointers; the status. */
  static int make(Routine routine, MxContext c, Arguments a) {
    return switch (routine) {
      case VMAR_ALLOCATE -> RegionCalls.allocate(c, a);
      case VMAR_MAP -> RegionCalls.map(c, a);
      case VMAR_UNMAP -> RegionCalls.unmap(c, a);
      case VMAR_PROTECT -> RegionCalls.protect(c, a);
      case VMAR_DESTROY -> RegionCalls.destroy(c, a);
      case VMAR_UNMAP_HANDLE_CLOSE_THREAD_EXIT -> RegionCalls.unmapCloseExit(c, a);
      case VMO_CREATE -> ObjectCalls.create(c, a);
      case VMO_CREATE_CONTIGUOUS -> ObjectCalls.createContiguous(c, a);
      case MMAP_DEVICE_MEMORY -> DeviceCalls.map(c, a);
      case VMO_READ -> ObjectCalls.read(c, a);
      case VMO_WRITE -> ObjectCalls.write(c, a);
      case VMO_GET_SIZE -> ObjectCalls.getSize(c, a);
      case VMO_SET_SIZE -> ObjectCalls.setSize(c, a);
      case VMO_OP_RANGE -> ObjectCalls.opRange(c, a);
      case VMO_CLONE -> ObjectCalls.copy(c, a);
      case HANDLE_CLOSE -> HandleCalls.close(c, a);
      case HANDLE_DUPLICATE -> HandleCalls.duplicate(c, a);
      case HANDLE_REPLACE -> HandleCalls.replace(c, a);
      case OBJECT_GET_INFO -> HandleCalls.getInfo(c, a);
      case PROCESS_READ_MEMORY -> ProcessCalls.read(c, a);
      case PROCESS_WRITE_MEMORY -> ProcessCalls.write(c, a);
      case PROCESS_CREATE -> ProcessCalls.create(c, a);
    };
  }

  /** Makes the call without pointers where there is one, else the one with pointers. */
  static int makeWithoutPointers(Routine routine, MxContext c, Arguments a) {
    return switch (routine) {
      case VMAR_ALLOCATE -> RegionCalls.allocateWithoutPointers(c, a);
      case VMAR_MAP -> RegionCalls.mapWithoutPointers(c, a);
      case VMO_CREATE -> ObjectCalls.createWithoutPointers(c, a);
      case VMO_CREATE_CONTIGUOUS -> ObjectCalls.createContiguousWithoutPointers(c, a);
      case MMAP_DEVICE_MEMORY -> DeviceCalls.mapWithoutPointers(c, a);
      case VMO_GET_SIZE -> ObjectCalls.getSizeWithoutPointers(c, a);
      case VMO_CLONE -> ObjectCalls.copyWithoutPointers(c, a);
      case VMO_READ -> ObjectCalls.readWithoutPointers(c, a);
      case VMO_WRITE -> ObjectCalls.writeWithoutPointers(c, a);
      case HANDLE_DUPLICATE -> HandleCalls.duplicateWithoutPointers(c, a);
      case HANDLE_REPLACE -> HandleCalls.replaceWithoutPointers(c, a);
      case OBJECT_GET_INFO -> HandleCalls.getInfoWithoutPointers(c, a);
      case PROCESS_CREATE -> ProcessCalls.createWithoutPointers(c, a);
      case VMAR_UNMAP,
          VMAR_PROTECT,
          VMAR_DESTROY,
          VMAR_UNMAP_HANDLE_CLOSE_THREAD_EXIT,
          VMO_SET_SIZE,
          VMO_OP_RANGE,
          HANDLE_CLOSE,
          PROCESS_READ_MEMORY,
          PROCESS_WRITE_MEMORY ->
          make(routine, c, a);
    };
  }
}
