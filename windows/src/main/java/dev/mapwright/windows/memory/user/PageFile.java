package dev.mapwright.windows.memory.user;

import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.PageStore;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the contents of pages are that are out: on the heap of this process, as many as were
 * allowed.
 *
 * <p>Thread-safe; it takes no other lock, since it is called with the engine's held.
 */
public final class PageFile implements PageStore {
  private final int most;

  /** Contents by token; null for one that is free. Guarded by this object, as the other is. */
  private final List<byte @Nullable []> contents = new ArrayList<>();

  private final ArrayDeque<Integer> free = new ArrayDeque<>();

  /**
   * Makes an empty page file.
   *
   * @param most how many pages it holds at most
   */
  public PageFile(int most) {
    this.most = most;
  }

  @Override
  public synchronized int keep(MemorySegment frame) {
    Integer token = free.poll();
    if (token == null && contents.size() >= most) {
      return -1;
    }
    byte[] page;
    try {
      page = new byte[Pages.BYTES];
      if (token == null) {
        token = contents.size();
        contents.add(null);
      }
    } catch (OutOfMemoryError full) {
      if (token != null) {
        free.push(token);
      }
      return -1;
    }
    MemorySegment.copy(frame, 0, MemorySegment.ofArray(page), 0, Pages.BYTES);
    contents.set(token, page);
    return token;
  }

  @Override
  public synchronized void fetch(int token, MemorySegment frame) {
    byte[] page = contents.get(token);
    if (page == null) {
      throw new IllegalStateException("nothing is kept with token " + token);
    }
    MemorySegment.copy(MemorySegment.ofArray(page), 0, frame, 0, Pages.BYTES);
    discard(token);
  }

  @Override
  public synchronized void discard(int token) {
    contents.set(token, null);
    free.push(token);
  }

  /** {@return how many pages are out} */
  public synchronized int pagesOut() {
    return contents.size() - free.size();
  }
}
