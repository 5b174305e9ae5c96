package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;
import java.util.List;

/**
 * What each error means to a program that makes calls on memory, and what it can do about it, in
 * words: what documents and tools print beside the {@link Refusal}s that have the error. There is
 * one constant for each {@link Errno}, under its name and in its order.
 */
public enum ErrnoGuide {
  /** See {@link Errno#EPERM}. */
  EPERM(
      "The process lacks a privilege, or the memory was sealed for good.",
      "Memory that mseal closed stays as it is until the process ends or executes another "
          + "program. Map elsewhere.",
      "Otherwise it takes a capability or a limit that calls alone don't show: CAP_IPC_LOCK "
          + "and RLIMIT_MEMLOCK for locking, vm.mmap_min_addr for low addresses."),
  /** See {@link Errno#ENOENT}. */
  ENOENT(
      "A file that was named does not exist.",
      "Check the path, and the folder that it is relative to."),
  /** See {@link Errno#ESRCH}. */
  ESRCH(
      "There is no process of that number.",
      "Has it ended meanwhile? Numbers of processes are used again."),
  /** See {@link Errno#EINTR}. */
  EINTR("A signal arrived before the call had done anything.", "Call again."),
  /** See {@link Errno#EIO}. */
  EIO(
      "A device did not carry out input or output.",
      "Look into the kernel's log (dmesg); the medium may be failing."),
  /** See {@link Errno#ENXIO}. */
  ENXIO(
      "The device does not exist, or the range lies outside of it.",
      "Compare offset and length with the size of the device."),
  /** See {@link Errno#E2BIG}. */
  E2BIG(
      "Arguments and environment of a program are too large together.",
      "Pass less, or raise the limit of the stack, of which they may take a quarter."),
  /** See {@link Errno#ENOEXEC}. */
  ENOEXEC(
      "The file has no format that the kernel can execute.",
      "Is it built for this processor, and complete? A script needs its first line."),
  /** See {@link Errno#EBADF}. */
  EBADF(
      "The descriptor is not open, or not in the mode that the call needs.",
      "Open the file before it is mapped, and look at what open answered.",
      "For memory without a file give MAP_ANONYMOUS, and -1 for the descriptor."),
  /** See {@link Errno#ECHILD}. */
  ECHILD(
      "There is no child process to wait for.",
      "Was the child waited for already, or SIGCHLD ignored?"),
  /** See {@link Errno#EAGAIN}. */
  EAGAIN(
      "A limit is reached for the moment: of locked memory, or of processes.",
      "Unlock memory, or raise RLIMIT_MEMLOCK (ulimit -l); then call again."),
  /** See {@link Errno#ENOMEM}. */
  ENOMEM(
      "Memory is short, or part of a range that has to be mapped is not, or no place is large "
          + "enough.",
      "Look at the range in /proc/PID/maps first: a hole in it is the most frequent reason for"
          + " this error of mprotect, madvise, mlock, msync and mincore. Some of these have treated "
          + "what lies before the hole.",
      "mremap that can't grow in place needs MREMAP_MAYMOVE.",
      "Is the length a negative number, or beyond the 128 TiB of a process?",
      "If the kernel is short of memory, look at vm.overcommit_memory, RLIMIT_AS and "
          + "vm.max_map_count."),
  /** See {@link Errno#EACCES}. */
  EACCES(
      "A permission is asked for that the mapping or its file does not allow.",
      "Open the file for writing before it is mapped shared and writable; a mapping never gets"
          + " more than its file was opened for.",
      "A segment that was attached with SHM_RDONLY can't be made writable: attach it again.",
      "MADV_REMOVE works on shared writable mappings only; for private memory take "
          + "MADV_DONTNEED.",
      "After prctl with PR_SET_MDWE memory is written or executed, never both: map it executable, "
          + "and without PROT_WRITE, from the beginning."),
  /** See {@link Errno#EFAULT}. */
  EFAULT(
      "An address is not one that the process has, or not all of one mapping.",
      "mremap resizes within one area only: neighbours with other permissions, other flags or "
          + "another file are areas of their own. Resize them one by one, along the lines of "
          + "/proc/PID/maps.",
      "Is the old address still mapped, or did an earlier mremap move it? Use what it "
          + "returned."),
  /** See {@link Errno#EBUSY}. */
  EBUSY(
      "The memory is locked, or the resource is in use.",
      "Unlock the range (munlock) before its pages are invalidated."),
  /** See {@link Errno#EEXIST}. */
  EEXIST(
      "The range that must be free is not.",
      "MAP_FIXED_NOREPLACE refuses rather than replaces: choose another place, or pass the "
          + "address as a hint without it.",
      "If replacing is meant, use MAP_FIXED, which takes away whatever is there."),
  /** See {@link Errno#EXDEV}. */
  EXDEV("A link would lead from one file system to another.", "Copy the file instead."),
  /** See {@link Errno#ENODEV}. */
  ENODEV(
      "The file is of a kind that can't be mapped.",
      "Read it instead: pipes, sockets, folders and many files of /proc have no memory to "
          + "show."),
  /** See {@link Errno#ENOTDIR}. */
  ENOTDIR("A part of a path that must be a folder is a file.", "Check the path."),
  /** See {@link Errno#EISDIR}. */
  EISDIR("A folder was given where a file is needed.", "Check the path."),
  /** See {@link Errno#EINVAL}. */
  EINVAL(
      "An argument makes no sense, alone or together with another, or does not fit what is "
          + "mapped there.",
      "Addresses and offsets are multiples of the page size (4096), and most lengths must not "
          + "be 0.",
      "Check flags one by one against the page of the manual: exactly one of MAP_PRIVATE and "
          + "MAP_SHARED, MREMAP_FIXED only with MREMAP_MAYMOVE, MS_SYNC or MS_ASYNC.",
      "If all that is right, look at the range in /proc/PID/maps: locked, shared, huge, or one"
          + " of the kernel's own mappings?"),
  /** See {@link Errno#ENFILE}. */
  ENFILE(
      "The system has as many files open as it may have.",
      "Raise fs.file-max, or find out who holds files open."),
  /** See {@link Errno#EMFILE}. */
  EMFILE(
      "The process has as many files open as it may have.",
      "Close descriptors, or raise RLIMIT_NOFILE (ulimit -n). A mapping stays when its "
          + "descriptor is closed."),
  /** See {@link Errno#ETXTBSY}. */
  ETXTBSY(
      "A file that is being executed is to be written, or the other way round.",
      "Write a new file and rename it over the old one."),
  /** See {@link Errno#ENOSPC}. */
  ENOSPC(
      "The medium is full, or a limit of the system for such objects is reached.",
      "Make room; for segments look at kernel.shmmni and kernel.shmall."),
  /** See {@link Errno#ENOSYS}. */
  ENOSYS(
      "The kernel does not have this call, or a filter hides it.",
      "Ask for the version with uname -r; containers often filter calls with seccomp."),
  /** See {@link Errno#EIDRM}. */
  EIDRM(
      "The segment was removed.",
      "Make a new segment; whoever removed it may have meant everybody to stop."),
  /** See {@link Errno#EOVERFLOW}. */
  EOVERFLOW(
      "A number is too large for what has to hold it.",
      "Offset plus length must stay below 2^63 bytes. Is the offset a negative number, or "
          + "counted in pages?"),
  /** See {@link Errno#EOPNOTSUPP}. */
  EOPNOTSUPP(
      "The object does not support what a flag asks for.",
      "MAP_SHARED_VALIDATE refuses every flag that it does not know, so that MAP_SYNC can be "
          + "relied on. Without such a flag, use MAP_SHARED.");

  private final String meaning;

  /** The pieces, with line ends between. */
  private final String advice;

  ErrnoGuide(String meaning, String... advice) {
    this.meaning = meaning;
    this.advice = String.join("\n", advice);
  }

  /**
   * {@return the guide to an error}
   *
   * @param errno the error
   */
  public static ErrnoGuide of(Errno errno) {
    return valueOf(errno.name());
  }

  /** {@return what the error says, in sentences with final periods} */
  public String meaning() {
    return meaning;
  }

  /** {@return what the program can do: at least one piece of advice, each in whole sentences} */
  public List<String> advice() {
    return List.of(advice.split("\n", -1));
  }
}
