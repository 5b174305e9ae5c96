package dev.mapwright.linux;

import static dev.mapwright.linux.abi.LockFlag.MLOCK_ONFAULT;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.linux.abi.Advice;
import dev.mapwright.linux.abi.Errno;
import org.jspecify.annotations.Nullable;

/**
 * madvise and the other calls that go over a range and change no mapping: msync, mincore, mlock,
 * munlock, mseal; with the checks in the kernel's order (their manual pages; {@code do_madvise},
 * {@code do_mlock}, {@code do_mseal}).
 */
final class AdviceCalls {

  private static final long MS_ASYNC = 1;
  private static final long MS_INVALIDATE = 2;
  private static final long MS_SYNC = 4;

  private final LinuxSpace space;
  private final Areas areas;

  AdviceCalls(LinuxSpace space) {
    this.space = space;
    this.areas = space.areas();
  }

  long madvise(long address, long length, int advice) {
    boolean known =
        advice >= Advice.MADV_NORMAL && advice <= Advice.MADV_DONTNEED
            || advice >= Advice.MADV_FREE && advice <= Advice.MADV_COLLAPSE
            || advice == Advice.MADV_GUARD_INSTALL
            || advice == Advice.MADV_GUARD_REMOVE;
    long bytes = LinuxSpace.roundUp(length);
    if (!known
        || !Pages.aligned(address)
        || length != 0 && bytes == 0
        || Long.compareUnsigned(address + bytes, address) < 0) {
      return Answer.of(Errno.EINVAL);
    }
    if (bytes == 0) {
      return 0;
    }
    boolean populate = advice == Advice.MADV_POPULATE_READ || advice == Advice.MADV_POPULATE_WRITE;
    return walk(
        address,
        bytes,
        piece -> populate ? populate(piece, advice) : advise(piece, advice),
        populate);
  }

  /** What is done to one piece: null if it went well. */
  private interface Visit {
    @Nullable Errno piece(Area piece);
  }

  /**
   * Goes over the pieces of a range. A refusal ends the walk; a hole is remembered, or ends it too.
   *
   * @return 0, the refusal, or ENOMEM for a hole
   */
  private long walk(long address, long bytes, Visit visit, boolean holesEnd) {
    if (Long.compareUnsigned(address, LinuxSpace.TASK_BYTES) >= 0) {
      return Answer.of(Errno.ENOMEM);
    }
    long page = Pages.of(address);
    long end = Pages.of(address + bytes - 1);
    long last = Math.min(end, LinuxSpace.LAST_PAGE);
    boolean hole = end > last;
    while (page <= last) {
      Area area = areas.firstIn(page, last);
      if (area == null || area.first() > page) {
        hole = true;
      }
      if (area == null || hole && holesEnd) {
        break;
      }
      Area piece = area.within(page, last);
      Errno refusal = visit.piece(piece);
      if (refusal != null) {
        return Answer.of(refusal);
      }
      page = piece.last() + 1;
    }
    return hole ? Answer.of(Errno.ENOMEM) : 0;
  }

  private static @Nullable Errno populate(Area piece, int advice) {
    int needed = advice == Advice.MADV_POPULATE_WRITE ? Permissions.WRITE : Permissions.READ;
    return piece.kind().withoutPages() || (piece.permissions() & needed) == 0 ? Errno.EINVAL : null;
  }

  private @Nullable Errno advise(Area piece, int advice) {
    AreaKind kind = piece.kind();
    if (discards(advice) && sealedAgainstLoss(piece)) {
      return Errno.EPERM;
    }
    boolean special = kind.has(AreaKind.KERNELS_OWN);
    return switch (advice) {
      case Advice.MADV_DONTNEED, Advice.MADV_DONTNEED_LOCKED -> {
        boolean locked = kind.has(AreaKind.LOCKED) && advice == Advice.MADV_DONTNEED;
        yield locked || kind.withoutPages() ? Errno.EINVAL : drop(piece);
      }
      case Advice.MADV_FREE -> !kind.anonymous() || kind.has(AreaKind.LOCKED) ? Errno.EINVAL : null;
      case Advice.MADV_REMOVE -> remove(piece);
      case Advice.MADV_GUARD_INSTALL ->
          special || kind.has(AreaKind.LOCKED | AreaKind.HUGE_PAGES) ? Errno.EINVAL : drop(piece);
      case Advice.MADV_GUARD_REMOVE ->
          special || kind.has(AreaKind.HUGE_PAGES) ? Errno.EINVAL : null;
      case Advice.MADV_COLD, Advice.MADV_PAGEOUT ->
          kind.withoutPages() || kind.has(AreaKind.LOCKED | AreaKind.HUGE_PAGES)
              ? Errno.EINVAL
              : null;
      case Advice.MADV_WILLNEED, Advice.MADV_COLLAPSE -> null;
      default -> note(piece, advice);
    };
  }

  /** Whether advice takes contents away, also those that only a child would have had. */
  private static boolean discards(int advice) {
    return switch (advice) {
      case Advice.MADV_DONTNEED, Advice.MADV_DONTNEED_LOCKED, Advice.MADV_FREE -> true;
      case Advice.MADV_REMOVE, Advice.MADV_DONTFORK, Advice.MADV_WIPEONFORK -> true;
      case Advice.MADV_GUARD_INSTALL -> true;
      default -> false;
    };
  }

  /**
   * Sealed anonymous memory that cannot be written must not lose its contents either. A file's
   * private view may: the file has them, whatever was written over it before.
   */
  private static boolean sealedAgainstLoss(Area piece) {
    return piece.kind().has(AreaKind.SEALED)
        && piece.kind().anonymous()
        && (piece.permissions() & Permissions.WRITE) == 0;
  }

  /**
   * Private contents are gone: anonymous memory reads zeros, a file's view shows the file again.
   */
  private @Nullable Errno drop(Area piece) {
    AreaKind kind = piece.kind();
    if (kind.shared() || kind.has(AreaKind.KERNELS_OWN)) {
      return null;
    }
    if (kind.anonymous() && !piece.object().hasParent()) {
      Outcome outcome = piece.object().decommit(piece.objectPage(), piece.pages());
      return outcome == Outcome.OK ? null : Errno.ENOMEM;
    }
    long answer =
        space.mapPrivate(
            piece.first(), piece.pages(), piece.objectPage(), piece.permissions(), kind);
    return answer == 0 ? null : Errno.ENOMEM;
  }

  private static @Nullable Errno remove(Area piece) {
    AreaKind kind = piece.kind();
    if (kind.has(AreaKind.LOCKED) || kind.anonymous() || kind.has(AreaKind.KERNELS_OWN)) {
      return Errno.EINVAL;
    }
    if (!kind.shared() || (piece.maximum() & Permissions.WRITE) == 0) {
      return Errno.EACCES;
    }
    long pages = Math.min(piece.pages(), piece.object().pages() - piece.objectPage());
    if (pages <= 0) {
      return null;
    }
    Outcome outcome = piece.object().decommit(piece.objectPage(), pages);
    return outcome == Outcome.OK ? null : Errno.ENOMEM;
  }

  /** Advice that is kept with the area, and sets it apart from neighbours without it. */
  private @Nullable Errno note(Area piece, int advice) {
    AreaKind kind = piece.kind();
    boolean special = kind.has(AreaKind.KERNELS_OWN);
    AreaKind noted;
    switch (advice) {
      case Advice.MADV_NORMAL -> noted = kind.without(AreaKind.RANDOM | AreaKind.SEQUENTIAL);
      case Advice.MADV_RANDOM -> noted = kind.without(AreaKind.SEQUENTIAL).with(AreaKind.RANDOM);
      case Advice.MADV_SEQUENTIAL ->
          noted = kind.without(AreaKind.RANDOM).with(AreaKind.SEQUENTIAL);
      case Advice.MADV_DONTFORK -> noted = kind.with(AreaKind.DONT_FORK);
      case Advice.MADV_DOFORK -> {
        if (kind.withoutPages()) {
          return Errno.EINVAL;
        }
        noted = kind.without(AreaKind.DONT_FORK);
      }
      case Advice.MADV_WIPEONFORK -> {
        if (!kind.anonymous()) {
          return Errno.EINVAL;
        }
        noted = kind.with(AreaKind.WIPE_ON_FORK);
      }
      case Advice.MADV_KEEPONFORK -> {
        if (kind.has(AreaKind.DROPPABLE)) {
          return Errno.EINVAL;
        }
        noted = kind.without(AreaKind.WIPE_ON_FORK);
      }
      case Advice.MADV_DONTDUMP -> noted = kind.with(AreaKind.DONT_DUMP);
      case Advice.MADV_DODUMP -> {
        if (special || kind.has(AreaKind.DROPPABLE)) {
          return Errno.EINVAL;
        }
        noted = kind.without(AreaKind.DONT_DUMP);
      }
      case Advice.MADV_MERGEABLE ->
          noted = kind.shared() || special ? kind : kind.with(AreaKind.MERGEABLE);
      case Advice.MADV_UNMERGEABLE -> noted = kind.without(AreaKind.MERGEABLE);
      case Advice.MADV_HUGEPAGE -> noted = kind.without(AreaKind.NO_HUGE).with(AreaKind.HUGE);
      case Advice.MADV_NOHUGEPAGE -> noted = kind.without(AreaKind.HUGE).with(AreaKind.NO_HUGE);
      default -> throw new AssertionError("advice " + advice);
    }
    return changeKind(piece, noted);
  }

  private @Nullable Errno changeKind(Area piece, AreaKind kind) {
    if (kind.equals(piece.kind())) {
      return null;
    }
    Area area = areas.at(piece.first());
    if (kind.has(AreaKind.KERNELS_OWN) && area != null && !piece.covers(area)) {
      return Errno.EINVAL; // it is not split
    }
    return areas.changeKind(piece.first(), piece.last(), old -> kind) == Outcome.OK
        ? null
        : Errno.ENOMEM;
  }

  long msync(long address, long length, long flags) {
    if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) != 0
        || !Pages.aligned(address)
        || (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC)) {
      return Answer.of(Errno.EINVAL);
    }
    long bytes = LinuxSpace.roundUp(length);
    if (Long.compareUnsigned(address + bytes, address) < 0) {
      return Answer.of(Errno.ENOMEM);
    }
    if (bytes == 0) {
      return 0;
    }
    boolean invalidate = (flags & MS_INVALIDATE) != 0;
    return walk(
        address,
        bytes,
        piece -> invalidate && piece.kind().has(AreaKind.LOCKED) ? Errno.EBUSY : null,
        flags == MS_ASYNC);
  }

  long mincore(long address, long length) {
    if (!Pages.aligned(address)) {
      return Answer.of(Errno.EINVAL);
    }
    if (Long.compareUnsigned(address, LinuxSpace.TASK_BYTES) > 0
        || Long.compareUnsigned(length, LinuxSpace.TASK_BYTES - address) > 0) {
      return Answer.of(Errno.ENOMEM);
    }
    return length == 0 ? 0 : walk(address, LinuxSpace.roundUp(length), piece -> null, true);
  }

  long mlock2(long address, long length, long flags) {
    if ((flags & ~MLOCK_ONFAULT) != 0) {
      return Answer.of(Errno.EINVAL);
    }
    boolean onFault = (flags & MLOCK_ONFAULT) != 0;
    return lock(address, length, AreaKind.LOCKED | (onFault ? AreaKind.LOCKED_ON_FAULT : 0));
  }

  /** Locks or unlocks, as the flags of {@link AreaKind} say. */
  long lock(long address, long length, int locks) {
    long start = address & -(long) Pages.BYTES;
    long bytes = LinuxSpace.roundUp(length + Pages.offset(address));
    if (Long.compareUnsigned(start + bytes, start) < 0) {
      return Answer.of(Errno.EINVAL);
    }
    if (bytes == 0) {
      return 0;
    }
    if (Long.compareUnsigned(start, LinuxSpace.TASK_BYTES) >= 0) {
      return Answer.of(Errno.ENOMEM);
    }
    // Everything before the first hole is treated, in one step.
    long first = Pages.of(start);
    long pages = Math.min(areas.mappedPages(first), Pages.of(bytes));
    if (pages > 0 && locks(first, first + pages - 1, locks) != Outcome.OK) {
      return Answer.of(Errno.ENOMEM);
    }
    boolean hole = pages < Pages.of(bytes);
    // Locking makes the pages present, which fails where nothing may be accessed.
    return hole || locks == AreaKind.LOCKED && anyInaccessible(first, first + pages - 1)
        ? Answer.of(Errno.ENOMEM)
        : 0;
  }

  private Outcome locks(long first, long last, int locks) {
    return areas.changeKind(first, last, kind -> kind.locked(locks));
  }

  private boolean anyInaccessible(long first, long last) {
    boolean[] found = {false};
    areas.forEachIn(first, last, piece -> found[0] |= piece.permissions() == Permissions.NONE);
    return found[0];
  }

  long mseal(long address, long length, long flags) {
    long bytes = LinuxSpace.roundUp(length);
    if (flags != 0
        || !Pages.aligned(address)
        || length != 0 && bytes == 0
        || Long.compareUnsigned(address + bytes, address) < 0) {
      return Answer.of(Errno.EINVAL);
    }
    if (bytes == 0) {
      return 0;
    }
    if (!space.isMapped(address, bytes)) {
      return Answer.of(Errno.ENOMEM);
    }
    Outcome outcome =
        areas.changeKind(
            Pages.of(address), Pages.of(address + bytes - 1), kind -> kind.with(AreaKind.SEALED));
    if (outcome == Outcome.OK) {
      space.protectCalls().sealedSomething();
    }
    return Answer.of(outcome, 0);
  }
}
