package dev.mapwright.proof.lines;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which fields of the project's classes lead to what has no name itself, such as an array. */
final class Holders {
  private final Map<Object, String> names = new IdentityHashMap<>();
  private final ArrayDeque<Object> open = new ArrayDeque<>();

  private Holders() {}

  /** Follows all fields from some objects on, the nearest first. */
  static Holders from(Object... roots) {
    Holders holders = new Holders();
    for (Object root : roots) {
      holders.found(root, WriteLog.simple(root.getClass().getName()));
    }
    while (!holders.open.isEmpty()) {
      holders.follow(holders.open.remove());
    }
    return holders;
  }

  /** The class and field that hold an object. */
  String of(Object object) {
    return names.getOrDefault(object, "nobody known");
  }

  private void found(Object object, String name) {
    if (names.putIfAbsent(object, name) == null) {
      open.add(object);
    }
  }

  private void follow(Object object) {
    Class<?> type = object.getClass();
    if (object instanceof Object[] array) {
      for (Object element : array) {
        if (element != null) {
          found(element, of(object) + "[]");
        }
      }
      return;
    }
    if (object instanceof Path) {
      return; // of names, each of which is a path of names
    }
    if (object instanceof Iterable<?> all && !type.getName().startsWith("dev.mapwright.")) {
      all.forEach(element -> found(element, of(object) + "[]"));
      return;
    }
    for (Class<?> at = type;
        at != null && at.getName().startsWith("dev.mapwright.");
        at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        boolean leads = !field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers());
        Object value = leads ? value(field, object) : null;
        if (value != null) {
          found(value, WriteLog.simple(at.getName()) + "." + field.getName());
        }
      }
    }
  }

  private static @Nullable Object value(Field field, Object object) {
    try {
      field.setAccessible(true);
      return field.get(object);
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw new AssertionError(field + " can't be read", e);
    }
  }
}
