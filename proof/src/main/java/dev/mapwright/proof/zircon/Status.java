package dev.mapwright.proof.zircon;

/** The statuses of Magenta, written down a second time so that no constant is shared. */
final class Status {
  static final int OK = 0;
  static final int INTERNAL = -1;
  static final int NOT_SUPPORTED = -2;
  static final int NO_MEMORY = -4;
  static final int INVALID_ARGS = -10;
  static final int BAD_HANDLE = -11;
  static final int WRONG_TYPE = -12;
  static final int OUT_OF_RANGE = -14;
  static final int BUFFER_TOO_SMALL = -15;
  static final int BAD_STATE = -20;
  static final int NOT_FOUND = -25;
  static final int ACCESS_DENIED = -30;

  /** Not statuses of the kernel: what became of a thread that asked to end itself. */
  static final int THREAD_ENDED = 1;

  static final int THREAD_TRAPPED = 2;

  private Status() {}

  /** The status with a name. */
  static int of(String name) {
    for (int status = THREAD_TRAPPED; status >= ACCESS_DENIED; status--) {
      if (name(status).equals(name)) {
        return status;
      }
    }
    throw new IllegalArgumentException(name);
  }

  static String name(int status) {
    return switch (status) {
      case OK -> "OK";
      case INTERNAL -> "INTERNAL";
      case NOT_SUPPORTED -> "NOT_SUPPORTED";
      case NO_MEMORY -> "NO_MEMORY";
      case INVALID_ARGS -> "INVALID_ARGS";
      case BAD_HANDLE -> "BAD_HANDLE";
      case WRONG_TYPE -> "WRONG_TYPE";
      case OUT_OF_RANGE -> "OUT_OF_RANGE";
      case BUFFER_TOO_SMALL -> "BUFFER_TOO_SMALL";
      case BAD_STATE -> "BAD_STATE";
      case NOT_FOUND -> "NOT_FOUND";
      case ACCESS_DENIED -> "ACCESS_DENIED";
      case THREAD_ENDED -> "THREAD_ENDED";
      case THREAD_TRAPPED -> "THREAD_TRAPPED";
      default -> "status " + status;
    };
  }
}
