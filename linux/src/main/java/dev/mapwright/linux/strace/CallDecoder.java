package dev.mapwright.linux.strace;

import dev.mapwright.linux.abi.CloneFlag;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.TextCursor;

/**
 * Decodes the arguments of a call that the reader knows. The cursor stands behind the opening
 * parenthesis; afterwards it stands behind the last argument that was needed. Everything that a
 * program gives to a call is printed when the call begins, so an unfinished line has all of it.
 */
final class CallDecoder {

  private static final String ADDRESS = "an address";
  private static final String LENGTH = "a length in bytes";
  private static final String PROTECTION = "a protection (PROT_...)";

  private final TextCursor text;
  private final ArgumentReader arguments;

  CallDecoder(TextCursor text, NameCache names) {
    this.text = text;
    this.arguments = new ArgumentReader(text, names);
  }

  ArgumentReader arguments() {
    return arguments;
  }

  Call decode(CallKind kind, String name) throws InputFormatException {
    return switch (kind) {
      case MMAP ->
          new Call.Mmap(
              arguments.value(ADDRESS),
              next(LENGTH),
              next(PROTECTION),
              next("mapping flags (MAP_...)"),
              nextFile(),
              next("an offset in bytes"));
      case MUNMAP -> new Call.Munmap(arguments.value(ADDRESS), next(LENGTH));
      case MPROTECT ->
          new Call.Mprotect(arguments.value(ADDRESS), next(LENGTH), next(PROTECTION), false, -1);
      case PKEY_MPROTECT ->
          new Call.Mprotect(
              arguments.value(ADDRESS),
              next(LENGTH),
              next(PROTECTION),
              true,
              nextInt("a protection key"));
      case MREMAP -> mremap();
      case BRK -> new Call.Brk(arguments.value(ADDRESS));
      case MADVISE ->
          new Call.Madvise(arguments.value(ADDRESS), next(LENGTH), nextInt("an advice (MADV_...)"));
      case SHMGET -> shmget();
      case SHMAT ->
          new Call.Shmat(
              arguments.intValue("a segment's identifier"),
              next(ADDRESS),
              next("attach flags (SHM_...)"));
      case SHMDT -> new Call.Shmdt(arguments.value(ADDRESS));
      case REMAP_FILE_PAGES ->
          new Call.RemapFilePages(
              arguments.value(ADDRESS),
              next(LENGTH),
              next(PROTECTION),
              next("an offset in pages"),
              next("mapping flags (MAP_...)"));
      case MSYNC -> rangeWithFlags(Call.RangeKind.MSYNC, "flags (MS_...)");
      case MLOCK2 -> rangeWithFlags(Call.RangeKind.MLOCK2, "flags (MLOCK_...)");
      case MSEAL -> mseal(name);
      case MLOCKALL -> new Call.LockAll(true, arguments.value("flags (MCL_...)"));
      case MUNLOCKALL -> new Call.LockAll(false, 0);
      case PRCTL -> refuseExecGain();
      case MLOCK -> range(Call.RangeKind.MLOCK);
      case MUNLOCK -> range(Call.RangeKind.MUNLOCK);
      case MINCORE -> range(Call.RangeKind.MINCORE);
      case PKEY_ALLOC ->
          new Call.PkeyAlloc(arguments.value("flags"), next("access rights (PKEY_...)"));
      case PKEY_FREE -> new Call.PkeyFree(arguments.intValue("a protection key"));
      case CLONE, CLONE3 -> cloned(name);
      case FORK -> new Call.Clone(name, 0);
      case VFORK -> new Call.Clone(name, CloneFlag.CLONE_VM | CloneFlag.CLONE_VFORK);
      case EXECVE -> new Call.Exec(name, arguments.string());
      case EXECVEAT -> execveat(name);
      case EXIT -> new Call.Exit(false);
      case EXIT_GROUP -> new Call.Exit(true);
      case NO_EFFECT -> new Call.NoEffect(name);
    };
  }

  private long next(String expected) throws InputFormatException {
    arguments.comma(expected);
    return arguments.value(expected);
  }

  private int nextInt(String expected) throws InputFormatException {
    arguments.comma(expected);
    return arguments.intValue(expected);
  }

  private TracedFile nextFile() throws InputFormatException {
    arguments.comma("a file descriptor");
    return arguments.file();
  }

  private Call mremap() throws InputFormatException {
    long oldAddress = arguments.value(ADDRESS);
    long oldLength = next(LENGTH);
    long newLength = next(LENGTH);
    long flags = next("flags (MREMAP_...)");
    long newAddress = arguments.tryComma() ? arguments.value(ADDRESS) : 0;
    return new Call.Mremap(oldAddress, oldLength, newLength, flags, newAddress);
  }

  /**
   * The key is a number or IPC_PRIVATE, the flags hold an access mode; only the size matters here.
   */
  private Call shmget() throws InputFormatException {
    while (text.peek() != ',' && text.peek() >= 0) {
      text.moveTo(text.at() + 1);
    }
    return new Call.Shmget(next(LENGTH));
  }

  private Call range(Call.RangeKind kind) throws InputFormatException {
    return new Call.RangeCall(kind, arguments.value(ADDRESS), next(LENGTH), 0);
  }

  private Call rangeWithFlags(Call.RangeKind kind, String flags) throws InputFormatException {
    return new Call.RangeCall(kind, arguments.value(ADDRESS), next(LENGTH), next(flags));
  }

  /** A recorder that does not know the call prints six arguments of it. */
  private Call mseal(String name) throws InputFormatException {
    Call call = rangeWithFlags(Call.RangeKind.MSEAL, "flags");
    while (name.startsWith("syscall") && arguments.tryComma()) {
      arguments.value("an argument");
    }
    return call;
  }

  /** Whether an operation of prctl is one about memory, as whose arguments the cursor stands. */
  boolean isAboutMemory() throws InputFormatException {
    arguments.gap();
    return text.startsWith("PR_SET_MDWE") || text.startsWith("0x41,") || text.startsWith("0x41 ");
  }

  private Call refuseExecGain() throws InputFormatException {
    arguments.value("an operation");
    long bits = next("flags (PR_MDWE_...)");
    long rest = 0;
    while (arguments.tryComma()) {
      rest |= arguments.value("an argument");
    }
    return new Call.RefuseExecGain(bits, rest);
  }

  private Call execveat(String name) throws InputFormatException {
    arguments.file();
    arguments.comma("a path");
    return new Call.Exec(name, arguments.string());
  }

  /**
   * Both forms name their flags: {@code clone(child_stack=NULL, flags=...)}, {@code
   * clone3({flags=...}, 88)}. Printed as bare numbers, clone's come first; what clone3 is given
   * lies in memory, and where nobody has read it, the call tells nothing of the child.
   */
  private Call cloned(String name) throws InputFormatException {
    int start = text.at();
    while (!text.startsWith("flags=")) {
      if (text.peek() < 0) {
        text.moveTo(start);
        return name.equals("clone")
            ? new Call.Clone(name, arguments.cloneFlags())
            : new Call.NoEffect(name);
      }
      text.moveTo(text.at() + 1);
    }
    text.take("flags=");
    long flags = arguments.cloneFlags();
    // Back to where braces are balanced: the caller goes over the rest.
    text.moveTo(start);
    return new Call.Clone(name, flags);
  }
}
