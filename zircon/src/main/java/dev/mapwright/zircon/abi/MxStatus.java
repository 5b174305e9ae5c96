package dev.mapwright.zircon.abi;

/**
 * The statuses that calls return ({@code mx_status_t}, a signed 32-bit number): 0, or a negative
 * number that says why the call was refused.
 *
 * <p>The later names of the same numbers begin with {@code ZX_}.
 */
public final class MxStatus {
  /** The call was carried out. */
  public static final int MX_OK = 0;

  /** An error that has no better name. */
  public static final int MX_ERR_INTERNAL = -1;

  /** The operation does not exist for this object, or at all. */
  public static final int MX_ERR_NOT_SUPPORTED = -2;

  /** A resource other than memory is exhausted. */
  public static final int MX_ERR_NO_RESOURCES = -3;

  /** Memory, or a free place of the size asked for, could not be found. */
  public static final int MX_ERR_NO_MEMORY = -4;

  /** An argument can never be valid. */
  public static final int MX_ERR_INVALID_ARGS = -10;

  /** A handle value names nothing. */
  public static final int MX_ERR_BAD_HANDLE = -11;

  /** A handle names an object of another type. */
  public static final int MX_ERR_WRONG_TYPE = -12;

  /** The number of the call is unknown. */
  public static final int MX_ERR_BAD_SYSCALL = -13;

  /** An argument is outside what the object has at the moment. */
  public static final int MX_ERR_OUT_OF_RANGE = -14;

  /** The buffer given is too small for the answer. */
  public static final int MX_ERR_BUFFER_TOO_SMALL = -15;

  /** The object is not in a state that allows the operation. */
  public static final int MX_ERR_BAD_STATE = -20;

  /** A time limit has passed. */
  public static final int MX_ERR_TIMED_OUT = -21;

  /** The operation may succeed later. */
  public static final int MX_ERR_SHOULD_WAIT = -22;

  /** The operation was given up from outside. */
  public static final int MX_ERR_CANCELED = -23;

  /** The other end is gone. */
  public static final int MX_ERR_PEER_CLOSED = -24;

  /** What was asked for is not there. */
  public static final int MX_ERR_NOT_FOUND = -25;

  /** What was to be made is there already. */
  public static final int MX_ERR_ALREADY_EXISTS = -26;

  /** The object is in the hands of somebody else. */
  public static final int MX_ERR_ALREADY_BOUND = -27;

  /** The object can not do it now, and nobody can tell when. */
  public static final int MX_ERR_UNAVAILABLE = -28;

  /** The caller lacks a right or a privilege. */
  public static final int MX_ERR_ACCESS_DENIED = -30;

  /** An error of input or output. */
  public static final int MX_ERR_IO = -40;

  /** A device turned the operation down. */
  public static final int MX_ERR_IO_REFUSED = -41;

  /** The data are possibly corrupted. */
  public static final int MX_ERR_IO_DATA_INTEGRITY = -42;

  /** The data are lost. */
  public static final int MX_ERR_IO_DATA_LOSS = -43;

  /** No space is left on a medium. */
  public static final int MX_ERR_NO_SPACE = -54;

  private MxStatus() {}

  /**
   * The documented name of a status.
   *
   * @param status any number
   * @return for example {@code MX_ERR_NO_MEMORY}; the number itself when no status has it
   */
  public static String name(int status) {
    return switch (status) {
      case MX_OK -> "MX_OK";
      case MX_ERR_INTERNAL -> "MX_ERR_INTERNAL";
      case MX_ERR_NOT_SUPPORTED -> "MX_ERR_NOT_SUPPORTED";
      case MX_ERR_NO_RESOURCES -> "MX_ERR_NO_RESOURCES";
      case MX_ERR_NO_MEMORY -> "MX_ERR_NO_MEMORY";
      case MX_ERR_INVALID_ARGS -> "MX_ERR_INVALID_ARGS";
      case MX_ERR_BAD_HANDLE -> "MX_ERR_BAD_HANDLE";
      case MX_ERR_WRONG_TYPE -> "MX_ERR_WRONG_TYPE";
      case MX_ERR_BAD_SYSCALL -> "MX_ERR_BAD_SYSCALL";
      case MX_ERR_OUT_OF_RANGE -> "MX_ERR_OUT_OF_RANGE";
      case MX_ERR_BUFFER_TOO_SMALL -> "MX_ERR_BUFFER_TOO_SMALL";
      case MX_ERR_BAD_STATE -> "MX_ERR_BAD_STATE";
      case MX_ERR_TIMED_OUT -> "MX_ERR_TIMED_OUT";
      case MX_ERR_SHOULD_WAIT -> "MX_ERR_SHOULD_WAIT";
      case MX_ERR_CANCELED -> "MX_ERR_CANCELED";
      case MX_ERR_PEER_CLOSED -> "MX_ERR_PEER_CLOSED";
      case MX_ERR_NOT_FOUND -> "MX_ERR_NOT_FOUND";
      case MX_ERR_ALREADY_EXISTS -> "MX_ERR_ALREADY_EXISTS";
      case MX_ERR_ALREADY_BOUND -> "MX_ERR_ALREADY_BOUND";
      case MX_ERR_UNAVAILABLE -> "MX_ERR_UNAVAILABLE";
      case MX_ERR_ACCESS_DENIED -> "MX_ERR_ACCESS_DENIED";
      case MX_ERR_IO -> "MX_ERR_IO";
      case MX_ERR_IO_REFUSED -> "MX_ERR_IO_REFUSED";
      case MX_ERR_IO_DATA_INTEGRITY -> "MX_ERR_IO_DATA_INTEGRITY";
      case MX_ERR_IO_DATA_LOSS -> "MX_ERR_IO_DATA_LOSS";
      case MX_ERR_NO_SPACE -> "MX_ERR_NO_SPACE";
      default -> Integer.toString(status);
    };
  }
}
