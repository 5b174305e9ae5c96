package dev.mapwright.linux.strace;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the arguments of the calls that the reader knows are laid out. */
enum CallKind {
  MMAP("mmap mmap2 mmap_pgoff old_mmap"),
  MUNMAP("munmap"),
  MPROTECT("mprotect"),
  PKEY_MPROTECT("pkey_mprotect"),
  MREMAP("mremap"),
  BRK("brk"),
  MADVISE("madvise"),
  SHMGET("shmget"),
  SHMAT("shmat"),
  SHMDT("shmdt"),
  REMAP_FILE_PAGES("remap_file_pages"),
  MSYNC("msync"),
  MLOCK("mlock"),
  MLOCK2("mlock2"),
  MUNLOCK("munlock"),
  MINCORE("mincore"),
  /** A strace older than the call prints its number instead of its name, with six arguments. */
  MSEAL("mseal syscall_0x1ce"),
  MLOCKALL("mlockall"),
  MUNLOCKALL("munlockall"),
  PRCTL("prctl"),
  PKEY_ALLOC("pkey_alloc"),
  PKEY_FREE("pkey_free"),
  CLONE("clone clone2"),
  CLONE3("clone3"),
  FORK("fork"),
  VFORK("vfork"),
  EXECVE("execve"),
  EXECVEAT("execveat"),
  EXIT("exit"),
  EXIT_GROUP("exit_group"),
  NO_EFFECT(
      "mbind set_mempolicy get_mempolicy set_mempolicy_home_node migrate_pages "
          + "move_pages membarrier cachestat "
          + "memfd_create memfd_secret process_madvise process_mrelease userfaultfd "
          + "shmctl io_setup io_destroy map_shadow_stack syscall_0x1c5");

  private static final Map<String, CallKind> BY_NAME = new HashMap<>();

  static {
    for (CallKind kind : values()) {
      for (String name : kind.names.split(" ")) {
        BY_NAME.put(name, kind);
      }
    }
  }

  /** The calls that are laid out like this, with spaces between. */
  private final String names;

  CallKind(String names) {
    this.names = names;
  }

  /** All names, in no order. */
  static Set<String> allNames() {
    return Collections.unmodifiableSet(BY_NAME.keySet());
  }

  /** Whether two names are the same call's: recorders print a number where they know no name. */
  static boolean same(String name, String other) {
    return name.equals(other)
        || named(name) == named(other) && named(name) != NO_EFFECT && named(name) != null;
  }

  /** The layout of a call, or null if the reader skips calls of that name. */
  static @Nullable CallKind named(String name) {
    return BY_NAME.get(name);
  }
}
