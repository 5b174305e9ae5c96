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
 * <p>An area may consist of several of the engine's mappings; the engine moves them in one call.
 * Where more than one call is needed (a change of size while moving, holes, the old range kept),
 * they are made by a {@link Relocation}, so that a call refused for want of memory has changed
 * nothing.
 */
final class RemapCalls {

  private static final long KNOWN_FLAGS = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

  private final LinuxSpace space;
  private final Areas areas;
  private final WantedPlace wanted = new WantedPlace();

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
    // 1. Do the arguments make sense, whatever is mapped?
    boolean toNewAddress = (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) != 0;
    if ((flags & ~KNOWN_FLAGS) != 0
        || !Pages.aligned(oldAddress)
        || newBytes == 0
        || Long.compareUnsigned(newBytes, LinuxSpace.TASK_BYTES) > 0
        || toNewAddress && badTarget(oldAddress, oldBytes, newBytes, flags, newAddress)) {
      return Answer.of(Errno.EINVAL);
    }
    // 2. Is it a pure move? Then each area is asked for itself.
    if ((flags & MREMAP_FIXED) != 0 && oldBytes == newBytes) {
      return moveAll(oldAddress, oldBytes, flags, newAddress);
    }
    // 3. Is the old range one area that allows it?
    Errno refusal = refusal(oldAddress, oldBytes, newBytes, flags, choices);
    if (refusal != null) {
      return Answer.of(refusal);
    }
    // 4. Where to?
    if ((flags & MREMAP_FIXED) != 0) {
      return resizeTo(oldAddress, oldBytes, newBytes, newAddress);
    }
    return (flags & MREMAP_DONTUNMAP) != 0
        ? moveAndKeep(oldAddress, oldBytes, newAddress, choices)
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
    // 1. Does an area begin there or cover it, and may it change?
    Area area = areaAtAddress(oldAddress);
    if (area == null) {
      return Errno.EFAULT;
    }
    if (area.kind().has(AreaKind.SEALED)) {
      return Errno.EPERM;
    }
    // 2. Does it only get smaller where it is? Then that is all.
    boolean grows = Long.compareUnsigned(newBytes, oldBytes) > 0;
    if (!grows && (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) == 0) {
      return null;
    }
    // 3. Would it duplicate private memory, or empty a mapping of the kernel's own?
    if (oldBytes == 0 && !area.kind().shared()) {
      return Errno.EINVAL;
    }
    boolean kernelsOwn = area.kind().has(AreaKind.KERNELS_OWN);
    if ((flags & MREMAP_DONTUNMAP) != 0 && kernelsOwn) {
      return Errno.EINVAL;
    }
    // 4. Is what moves one area? What a shrinking move cuts off may lie in others.
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

  // ---- one area

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
      Area tail = mapped(Pages.of(oldAddress + oldBytes) - 1);
      long answer =
          space.extend(tail, Pages.of(oldAddress + oldBytes), Pages.of(newBytes - oldBytes));
      return answer == 0 ? oldAddress : answer;
    }
    if ((flags & MREMAP_MAYMOVE) == 0) {
      return Answer.of(Errno.ENOMEM);
    }
    long place = choices.place(space, wanted(oldAddress, newBytes));
    return place == Choices.NO_PLACE
        ? Answer.of(Errno.ENOMEM)
        : resizeTo(oldAddress, oldBytes, newBytes, place);
  }

  private WantedPlace wanted(long oldAddress, long bytes) {
    Area area = mapped(Pages.of(oldAddress));
    boolean anonymous = area.kind().anonymous();
    long offset = anonymous ? 0 : Pages.address(area.objectPageAt(Pages.of(oldAddress)));
    boolean huge = area.kind().has(AreaKind.HUGE_PAGES);
    return wanted
        .of(bytes, area.kind().object(), offset)
        .aligned(huge ? PlaceRule.HUGE_BYTES : Pages.BYTES);
  }

  /** Moves to a place, which is cleared, and gets larger or smaller on the way. */
  private long resizeTo(long oldAddress, long oldBytes, long newBytes, long place) {
    long first = Pages.of(oldAddress);
    long oldPages = Pages.of(oldBytes);
    long newPages = Pages.of(newBytes);
    long target = Pages.of(place);
    // 1. May what is at the new place go?
    Errno refusal = space.mapCalls().munmapRefusal(place, newBytes);
    if (refusal != null) {
      return Answer.of(refusal);
    }
    // 2. May what is cut off go? The kernel has cleared the new place before it asks.
    if (Long.compareUnsigned(newBytes, oldBytes) < 0) {
      refusal = space.mapCalls().munmapRefusal(oldAddress + newBytes, oldBytes - newBytes);
      if (refusal != null) {
        long cleared = space.munmap(place, newBytes);
        return Answer.isError(cleared) ? cleared : Answer.of(refusal);
      }
    }
    if (oldPages == 0) {
      Area area = mapped(first);
      return Answer.of(areas.map(target, newPages, area, first), place);
    }
    return carryOut(
        new Relocation(space, target, target + newPages - 1),
        place,
        change -> {
          long moved = Math.min(oldPages, newPages);
          return change.clear(target, target + newPages - 1)
              && (newPages >= oldPages || change.clear(first + newPages, first + oldPages - 1))
              && (newPages <= oldPages
                  || change.extend(
                      mapped(first + oldPages - 1).within(first, first + oldPages - 1),
                      target + oldPages,
                      newPages - oldPages))
              && change.move(first, first + moved - 1, target);
        });
  }

  /** Moves to a place that is chosen, and leaves the old one mapped. */
  private long moveAndKeep(long oldAddress, long bytes, long hint, Choices choices) {
    // Recorders do not print the hint.
    long place = choices.place(space, wanted(oldAddress, bytes).hint(hint, false));
    if (place == Choices.NO_PLACE) {
      return Answer.of(Errno.ENOMEM);
    }
    long first = Pages.of(oldAddress);
    long target = Pages.of(place);
    long pages = Pages.of(bytes);
    List<Area> moving = pieces(first, first + pages - 1);
    return carryOut(
        new Relocation(space, target, target + pages - 1),
        place,
        change -> leave(moving, target - first, change));
  }

  // ---- any number of areas

  /** A move without a change of size: area after area, with the holes between them kept. */
  private long moveAll(long oldAddress, long bytes, long flags, long newAddress) {
    // 1. Does an area begin there or cover it?
    Area start = areaAtAddress(oldAddress);
    if (start == null) {
      return Answer.of(Errno.EFAULT);
    }
    // 2. A segment's own rules of placement forbid to move it together with others.
    boolean segment = start.kind().has(AreaKind.SEGMENT);
    if (segment && !oneArea(start, oldAddress, bytes, Choices.topDown())) {
      return Answer.of(Errno.EFAULT);
    }
    // 3. How far may it go? What lies before an area that may not move is moved all the same.
    long first = Pages.of(oldAddress);
    long last = Math.min(Pages.of(oldAddress + bytes - 1), LinuxSpace.LAST_PAGE);
    long distance = Pages.of(newAddress) - first;
    List<Area> movable = new ArrayList<>();
    Errno obstacle = null;
    for (Area piece : pieces(first, last)) {
      obstacle = obstacle(piece, segment, distance);
      if (obstacle != null) {
        break;
      }
      movable.add(piece);
    }
    long answer = obstacle == null ? newAddress : Answer.of(obstacle);
    if ((flags & MREMAP_DONTUNMAP) == 0) {
      return moveRuns(runs(movable), first, last, distance, answer);
    }
    return carryOut(
        new Relocation(space, first + distance, last + distance),
        answer,
        change -> clearTargets(movable, distance, change) && leave(movable, distance, change));
  }

  private @Nullable Errno obstacle(Area piece, boolean segment, long distance) {
    if (piece.kind().has(AreaKind.SEALED)) {
      return Errno.EPERM;
    }
    if (!segment && piece.kind().has(AreaKind.SEGMENT)) {
      return Errno.EFAULT;
    }
    return space.mapCalls().unmapRefusal(piece.first() + distance, piece.last() + distance);
  }

  /** Ranges that are mapped without a hole; one of them is one call of the engine. */
  private long moveRuns(List<long[]> runs, long first, long last, long distance, long answer) {
    if (runs.size() == 1) {
      long[] only = runs.getFirst();
      return Answer.of(areas.move(only[0], only[1], only[0] + distance), answer);
    }
    return carryOut(
        new Relocation(space, first + distance, last + distance),
        answer,
        change -> {
          for (long[] run : runs) {
            boolean moved =
                change.clear(run[0] + distance, run[1] + distance)
                    && change.move(run[0], run[1], run[0] + distance);
            if (!moved) {
              return false;
            }
          }
          return true;
        });
  }

  private static List<long[]> runs(List<Area> pieces) {
    List<long[]> runs = new ArrayList<>();
    for (Area piece : pieces) {
      if (!runs.isEmpty() && runs.getLast()[1] + 1 == piece.first()) {
        runs.getLast()[1] = piece.last();
      } else {
        runs.add(new long[] {piece.first(), piece.last()});
      }
    }
    return runs;
  }

  private static boolean clearTargets(List<Area> pieces, long distance, Relocation change) {
    return pieces.stream()
        .allMatch(piece -> change.clear(piece.first() + distance, piece.last() + distance));
  }

  /**
   * Moves pieces to a free place and leaves the old one mapped, empty where it is private. The lock
   * goes from all areas that stay, also from what of them was not moved.
   */
  private boolean leave(List<Area> pieces, long distance, Relocation change) {
    boolean locked = pieces.stream().anyMatch(piece -> piece.kind().has(AreaKind.LOCKED));
    long first = locked ? areas.startOf(pieces.getFirst()) : 0;
    long last = locked ? areas.endOf(pieces.getLast()) : 0;
    for (Area piece : pieces) {
      long to = piece.first() + distance;
      boolean left =
          piece.kind().shared() ? change.copy(piece, to) : moveAndReplace(piece, to, change);
      if (!left) {
        return false;
      }
    }
    return !locked
        || areas.changeKind(first, last, kind -> kind.without(AreaKind.LOCKS)) == Outcome.OK;
  }

  private static boolean moveAndReplace(Area piece, long to, Relocation change) {
    AreaKind left = piece.kind().without(AreaKind.LOCKS);
    return change.move(piece.first(), piece.last(), to)
        && change.mapPrivate(
            piece.first(), piece.pages(), piece.objectPage(), piece.permissions(), left);
  }

  // ---- what all of them need

  /** The steps of a change; false when one was refused. */
  private interface Steps {
    boolean take(Relocation change);
  }

  /** Takes all steps, or none. */
  private static long carryOut(Relocation change, long answer, Steps steps) {
    if (steps.take(change)) {
      change.done();
      return answer;
    }
    change.takeBack();
    return Answer.of(Errno.ENOMEM);
  }

  private @Nullable Area areaAtAddress(long address) {
    return Long.compareUnsigned(address, LinuxSpace.TASK_BYTES) < 0
        ? areas.at(Pages.of(address))
        : null;
  }

  private List<Area> pieces(long first, long last) {
    List<Area> pieces = new ArrayList<>();
    areas.forEachIn(first, last, pieces::add);
    return pieces;
  }

  /** The piece at a page that was found mapped. */
  private Area mapped(long page) {
    Area area = areas.at(page);
    if (area == null) {
      throw new AssertionError("page " + page + " was mapped a moment ago");
    }
    return area;
  }
}
