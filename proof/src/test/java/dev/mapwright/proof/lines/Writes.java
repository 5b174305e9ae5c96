package dev.mapwright.proof.lines;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Called by rewritten classes before each write; notes it in the log of the operation under way. It
 * is the same class for all loaders.
 */
public final class Writes {
  /** How the names of methods begin that change a collection, an atomic or a lock. */
  private static final String[] CHANGES = {
    "set",
    "lazySet",
    "add",
    "put",
    "remove",
    "clear",
    "offer",
    "poll",
    "push",
    "pop",
    "compute",
    "merge",
    "replace",
    "sort",
    "retain",
    "getAnd",
    "increment",
    "decrement",
    "accumulate",
    "update",
    "compareAnd",
    "weakCompareAnd",
    "lock",
    "unlock",
    "tryLock",
    "next",
    "flip",
    "fill",
    "copy",
    "arraycopy",
    "move"
  };

  private static final Set<String> NOT_CHANGES =
      Set.of("copyOf", "copyOfRange", "nextSetBit", "nextClearBit", "newKeySet");

  /** The log of the operation under way; null for none. */
  private static volatile @Nullable WriteLog now;

  private Writes() {}

  /** What the operation of this thread writes goes to a log, until it is null. */
  public static void noteIn(@Nullable WriteLog log) {
    now = log;
  }

  /** Whether a call of a class of the JDK may write what others may know. */
  static boolean mayWrite(String className, String method) {
    boolean writer =
        className.startsWith("java.util.")
            || className.startsWith("java.nio.")
            || className.equals("java.lang.invoke.VarHandle")
            || className.equals("java.lang.foreign.MemorySegment")
            || className.equals("java.lang.System");
    if (!writer || NOT_CHANGES.contains(method) || className.startsWith("java.util.function.")) {
      return false;
    }
    for (String change : CHANGES) {
      if (method.startsWith(change)) {
        return true;
      }
    }
    return false;
  }

  /** A field is about to be written; of a class when it is static. */
  public static void field(Object object, String name) {
    WriteLog log = now;
    if (log != null) {
      log.field(object, name);
    }
  }

  /** A monitor is about to be taken. */
  public static void monitor(Object object) {
    field(object, "monitor");
  }

  /** An element of an array is about to be written. */
  public static void element(Object array, int index) {
    WriteLog log = now;
    if (log != null) {
      long bytes = bytes(array);
      log.element(array, index * bytes, bytes, bytes);
    }
  }

  private static long bytes(Object array) {
    return bytesOf(array.getClass().getComponentType());
  }

  private static long bytesOf(Class<?> type) {
    if (type == long.class || type == double.class) {
      return Long.BYTES;
    }
    if (type == short.class || type == char.class) {
      return Short.BYTES;
    }
    // A reference is as long as an int, the shorter of two possibilities and the stricter one.
    return type == byte.class || type == boolean.class ? 1 : Integer.BYTES;
  }

  /**
   * A reference is about to be made to a method that may write. What it does would not be seen, so
   * an operation that makes one can't be looked at.
   */
  public static void reference(String method) {
    if (now != null) {
      throw new IllegalStateException("a reference to " + method + ": a lambda would be noted");
    }
  }

  /** A method is about to be called that {@link #mayWrite may write}; its object comes first. */
  public static void call(String method, @Nullable Object[] given) {
    WriteLog log = now;
    Object first = given.length == 0 ? null : given[0];
    if (log == null || first == null) {
      return;
    }
    String name = method.substring(method.lastIndexOf('.') + 1);
    switch (first) {
      case VarHandle handle -> handle(log, handle, given);
      case MemorySegment segment when name.equals("copy") -> copy(log, given);
      case MemorySegment segment when name.equals("fill") ->
          log.memory(segment.address(), segment.byteSize());
      case MemorySegment segment when name.equals("copyFrom") ->
          log.memory(segment.address(), segment(given[1]).byteSize());
      case MemorySegment segment -> set(log, segment, name, given);
      case ByteBuffer buffer -> put(log, buffer, method, given);
      case Object array when array.getClass().isArray() -> array(log, name, given);
      default -> log.field(first, WriteLog.simple(method.substring(0, method.lastIndexOf('.'))));
    }
  }

  private static MemorySegment segment(@Nullable Object object) {
    if (object instanceof MemorySegment segment) {
      return segment;
    }
    throw new IllegalStateException("not memory: " + object);
  }

  private static long number(@Nullable Object object) {
    if (object instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalStateException("not a number: " + object);
  }

  private static void handle(WriteLog log, VarHandle handle, @Nullable Object[] given) {
    int places = handle.coordinateTypes().size();
    String name = handle.describeConstable().map(VarHandle.VarHandleDesc::constantName).orElse("?");
    if (places == 0) {
      log.field(handle, name);
      return;
    }
    Object object = given[1];
    if (object instanceof MemorySegment segment) {
      if (places != 2) {
        throw new IllegalStateException("a place in memory that is not an offset: " + handle);
      }
      memory(log, segment, number(given[2]), bytesOf(handle.varType()));
    } else if (object instanceof ByteBuffer buffer) {
      Buffer whole = buffer.duplicate().clear();
      memory(log, MemorySegment.ofBuffer(whole), number(given[2]), bytesOf(handle.varType()));
    } else if (object != null && places == 2) {
      element(object, (int) number(given[2]));
    } else if (object != null) {
      log.field(object, name);
    }
  }

  /** A range of a segment, which may be an array of the heap. */
  private static void memory(WriteLog log, MemorySegment segment, long at, long bytes) {
    Object heap = segment.heapBase().orElse(null);
    if (heap != null) {
      log.element(heap, segment.address() + at, bytes, 1);
    } else {
      log.memory(segment.address() + at, bytes);
    }
  }

  private static void set(
      WriteLog log, MemorySegment segment, String name, @Nullable Object[] given) {
    if (!(given[1] instanceof MemoryLayout layout)) {
      throw new IllegalStateException("a write to memory of a kind not known here: " + name);
    }
    long at = number(given[2]) * (name.equals("setAtIndex") ? layout.byteSize() : 1);
    memory(log, segment, at, layout.byteSize());
  }

  /** The three kinds of {@link MemorySegment#copy}: of bytes, of values, and with arrays. */
  private static void copy(WriteLog log, @Nullable Object[] given) {
    Object second = given[1];
    if (second instanceof Long) {
      memory(log, segment(given[2]), number(given[3]), number(given[4]));
    } else if (second instanceof ValueLayout layout && given.length == 7) {
      memory(log, segment(given[3]), number(given[5]), number(given[6]) * layout.byteSize());
    } else if (second instanceof ValueLayout layout && given[3] != null) {
      long at = number(given[4]) * layout.byteSize();
      log.element(given[3], at, number(given[5]) * layout.byteSize(), layout.byteSize());
    } else {
      throw new IllegalStateException("a copy of a kind not known here");
    }
  }

  private static void put(
      WriteLog log, ByteBuffer buffer, String method, @Nullable Object[] given) {
    boolean absolute = given.length == 3 && given[1] instanceof Integer;
    if (!absolute || !method.contains(".put")) {
      log.field(buffer, method);
      return;
    }
    Buffer whole = buffer.duplicate().clear();
    memory(log, MemorySegment.ofBuffer(whole), number(given[1]), Long.BYTES);
  }

  /** What the JDK writes to an array: all of it, or a range. */
  private static void array(WriteLog log, String name, @Nullable Object[] given) {
    boolean copies = name.equals("arraycopy");
    Object array = given[copies ? 2 : 0];
    if (array == null) {
      return;
    }
    if (!array.getClass().isArray()) {
      throw new IllegalStateException("a change of an array of a kind not known here: " + name);
    }
    long from = 0;
    long count = Array.getLength(array);
    if (copies) {
      from = number(given[3]);
      count = number(given[4]);
    } else if (given.length == 4) {
      from = number(given[1]);
      count = number(given[2]) - from;
    }
    if (count > 0) {
      log.element(array, from * bytes(array), count * bytes(array), bytes(array));
    }
  }
}
