package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.NtStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each status means to a driver, and what it can do about it, in words: what tools print
 * beside the {@link Condition}s that return or raise it. There is one constant for each status of
 * {@link NtStatus}, under its name.
 */
public enum NtStatusGuide {
  /** See {@link NtStatus#STATUS_SUCCESS}. */
  STATUS_SUCCESS(
      NtStatus.STATUS_SUCCESS, "The routine did what it was asked for.", "Nothing is wrong."),
  /** See {@link NtStatus#STATUS_UNSUCCESSFUL}. */
  STATUS_UNSUCCESSFUL(
      NtStatus.STATUS_UNSUCCESSFUL,
      "The routine failed, for a reason that has no status of its own.",
      "Look at the event or report of the call: it names the condition. A misuse that is "
          + "recorded instead of raised also answers with this status."),
  /** See {@link NtStatus#STATUS_NOT_IMPLEMENTED}. */
  STATUS_NOT_IMPLEMENTED(
      NtStatus.STATUS_NOT_IMPLEMENTED,
      "The routine is documented and does nothing.",
      "Use what its page names instead."),
  /** See {@link NtStatus#STATUS_ACCESS_VIOLATION}. */
  STATUS_ACCESS_VIOLATION(
      NtStatus.STATUS_ACCESS_VIOLATION,
      "Memory can't be accessed in the way that was asked for.",
      "Call routines that probe and lock inside of __try and __except: this status is raised, "
          + "not returned.",
      "Has the user's buffer the size and the protection that the request says, and is the "
          + "right process current?"),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER}. */
  STATUS_INVALID_PARAMETER(
      NtStatus.STATUS_INVALID_PARAMETER,
      "A parameter is not acceptable.",
      "Compare each argument with the routine's page: alignment, sizes that are 0 or wrap, "
          + "flags that are unknown."),
  /** See {@link NtStatus#STATUS_NO_MEMORY}. */
  STATUS_NO_MEMORY(
      NtStatus.STATUS_NO_MEMORY,
      "No room of the size asked for is left in the address range.",
      "Ask for less, or for a larger range; unmap what the process no longer needs."),
  /** See {@link NtStatus#STATUS_CONFLICTING_ADDRESSES}. */
  STATUS_CONFLICTING_ADDRESSES(
      NtStatus.STATUS_CONFLICTING_ADDRESSES,
      "The addresses that were asked for are taken.",
      "Pass NULL for the requested address and let the system choose, or choose another."),
  /** See {@link NtStatus#STATUS_NOT_MAPPED_VIEW}. */
  STATUS_NOT_MAPPED_VIEW(
      NtStatus.STATUS_NOT_MAPPED_VIEW,
      "Nothing is mapped at the address.",
      "Was it unmapped already? Keep the address that mapping returned, and unmap it once."),
  /** See {@link NtStatus#STATUS_ACCESS_DENIED}. */
  STATUS_ACCESS_DENIED(
      NtStatus.STATUS_ACCESS_DENIED,
      "The caller may not do that.",
      "Ask for less access, or open the object with the access that is needed."),
  /** See {@link NtStatus#STATUS_BUFFER_TOO_SMALL}. */
  STATUS_BUFFER_TOO_SMALL(
      NtStatus.STATUS_BUFFER_TOO_SMALL,
      "The buffer is too small for the answer.",
      "Make it as large as the routine says, and call again."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_MIX}. */
  STATUS_INVALID_PARAMETER_MIX(
      NtStatus.STATUS_INVALID_PARAMETER_MIX,
      "Two parameters that are fine alone do not go together.",
      "Read on the routine's page which flags exclude each other."),
  /** See {@link NtStatus#STATUS_INVALID_PAGE_PROTECTION}. */
  STATUS_INVALID_PAGE_PROTECTION(
      NtStatus.STATUS_INVALID_PAGE_PROTECTION,
      "The page protection is none that the routine accepts.",
      "Give exactly one of the PAGE_ constants that the page lists, with at most one of "
          + "PAGE_NOCACHE and PAGE_WRITECOMBINE."),
  /** See {@link NtStatus#STATUS_NONE_MAPPED}. */
  STATUS_NONE_MAPPED(
      NtStatus.STATUS_NONE_MAPPED,
      "Nothing of the range is mapped.",
      "Look at address and length, and whether it was unmapped already."),
  /** See {@link NtStatus#STATUS_INSUFFICIENT_RESOURCES}. */
  STATUS_INSUFFICIENT_RESOURCES(
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      "Pool, system PTEs, pages or bookkeeping are used up.",
      "Fail the request with this status; a refused call has changed nothing, so it may be "
          + "tried again later.",
      "To get on when memory is short, reserve address space when the driver starts "
          + "(MmAllocateMappingAddress) and map through it.",
      "Does usage grow all the time? The leak report at unload names who did not give back."),
  /** See {@link NtStatus#STATUS_WORKING_SET_QUOTA}. */
  STATUS_WORKING_SET_QUOTA(
      NtStatus.STATUS_WORKING_SET_QUOTA,
      "The process may lock no more pages.",
      "Lock less at a time, or enlarge the process's working set."),
  /** See {@link NtStatus#STATUS_NOT_SUPPORTED}. */
  STATUS_NOT_SUPPORTED(
      NtStatus.STATUS_NOT_SUPPORTED,
      "The system does not do that, for these arguments or at all.",
      "Does the page say since which version, or for which kinds of memory?"),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_1}. */
  STATUS_INVALID_PARAMETER_1(
      NtStatus.STATUS_INVALID_PARAMETER_1,
      "The first parameter is not acceptable.",
      "Look at the first argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_2}. */
  STATUS_INVALID_PARAMETER_2(
      NtStatus.STATUS_INVALID_PARAMETER_2,
      "The second parameter is not acceptable.",
      "Look at the second argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_3}. */
  STATUS_INVALID_PARAMETER_3(
      NtStatus.STATUS_INVALID_PARAMETER_3,
      "The third parameter is not acceptable.",
      "Look at the third argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_4}. */
  STATUS_INVALID_PARAMETER_4(
      NtStatus.STATUS_INVALID_PARAMETER_4,
      "The fourth parameter is not acceptable.",
      "Look at the fourth argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_5}. */
  STATUS_INVALID_PARAMETER_5(
      NtStatus.STATUS_INVALID_PARAMETER_5,
      "The fifth parameter is not acceptable.",
      "Look at the fifth argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_6}. */
  STATUS_INVALID_PARAMETER_6(
      NtStatus.STATUS_INVALID_PARAMETER_6,
      "The sixth parameter is not acceptable.",
      "Look at the sixth argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_7}. */
  STATUS_INVALID_PARAMETER_7(
      NtStatus.STATUS_INVALID_PARAMETER_7,
      "The seventh parameter is not acceptable.",
      "Look at the seventh argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_8}. */
  STATUS_INVALID_PARAMETER_8(
      NtStatus.STATUS_INVALID_PARAMETER_8,
      "The eighth parameter is not acceptable.",
      "Look at the eighth argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_9}. */
  STATUS_INVALID_PARAMETER_9(
      NtStatus.STATUS_INVALID_PARAMETER_9,
      "The ninth parameter is not acceptable.",
      "Look at the ninth argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_INVALID_PARAMETER_10}. */
  STATUS_INVALID_PARAMETER_10(
      NtStatus.STATUS_INVALID_PARAMETER_10,
      "The tenth parameter is not acceptable.",
      "Look at the tenth argument: parameters are counted from 1, in the order of the "
          + "documentation."),
  /** See {@link NtStatus#STATUS_PROCESS_IS_TERMINATING}. */
  STATUS_PROCESS_IS_TERMINATING(
      NtStatus.STATUS_PROCESS_IS_TERMINATING,
      "The process is ending, and its address space is not to be changed.",
      "Cancel the request: nobody will look at its result."),
  /** See {@link NtStatus#STATUS_INVALID_ADDRESS}. */
  STATUS_INVALID_ADDRESS(
      NtStatus.STATUS_INVALID_ADDRESS,
      "The address is none that could be used.",
      "Is it physical memory that exists, or a virtual address of the kind that the flags say?"),
  /** See {@link NtStatus#STATUS_NOT_FOUND}. */
  STATUS_NOT_FOUND(
      NtStatus.STATUS_NOT_FOUND,
      "What the call is about is not there.",
      "Was it removed before, or was another object meant?"),
  /** See {@link NtStatus#STATUS_RESOURCE_IN_USE}. */
  STATUS_RESOURCE_IN_USE(
      NtStatus.STATUS_RESOURCE_IN_USE,
      "Somebody uses it, so it can't be changed or removed now. Three pages call this status "
          + "STATUS_IN_USE.",
      "Let the other user finish, then call again.");

  private final int status;
  private final String meaning;

  /** The pieces, with line ends between. */
  private final String advice;

  NtStatusGuide(int status, String meaning, String... advice) {
    this.status = status;
    this.meaning = meaning;
    this.advice = String.join("\n", advice);
  }

  /** {@return the status, one of {@link NtStatus}} */
  public int status() {
    return status;
  }

  /** {@return what it says, in sentences with final periods} */
  public String meaning() {
    return meaning;
  }

  /** {@return what a driver can do: at least one piece of advice, each in whole sentences} */
  public List<String> advice() {
    return List.of(advice.split("\n", -1));
  }

  /**
   * Finds the guide to a status.
   *
   * @param status any number
   * @return its guide, or null when {@link NtStatus} has no such status
   */
  public static @Nullable NtStatusGuide of(int status) {
    for (NtStatusGuide guide : values()) {
      if (guide.status == status) {
        return guide;
      }
    }
    return null;
  }
}
