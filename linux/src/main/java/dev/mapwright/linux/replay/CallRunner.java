package dev.mapwright.linux.replay;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.RefusedException;
import dev.mapwright.linux.Answer;
import dev.mapwright.linux.LinuxFile;
import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.LinuxSystem;
import dev.mapwright.linux.abi.Errno;
import dev.mapwright.linux.abi.MapFlag;
import dev.mapwright.linux.strace.Call;
import dev.mapwright.linux.strace.TracedFile;
import org.jspecify.annotations.Nullable;

/** Makes recorded calls, with choices decided as the recorded kernel decided them. */
final class CallRunner {

  /** What files are named that a recording without option -y does not name. */
  static final String UNNAMED = "?";

  /**
   * What is named that was mapped before anybody recorded it; the page in it is the page of the
   * address space.
   */
  static final String UNKNOWN = "?";

  private final LinuxSystem system;
  private final RecordedChoices choices;

  /**
   * Whether the recording names files: only then is a descriptor without a name one that was not
   * open.
   */
  private boolean filesAreNamed;

  CallRunner(LinuxSystem system, RecordedChoices choices) {
    this.system = system;
    this.choices = choices;
  }

  /** The engine's answer. */
  long run(Call call, LinuxSpace space) {
    if (call instanceof Call.Mmap c) {
      return space.mmap(
          c.address(),
          c.length(),
          c.protection(),
          c.flags(),
          (c.flags() & MapFlag.MAP_ANONYMOUS) != 0 ? null : file(c.file()),
          c.offset(),
          choices);
    } else if (call instanceof Call.Munmap c) {
      return space.munmap(c.address(), c.length());
    } else if (call instanceof Call.Mprotect c) {
      return space.mprotect(c.address(), c.length(), c.protection(), c.withKey() ? c.key() : -1);
    } else if (call instanceof Call.Mremap c) {
      return space.mremap(
          c.oldAddress(), c.oldLength(), c.newLength(), c.flags(), c.newAddress(), choices);
    } else if (call instanceof Call.Brk c) {
      return space.brk(c.address(), choices);
    } else if (call instanceof Call.Madvise c) {
      return space.madvise(c.address(), c.length(), c.advice());
    } else if (call instanceof Call.Shmat c) {
      return space.shmat(c.segment(), c.address(), c.flags(), choices);
    } else if (call instanceof Call.Shmdt c) {
      return space.shmdt(c.address());
    } else if (call instanceof Call.RemapFilePages c) {
      return space.remapFilePages(c.address(), c.length(), c.protection(), c.pageOffset());
    } else if (call instanceof Call.RangeCall c) {
      return range(c, space);
    } else if (call instanceof Call.LockAll c) {
      return c.lock() ? space.mlockAll(c.flags()) : space.munlockAll();
    } else if (call instanceof Call.RefuseExecGain c) {
      return space.refuseExecGain(c.bits(), c.rest());
    }
    throw new AssertionError("not a call on mappings: " + call);
  }

  private static long range(Call.RangeCall c, LinuxSpace space) {
    return switch (c.kind()) {
      case MSYNC -> space.msync(c.address(), c.length(), c.flags());
      case MLOCK2 -> space.mlock2(c.address(), c.length(), c.flags());
      case MLOCK -> space.lock(c.address(), c.length(), true);
      case MUNLOCK -> space.lock(c.address(), c.length(), false);
      case MINCORE -> space.mincore(c.address(), c.length());
      case MSEAL -> space.mseal(c.address(), c.length(), c.flags());
    };
  }

  /**
   * Makes the recorded mapping after the engine has refused it, so that one divergence does not
   * cause others.
   */
  void force(Call.Mmap c, long place, LinuxSpace space) {
    long flags = c.flags() & ~(long) MapFlag.MAP_FIXED_NOREPLACE | MapFlag.MAP_FIXED;
    long answer =
        space.mmap(place, c.length(), c.protection(), flags, file(c.file()), c.offset(), choices);
    if (Answer.isError(answer)) {
      long bytes = c.length() & -4096L;
      if (space.isFree(place, bytes)) {
        space.mmap(
            place,
            bytes,
            Permissions.NONE,
            MapFlag.MAP_FIXED | MapFlag.MAP_PRIVATE | MapFlag.MAP_ANONYMOUS,
            null,
            0,
            choices);
      }
    }
  }

  private @Nullable LinuxFile file(TracedFile traced) {
    if (traced.descriptor() < 0) {
      return null;
    }
    String path = traced.path();
    if (path != null) {
      filesAreNamed = true;
      return fileOf(path);
    }
    return filesAreNamed ? null : fileOf(UNNAMED + traced.descriptor());
  }

  private @Nullable LinuxFile fileOf(String name) {
    try {
      return system.file(name);
    } catch (RefusedException e) {
      return null;
    }
  }

  /** Whether an answer is the recorded one. */
  static boolean agrees(long answer, dev.mapwright.linux.strace.Outcome recorded) {
    if (!recorded.known()) {
      return true;
    }
    if (recorded.error() == null) {
      return answer == recorded.value();
    }
    Errno errno = Answer.errno(answer);
    return errno != null && errno.name().equals(recorded.error());
  }
}
