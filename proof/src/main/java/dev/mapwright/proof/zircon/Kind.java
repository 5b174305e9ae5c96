package dev.mapwright.proof.zircon;

import java.util.List;

/**
 * The kinds of operations. A new call is a record beside {@link VmoGetSize}, and a line and a case
 * here. The order is the codec's: what was written down with it is read with it.
 *
 * <p>The weights say how often an operation is drawn in a sequence of each {@link Shape}, in the
 * order of the shapes: dense, wide, tree, clones, handles, edges, processes.
 */
@SuppressWarnings("ImmutableEnumChecker") // the array and the list are never handed out to change
enum Kind {
  VMAR_ALLOCATE(VmarAllocate.class, weights(4, 4, 40, 3, 8, 6, 8)),
  VMAR_MAP(VmarMap.class, weights(30, 30, 16, 18, 14, 24, 20), Need.VMO, Need.REGION),
  VMAR_UNMAP(VmarUnmap.class, weights(14, 14, 12, 3, 4, 8, 6), Need.REGION, Need.MAPPING),
  VMAR_PROTECT(VmarProtect.class, weights(14, 14, 8, 3, 10, 8, 6), Need.REGION, Need.MAPPING),
  VMAR_DESTROY(VmarDestroy.class, weights(1, 1, 6, 1, 2, 1, 2), Need.REGION),
  VMAR_UNMAP_HANDLE_CLOSE_THREAD_EXIT(
      VmarUnmapHandleCloseThreadExit.class, weights(1, 1, 1, 0, 1, 1, 1)),
  VMO_CREATE(VmoCreate.class, weights(4, 4, 3, 5, 6, 8, 5)),
  VMO_CREATE_CONTIGUOUS(VmoCreateContiguous.class, weights(1, 1, 1, 1, 2, 3, 1)),
  VMO_READ(VmoRead.class, weights(2, 1, 1, 10, 4, 8, 2), Need.VMO),
  VMO_WRITE(VmoWrite.class, weights(3, 1, 1, 14, 4, 8, 2), Need.VMO),
  VMO_GET_SIZE(VmoGetSize.class, weights(1, 1, 1, 2, 3, 3, 1), Need.VMO),
  VMO_SET_SIZE(VmoSetSize.class, weights(2, 2, 1, 8, 3, 10, 2), Need.VMO),
  VMO_OP_RANGE(VmoOpRange.class, weights(3, 2, 1, 12, 3, 14, 2), Need.VMO),
  VMO_CLONE(VmoClone.class, weights(2, 2, 1, 16, 5, 8, 2), Need.VMO),
  HANDLE_CLOSE(HandleClose.class, weights(1, 1, 4, 1, 12, 1, 3)),
  HANDLE_DUPLICATE(HandleDuplicate.class, weights(2, 1, 3, 2, 24, 1, 3), Need.VMO),
  HANDLE_REPLACE(HandleReplace.class, weights(1, 1, 1, 1, 14, 1, 2)),
  OBJECT_GET_INFO(ObjectGetInfo.class, weights(1, 1, 6, 1, 10, 4, 2)),
  PROCESS_READ_MEMORY(ProcessReadMemory.class, weights(1, 1, 1, 2, 2, 3, 12), Need.PROCESS),
  PROCESS_WRITE_MEMORY(ProcessWriteMemory.class, weights(1, 1, 1, 2, 2, 3, 12), Need.PROCESS),
  PROCESS_CREATE(ProcessCreate.class, weights(0, 0, 1, 0, 2, 0, 5)),
  PROCESS_EXIT(ProcessExit.class, weights(0, 0, 1, 0, 1, 0, 2)),
  LOAD(Load.class, weights(8, 6, 4, 12, 3, 8, 8), Need.MAPPING),
  STORE(Store.class, weights(8, 6, 3, 14, 3, 6, 8), Need.MAPPING),
  FETCH(Fetch.class, weights(2, 2, 1, 1, 2, 2, 3), Need.MAPPING),
  MMAP_DEVICE_MEMORY(MmapDeviceMemory.class, weights(2, 2, 2, 2, 2, 2, 2), Need.MAPPING);

  private final Class<? extends Record> type;
  private final int[] weights;
  private final List<Need> needs;

  Kind(Class<? extends Record> type, int[] weights, Need... needs) {
    this.type = type;
    this.weights = weights;
    this.needs = List.of(needs);
  }

  private static int[] weights(int... ofShapes) {
    return ofShapes;
  }

  /** The record that is the operation's data. */
  Class<? extends Record> type() {
    return type;
  }

  /** How often it is drawn in sequences of a shape, in relation to the others. */
  int weight(Shape shape) {
    return weights[shape.ordinal()];
  }

  /** What has to be there for it to succeed. */
  List<Need> needs() {
    return needs;
  }

  static Kind of(Operation operation) {
    for (Kind kind : values()) {
      if (kind.type == operation.getClass()) {
        return kind;
      }
    }
    throw new IllegalArgumentException(operation.toString());
  }

  /** One that can succeed, as far as the model can tell. */
  Operation draw(Draw draw) {
    return switch (this) {
      case VMAR_ALLOCATE -> VmarAllocate.draw(draw);
      case VMAR_MAP -> VmarMap.draw(draw);
      case VMAR_UNMAP -> VmarUnmap.draw(draw);
      case VMAR_PROTECT -> VmarProtect.draw(draw);
      case VMAR_DESTROY -> VmarDestroy.draw(draw);
      case VMAR_UNMAP_HANDLE_CLOSE_THREAD_EXIT -> VmarUnmapHandleCloseThreadExit.draw(draw);
      case VMO_CREATE -> VmoCreate.draw(draw);
      case VMO_CREATE_CONTIGUOUS -> VmoCreateContiguous.draw(draw);
      case VMO_READ -> VmoRead.draw(draw);
      case VMO_WRITE -> VmoWrite.draw(draw);
      case VMO_GET_SIZE -> VmoGetSize.draw(draw);
      case VMO_SET_SIZE -> VmoSetSize.draw(draw);
      case VMO_OP_RANGE -> VmoOpRange.draw(draw);
      case VMO_CLONE -> VmoClone.draw(draw);
      case HANDLE_CLOSE -> HandleClose.draw(draw);
      case HANDLE_DUPLICATE -> HandleDuplicate.draw(draw);
      case HANDLE_REPLACE -> HandleReplace.draw(draw);
      case OBJECT_GET_INFO -> ObjectGetInfo.draw(draw);
      case PROCESS_READ_MEMORY -> ProcessReadMemory.draw(draw);
      case PROCESS_WRITE_MEMORY -> ProcessWriteMemory.draw(draw);
      case PROCESS_CREATE -> ProcessCreate.draw(draw);
      case PROCESS_EXIT -> ProcessExit.draw(draw);
      case LOAD -> Load.draw(draw);
      case STORE -> Store.draw(draw);
      case FETCH -> Fetch.draw(draw);
      case MMAP_DEVICE_MEMORY -> MmapDeviceMemory.draw(draw);
    };
  }
}
