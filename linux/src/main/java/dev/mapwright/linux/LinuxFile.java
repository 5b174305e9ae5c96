package dev.mapwright.linux;

import dev.mapwright.core.memory.MemoryObject;

/**
 * A file, memfd or shared piece of memory that can be mapped: its name and its pages. Its size is
 * not limited, because calls on mappings do not show it; a page that nobody wrote reads as zeros.
 */
public final class LinuxFile {

  /**
   * A file can have 2^63 - 1 bytes; the engine is told of all its pages and keeps those that were
   * written.
   */
  static final long PAGES = 1L << 51;

  private final String name;
  private final MemoryObject object;

  LinuxFile(String name, MemoryObject object) {
    this.name = name;
    this.object = object;
  }

  /**
   * The file's name.
   *
   * @return its path without {@code (deleted)}
   */
  public String name() {
    return name;
  }

  /**
   * The file's pages.
   *
   * @return the object that shared mappings show
   */
  public MemoryObject object() {
    return object;
  }
}
