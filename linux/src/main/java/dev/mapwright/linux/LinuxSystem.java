package dev.mapwright.linux;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the processes of one kernel share: the machine, files and System V segments. Not
 * thread-safe: one thread makes all calls of all its processes.
 */
public final class LinuxSystem implements AutoCloseable {

  private final Machine machine;
  private final KindTable kinds = new KindTable();
  private final Map<String, LinuxFile> files = new HashMap<>();
  private final Map<Integer, Segment> segments = new HashMap<>();
  private int spaces;

  /** A System V segment; the size is what shmget was given, not rounded. */
  record Segment(long bytes, MemoryObject object) {}

  /**
   * Boots.
   *
   * @param machine the machine whose frames and page tables are used; the caller closes it after
   *     this system
   */
  public LinuxSystem(Machine machine) {
    this.machine = machine;
  }

  /**
   * The machine.
   *
   * @return the machine given at boot
   */
  public Machine machine() {
    return machine;
  }

  /**
   * Makes an empty address space, as execve does before it maps the program.
   *
   * @return the space; the caller closes it
   * @throws dev.mapwright.core.RefusedException if the machine has no frame left for its tables
   */
  public LinuxSpace newSpace() {
    return new LinuxSpace(this, "linux-" + spaces++);
  }

  /**
   * The file of a name. The first time it is made, empty.
   *
   * @param name its path without {@code (deleted)}
   * @return the same file for the same name
   * @throws dev.mapwright.core.RefusedException if the engine lacks memory
   */
  public LinuxFile file(String name) {
    LinuxFile known = files.get(name);
    if (known != null) {
      return known;
    }
    LinuxFile fresh = new LinuxFile(name, MemoryObject.paged(machine, LinuxFile.PAGES).get());
    files.put(name, fresh);
    return fresh;
  }

  /**
   * Makes a System V segment known, as shmget does.
   *
   * @param identifier its number
   * @param bytes its size, at least 1
   * @return whether the engine had memory for it
   */
  public boolean addSegment(int identifier, long bytes) {
    long pages = Pages.countFor(bytes);
    if (bytes <= 0) {
      return false;
    }
    MemoryObject object = MemoryObject.paged(machine, pages).made();
    if (object == null) {
      return false;
    }
    Segment earlier = segments.put(identifier, new Segment(bytes, object));
    if (earlier != null) {
      earlier.object.release();
    }
    return true;
  }

  /**
   * {@return whether {@link #addSegment} made a segment}
   *
   * @param identifier its number
   */
  public boolean knowsSegment(int identifier) {
    return segments.containsKey(identifier);
  }

  /**
   * The size of a segment.
   *
   * @param identifier its number
   * @return its bytes, rounded up to whole pages; one page if it is not known
   */
  public long segmentBytes(int identifier) {
    Segment segment = segments.get(identifier);
    return segment == null ? Pages.BYTES : LinuxSpace.roundUp(segment.bytes);
  }

  /**
   * The size of the largest segment.
   *
   * @return its bytes, rounded up to whole pages; one page if there is none
   */
  public long largestSegmentBytes() {
    long largest = Pages.BYTES;
    for (Segment segment : segments.values()) {
      largest = Math.max(largest, LinuxSpace.roundUp(segment.bytes));
    }
    return largest;
  }

  @Nullable Segment segment(int identifier) {
    return segments.get(identifier);
  }

  KindTable kinds() {
    return kinds;
  }

  /** A fresh object for anonymous memory; null if the engine lacks memory. */
  @Nullable MemoryObject memory(long pages) {
    return MemoryObject.paged(machine, pages).made();
  }

  /** Gives the files and segments back. The spaces must have been closed. */
  @Override
  public void close() {
    files.values().forEach(file -> file.object().release());
    files.clear();
    segments.values().forEach(segment -> segment.object.release());
    segments.clear();
  }
}
