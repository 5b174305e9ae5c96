package dev.mapwright.core.object;

import dev.mapwright.core.memory.MemoryObject;

/** The frames that are a member's own, for whoever counts or compares them. */
public final class OwnFrames {
  private OwnFrames() {}

  /** Visits them in ascending order of pages. The visitor is called without a lock. */
  public static void forEach(Member member, MemoryObject.PageVisitor visitor) {
    long page = -1;
    while (true) {
      long pfn;
      member.family.lock.lock();
      try {
        page = next(member, page + 1);
        if (page < 0) {
          return;
        }
        pfn = PageList.pfn(member.list.get(page));
      } finally {
        member.family.lock.leave();
      }
      visitor.visit(page, pfn);
    }
  }

  private static long next(Member member, long from) {
    long page = member.list.next(from);
    while (page >= 0 && !PageList.present(member.list.get(page))) {
      page = member.list.next(page + 1);
    }
    return page;
  }
}
