package dev.mapwright.linux.abi;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The errors that calls on memory can answer, by name and number (errno(3)). */
public enum Errno {
  /** Operation not permitted. */
  EPERM(1, "Operation not permitted"),
  /** No such file or directory. */
  ENOENT(2, "No such file or directory"),
  /** No such process. */
  ESRCH(3, "No such process"),
  /** Interrupted system call. */
  EINTR(4, "Interrupted system call"),
  /** Input/output error. */
  EIO(5, "Input/output error"),
  /** No such device or address. */
  ENXIO(6, "No such device or address"),
  /** Argument list too long. */
  E2BIG(7, "Argument list too long"),
  /** Exec format error. */
  ENOEXEC(8, "Exec format error"),
  /** Bad file descriptor. */
  EBADF(9, "Bad file descriptor"),
  /** No child processes. */
  ECHILD(10, "No child processes"),
  /** Resource temporarily unavailable. */
  EAGAIN(11, "Resource temporarily unavailable"),
  /** Cannot allocate memory. */
  ENOMEM(12, "Cannot allocate memory"),
  /** Permission denied. */
  EACCES(13, "Permission denied"),
  /** Bad address. */
  EFAULT(14, "Bad address"),
  /** Device or resource busy. */
  EBUSY(16, "Device or resource busy"),
  /** File exists. */
  EEXIST(17, "File exists"),
  /** Invalid cross-device link. */
  EXDEV(18, "Invalid cross-device link"),
  /** No such device. */
  ENODEV(19, "No such device"),
  /** Not a directory. */
  ENOTDIR(20, "Not a directory"),
  /** Is a directory. */
  EISDIR(21, "Is a directory"),
  /** Invalid argument. */
  EINVAL(22, "Invalid argument"),
  /** Too many open files in system. */
  ENFILE(23, "Too many open files in system"),
  /** Too many open files. */
  EMFILE(24, "Too many open files"),
  /** Text file busy. */
  ETXTBSY(26, "Text file busy"),
  /** No space left on device. */
  ENOSPC(28, "No space left on device"),
  /** Function not implemented. */
  ENOSYS(38, "Function not implemented"),
  /** Identifier removed. */
  EIDRM(43, "Identifier removed"),
  /** Value too large for defined data type. */
  EOVERFLOW(75, "Value too large for defined data type"),
  /** Operation not supported. */
  EOPNOTSUPP(95, "Operation not supported");

  private static final Map<String, Errno> BY_NAME = new HashMap<>();

  static {
    for (Errno errno : values()) {
      BY_NAME.put(errno.name(), errno);
    }
  }

  private final int number;
  private final String sentence;

  Errno(int number, String sentence) {
    this.number = number;
    this.sentence = sentence;
  }

  /**
   * The error's number.
   *
   * @return the number, positive
   */
  public int number() {
    return number;
  }

  /**
   * What the system prints for it.
   *
   * @return a short sentence without a full stop
   */
  public String sentence() {
    return sentence;
  }

  /**
   * Finds an error by its number.
   *
   * @param number positive
   * @return the error, or null if it is none of these
   */
  public static @Nullable Errno numbered(int number) {
    for (Errno errno : values()) {
      if (errno.number == number) {
        return errno;
      }
    }
    return null;
  }

  /**
   * Finds an error by its name.
   *
   * @param name for example "ENOMEM"
   * @return the error, or null if it is none of these
   */
  public static @Nullable Errno named(String name) {
    return BY_NAME.get(name);
  }
}
