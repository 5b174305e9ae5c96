package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each status means to a caller, and what he can do about it, in words: what documents and
 * tools print beside the {@link Condition}s that have the status. There is one constant for each
 * status of {@link MxStatus}, under its name.
 */
public enum StatusGuide {
  /** See {@link MxStatus#MX_OK}. */
  MX_OK(
      MxStatus.MX_OK,
      "The call was carried out and its results were delivered.",
      "Nothing is wrong. Calls that transfer bytes stop at the end of the object: look at the "
          + "count they deliver."),
  /** See {@link MxStatus#MX_ERR_INTERNAL}. */
  MX_ERR_INTERNAL(
      MxStatus.MX_ERR_INTERNAL,
      "The kernel met an error for which there is no better name.",
      "Look into the log of the kernel, or of the driver that answered."),
  /** See {@link MxStatus#MX_ERR_NOT_SUPPORTED}. */
  MX_ERR_NOT_SUPPORTED(
      MxStatus.MX_ERR_NOT_SUPPORTED,
      "The operation exists, but not for this object or with this code.",
      "Is the object a physical range? Map it and access the mapping, instead of reading, "
          + "writing, resizing, committing or cloning it.",
      "Is it an operation code or a topic? Take one that the call's page says is carried out."),
  /** See {@link MxStatus#MX_ERR_NO_RESOURCES}. */
  MX_ERR_NO_RESOURCES(
      MxStatus.MX_ERR_NO_RESOURCES,
      "Something other than memory that the kernel has a fixed amount of is used up.",
      "Give back what is no longer needed, and try again."),
  /** See {@link MxStatus#MX_ERR_NO_MEMORY}. */
  MX_ERR_NO_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "Memory is used up, or an address range of the size asked for is not free. A few calls "
          + "say with it that nothing is mapped, or no page committed, where they look.",
      "Look first which of the conditions it was: only some have to do with memory.",
      "If the place is taken, let the kernel choose (no SPECIFIC), choose another, or replace "
          + "what is there with SPECIFIC_OVERWRITE.",
      "If no gap is large enough, ask for less, or allocate in a larger region, or unmap what "
          + "is not used.",
      "If memory is used up, close handles, unmap, decommit; a refused call has changed "
          + "nothing and may be tried again.",
      "If nothing is mapped or committed there, map the range or commit it (MX_VMO_OP_COMMIT) "
          + "before.",
      "Is the size larger than any object's may be? Then it is probably a negative number, or "
          + "bytes counted twice."),
  /** See {@link MxStatus#MX_ERR_INVALID_ARGS}. */
  MX_ERR_INVALID_ARGS(
      MxStatus.MX_ERR_INVALID_ARGS,
      "An argument can never be valid: whatever the state of the objects, the call is refused.",
      "Check flags one by one against the call's page; a flag that is fine for another call is"
          + " refused here.",
      "Addresses, offsets and places are multiples of the page size (4096), and lengths are "
          + "not 0.",
      "With an offset goes SPECIFIC or SPECIFIC_OVERWRITE; without one of them it must be 0.",
      "Give pointers to memory that the calling process can read or write. That a result can't"
          + " be written is found at the end: the condition says what was undone and what was not."),
  /** See {@link MxStatus#MX_ERR_BAD_HANDLE}. */
  MX_ERR_BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "A handle value names nothing in the handle table of the calling process.",
      "Was the handle closed, replaced or moved before? mx_handle_replace ends the one that it"
          + " is given.",
      "Is it a handle of another process? Values mean something only in their own process.",
      "Was the call that should have made it refused, and its status not looked at?"),
  /** See {@link MxStatus#MX_ERR_WRONG_TYPE}. */
  MX_ERR_WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "A handle names an object, and one of another type than the call is about.",
      "Look at the order of arguments: regions first, memory objects after them.",
      "A process is no region: the root region's handle is delivered by mx_process_create "
          + "beside the process's."),
  /** See {@link MxStatus#MX_ERR_BAD_SYSCALL}. */
  MX_ERR_BAD_SYSCALL(
      MxStatus.MX_ERR_BAD_SYSCALL,
      "The number of the call is unknown to this kernel.",
      "Were program and kernel built from the same version of the interface?"),
  /** See {@link MxStatus#MX_ERR_OUT_OF_RANGE}. */
  MX_ERR_OUT_OF_RANGE(
      MxStatus.MX_ERR_OUT_OF_RANGE,
      "An argument is outside what the object has at the moment, or beyond what any object can"
          + " have.",
      "Compare offset and length with the size that mx_vmo_get_size delivers. Some operations "
          + "trim a range at the end of the object, lookup and cache operations do not.",
      "Enlarge the object first (mx_vmo_set_size), or transfer less.",
      "Look for offset plus length reaching 2^64: a negative number that was taken for a size."),
  /** See {@link MxStatus#MX_ERR_BUFFER_TOO_SMALL}. */
  MX_ERR_BUFFER_TOO_SMALL(
      MxStatus.MX_ERR_BUFFER_TOO_SMALL,
      "The buffer is too small for the answer.",
      "mx_object_get_info delivers in avail how many records there are: make room for as many.",
      "MX_VMO_OP_LOOKUP needs 8 bytes for each page that the range touches."),
  /** See {@link MxStatus#MX_ERR_BAD_STATE}. */
  MX_ERR_BAD_STATE(
      MxStatus.MX_ERR_BAD_STATE,
      "The object is in a state that does not allow the operation.",
      "A region that was destroyed stays so, and with it all regions inside: allocate a new "
          + "one. A job that was killed makes no processes.",
      "If a lease or a pin is the cause, the embedding Java program has it: close the lease or"
          + " unpin the pages, then call again."),
  /** See {@link MxStatus#MX_ERR_TIMED_OUT}. */
  MX_ERR_TIMED_OUT(
      MxStatus.MX_ERR_TIMED_OUT,
      "The time limit passed before what was waited for happened.",
      "Wait longer, or find out who should have acted."),
  /** See {@link MxStatus#MX_ERR_SHOULD_WAIT}. */
  MX_ERR_SHOULD_WAIT(
      MxStatus.MX_ERR_SHOULD_WAIT,
      "It can't be done now, but waiting for the object helps.",
      "Wait for the signal that the call's page names, and call again."),
  /** See {@link MxStatus#MX_ERR_CANCELED}. */
  MX_ERR_CANCELED(
      MxStatus.MX_ERR_CANCELED,
      "The operation was given up from outside, for instance because a handle waited on was "
          + "closed.",
      "Find out who closed or cancelled; nothing is wrong with the call itself."),
  /** See {@link MxStatus#MX_ERR_PEER_CLOSED}. */
  MX_ERR_PEER_CLOSED(
      MxStatus.MX_ERR_PEER_CLOSED,
      "The other end of a pair of objects is gone.",
      "Close this end as well: nothing will ever come."),
  /** See {@link MxStatus#MX_ERR_NOT_FOUND}. */
  MX_ERR_NOT_FOUND(
      MxStatus.MX_ERR_NOT_FOUND,
      "What the call is about is not there.",
      "mx_vmar_protect wants each page of the range mapped: protect the mapped pieces one by "
          + "one, or map the gap first. A refusal has changed nothing."),
  /** See {@link MxStatus#MX_ERR_ALREADY_EXISTS}. */
  MX_ERR_ALREADY_EXISTS(
      MxStatus.MX_ERR_ALREADY_EXISTS,
      "What was to be made exists already.",
      "Use what exists, or choose another name or place."),
  /** See {@link MxStatus#MX_ERR_ALREADY_BOUND}. */
  MX_ERR_ALREADY_BOUND(
      MxStatus.MX_ERR_ALREADY_BOUND,
      "The object is bound to somebody else.",
      "Unbind it there first."),
  /** See {@link MxStatus#MX_ERR_UNAVAILABLE}. */
  MX_ERR_UNAVAILABLE(
      MxStatus.MX_ERR_UNAVAILABLE,
      "The object can't do it now, and it is unknown whether waiting would help.",
      "Try again later, and give up after a while."),
  /** See {@link MxStatus#MX_ERR_ACCESS_DENIED}. */
  MX_ERR_ACCESS_DENIED(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "The caller lacks a right on a handle, or the region was made without a permission.",
      "Which rights are needed and which are held, the refusal tells as its two numbers "
          + "(MxContext.lastRefusal).",
      "Rights are never gained by duplicating: ask whoever made the handle for one with more "
          + "rights.",
      "Permissions of a mapping need the right on the region's handle, the right on the "
          + "object's (with MAP), and the region's CAN_MAP flag. The last is given when the region "
          + "is allocated, and never later.",
      "To say where something goes, the region has to be allocated with CAN_MAP_SPECIFIC."),
  /** See {@link MxStatus#MX_ERR_IO}. */
  MX_ERR_IO(
      MxStatus.MX_ERR_IO,
      "A device did not carry out input or output.",
      "Look into the driver's log; the device may have to be reset."),
  /** See {@link MxStatus#MX_ERR_IO_REFUSED}. */
  MX_ERR_IO_REFUSED(
      MxStatus.MX_ERR_IO_REFUSED,
      "A device turned the operation down.",
      "Check what was asked of the device; repeating it will not help."),
  /** See {@link MxStatus#MX_ERR_IO_DATA_INTEGRITY}. */
  MX_ERR_IO_DATA_INTEGRITY(
      MxStatus.MX_ERR_IO_DATA_INTEGRITY,
      "Data were transferred, and a check says that they are damaged.",
      "Don't use the data; transfer them again."),
  /** See {@link MxStatus#MX_ERR_IO_DATA_LOSS}. */
  MX_ERR_IO_DATA_LOSS(
      MxStatus.MX_ERR_IO_DATA_LOSS,
      "Data that were to be transferred are lost.",
      "Transfer them again if they still exist somewhere."),
  /** See {@link MxStatus#MX_ERR_NO_SPACE}. */
  MX_ERR_NO_SPACE(MxStatus.MX_ERR_NO_SPACE, "A medium is full.", "Make room on the medium.");

  private final int status;
  private final String meaning;

  /** The pieces, with line ends between. */
  private final String advice;

  StatusGuide(int status, String meaning, String... advice) {
    this.status = status;
    this.meaning = meaning;
    this.advice = String.join("\n", advice);
  }

  /** {@return the status, one of {@link MxStatus}} */
  public int status() {
    return status;
  }

  /** {@return what the status says, in sentences with final periods} */
  public String meaning() {
    return meaning;
  }

  /** {@return what the caller can do: at least one piece of advice, each in whole sentences} */
  public List<String> advice() {
    return List.of(advice.split("\n", -1));
  }

  /**
   * Finds the guide to a status.
   *
   * @param status any number
   * @return its guide, or null when no status of {@link MxStatus} has that number
   */
  public static @Nullable StatusGuide of(int status) {
    for (StatusGuide guide : values()) {
      if (guide.status == status) {
        return guide;
      }
    }
    return null;
  }
}
