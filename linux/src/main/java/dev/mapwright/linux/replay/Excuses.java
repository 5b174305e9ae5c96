package dev.mapwright.linux.replay;

import static dev.mapwright.linux.abi.MapFlag.MAP_ANONYMOUS;
import static dev.mapwright.linux.abi.MapFlag.MAP_FIXED;
import static dev.mapwright.linux.abi.MapFlag.MAP_FIXED_NOREPLACE;
import static dev.mapwright.linux.abi.MapFlag.MAP_HUGETLB;
import static dev.mapwright.linux.abi.MapFlag.MAP_LOCKED;
import static dev.mapwright.linux.abi.RemapFlag.MREMAP_DONTUNMAP;
import static dev.mapwright.linux.abi.RemapFlag.MREMAP_FIXED;

import dev.mapwright.linux.Answer;
import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.LinuxSystem;
import dev.mapwright.linux.PlaceRule;
import dev.mapwright.linux.abi.Advice;
import dev.mapwright.linux.abi.Errno;
import dev.mapwright.linux.abi.Protection;
import dev.mapwright.linux.strace.Call;
import dev.mapwright.linux.strace.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Refusals that a recording cannot explain, because they depend on something it does not show: how
 * a file was opened and on what file system, privileges, resource limits, memory that was not
 * there, what the kernel was built with. Where the engine would have succeeded and the kernel
 * refused for such a reason, nobody is wrong.
 */
final class Excuses {

  /** Every process may lock this much (the least RLIMIT_MEMLOCK that kernels were shipped with). */
  private static final long SMALL_LOCK_BYTES = 64L << 10;

  private Excuses() {}

  /**
   * Whether the recorded answer, which differs from the engine's, could not have been computed.
   *
   * @param heapEnd where the heap ended before the call
   */
  static boolean covers(
      Call call, long answer, Outcome recorded, LinuxSystem system, long heapEnd) {
    String error = recorded.error();
    if (error == null) {
      if (call instanceof Call.Brk c) {
        // The heap does not grow when memory or a limit of it is short: brk has no other answer.
        return answer == c.address()
            && recorded.value() == heapEnd
            && Long.compareUnsigned(heapEnd, c.address()) < 0;
      }
      return call instanceof Call.Shmat c && !system.knowsSegment(c.segment())
          || call instanceof Call.Mprotect p && p.withKey();
    }
    if (error.equals("ENOSYS") || error.equals("EINTR")) {
      return true;
    }
    if (call instanceof Call.Shmat c && !system.knowsSegment(c.segment())) {
      return true;
    }
    if (call instanceof Call.Mremap c && error.equals("EINVAL") && hintIsNotShown(c)) {
      return true;
    }
    if (call instanceof Call.LockAll || call instanceof Call.RefuseExecGain) {
      return !Answer.isError(answer) && !error.equals("EINVAL");
    }
    boolean hole = answer == Answer.of(Errno.ENOMEM);
    if (Answer.isError(answer)) {
      // What lies around a hole is treated too, or before it, and may be refused for its own
      // reasons.
      return call instanceof Call.RangeCall r && locks(r) && error.equals("EPERM")
          || call instanceof Call.RangeCall m && isCopiedOut(m) && hole && error.equals("EFAULT")
          || call instanceof Call.Madvise a && hole && madvise(a, error);
    }
    if (call instanceof Call.Mmap c) {
      return mmap(c, error);
    } else if (call instanceof Call.Mprotect c) {
      boolean charged = (c.protection() & Protection.PROT_WRITE) != 0 && error.equals("ENOMEM");
      boolean gains = (c.protection() & (Protection.PROT_WRITE | Protection.PROT_EXEC)) != 0;
      return error.equals("EACCES") && gains || charged || c.withKey() && error.equals("EINVAL");
    } else if (call instanceof Call.Mremap c) {
      return error.equals("EAGAIN")
          || error.equals("ENOMEM") && Long.compareUnsigned(c.newLength(), c.oldLength()) > 0;
    } else if (call instanceof Call.Madvise c) {
      return madvise(c, error);
    } else if (call instanceof Call.RangeCall c) {
      return locks(c) && (error.equals("ENOMEM") || error.equals("EPERM") || error.equals("EAGAIN"))
          || error.equals("EIO")
          || error.equals("EFAULT")
          || c.kind() == Call.RangeKind.MSEAL && error.equals("EPERM");
    }
    return call instanceof Call.Shmat c && shmat(c, error);
  }

  /** Whether the call stores its answer where the program says, which may be nowhere. */
  private static boolean isCopiedOut(Call.RangeCall call) {
    return call.kind() == Call.RangeKind.MINCORE;
  }

  private static boolean shmat(Call.Shmat call, String error) {
    return switch (error) {
      case "EACCES", "EIDRM", "ENOMEM" -> true;
      case "EPERM" -> Long.compareUnsigned(call.address(), LinuxSpace.LOWEST_ADDRESS) < 0;
      default -> false;
    };
  }

  /**
   * Whether a refusal that is excused leaves the call's effect: locking a small range marks it
   * before its pages are made present, and only the latter fails. A large range is refused for its
   * size, without an effect.
   */
  static boolean hasEffect(Call call) {
    return call instanceof Call.RangeCall c
        && locks(c)
        && Long.compareUnsigned(c.length(), SMALL_LOCK_BYTES) <= 0;
  }

  /**
   * MREMAP_DONTUNMAP takes a hint, which the recorder does not print unless MREMAP_FIXED is given
   * too.
   */
  private static boolean hintIsNotShown(Call.Mremap call) {
    return (call.flags() & MREMAP_DONTUNMAP) != 0 && (call.flags() & MREMAP_FIXED) == 0;
  }

  private static boolean locks(Call.RangeCall call) {
    return call.kind() == Call.RangeKind.MLOCK || call.kind() == Call.RangeKind.MLOCK2;
  }

  private static boolean mmap(Call.Mmap call, String error) {
    if ((call.flags() & MAP_ANONYMOUS) == 0 && file(call, error)) {
      return true;
    }
    boolean fixed = (call.flags() & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0;
    return switch (error) {
      case "EPERM" ->
          (call.flags() & (MAP_LOCKED | MAP_HUGETLB)) != 0
              || fixed && Long.compareUnsigned(call.address(), LinuxSpace.LOWEST_ADDRESS) < 0;
      // What security modules say to memory that programs could write and run.
      case "EACCES" -> (call.protection() & Protection.PROT_EXEC) != 0;
      // A limit of the address space (RLIMIT_AS) counts all that is mapped, used or not.
      case "EAGAIN", "ENOMEM" -> true;
      default -> false;
    };
  }

  /** What a file that was opened in some way, on some file system, may be refused for. */
  private static boolean file(Call.Mmap call, String error) {
    return switch (error) {
      case "EACCES", "ENODEV", "ENXIO", "ETXTBSY", "EPERM" -> true;
      case "EOVERFLOW" -> Long.compareUnsigned(call.offset(), 1L << 40) > 0;
      // A descriptor that was opened with O_PATH has a name, but nothing behind it.
      case "EBADF" -> true;
      case "EINVAL" -> !isWhole(call) || isSpecial(call.file().path());
      default -> isSpecial(call.file().path());
    };
  }

  /** Whether a file of huge pages could be mapped like this. */
  private static boolean isWhole(Call.Mmap call) {
    boolean fixed = (call.flags() & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0;
    long place = fixed ? call.address() : 0;
    return ((place | call.offset()) & PlaceRule.HUGE_BYTES - 1) == 0;
  }

  /**
   * Whether a driver decides what may be mapped, and how it says that it may not: what has no place
   * among files, and what lies among devices.
   */
  private static boolean isSpecial(@Nullable String path) {
    return path == null
        || !path.startsWith("/")
        || path.startsWith("/dev/")
        || path.startsWith("/proc/")
        || path.startsWith("/sys/")
        || path.equals("/secretmem");
  }

  private static boolean madvise(Call.Madvise call, String error) {
    return switch (error) {
      case "EAGAIN", "EBUSY", "EIO", "EPERM", "EFAULT", "EOPNOTSUPP", "EBADF" -> true;
      // Shared memory of a file that was opened for reading only.
      case "EACCES" -> call.advice() == Advice.MADV_REMOVE;
      // Advice that kernels know since 5.14 or later, or only when they were built with it.
      case "EINVAL", "ENOMEM" ->
          call.advice() >= Advice.MADV_POPULATE_READ
              || call.advice() >= Advice.MADV_MERGEABLE && call.advice() <= Advice.MADV_NOHUGEPAGE;
      default -> false;
    };
  }
}
