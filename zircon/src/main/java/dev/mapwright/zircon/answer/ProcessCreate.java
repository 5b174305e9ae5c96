package dev.mapwright.zircon.answer;

import dev.mapwright.zircon.abi.MxStatus;

/** The documented answers of {@code mx_process_create}, in the order in which they are checked. */
public enum ProcessCreate implements Condition {
  /** The call was carried out. */
  DONE(MxStatus.MX_OK, "process_create.md, Return value", "the call was carried out", ""),
  /** No option exists. */
  OPTIONS(
      MxStatus.MX_ERR_INVALID_ARGS, "process_create.md, Errors", "no option exists", "the options"),
  /** The name can not be read. */
  BAD_NAME_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "process_create.md, Errors",
      "the name can not be read",
      "the pointer"),
  /** The job handle names nothing. */
  JOB_BAD_HANDLE(
      MxStatus.MX_ERR_BAD_HANDLE,
      "process_create.md, Errors",
      "the job handle names nothing",
      "the handle"),
  /** The job handle lacks the right WRITE. */
  JOB_LACKS_RIGHT(
      MxStatus.MX_ERR_ACCESS_DENIED,
      "process_create.md, Errors",
      "the job handle lacks the right WRITE",
      "rights needed and held"),
  /** The job handle names an object of another type. */
  JOB_WRONG_TYPE(
      MxStatus.MX_ERR_WRONG_TYPE,
      "process_create.md, Errors",
      "the job handle names an object of another type",
      "the handle"),
  /** The job has been killed. */
  JOB_DEAD(MxStatus.MX_ERR_BAD_STATE, "process_create.md, Errors", "the job has been killed", ""),
  /** Memory for the address space or a handle could not be acquired. */
  OUT_OF_MEMORY(
      MxStatus.MX_ERR_NO_MEMORY,
      "process_create.md, Errors",
      "memory for the address space or a handle could not be acquired",
      ""),
  /** Proc_handle can not be written; no process is left. */
  BAD_PROCESS_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "process_create.md, Errors",
      "proc_handle can not be written; no process is left",
      "the pointer"),
  /** Vmar_handle can not be written; no process is left. */
  BAD_VMAR_POINTER(
      MxStatus.MX_ERR_INVALID_ARGS,
      "process_create.md, Errors",
      "vmar_handle can not be written; no process is left",
      "the pointer");

  private final Answer answer;

  ProcessCreate(int status, String source, String sentence, String numbers) {
    this.answer = new Answer(Routine.PROCESS_CREATE, status, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
