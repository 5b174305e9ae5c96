package dev.mapwright.linux.answer;

import java.util.List;

/** The calls that answer with errors. {@code brk}, the system call, has none. */
public enum LinuxCall {
  /** {@code mmap}. */
  MMAP("mmap"),
  /** {@code munmap}. */
  MUNMAP("munmap"),
  /** {@code mprotect}. */
  MPROTECT("mprotect pkey_mprotect"),
  /** {@code mremap}. */
  MREMAP("mremap"),
  /** {@code remap_file_pages}. */
  REMAP_FILE_PAGES("remap_file_pages"),
  /** {@code madvise}. */
  MADVISE("madvise"),
  /** {@code msync}. */
  MSYNC("msync"),
  /** {@code mincore}. */
  MINCORE("mincore"),
  /** {@code mlock}. */
  MLOCK("mlock mlock2 munlock"),
  /** {@code mlockall}. */
  MLOCKALL("mlockall munlockall"),
  /** {@code mseal}. */
  MSEAL("mseal"),
  /** {@code prctl}, with {@code PR_SET_MDWE}. */
  PRCTL("prctl"),
  /** {@code shmat}. */
  SHMAT("shmat"),
  /** {@code shmdt}. */
  SHMDT("shmdt");

  /** With spaces between. */
  private final String names;

  LinuxCall(String names) {
    this.names = names;
  }

  /** {@return the call's name, for example {@code mremap}} */
  public String documentedName() {
    return names().getFirst();
  }

  /** {@return its name and those of the calls that answer as it does, for example of mlock2} */
  public List<String> names() {
    return List.of(names.split(" ", -1));
  }

  /** {@return its errors, in the order in which they are checked} */
  public List<Refusal> refusals() {
    return switch (this) {
      case MMAP -> List.of(MmapError.values());
      case MUNMAP -> List.of(MunmapError.values());
      case MPROTECT -> List.of(MprotectError.values());
      case MREMAP -> List.of(MremapError.values());
      case REMAP_FILE_PAGES -> List.of(RemapFilePagesError.values());
      case MADVISE -> List.of(MadviseError.values());
      case MSYNC -> List.of(MsyncError.values());
      case MINCORE -> List.of(MincoreError.values());
      case MLOCK -> List.of(MlockError.values());
      case MLOCKALL -> List.of(MlockallError.values());
      case MSEAL -> List.of(MsealError.values());
      case PRCTL -> List.of(PrctlError.values());
      case SHMAT -> List.of(ShmatError.values());
      case SHMDT -> List.of(ShmdtError.values());
    };
  }
}
