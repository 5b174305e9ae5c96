package dev.mapwright.linux;

import static dev.mapwright.linux.abi.LockFlag.MCL_CURRENT;
import static dev.mapwright.linux.abi.LockFlag.MCL_FUTURE;
import static dev.mapwright.linux.abi.LockFlag.MCL_ONFAULT;
import static dev.mapwright.linux.abi.PrctlFlag.PR_MDWE_NO_INHERIT;
import static dev.mapwright.linux.abi.PrctlFlag.PR_MDWE_REFUSE_EXEC_GAIN;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.linux.abi.Errno;

/**
 * What holds for all that a process maps from now on: what the kernel keeps in {@code
 * mm->def_flags} (mlockall, munlockall) and in {@code mm->flags} (prctl with PR_SET_MDWE).
 */
final class SpaceFlags {

  private static final long LOCK_FLAGS = MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT;
  private static final long EXEC_FLAGS = PR_MDWE_REFUSE_EXEC_GAIN | PR_MDWE_NO_INHERIT;

  private final Areas areas;

  /** The flags that new areas get. */
  private int futureLock;

  /** What was given to PR_SET_MDWE. */
  private long execGain;

  SpaceFlags(Areas areas) {
    this.areas = areas;
  }

  /** The lock that a new area of some flags gets. */
  int futureLock(int kindFlags) {
    return (kindFlags & AreaKind.NEVER_LOCKED) == 0 ? futureLock : 0;
  }

  long mlockAll(long flags) {
    if (flags == 0 || (flags & ~LOCK_FLAGS) != 0 || flags == MCL_ONFAULT) {
      return Answer.of(Errno.EINVAL);
    }
    int lock = AreaKind.LOCKED | ((flags & MCL_ONFAULT) == 0 ? 0 : AreaKind.LOCKED_ON_FAULT);
    int future = (flags & MCL_FUTURE) == 0 ? 0 : lock;
    if ((flags & MCL_CURRENT) != 0) {
      return changeLocks(lock, future);
    }
    futureLock = future;
    return 0;
  }

  long munlockAll() {
    return changeLocks(0, 0);
  }

  private long changeLocks(int lock, int future) {
    Outcome outcome = areas.changeKind(0, LinuxSpace.LAST_PAGE, kind -> kind.locked(lock));
    futureLock = outcome == Outcome.OK ? future : futureLock;
    return Answer.of(outcome, 0);
  }

  long refuseExecGain(long bits, long rest) {
    if (rest != 0 || (bits & ~EXEC_FLAGS) != 0 || bits == PR_MDWE_NO_INHERIT) {
      return Answer.of(Errno.EINVAL);
    }
    if (execGain != 0 && execGain != bits) {
      return Answer.of(Errno.EPERM);
    }
    execGain = bits;
    return 0;
  }

  /** Whether an area may not have permissions that it is to get. */
  boolean refuses(int permissionsBefore, int permissions) {
    return execGain != 0
        && (permissions & Permissions.EXECUTE) != 0
        && ((permissions & Permissions.WRITE) != 0
            || (permissionsBefore & Permissions.EXECUTE) == 0);
  }

  /** A child gets them, and a program that is executed; locks of what is to come end there. */
  void inherit(SpaceFlags parent) {
    execGain = (parent.execGain & PR_MDWE_NO_INHERIT) == 0 ? parent.execGain : 0;
  }
}
