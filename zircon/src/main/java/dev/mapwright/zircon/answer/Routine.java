package dev.mapwright.zircon.answer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routines of the interface that have answers. */
public enum Routine {
  /** {@code mx_vmar_allocate}. */
  VMAR_ALLOCATE("mx_vmar_allocate"),
  /** {@code mx_vmar_map}. */
  VMAR_MAP("mx_vmar_map"),
  /** {@code mx_vmar_unmap}. */
  VMAR_UNMAP("mx_vmar_unmap"),
  /** {@code mx_vmar_protect}. */
  VMAR_PROTECT("mx_vmar_protect"),
  /** {@code mx_vmar_destroy}. */
  VMAR_DESTROY("mx_vmar_destroy"),
  /** {@code mx_vmar_unmap_handle_close_thread_exit}. */
  VMAR_UNMAP_HANDLE_CLOSE_THREAD_EXIT("mx_vmar_unmap_handle_close_thread_exit"),
  /** {@code mx_vmo_create}. */
  VMO_CREATE("mx_vmo_create"),
  /** {@code mx_vmo_create_contiguous}. */
  VMO_CREATE_CONTIGUOUS("mx_vmo_create_contiguous"),
  /** {@code mx_mmap_device_memory}. */
  MMAP_DEVICE_MEMORY("mx_mmap_device_memory"),
  /** {@code mx_vmo_read}. */
  VMO_READ("mx_vmo_read"),
  /** {@code mx_vmo_write}. */
  VMO_WRITE("mx_vmo_write"),
  /** {@code mx_vmo_get_size}. */
  VMO_GET_SIZE("mx_vmo_get_size"),
  /** {@code mx_vmo_set_size}. */
  VMO_SET_SIZE("mx_vmo_set_size"),
  /** {@code mx_vmo_op_range}. */
  VMO_OP_RANGE("mx_vmo_op_range"),
  /** {@code mx_vmo_clone}. */
  VMO_CLONE("mx_vmo_clone"),
  /** {@code mx_handle_close}. */
  HANDLE_CLOSE("mx_handle_close"),
  /** {@code mx_handle_duplicate}. */
  HANDLE_DUPLICATE("mx_handle_duplicate"),
  /** {@code mx_handle_replace}. */
  HANDLE_REPLACE("mx_handle_replace"),
  /** {@code mx_object_get_info}. */
  OBJECT_GET_INFO("mx_object_get_info"),
  /** {@code mx_process_read_memory}. */
  PROCESS_READ_MEMORY("mx_process_read_memory"),
  /** {@code mx_process_write_memory}. */
  PROCESS_WRITE_MEMORY("mx_process_write_memory"),
  /** {@code mx_process_create}. */
  PROCESS_CREATE("mx_process_create");

  private final String documentedName;

  Routine(String documentedName) {
    this.documentedName = documentedName;
  }

  /** {@return the routine's name in the interface, for example {@code mx_vmar_map}} */
  public String documentedName() {
    return documentedName;
  }

  /**
   * {@return every documented answer of this routine: success first, then the refusals in the order
   * in which they are checked}
   */
  public List<Condition> conditions() {
    return switch (this) {
      case VMAR_ALLOCATE -> List.of(VmarAllocate.values());
      case VMAR_MAP -> List.of(VmarMap.values());
      case VMAR_UNMAP -> List.of(VmarUnmap.values());
      case VMAR_PROTECT -> List.of(VmarProtect.values());
      case VMAR_DESTROY -> List.of(VmarDestroy.values());
      case VMAR_UNMAP_HANDLE_CLOSE_THREAD_EXIT -> List.of(VmarUnmapHandleCloseThreadExit.values());
      case VMO_CREATE -> List.of(VmoCreate.values());
      case VMO_CREATE_CONTIGUOUS -> List.of(VmoCreateContiguous.values());
      case MMAP_DEVICE_MEMORY -> List.of(MmapDeviceMemory.values());
      case VMO_READ -> List.of(VmoRead.values());
      case VMO_WRITE -> List.of(VmoWrite.values());
      case VMO_GET_SIZE -> List.of(VmoGetSize.values());
      case VMO_SET_SIZE -> List.of(VmoSetSize.values());
      case VMO_OP_RANGE -> List.of(VmoOpRange.values());
      case VMO_CLONE -> List.of(VmoClone.values());
      case HANDLE_CLOSE -> List.of(HandleClose.values());
      case HANDLE_DUPLICATE -> List.of(HandleDuplicate.values());
      case HANDLE_REPLACE -> List.of(HandleReplace.values());
      case OBJECT_GET_INFO -> List.of(ObjectGetInfo.values());
      case PROCESS_READ_MEMORY -> List.of(ProcessReadMemory.values());
      case PROCESS_WRITE_MEMORY -> List.of(ProcessWriteMemory.values());
      case PROCESS_CREATE -> List.of(ProcessCreate.values());
    };
  }

  /**
   * The answer with a code.
   *
   * @param code what {@link Condition#code} returned
   * @return the answer, or null when there is none with this code
   */
  public static @Nullable Condition answer(long code) {
    long routine = code >> 8;
    if (routine < 0 || routine >= values().length) {
      return null;
    }
    List<Condition> answers = values()[(int) routine].conditions();
    int position = (int) (code & 0xff);
    return position < answers.size() ? answers.get(position) : null;
  }
}
