package dev.mapwright.linux;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.linux.abi.Errno;
import dev.mapwright.linux.maps.MappedRange;
import dev.mapwright.linux.maps.MapsEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address space of a process on x86-64 with four levels of page tables: what the kernel calls
 * {@code mm_struct}.
 *
 * <p>Calls take addresses and lengths in bytes as programs give them and return what the kernel
 * returns: an address, 0, or a negative error number (see {@link Answer}). A refused call has
 * changed nothing, except where the manual says so: mprotect, madvise, mlock and a pure move by
 * mremap have treated what lies before the first obstacle.
 *
 * <p>Not modelled, because calls do not show it: the limit of mappings (vm.max_map_count), resource
 * limits, the access mode in which a file was opened, the size of a file, protection keys beyond
 * their numbers, and whether the process has the privilege to map below {@link #LOWEST_ADDRESS} (it
 * is assumed to).
 *
 * <p>Not thread-safe.
 */
public final class LinuxSpace implements AutoCloseable {

  /** The end of what a process can map, in bytes: TASK_SIZE, 2^47 less one page. */
  public static final long TASK_BYTES = 0x7fff_ffff_f000L;

  /** The lowest address that an unprivileged process can map (vm.mmap_min_addr). */
  public static final long LOWEST_ADDRESS = 0x1_0000L;

  /** The last page that a process can map. */
  static final long LAST_PAGE = Pages.of(TASK_BYTES) - 1;

  private final LinuxSystem system;
  private final AddressSpace space;
  private final Areas areas;
  private final MapCalls mapCalls;
  private final ProtectCalls protectCalls;
  private final RemapCalls remapCalls;
  private final AdviceCalls adviceCalls;
  private final SegmentCalls segmentCalls;
  private final Heap heap;
  private final SpaceFlags flags;

  LinuxSpace(LinuxSystem system, String name) {
    this.system = system;
    this.space = AddressSpace.create(system.machine(), name, 0, LAST_PAGE).get();
    this.areas = new Areas(space, system.kinds());
    this.flags = new SpaceFlags(areas);
    this.mapCalls = new MapCalls(this);
    this.protectCalls = new ProtectCalls(this);
    this.remapCalls = new RemapCalls(this);
    this.adviceCalls = new AdviceCalls(this);
    this.segmentCalls = new SegmentCalls(this);
    this.heap = new Heap(this);
  }

  /**
   * mmap(2).
   *
   * @param address where, or a hint
   * @param length how many bytes
   * @param protection {@code PROT_} bits; unknown ones are ignored
   * @param flags {@code MAP_} bits
   * @param file what the descriptor stands for; null if it is not open; ignored for anonymous
   *     memory
   * @param offset where in the file, in bytes
   * @param choices asked where to, if the flags leave it open
   * @return the address; in the order of checks EINVAL (offset misaligned), EBADF, EINVAL (huge
   *     pages of a file, or of an unknown size), EINVAL (length 0), ENOMEM (length overflows or
   *     exceeds the address space), ENOMEM or EINVAL (fixed address out of range or misaligned),
   *     EEXIST, EOVERFLOW (offset beyond any file), EINVAL or EOPNOTSUPP (flags), EACCES
   *     (PR_SET_MDWE), EPERM (sealed), ENOMEM
   */
  public long mmap(
      long address,
      long length,
      long protection,
      long flags,
      @Nullable LinuxFile file,
      long offset,
      Choices choices) {
    return mapCalls.mmap(address, length, protection, flags, file, offset, choices);
  }

  /**
   * munmap(2).
   *
   * @param address the first byte
   * @param length how many bytes
   * @return 0; EINVAL (misaligned, length 0, or beyond the address space; a part of the kernel's
   *     own mapping), EPERM (sealed), ENOMEM
   */
  public long munmap(long address, long length) {
    return mapCalls.munmap(address, length);
  }

  /**
   * remap_file_pages(2), which the kernel emulates by mapping anew.
   *
   * @param address the first byte
   * @param length how many bytes
   * @param protection must be 0
   * @param pageOffset where in the file, in pages
   * @return 0; EINVAL (arguments, or not shared memory of one kind), EOVERFLOW (beyond any file),
   *     EPERM (sealed), ENOMEM
   */
  public long remapFilePages(long address, long length, long protection, long pageOffset) {
    return mapCalls.remapFilePages(address, length, protection, pageOffset);
  }

  /**
   * mprotect(2) and pkey_mprotect(2). What lies before an obstacle has been changed when an error
   * is returned.
   *
   * @param address the first byte
   * @param length how many bytes
   * @param protection {@code PROT_} bits
   * @param key the protection key; -1 for mprotect
   * @return 0; EINVAL (both directions of growth, misaligned), 0 (length 0), ENOMEM (overflow),
   *     EINVAL (unknown bits, key not allocated, growth of an area that does not grow), ENOMEM (a
   *     hole), EACCES, EPERM (sealed)
   */
  public long mprotect(long address, long length, long protection, int key) {
    return protectCalls.mprotect(address, length, protection, key);
  }

  /**
   * Whether pkey_alloc has given out a key that was not freed.
   *
   * @param key the key
   * @param allocated whether it is allocated from now on
   */
  public void setKey(int key, boolean allocated) {
    protectCalls.setKey(key, allocated);
  }

  /**
   * mremap(2), as since Linux 6.17: a move without a change of size may span several areas.
   *
   * @param oldAddress the first byte of the old range
   * @param oldLength its bytes; 0 duplicates a shared mapping
   * @param newLength the bytes of the new range
   * @param flags {@code MREMAP_} bits
   * @param newAddress the first byte of the new range, if the flags ask for one
   * @param choices asked where to, if the flags leave it open
   * @return the new address; EINVAL (flags, alignment, sizes, overlap), EFAULT (old range not one
   *     area), EPERM (sealed), EINVAL (duplicate of private memory), ENOMEM (cannot grow in place
   *     and may not move, or no place). A pure move over several areas has moved those before the
   *     one that it is refused for; a shrinking move has cleared the new range before it is refused
   *     for what it would cut off
   */
  public long mremap(
      long oldAddress,
      long oldLength,
      long newLength,
      long flags,
      long newAddress,
      Choices choices) {
    return remapCalls.mremap(oldAddress, oldLength, newLength, flags, newAddress, choices);
  }

  /**
   * brk(2), the system call: it answers the end of the heap, moved or not, and no error.
   *
   * @param address the wanted end; 0 or anything below the heap to ask for it
   * @param choices asked where the heap begins, the first time
   * @return the end of the heap
   */
  public long brk(long address, Choices choices) {
    return heap.brk(address, choices);
  }

  /**
   * The end of the heap.
   *
   * @return the address that brk answers; -1 before the first call
   */
  public long heapEnd() {
    return heap.end();
  }

  /**
   * Places the heap, which a program found when it began.
   *
   * @param start its first byte
   * @param end its end, as brk answers it
   */
  public void placeHeap(long start, long end) {
    heap.set(start, end);
  }

  /**
   * madvise(2). Contents are dropped where the advice says so; advice about speed is noted where it
   * divides areas.
   *
   * @param address the first byte
   * @param length how many bytes
   * @param advice a {@code MADV_} number
   * @return 0; EINVAL (unknown advice, misaligned, overflow, advice that does not fit an area),
   *     EACCES (MADV_REMOVE of memory that is not shared and writable), ENOMEM (a hole; what lies
   *     around it has been treated), EPERM (sealed)
   */
  public long madvise(long address, long length, int advice) {
    return adviceCalls.madvise(address, length, advice);
  }

  /**
   * msync(2), as far as mappings decide: contents need no writing back.
   *
   * @param address the first byte
   * @param length how many bytes
   * @param flags {@code MS_} bits
   * @return 0; EINVAL (unknown flags, misaligned, both kinds), ENOMEM (overflow, a hole), EBUSY
   *     (invalidating locked memory)
   */
  public long msync(long address, long length, long flags) {
    return adviceCalls.msync(address, length, flags);
  }

  /**
   * mincore(2), as far as mappings decide.
   *
   * @param address the first byte
   * @param length how many bytes
   * @return 0; EINVAL (misaligned), ENOMEM (beyond the address space, a hole)
   */
  public long mincore(long address, long length) {
    return adviceCalls.mincore(address, length);
  }

  /**
   * mlock(2) and munlock(2), as far as mappings decide.
   *
   * @param address the first byte
   * @param length how many bytes
   * @param lock false for munlock
   * @return 0; EINVAL (overflow), ENOMEM (a hole; what lies before it has been treated)
   */
  public long lock(long address, long length, boolean lock) {
    return adviceCalls.lock(address, length, lock ? AreaKind.LOCKED : 0);
  }

  /**
   * mlock2(2), as far as mappings decide.
   *
   * @param address the first byte
   * @param length how many bytes
   * @param lockFlags {@code MLOCK_} bits
   * @return 0; EINVAL (unknown flags, overflow), ENOMEM (a hole; what lies before it has been
   *     treated)
   */
  public long mlock2(long address, long length, long lockFlags) {
    return adviceCalls.mlock2(address, length, lockFlags);
  }

  /**
   * mlockall(2), as far as mappings decide.
   *
   * @param lockFlags {@code MCL_} bits
   * @return 0; EINVAL (unknown flags, none, or MCL_ONFAULT alone)
   */
  public long mlockAll(long lockFlags) {
    return flags.mlockAll(lockFlags);
  }

  /**
   * munlockall(2).
   *
   * @return 0
   */
  public long munlockAll() {
    return flags.munlockAll();
  }

  /**
   * prctl(2) with PR_SET_MDWE.
   *
   * @param bits {@code PR_MDWE_} bits
   * @param rest the arguments behind them, joined by or: they must be 0
   * @return 0; EINVAL (unknown bits, PR_MDWE_NO_INHERIT alone, other arguments), EPERM (other bits
   *     than were set before)
   */
  public long refuseExecGain(long bits, long rest) {
    return flags.refuseExecGain(bits, rest);
  }

  /**
   * Takes over what a program keeps that is executed in place of another (PR_SET_MDWE).
   *
   * @param before the space of the program before
   */
  public void inheritFrom(LinuxSpace before) {
    flags.inherit(before.flags);
  }

  /**
   * mseal(2).
   *
   * @param address the first byte
   * @param length how many bytes
   * @param flags must be 0
   * @return 0; EINVAL (flags, misaligned, overflow), ENOMEM (a hole)
   */
  public long mseal(long address, long length, long flags) {
    return adviceCalls.mseal(address, length, flags);
  }

  /**
   * shmat(2).
   *
   * @param segment the segment's identifier
   * @param address where, or 0
   * @param flags {@code SHM_} bits
   * @param choices asked where to, if the address is 0
   * @return the address; EINVAL (unknown segment, misaligned, replacing without an address,
   *     occupied), ENOMEM
   */
  public long shmat(int segment, long address, long flags, Choices choices) {
    return segmentCalls.shmat(segment, address, flags, choices);
  }

  /**
   * shmdt(2).
   *
   * @param address where the segment is attached
   * @return 0; EINVAL (misaligned, no segment begins there)
   */
  public long shmdt(long address) {
    return segmentCalls.shmdt(address);
  }

  /**
   * fork(2): a copy of the space. Private memory is shared until one of the two writes it.
   *
   * @return the child's space; the caller closes it
   * @throws dev.mapwright.core.RefusedException if the engine lacks memory
   */
  public LinuxSpace fork() {
    return Fork.copy(this);
  }

  /**
   * Maps what was there before the first call, as {@code /proc/PID/maps} showed it. Ranges above
   * the address space ({@code [vsyscall]}) are left out.
   *
   * @param entries the ranges
   * @throws dev.mapwright.core.RefusedException if the engine lacks memory
   */
  public void populate(List<MapsEntry> entries) {
    Populator.populate(this, entries);
  }

  /**
   * Grows the area above a range down to it, as touching the range does. Nothing happens if no area
   * above it grows or something lies between.
   *
   * @param address the lowest byte touched
   * @return whether an area has grown
   */
  public boolean growDown(long address) {
    return mapCalls.growDown(address);
  }

  /**
   * Begins to save what ranges hold, so that calls on them can be taken back.
   *
   * @return nothing saved but the end of the heap; add ranges to it
   */
  public SavedAreas save() {
    return new SavedAreas(this);
  }

  /**
   * How far a range is mapped without a hole.
   *
   * @param address the first byte, page-aligned
   * @return how many bytes from there on are mapped; 0 outside of the address space
   */
  public long mappedBytes(long address) {
    return Long.compareUnsigned(address, TASK_BYTES) < 0
        ? areas.mappedPages(Pages.of(address)) * Pages.BYTES
        : 0;
  }

  /**
   * Whether an area that grows down covers an address.
   *
   * @param address any address
   * @return whether such an area is there
   */
  public boolean growsDownAt(long address) {
    Area area = Long.compareUnsigned(address, TASK_BYTES) < 0 ? areas.at(Pages.of(address)) : null;
    return area != null && area.kind().has(AreaKind.GROWS_DOWN);
  }

  /**
   * Whether a range is mapped nowhere and lies inside the address space.
   *
   * @param address the first byte, page-aligned
   * @param bytes how many, a positive multiple of 4096
   * @return whether it is free
   */
  public boolean isFree(long address, long bytes) {
    return address >= 0
        && bytes > 0
        && bytes <= TASK_BYTES
        && address <= TASK_BYTES - bytes
        && areas.free(Pages.of(address), Pages.of(address + bytes - 1));
  }

  /** Whether a range that ends there would come too close to a stack, which grows down. */
  boolean stackJustAbove(long end) {
    long page = Pages.of(end);
    Area above = areas.firstIn(page, Math.min(page + Gaps.STACK_GAP_PAGES, LAST_PAGE));
    return above != null
        && above.kind().has(AreaKind.GROWS_DOWN)
        && above.first() - Gaps.STACK_GAP_PAGES < page;
  }

  /** Whether what is next above an address grows down, so that it may have grown to there. */
  boolean stackAbove(long end) {
    Area above = areas.firstIn(Pages.of(end), LAST_PAGE);
    return above != null && above.kind().has(AreaKind.GROWS_DOWN);
  }

  /**
   * {@return where the highest range ends that was unmapped since this was last asked, in bytes; 0
   * if none was}
   */
  public long takeFreed() {
    return Pages.address(areas.gaps().takeFreed());
  }

  /**
   * Whether a range is mapped everywhere.
   *
   * @param address the first byte, page-aligned
   * @param bytes how many, a positive multiple of 4096
   * @return whether every page is mapped
   */
  public boolean isMapped(long address, long bytes) {
    return address >= 0
        && bytes > 0
        && bytes <= TASK_BYTES
        && address <= TASK_BYTES - bytes
        && areas.mappedPages(Pages.of(address)) >= Pages.countFor(bytes);
  }

  /**
   * How many areas the kernel has, which vm.max_map_count limits.
   *
   * @param joined whether neighbours count as one that may be one or two: then it is the least
   *     number, and otherwise the largest
   * @return the number
   */
  public int areas(boolean joined) {
    return areas.count(joined);
  }

  /**
   * What is mapped, as {@code /proc/PID/maps} would show it, not merged.
   *
   * @return the ranges in ascending order
   */
  public List<MappedRange> ranges() {
    List<MappedRange> ranges = new ArrayList<>(space.mappings());
    areas.forEach(area -> ranges.add(area.facts()));
    return ranges;
  }

  /**
   * {@return the engine's space, for CPUs, checks and pictures} Changing it behind this object's
   * back is a mistake.
   */
  public AddressSpace engine() {
    return space;
  }

  /** {@return the system that it belongs to} */
  public LinuxSystem system() {
    return system;
  }

  @Override
  public void close() {
    space.close();
  }

  Areas areas() {
    return areas;
  }

  MapCalls mapCalls() {
    return mapCalls;
  }

  SpaceFlags flags() {
    return flags;
  }

  Heap heap() {
    return heap;
  }

  ProtectCalls protectCalls() {
    return protectCalls;
  }

  /**
   * Maps memory that nobody else sees: anonymous if the kind has no name, otherwise a private view
   * of the file.
   *
   * @return 0, or ENOMEM
   */
  long mapPrivate(long first, long pages, long objectPage, int permissions, AreaKind kind) {
    MemoryObject object =
        kind.anonymous()
            ? system.memory(objectPage + pages)
            : system
                .file(kind.object())
                .object()
                .child(ChildKind.LIVE_VIEW, 0, LinuxFile.PAGES)
                .made();
    if (object == null) {
      return Answer.of(Errno.ENOMEM);
    }
    Outcome outcome =
        areas.map(first, pages, object, objectPage, permissions, Permissions.ALL, kind);
    object.release();
    return Answer.of(outcome, 0);
  }

  /**
   * Maps what follows a piece in its object, or fresh memory behind private memory.
   *
   * @return 0, or ENOMEM
   */
  long extend(Area tail, long first, long pages) {
    boolean same = tail.kind().shared() || tail.kind().has(AreaKind.HUGE_PAGES);
    return same
        ? Answer.of(areas.map(first, pages, tail, tail.last() + 1), 0)
        : mapPrivate(
            first, pages, tail.objectPageAt(tail.last() + 1), tail.permissions(), tail.kind());
  }

  /** Rounds up to whole pages; 0 if that overflows. */
  static long roundUp(long bytes) {
    return bytes + (Pages.BYTES - 1) & -(long) Pages.BYTES;
  }
}
