package dev.mapwright.linux;

import static dev.mapwright.linux.abi.MapFlag.MAP_32BIT;
import static dev.mapwright.linux.abi.MapFlag.MAP_ANONYMOUS;
import static dev.mapwright.linux.abi.MapFlag.MAP_DROPPABLE;
import static dev.mapwright.linux.abi.MapFlag.MAP_FIXED;
import static dev.mapwright.linux.abi.MapFlag.MAP_FIXED_NOREPLACE;
import static dev.mapwright.linux.abi.MapFlag.MAP_GROWSDOWN;
import static dev.mapwright.linux.abi.MapFlag.MAP_HUGETLB;
import static dev.mapwright.linux.abi.MapFlag.MAP_LOCKED;
import static dev.mapwright.linux.abi.MapFlag.MAP_NORESERVE;
import static dev.mapwright.linux.abi.MapFlag.MAP_PRIVATE;
import static dev.mapwright.linux.abi.MapFlag.MAP_SHARED;
import static dev.mapwright.linux.abi.MapFlag.MAP_SHARED_VALIDATE;
import static dev.mapwright.linux.abi.MapFlag.MAP_TYPE;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.linux.abi.Errno;
import dev.mapwright.linux.abi.MapFlag;
import org.jspecify.annotations.Nullable;

/**
 * mmap, munmap and remap_file_pages, with the checks in the kernel's order (mmap(2); {@code
 * ksys_mmap_pgoff}, {@code do_mmap}, {@code __get_unmapped_area}, {@code do_vmi_munmap}).
 */
final class MapCalls {

  /** What shared memory without a file is named. */
  static final String SHARED_ANONYMOUS = "/dev/zero";

  private static final String HUGE_ANONYMOUS = "/anon_hugepage";

  private static final long GIB = 1L << 30;

  /** The largest size of a file, 2^63 - 1 bytes. */
  private static final long MAX_FILE_BYTES = Long.MAX_VALUE;

  /**
   * The flags that existed before MAP_SHARED_VALIDATE: it refuses every other (LEGACY_MAP_MASK).
   */
  private static final long LEGACY_FLAGS = 0x7c07_f9f3L;

  /** How far below its top a stack may grow: the usual RLIMIT_STACK. */
  private static final long STACK_PAGES = (8L << 20) / Pages.BYTES;

  private final LinuxSpace space;
  private final Areas areas;
  private final WantedPlace wanted = new WantedPlace();

  MapCalls(LinuxSpace space) {
    this.space = space;
    this.areas = space.areas();
  }

  long mmap(
      long address,
      long length,
      long protection,
      long flags,
      @Nullable LinuxFile file,
      long offset,
      Choices choices) {
    // 1. Is the offset one of whole pages?
    if (!Pages.aligned(offset)) {
      return Answer.of(Errno.EINVAL);
    }
    // 2. Is there something to map?
    boolean anonymous = (flags & MAP_ANONYMOUS) != 0;
    Errno refusal = anonymous ? hugeRefusal(flags) : openRefusal(flags, file);
    if (refusal != null) {
      return Answer.of(refusal);
    }
    // 3. Is the length, in whole pages, one that the address space can have?
    if (length == 0) {
      return Answer.of(Errno.EINVAL);
    }
    long alignment = MapFlag.pageBytes(flags);
    long bytes = MapFlag.mappedBytes(length, flags);
    if (bytes == 0 || Long.compareUnsigned(bytes, LinuxSpace.TASK_BYTES) > 0) {
      return Answer.of(Errno.ENOMEM);
    }
    // 4. Can it be where the caller insists on?
    boolean fixed = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0;
    refusal = fixed ? placeRefusal(address, bytes, alignment, flags) : null;
    if (refusal != null) {
      return Answer.of(refusal);
    }
    // 5. Do the flags make sense for what is mapped, and the offset for a file?
    refusal = anonymous ? anonymousRefusal(flags) : fileRefusal(bytes, flags, offset);
    if (refusal != null) {
      return Answer.of(refusal);
    }
    // 6. Where? And may what is there go?
    long place =
        fixed
            ? address
            : choices.place(space, wanted(address, bytes, alignment, flags, file, offset));
    if (!fixed && place == Choices.NO_PLACE) {
      return Answer.of(Errno.ENOMEM);
    }
    // 7. May it be like that?
    int permissions = (int) protection & Permissions.ALL;
    if (space.flags().refuses(permissions, permissions)) {
      return Answer.of(Errno.EACCES);
    }
    if (fixed && sealed(Pages.of(place), Pages.of(place + bytes - 1))) {
      return Answer.of(Errno.EPERM);
    }
    return install(place, bytes, permissions, flags, anonymous ? null : file, offset);
  }

  // What the questions of mmap are: each answers what forbids it, or null if nothing does.

  private static @Nullable Errno hugeRefusal(long flags) {
    long page = MapFlag.pageBytes(flags);
    boolean known = page == Pages.BYTES || page == PlaceRule.HUGE_BYTES || page == GIB;
    return known ? null : Errno.EINVAL;
  }

  private static @Nullable Errno openRefusal(long flags, @Nullable LinuxFile file) {
    if (file == null) {
      return Errno.EBADF;
    }
    // Files on hugetlbfs are not modelled.
    return (flags & MAP_HUGETLB) == 0 ? null : Errno.EINVAL;
  }

  private @Nullable Errno placeRefusal(long address, long bytes, long alignment, long flags) {
    if (Long.compareUnsigned(address, LinuxSpace.TASK_BYTES - bytes) > 0) {
      return Errno.ENOMEM;
    }
    if ((address & alignment - 1) != 0) {
      return Errno.EINVAL;
    }
    boolean replaces = (flags & MAP_FIXED_NOREPLACE) == 0;
    return replaces || space.isFree(address, bytes) ? null : Errno.EEXIST;
  }

  private static @Nullable Errno anonymousRefusal(long flags) {
    long type = flags & MAP_TYPE;
    if (type != MAP_SHARED && type != MAP_PRIVATE && type != MAP_DROPPABLE) {
      return Errno.EINVAL;
    }
    return type != MAP_PRIVATE && (flags & MAP_GROWSDOWN) != 0 ? Errno.EINVAL : null;
  }

  private static @Nullable Errno fileRefusal(long bytes, long flags, long offset) {
    if (beyondAnyFile(Pages.of(offset), bytes)) {
      return Errno.EOVERFLOW;
    }
    long type = flags & MAP_TYPE;
    if (type != MAP_SHARED && type != MAP_SHARED_VALIDATE && type != MAP_PRIVATE) {
      return Errno.EINVAL;
    }
    if (type == MAP_SHARED_VALIDATE && (flags & ~LEGACY_FLAGS) != 0) {
      return Errno.EOPNOTSUPP;
    }
    return (flags & MAP_GROWSDOWN) != 0 ? Errno.EINVAL : null;
  }

  private static boolean beyondAnyFile(long page, long bytes) {
    return Long.compareUnsigned(page, Pages.of(MAX_FILE_BYTES - bytes)) > 0;
  }

  /** A hint is rounded down, and up to the lowest address that may be mapped. */
  private static long hint(long address) {
    long hint = address & -(long) Pages.BYTES;
    return hint != 0 && Long.compareUnsigned(hint, LinuxSpace.LOWEST_ADDRESS) < 0
        ? LinuxSpace.LOWEST_ADDRESS
        : hint;
  }

  private WantedPlace wanted(
      long address, long bytes, long alignment, long flags, @Nullable LinuxFile file, long offset) {
    boolean anonymous = (flags & MAP_ANONYMOUS) != 0;
    long hint = hint(address);
    return wanted
        .of(bytes, objectName(flags, anonymous ? null : file), anonymous ? 0 : offset)
        .aligned(alignment)
        .hint(hint, hint == (address & -(long) Pages.BYTES))
        .below2Gib((flags & MAP_32BIT) != 0);
  }

  private static String objectName(long flags, @Nullable LinuxFile file) {
    if (file != null) {
      return file.name();
    }
    if ((flags & MAP_HUGETLB) != 0) {
      return HUGE_ANONYMOUS;
    }
    return isShared(flags) ? SHARED_ANONYMOUS : "";
  }

  private static boolean isShared(long flags) {
    long type = flags & MAP_TYPE;
    return type == MAP_SHARED || type == MAP_SHARED_VALIDATE;
  }

  private long install(
      long place, long bytes, int permissions, long flags, @Nullable LinuxFile file, long offset) {
    boolean shared = isShared(flags);
    boolean huge = (flags & MAP_HUGETLB) != 0;
    AreaKind kind =
        new AreaKind(objectName(flags, file), shared, kindFlags(flags, permissions, shared));
    long first = Pages.of(place);
    long pages = Pages.countFor(bytes);
    long answer;
    if (shared && file != null) {
      Outcome outcome =
          areas.map(
              first, pages, file.object(), Pages.of(offset), permissions, Permissions.ALL, kind);
      answer = Answer.of(outcome, 0);
    } else if (shared || huge) {
      answer = mapFresh(first, pages, permissions, kind);
    } else {
      long objectPage = file == null ? first : Pages.of(offset);
      answer = space.mapPrivate(first, pages, objectPage, permissions, kind);
    }
    return answer == 0 ? place : answer;
  }

  /** Maps an object of its own, which a child process shares or copies, from its page 0. */
  private long mapFresh(long first, long pages, int permissions, AreaKind kind) {
    MemoryObject object = space.system().memory(pages);
    if (object == null) {
      return Answer.of(Errno.ENOMEM);
    }
    Outcome outcome = areas.map(first, pages, object, 0, permissions, Permissions.ALL, kind);
    object.release();
    return Answer.of(outcome, 0);
  }

  private int kindFlags(long flags, int permissions, boolean shared) {
    int kind = 0;
    if ((flags & MAP_GROWSDOWN) != 0) {
      kind |= AreaKind.GROWS_DOWN;
    }
    if ((flags & MAP_NORESERVE) != 0) {
      kind |= AreaKind.NO_RESERVE;
    } else if (!shared && (permissions & Permissions.WRITE) != 0 && (flags & MAP_HUGETLB) == 0) {
      kind |= AreaKind.ACCOUNTED;
    }
    if ((flags & MAP_HUGETLB) != 0) {
      kind |= AreaKind.HUGE_PAGES;
    }
    if ((flags & MAP_TYPE) == MAP_DROPPABLE) {
      kind |= AreaKind.DROPPABLE | AreaKind.WIPE_ON_FORK | AreaKind.DONT_DUMP;
    }
    if ((flags & MAP_LOCKED) != 0 && (kind & AreaKind.NEVER_LOCKED) == 0) {
      kind |= AreaKind.LOCKED;
    }
    return kind | space.flags().futureLock(kind);
  }

  long munmap(long address, long length) {
    Errno refusal = munmapRefusal(address, length);
    return refusal == null
        ? Answer.of(areas.unmap(Pages.of(address), Pages.of(address + length - 1)), 0)
        : Answer.of(refusal);
  }

  /** What forbids a munmap; null if nothing does. */
  @Nullable Errno munmapRefusal(long address, long length) {
    boolean inside =
        Pages.aligned(address)
            && Long.compareUnsigned(address, LinuxSpace.TASK_BYTES) <= 0
            && Long.compareUnsigned(length, LinuxSpace.TASK_BYTES - address) <= 0
            && length != 0;
    return inside ? unmapRefusal(Pages.of(address), Pages.of(address + length - 1)) : Errno.EINVAL;
  }

  /** munmap after its arguments were checked. */
  long unmapPages(long first, long last) {
    Errno refusal = unmapRefusal(first, last);
    return refusal == null ? Answer.of(areas.unmap(first, last), 0) : Answer.of(refusal);
  }

  /** What forbids to unmap a range; null if nothing does. */
  @Nullable Errno unmapRefusal(long first, long last) {
    if (sealed(first, last)) {
      return Errno.EPERM;
    }
    return cutsKernelsOwn(first) || cutsKernelsOwn(last + 1) ? Errno.EINVAL : null;
  }

  /**
   * Whether a range holds an area that mseal has closed. Only asked in systems that have such
   * areas.
   */
  boolean sealed(long first, long last) {
    if (!space.protectCalls().anySealed()) {
      return false;
    }
    boolean[] found = {false};
    areas.forEachIn(first, last, area -> found[0] |= area.kind().has(AreaKind.SEALED));
    return found[0];
  }

  /** Whether a border inside one of the kernel's own mappings would begin at a page. */
  private boolean cutsKernelsOwn(long page) {
    Area area = areas.at(page);
    return area != null && area.kind().has(AreaKind.KERNELS_OWN) && area.first() != page;
  }

  long remapFilePages(long address, long length, long protection, long pageOffset) {
    if (protection != 0) {
      return Answer.of(Errno.EINVAL);
    }
    long start = address & -(long) Pages.BYTES;
    long bytes = length & -(long) Pages.BYTES;
    if (Long.compareUnsigned(start + bytes, start) <= 0
        || Long.compareUnsigned(start + bytes, LinuxSpace.TASK_BYTES) > 0
        || Long.compareUnsigned(pageOffset + Pages.of(bytes), pageOffset) < 0) {
      return Answer.of(Errno.EINVAL);
    }
    long first = Pages.of(start);
    long last = Pages.of(start + bytes - 1);
    Area area = areas.at(first);
    if (area == null || !area.kind().shared()) {
      return Answer.of(Errno.EINVAL);
    }
    for (Area piece = area; piece.last() < last; ) {
      Area next = areas.at(piece.last() + 1);
      if (next == null
          || next.object() != area.object()
          || next.permissions() != area.permissions()
          || !next.kind().equals(area.kind())) {
        return Answer.of(Errno.EINVAL);
      }
      piece = next;
    }
    if (beyondAnyFile(pageOffset, bytes)) {
      return Answer.of(Errno.EOVERFLOW);
    }
    if (sealed(first, last)) {
      return Answer.of(Errno.EPERM);
    }
    Outcome outcome =
        areas.map(
            first,
            last - first + 1,
            area.object(),
            pageOffset,
            area.permissions(),
            area.maximum(),
            area.kind());
    return Answer.of(outcome, 0);
  }

  boolean growDown(long address) {
    long page = Pages.of(address);
    Area above = areas.firstIn(page, Math.min(page + STACK_PAGES, LinuxSpace.LAST_PAGE));
    if (above == null || above.first() <= page || !above.kind().has(AreaKind.GROWS_DOWN)) {
      return false;
    }
    long pages = above.first() - page;
    return space.mapPrivate(page, pages, page, above.permissions(), above.kind()) == 0;
  }
}
