package dev.mapwright.proof.lines;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What one operation has written: where, and by which calls each place was written first. Used by
 * one thread at a time.
 */
public final class WriteLog {
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final int FRAMES = 8;

  /**
   * The first write to a place.
   *
   * @param what the field, or the method that wrote an element or called what writes
   * @param callers who wrote, from the inside out
   */
  public record Write(String what, List<String> callers) {}

  /** By the object, then the field's name. */
  private final Map<Object, Map<String, Write>> fields = new IdentityHashMap<>();

  /** By the array, then the byte in it. */
  private final Map<Object, NavigableMap<Long, Write>> elements = new IdentityHashMap<>();

  /** By the line's number. */
  private final NavigableMap<Long, Write> memory = new TreeMap<>();

  /** Makes an empty one. */
  public WriteLog() {}

  Map<Object, Map<String, Write>> fields() {
    return fields;
  }

  Map<Object, NavigableMap<Long, Write>> elements() {
    return elements;
  }

  NavigableMap<Long, Write> memory() {
    return memory;
  }

  void field(Object object, String name) {
    fields.computeIfAbsent(object, key -> new TreeMap<>()).computeIfAbsent(name, WriteLog::write);
  }

  /** Notes bytes of an array: some elements of a size, which never lie across a line's end. */
  void element(Object array, long atByte, long bytes, long elementBytes) {
    Map<Long, Write> written = elements.computeIfAbsent(array, key -> new TreeMap<>());
    // A range has a place at least every line: which are shared is asked by distance.
    for (long at = 0; at < bytes; at += SharedLines.LINE_BYTES) {
      written.computeIfAbsent(atByte + at, key -> write("[]"));
    }
    written.computeIfAbsent(atByte + bytes - elementBytes, key -> write("[]"));
  }

  void memory(long address, long bytes) {
    long last = (address + bytes - 1) / SharedLines.LINE_BYTES;
    for (long line = address / SharedLines.LINE_BYTES; line <= last; line++) {
      memory.computeIfAbsent(line, key -> write("memory"));
    }
  }

  private static Write write(String what) {
    List<String> callers =
        WALKER.walk(frames ->
            frames
                .filter(frame -> !frame.getClassName().startsWith("java."))
                .filter(frame -> !frame.getClassName().startsWith(WriteLog.class.getPackageName()))
                .limit(FRAMES)
                .map(frame ->
                    simple(frame.getClassName())
                        + "."
                        + frame.getMethodName()
                        + ":"
                        + frame.getLineNumber())
                .toList());
    return new Write(what, callers);
  }

  static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
