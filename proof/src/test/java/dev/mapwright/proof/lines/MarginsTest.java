package dev.mapwright.proof.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@link SharedLinesTest} takes each object for a line of its own. Small ones lie in one line with
 * others, wherever the collector has put them. So what is written with each operation in a part or
 * a reservation has a margin of words that hold nothing, or hardly ever change, which is shown
 * here: the fewest bytes between the field and whatever is no part of its object.
 */
class MarginsTest {
  /** What comes before an object's fields, and so before those of the object behind it. */
  private static final int HEADER_BYTES = 12;

  @ParameterizedTest
  @CsvSource({
    "engine.Floors, lastFirst, 64, 56",
    "engine.Floors, lastLast, 64, 56",
    "index.PageTrie, ints, 64, 40",
    "index.PageTrie, size, 64, 40",
    "index.NodePool, promised, 64, 40",
    "state.MappingTable$Apart, freeHead, 64, 56",
    "state.MappingTable$Apart, freeCount, 64, 56",
    "state.MappingTable$Apart, live, 64, 56",
    "state.MappingTable$Apart, promised, 64, 56",
    "event.EventRing$Apart, recorded, 24, 48",
    "lock.EngineLock, held, 64, 56",
    "lock.EngineLock, holder, 64, 56",
    "lock.EngineLock, depth, 64, 40",
    "lock.ReservationLock, held, 64, 56",
    "lock.ReservationLock, holder, 64, 56",
    "lock.ReservationLock, place, 64, 48",
    "lock.ReservationLock, around, 64, 40",
    "object.EngineObject, word, 64, 56",
  })
  void what_is_written_all_the_time_has_a_margin(
      String className, String field, int before, int behind) throws Exception {
    Class<?> type = Class.forName("dev.mapwright.core." + className);
    long first = 0;
    long last = 0;
    long end = 0;
    for (Class<?> at = type; at != Object.class; at = at.getSuperclass()) {
      for (Field each : at.getDeclaredFields()) {
        if (Modifier.isStatic(each.getModifiers())) {
          continue;
        }
        long offset = offset(each);
        end = Math.max(end, offset + bytes(each.getType()));
        if (each.getName().equals(field)) {
          first = offset;
          last = offset + bytes(each.getType());
        }
      }
    }
    assertThat(first).as("bytes before " + field).isGreaterThanOrEqualTo(before);
    assertThat(end - last + HEADER_BYTES)
        .as("bytes behind " + field)
        .isGreaterThanOrEqualTo(behind);
  }

  /** By name, since the compiler warns of the class; it is the only one that knows. */
  private static long offset(Field field) throws ReflectiveOperationException {
    Class<?> unsafe = Class.forName("sun.misc.Unsafe");
    Field only = unsafe.getDeclaredField("theUnsafe");
    only.setAccessible(true);
    Method offset = unsafe.getMethod("objectFieldOffset", Field.class);
    return (long) offset.invoke(only.get(null), field);
  }

  /** References as where heaps are small; larger ones only make margins larger. */
  private static int bytes(Class<?> type) {
    if (type == long.class || type == double.class) {
      return Long.BYTES;
    }
    return type == boolean.class || type == byte.class ? 1 : Integer.BYTES;
  }
}
