package dev.mapwright.linux;

import static dev.mapwright.linux.abi.SharedMemoryFlag.SHM_EXEC;
import static dev.mapwright.linux.abi.SharedMemoryFlag.SHM_RDONLY;
import static dev.mapwright.linux.abi.SharedMemoryFlag.SHM_REMAP;
import static dev.mapwright.linux.abi.SharedMemoryFlag.SHM_RND;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.linux.abi.Errno;
import java.util.ArrayList;
import java.util.List;

/**
 * shmat and shmdt, with the checks in the kernel's order (shmop(2); {@code do_shmat}, {@code
 * ksys_shmdt}).
 */
final class SegmentCalls {

  /** All segments have this name: the kernel adds a key that attaching does not show. */
  static final String NAME = "/SYSV";

  private static final AreaKind KIND = new AreaKind(NAME, true, AreaKind.SEGMENT);

  private final LinuxSpace space;
  private final Areas areas;
  private final WantedPlace place = new WantedPlace();

  SegmentCalls(LinuxSpace space) {
    this.space = space;
    this.areas = space.areas();
  }

  long shmat(int identifier, long wanted, long flags, Choices choices) {
    // 1. Is the place one of whole pages, or may it be rounded down?
    LinuxSystem.Segment segment = space.system().segment(identifier);
    long address = wanted;
    if (!Pages.aligned(address)) {
      if ((flags & SHM_RND) == 0) {
        return Answer.of(Errno.EINVAL);
      }
      address &= -(long) Pages.BYTES;
    }
    // 2. Is there such a segment, and a place to replace?
    if (identifier < 0 || segment == null || address == 0 && (flags & SHM_REMAP) != 0) {
      return Answer.of(Errno.EINVAL);
    }
    long bytes = LinuxSpace.roundUp(segment.bytes());
    // 3. Where to? A given place is inside and free, unless it may be replaced; one that was
    // rounded
    // down to the first page is not looked at, and taken.
    if (wanted == 0) {
      address = choices.place(space, place.of(bytes, NAME, 0));
      if (address == Choices.NO_PLACE) {
        return Answer.of(Errno.ENOMEM);
      }
    } else {
      if (Long.compareUnsigned(address + bytes, address) < 0) {
        return Answer.of(Errno.EINVAL);
      }
      if (Long.compareUnsigned(address, LinuxSpace.TASK_BYTES - bytes) > 0) {
        return Answer.of(Errno.ENOMEM);
      }
      if ((flags & SHM_REMAP) == 0 && address != 0 && !space.isFree(address, bytes)) {
        return Answer.of(Errno.EINVAL);
      }
    }
    int permissions =
        Permissions.READ
            | ((flags & SHM_RDONLY) == 0 ? Permissions.WRITE : 0)
            | ((flags & SHM_EXEC) != 0 ? Permissions.EXECUTE : 0);
    // 4. May it be like that?
    if (space.flags().refuses(permissions, permissions)) {
      return Answer.of(Errno.EACCES);
    }
    if (space.mapCalls().sealed(Pages.of(address), Pages.of(address + bytes - 1))) {
      return Answer.of(Errno.EPERM);
    }
    Outcome outcome =
        areas.map(
            Pages.of(address),
            Pages.of(bytes),
            segment.object(),
            0,
            permissions,
            (flags & SHM_RDONLY) == 0 ? Permissions.ALL : Permissions.READ_EXECUTE,
            KIND.locked(space.flags().futureLock(0)));
    return Answer.of(outcome, address);
  }

  /**
   * Every piece goes that shows the segment as it was attached at this address, but for those that
   * can't be unmapped: nobody is told of them.
   */
  long shmdt(long address) {
    if (!Pages.aligned(address) || Long.compareUnsigned(address, LinuxSpace.TASK_BYTES) >= 0) {
      return Answer.of(Errno.EINVAL);
    }
    long first = Pages.of(address);
    List<Area> attached = new ArrayList<>();
    areas.forEachIn(
        first,
        LinuxSpace.LAST_PAGE,
        piece -> {
          if (!piece.kind().has(AreaKind.SEGMENT) || piece.objectPage() != piece.first() - first) {
            return;
          }
          MemoryObject object = attached.isEmpty() ? piece.object() : attached.getFirst().object();
          if (piece.object() == object) {
            attached.add(piece);
          }
        });
    if (attached.isEmpty()) {
      return Answer.of(Errno.EINVAL);
    }
    for (Area piece : attached) {
      long answer = space.mapCalls().unmapPages(piece.first(), piece.last());
      if (answer == Answer.of(Errno.ENOMEM)) {
        return answer;
      }
    }
    return 0;
  }
}
