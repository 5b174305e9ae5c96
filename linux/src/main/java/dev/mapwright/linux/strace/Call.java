package dev.mapwright.linux.strace;

import org.jspecify.annotations.Nullable;

/**
 * A recorded call with its arguments, as the program gave them: nothing is rounded or checked.
 * Addresses and lengths are unsigned, in bytes. {@code toString()} of each writes it as {@code
 * strace} would.
 */
public sealed interface Call {

  /**
   * The call's name.
   *
   * @return for example "mmap"
   */
  String name();

  /**
   * mmap(2).
   *
   * @param address where, or a hint, or 0
   * @param length how many bytes
   * @param protection {@code PROT_} bits
   * @param flags {@code MAP_} bits
   * @param file what is mapped; {@link TracedFile#NONE} if the descriptor is -1
   * @param offset where in the file, in bytes
   */
  record Mmap(long address, long length, long protection, long flags, TracedFile file, long offset)
      implements Call {
    @Override
    public String name() {
      return "mmap";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * munmap(2).
   *
   * @param address the first byte
   * @param length how many bytes
   */
  record Munmap(long address, long length) implements Call {
    @Override
    public String name() {
      return "munmap";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * mprotect(2) and pkey_mprotect(2).
   *
   * @param address the first byte
   * @param length how many bytes
   * @param protection {@code PROT_} bits
   * @param withKey whether it is pkey_mprotect
   * @param key the protection key; -1 in mprotect
   */
  record Mprotect(long address, long length, long protection, boolean withKey, int key)
      implements Call {
    @Override
    public String name() {
      return withKey ? "pkey_mprotect" : "mprotect";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * mremap(2).
   *
   * @param oldAddress the first byte of the old range
   * @param oldLength its bytes
   * @param newLength the bytes of the new range
   * @param flags {@code MREMAP_} bits
   * @param newAddress the first byte of the new range; 0 unless the flags ask for one
   */
  record Mremap(long oldAddress, long oldLength, long newLength, long flags, long newAddress)
      implements Call {
    @Override
    public String name() {
      return "mremap";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * brk(2).
   *
   * @param address the wanted end of the heap, or 0 to ask for it
   */
  record Brk(long address) implements Call {
    @Override
    public String name() {
      return "brk";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * madvise(2).
   *
   * @param address the first byte
   * @param length how many bytes
   * @param advice a {@code MADV_} number
   */
  record Madvise(long address, long length, int advice) implements Call {
    @Override
    public String name() {
      return "madvise";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * shmget(2). The answer is the segment's identifier.
   *
   * @param length the segment's bytes
   */
  record Shmget(long length) implements Call {
    @Override
    public String name() {
      return "shmget";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * shmat(2).
   *
   * @param segment the identifier
   * @param address where, or 0
   * @param flags {@code SHM_} bits
   */
  record Shmat(int segment, long address, long flags) implements Call {
    @Override
    public String name() {
      return "shmat";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * shmdt(2).
   *
   * @param address where the segment is attached
   */
  record Shmdt(long address) implements Call {
    @Override
    public String name() {
      return "shmdt";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * remap_file_pages(2).
   *
   * @param address the first byte
   * @param length how many bytes
   * @param protection {@code PROT_} bits, which must be 0
   * @param pageOffset where in the file, in pages
   * @param flags {@code MAP_} bits
   */
  record RemapFilePages(long address, long length, long protection, long pageOffset, long flags)
      implements Call {
    @Override
    public String name() {
      return "remap_file_pages";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * A call about a range that changes no mapping: msync, mlock, mlock2, munlock, mincore, mbind,
   * mseal.
   *
   * @param kind which
   * @param address the first byte
   * @param length how many bytes
   * @param flags the call's flags, 0 where it has none or they do not matter
   */
  record RangeCall(RangeKind kind, long address, long length, long flags) implements Call {
    @Override
    public String name() {
      return kind.callName();
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /** Which call about a range it is. */
  enum RangeKind {
    /** msync(2). */
    MSYNC("msync"),
    /** mlock(2). */
    MLOCK("mlock"),
    /** mlock2(2). */
    MLOCK2("mlock2"),
    /** munlock(2). */
    MUNLOCK("munlock"),
    /** mincore(2). */
    MINCORE("mincore"),
    /** mseal(2). */
    MSEAL("mseal");

    private final String callName;

    RangeKind(String callName) {
      this.callName = callName;
    }

    /**
     * The call's name.
     *
     * @return for example "msync"
     */
    public String callName() {
      return callName;
    }
  }

  /**
   * mlockall(2) and munlockall(2).
   *
   * @param lock false for munlockall
   * @param flags {@code MCL_} bits; 0 for munlockall
   */
  record LockAll(boolean lock, long flags) implements Call {
    @Override
    public String name() {
      return lock ? "mlockall" : "munlockall";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * prctl(2) with PR_SET_MDWE. Its other operations are no calls on memory.
   *
   * @param bits {@code PR_MDWE_} bits
   * @param rest the arguments behind them, joined by or
   */
  record RefuseExecGain(long bits, long rest) implements Call {
    @Override
    public String name() {
      return "prctl";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * pkey_alloc(2). The answer is the key.
   *
   * @param flags must be 0
   * @param rights the initial access rights
   */
  record PkeyAlloc(long flags, long rights) implements Call {
    @Override
    public String name() {
      return "pkey_alloc";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * pkey_free(2).
   *
   * @param key the key
   */
  record PkeyFree(int key) implements Call {
    @Override
    public String name() {
      return "pkey_free";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * clone(2), clone3(2), fork(2) and vfork(2). The answer is the child's number.
   *
   * @param name which of them
   * @param flags {@code CLONE_} bits; those that fork and vfork stand for
   */
  record Clone(String name, long flags) implements Call {
    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * execve(2) and execveat(2).
   *
   * @param name which of them
   * @param path the program's path, shortened if the recording shortens it; null if the recording
   *     does not show it
   */
  record Exec(String name, @Nullable String path) implements Call {
    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * exit(2) and exit_group(2).
   *
   * @param group whether all threads of the process end
   */
  record Exit(boolean group) implements Call {
    @Override
    public String name() {
      return group ? "exit_group" : "exit";
    }

    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /**
   * A known call that changes no mapping and whose answer does not depend on one, for example
   * set_mempolicy.
   *
   * @param name the call's name
   */
  record NoEffect(String name) implements Call {
    @Override
    public String toString() {
      return CallText.of(this);
    }
  }
}
