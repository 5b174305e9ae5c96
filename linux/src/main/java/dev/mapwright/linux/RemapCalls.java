package dev.mapwright.linux;

import static dev.mapwright.linux.abi.RemapFlag.MREMAP_DONTUNMAP;
import static dev.mapwright.linux.abi.RemapFlag.MREMAP_FIXED;
import static dev.mapwright.linux.abi.RemapFlag.MREMAP_MAYMOVE;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.linux.abi.Errno;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * mremap, with the checks in the kernel's order (mremap(2); {@code check_mremap_params}, {@code
 * remap_move}, {@code check_prep_vma}, {@code mremap_to}, {@code mremap_at} of Linux 6.17 and
 * later).
 *
 * <p>An area may consist of several of the engine's mappings, so whatever moves is moved piece by
 * piece: the same objects are mapped at the new place, then the old place is given up. Growth maps
 * fresh memory (or more of the same file) behind the last piece.
 */
final class RemapCalls {

  private static final long KNOWN_FLAGS = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

  private final LinuxSpace space;
  private final Areas areas;

  RemapCalls(LinuxSpace space) {
    this.space = space;
    this.areas = space.areas();
  }

  long mremap(
      long oldAddress,
      long oldLength,
      long newLength,
      long flags,
      long newAddress,
      Choices choices) {
    long oldBytes = LinuxSpace.roundUp(oldLength);
    long newBytes = LinuxSpace.roundUp(newLength);
    boolean toNewAddress = (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) != 0;
    if ((flags & ~KNOWN_FLAGS) != 0
        || !Pages.aligned(oldAddress)
        || newBytes == 0
        || Long.compareUnsigned(newBytes, LinuxSpace.TASK_BYTES) > 0
        || toNewAddress && badTarget(oldAddress, oldBytes, newBytes, flags, newAddress)) {
      return Answer.of(Errno.EINVAL);
    }
    if ((flags & MREMAP_FIXED) != 0 && oldBytes == newBytes) {
      return moveAll(oldAddress, oldBytes, flags, newAddress);
    }
    Errno refusal = refusal(oldAddress, oldBytes, newBytes, flags, choices);
    if (refusal != null) {
      return Answer.of(refusal);
    }
    return toNewAddress
        ? moveTo(oldAddress, oldBytes, newBytes, flags, newAddress, choices)
        : resize(oldAddress, oldBytes, newBytes, flags, choices);
  }

  private static boolean badTarget(
      long oldAddress, long oldBytes, long newBytes, long flags, long newAddress) {
    boolean overlap =
        Long.compareUnsigned(oldAddress + oldBytes, newAddress) > 0
            && Long.compareUnsigned(newAddress + newBytes, oldAddress) > 0;
    return Long.compareUnsigned(newAddress, LinuxSpace.TASK_BYTES - newBytes) > 0
        || !Pages.aligned(newAddress)
        || (flags & MREMAP_MAYMOVE) == 0
        || (flags & MREMAP_DONTUNMAP) != 0 && oldBytes != newBytes
        || overlap;
  }

  /** What forbids to treat the old range as one area; null if nothing does. */
  private @Nullable Errno refusal(
      long oldAddress, long oldBytes, long newBytes, long flags, Choices choices) {
    Area area =
        Long.compareUnsigned(oldAddress, LinuxSpace.TASK_BYTES) < 0
            ? areas.at(Pages.of(oldAddress))
            : null;
    if (area == null) {
      return Errno.EFAULT;
    }
    if (area.kind().has(AreaKind.SEALED)) {
      return Errno.EPERM;
    }
    boolean grows = Long.compareUnsigned(newBytes, oldBytes) > 0;
    if (!grows && (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) == 0) {
      return null;
    }
    if (oldBytes == 0 && !area.kind().shared()) {
      return Errno.EINVAL;
    }
    boolean kernelsOwn = area.kind().has(AreaKind.KERNELS_OWN);
    if ((flags & MREMAP_DONTUNMAP) != 0 && kernelsOwn) {
      return Errno.EINVAL;
    }
    // What a shrinking move cuts off may lie in other areas.
    long movedBytes = grows ? oldBytes : newBytes;
    if (!oneArea(area, oldAddress, movedBytes, choices)) {
      return Errno.EFAULT;
    }
    return newBytes != oldBytes && kernelsOwn ? Errno.EFAULT : null;
  }

  /** Whether a range that begins in a piece ends in the same area. */
  private boolean oneArea(Area start, long address, long bytes, Choices choices) {
    if (Long.compareUnsigned(bytes, LinuxSpace.TASK_BYTES - address) > 0) {
      return false;
    }
    long last = Pages.of(address + Math.max(bytes, 1) - 1);
    Area piece = start;
    while (piece.last() < last) {
      Area next = areas.at(piece.last() + 1);
      if (next == null) {
        return false;
      }
      Areas.Seam seam = Areas.seam(piece, next);
      boolean joined =
          seam == Areas.Seam.JOINED
              || seam == Areas.Seam.UNKNOWN && choices.joined(space, Pages.address(next.first()));
      if (!joined) {
        return false;
      }
      piece = next;
    }
    return true;
  }

  /** Stays, shrinks, grows in place, or moves to a place that is chosen. */
  private long resize(long oldAddress, long oldBytes, long newBytes, long flags, Choices choices) {
    if (newBytes == oldBytes) {
      return oldAddress;
    }
    if (Long.compareUnsigned(newBytes, oldBytes) < 0) {
      long answer = space.munmap(oldAddress + newBytes, oldBytes - newBytes);
      return Answer.isError(answer) ? answer : oldAddress;
    }
    if (oldBytes != 0 && space.isFree(oldAddress + oldBytes, newBytes - oldBytes)) {
      Area tail = areaAt(Pages.of(oldAddress + oldBytes - 1));
      long answer = extend(tail, Pages.of(oldAddress + oldBytes), newBytes - oldBytes);
      return answer == 0 ? oldAddress : answer;
    }
    if ((flags & MREMAP_MAYMOVE) == 0) {
      return Answer.of(Errno.ENOMEM);
    }
    long place = choices.place(space, 0, newBytes, Pages.BYTES);
    return place == Choices.NO_PLACE
        ? Answer.of(Errno.ENOMEM)
        : move(oldAddress, oldBytes, newBytes, false, place);
  }

  private long moveTo(
      long oldAddress, long oldBytes, long newBytes, long flags, long newAddress, Choices choices) {
    long place = newAddress;
    if ((flags & MREMAP_FIXED) != 0) {
      long answer = space.munmap(newAddress, newBytes);
      if (Answer.isError(answer)) {
        return answer;
      }
    }
    long movedBytes = oldBytes;
    if (Long.compareUnsigned(newBytes, oldBytes) < 0) {
      long answer = space.munmap(oldAddress + newBytes, oldBytes - newBytes);
      if (Answer.isError(answer)) {
        return answer;
      }
      movedBytes = newBytes;
    }
    if ((flags & MREMAP_FIXED) == 0) {
      place = choices.place(space, newAddress, newBytes, Pages.BYTES);
      if (place == Choices.NO_PLACE) {
        return Answer.of(Errno.ENOMEM);
      }
    }
    return move(oldAddress, movedBytes, newBytes, (flags & MREMAP_DONTUNMAP) != 0, place);
  }

  /** Moves one area, or duplicates a shared one if nothing of it is to move; the target is free. */
  private long move(long oldAddress, long oldBytes, long newBytes, boolean keepOld, long place) {
    long target = Pages.of(place);
    if (oldBytes == 0) {
      Area area = areaAt(Pages.of(oldAddress));
      Outcome outcome =
          areas.map(
              target,
              Pages.of(newBytes),
              area.object(),
              area.objectPageAt(Pages.of(oldAddress)),
              area.permissions(),
              area.maximum(),
              area.kind());
      return Answer.of(outcome, place);
    }
    long first = Pages.of(oldAddress);
    long last = Pages.of(oldAddress + oldBytes - 1);
    List<Area> pieces = new ArrayList<>();
    areas.forEachIn(first, last, pieces::add);
    long answer = 0;
    for (Area piece : pieces) {
      long to = target + (piece.first() - first);
      answer = answer == 0 ? Answer.of(areas.map(to, piece, piece.kind()), 0) : answer;
    }
    if (answer == 0 && newBytes > oldBytes) {
      Area tail = areaAt(target + Pages.of(oldBytes) - 1);
      answer = extend(tail, tail.last() + 1, newBytes - oldBytes);
    }
    if (answer != 0) {
      areas.unmap(target, target + Pages.of(newBytes) - 1);
      return answer;
    }
    for (Area piece : pieces) {
      long left = leave(piece, keepOld);
      answer = answer == 0 ? left : answer;
    }
    return answer == 0 ? place : answer;
  }

  /** A move without a change of size: area after area, with the holes between them kept. */
  private long moveAll(long oldAddress, long bytes, long flags, long newAddress) {
    Area start =
        Long.compareUnsigned(oldAddress, LinuxSpace.TASK_BYTES) < 0
            ? areas.at(Pages.of(oldAddress))
            : null;
    if (start == null) {
      return Answer.of(Errno.EFAULT);
    }
    // A segment's own rules of placement forbid to move it together with others.
    boolean segment = start.kind().has(AreaKind.SEGMENT);
    if (segment && !oneArea(start, oldAddress, bytes, Choices.topDown())) {
      return Answer.of(Errno.EFAULT);
    }
    long first = Pages.of(oldAddress);
    long last = Math.min(Pages.of(oldAddress + bytes - 1), LinuxSpace.LAST_PAGE);
    long distance = Pages.of(newAddress) - first;
    List<Area> pieces = new ArrayList<>();
    areas.forEachIn(first, last, pieces::add);
    for (Area piece : pieces) {
      if (piece.kind().has(AreaKind.SEALED)) {
        return Answer.of(Errno.EPERM);
      }
      if (!segment && piece.kind().has(AreaKind.SEGMENT)) {
        return Answer.of(Errno.EFAULT);
      }
      long to = piece.first() + distance;
      long answer = space.mapCalls().unmapPages(to, to + piece.pages() - 1);
      if (answer == 0) {
        answer = Answer.of(areas.map(to, piece, piece.kind()), 0);
      }
      if (answer == 0) {
        answer = leave(piece, (flags & MREMAP_DONTUNMAP) != 0);
      }
      if (answer != 0) {
        return answer;
      }
    }
    return newAddress;
  }

  /**
   * Gives up the place that a piece has moved away from, or leaves it mapped and, if private,
   * empty.
   */
  private long leave(Area piece, boolean keep) {
    if (!keep) {
      return Answer.of(areas.unmap(piece.first(), piece.last()), 0);
    }
    AreaKind kind = piece.kind().without(AreaKind.LOCKED);
    if (!kind.equals(piece.kind())) {
      // The lock goes from the whole area that stays, also from what was not moved.
      long first = areas.startOf(piece);
      long last = areas.endOf(piece);
      if (!areas.changeKind(first, last, old -> old.without(AreaKind.LOCKED))) {
        return Answer.of(Errno.ENOMEM);
      }
    }
    if (kind.shared()) {
      return 0;
    }
    return space.mapPrivate(
        piece.first(), piece.pages(), piece.objectPage(), piece.permissions(), kind);
  }

  /** Maps what follows a piece in its object, or fresh memory behind private memory. */
  private long extend(Area tail, long first, long bytes) {
    long pages = Pages.of(bytes);
    long objectPage = tail.objectPage() + tail.pages();
    if (tail.kind().shared() || tail.kind().has(AreaKind.HUGE_PAGES)) {
      Outcome outcome =
          areas.map(
              first,
              pages,
              tail.object(),
              objectPage,
              tail.permissions(),
              tail.maximum(),
              tail.kind());
      return Answer.of(outcome, 0);
    }
    return space.mapPrivate(first, pages, objectPage, tail.permissions(), tail.kind());
  }

  private Area areaAt(long page) {
    Area area = areas.at(page);
    if (area == null) {
      throw new AssertionError("page " + page + " was mapped a moment ago");
    }
    return area;
  }
}
