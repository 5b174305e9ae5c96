package dev.mapwright.linux;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;

/**
 * brk, as {@code SYSCALL_DEFINE1(brk)} does it: it answers where the heap ends, whether or not it
 * has moved.
 */
final class Heap {

  private static final AreaKind KIND = AreaKind.ANONYMOUS.with(AreaKind.ACCOUNTED);

  /** Growth keeps this far from a stack above it (stack_guard_gap). */
  private static final long STACK_GAP_PAGES = 256;

  private final LinuxSpace space;
  private final Areas areas;

  /** Where it begins; -1 until someone has asked. */
  private long start = -1;

  private long end = -1;

  /** Whether only the page is known in which it ends. */
  private boolean endsInPage;

  Heap(LinuxSpace space) {
    this.space = space;
    this.areas = space.areas();
  }

  long end() {
    return end;
  }

  long start() {
    return start;
  }

  void set(long newStart, long newEnd) {
    endsInPage &= newEnd == end;
    start = newStart;
    end = newEnd;
  }

  /** The heap was found mapped. */
  void found(long newStart, long pageEnd) {
    set(newStart, pageEnd);
    endsInPage = true;
  }

  long brk(long address, Choices choices) {
    if (start == -1) {
      start = choices.heapStart(space);
      end = start;
    }
    if (endsInPage) {
      end = choices.heapEnd(space, end);
      endsInPage = false;
    }
    if (Long.compareUnsigned(address, start) < 0
        || Long.compareUnsigned(address, LinuxSpace.TASK_BYTES) > 0) {
      return end;
    }
    // The first page behind the heap, before and after.
    long oldPage = Pages.of(LinuxSpace.roundUp(end));
    long newPage = Pages.of(LinuxSpace.roundUp(address));
    if (newPage == oldPage || newPage < oldPage && shrink(newPage, oldPage)) {
      end = address;
    } else if (newPage > oldPage && grow(oldPage, newPage)) {
      end = address;
    }
    return end;
  }

  /** The kernel looks for one area that reaches into what is given up; without one it refuses. */
  private boolean shrink(long newPage, long oldPage) {
    return areas.firstIn(newPage, oldPage - 1) != null
        && !Answer.isError(space.mapCalls().unmapPages(newPage, oldPage - 1));
  }

  private AreaKind kind() {
    return KIND.locked(space.flags().futureLock(0));
  }

  private boolean grow(long oldPage, long newPage) {
    // One page behind the heap has to stay free.
    if (newPage > LinuxSpace.LAST_PAGE || !areas.free(oldPage, newPage)) {
      return false;
    }
    Area next = areas.firstIn(newPage, Math.min(newPage + STACK_GAP_PAGES, LinuxSpace.LAST_PAGE));
    if (next != null && next.kind().has(AreaKind.GROWS_DOWN)) {
      return false;
    }
    return space.mapPrivate(oldPage, newPage - oldPage, oldPage, Permissions.READ_WRITE, kind())
        == 0;
  }
}
