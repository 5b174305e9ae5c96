package dev.mapwright.core.dma;

/** Placeholder: the other branch's. */
public interface LogicalAllocator {
  long NO_ROOM = -1;
  long NO_MEMORY = -2;

  long allocate(long pages, long firstPage, long lastPage);

  void free(long firstPage, long pages);

  boolean choosable();

  boolean reserve(long firstPage, long lastPage);

  long lastPage();
}
