package dev.mapwright.windows.memory.contiguous;

import dev.mapwright.windows.memory.cache.CacheBook;
import dev.mapwright.windows.memory.pte.SystemMapping;
import dev.mapwright.windows.memory.pte.SystemPtes;
import org.jspecify.annotations.Nullable;

/**
 * How a mapping of I/O space was removed, or why it was not. A context keeps one and uses it again.
 * Not thread-safe.
 */
public final class IoSpaceRelease implements SystemPtes.UnmapDecision {
  /** What came of it. */
  public enum Released {
    /** It is unmapped. */
    DONE,
    /** No mapping of I/O space begins at this page. */
    NOT_MAPPED,
    /** It has another number of pages. */
    WRONG_SIZE
  }

  private long firstPage;
  private long pages;
  private long mapped;
  private Released released = Released.NOT_MAPPED;

  /** Makes one that says nothing. */
  public IoSpaceRelease() {}

  /**
   * Unmaps I/O space.
   *
   * @param ptes where
   * @param book told of pages without a cache attribute of their own
   * @param page where the mapping has to begin
   * @param count how many pages it has to have
   * @return what was done; nothing has changed unless DONE
   */
  public Released unmap(SystemPtes ptes, CacheBook book, long page, long count) {
    firstPage = page;
    pages = count;
    mapped = 0;
    ptes.unmap(page, this, book);
    return released;
  }

  @Override
  public boolean agrees(@Nullable SystemMapping mapping) {
    boolean begins =
        mapping != null
            && mapping.kind() == SystemMapping.Kind.IO_SPACE
            && mapping.firstPage() == firstPage;
    if (mapping == null || !begins) {
      released = Released.NOT_MAPPED;
      return false;
    }
    mapped = mapping.pages();
    released = mapped == pages ? Released.DONE : Released.WRONG_SIZE;
    return released == Released.DONE;
  }

  /** {@return how many pages the mapping has that begins there; 0 for none} */
  public long mapped() {
    return mapped;
  }
}
