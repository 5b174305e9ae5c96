package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The answers to accesses of memory that can't be made. There is none for one that is made: nobody
 * is told of those.
 */
public enum MemoryAccess implements Condition {
  /** Nothing that may be accessed like that lies at the address. */
  INVALID_ADDRESS(
      Effect.BUG_CHECK,
      BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA,
      Answer.NO_PARAMETER,
      "Bug Check 0x50, Parameters",
      "nothing that may be accessed like that lies at the address",
      "address, 0 read 2 write 0x10 execute, 0, 0 freed PTE 2 no page table 4 not canonical"),
  /** Read-only memory was written. */
  READ_ONLY(
      Effect.BUG_CHECK,
      BugCheckCode.ATTEMPTED_WRITE_TO_READONLY_MEMORY,
      Answer.NO_PARAMETER,
      "Bug Check 0xBE, Parameters",
      "read-only memory was written",
      "address, PTE"),
  /** Memory was executed that does not allow it. */
  NOT_EXECUTABLE(
      Effect.BUG_CHECK,
      BugCheckCode.ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY,
      Answer.NO_PARAMETER,
      "Bug Check 0xFC, Parameters",
      "memory was executed that does not allow it",
      "address, PTE"),
  /** A page that is out was accessed at DISPATCH_LEVEL or above. */
  OUT_AT_HIGH_IRQL(
      Effect.BUG_CHECK,
      BugCheckCode.DRIVER_IRQL_NOT_LESS_OR_EQUAL,
      Answer.NO_PARAMETER,
      "Bug Check 0xD1, Parameters",
      "a page that is out was accessed at DISPATCH_LEVEL or above",
      "address, IRQL, 0 read 1 write 8 execute, 0"),
  /** User code accessed what it may not. */
  USER_ACCESS_VIOLATION(
      Effect.RAISED,
      NtStatus.STATUS_ACCESS_VIOLATION,
      Answer.NO_PARAMETER,
      "Using MDLs",
      "user code accessed what it may not",
      "address, access");

  private final Answer answer;

  MemoryAccess(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.MEMORY_ACCESS, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
