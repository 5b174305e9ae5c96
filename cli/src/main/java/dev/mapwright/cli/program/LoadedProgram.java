package dev.mapwright.cli.program;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A program whose classes are loaded. Its main method is found as {@code java} finds it: {@code
 * main(String[])} before {@code main()}, static or not, inherited or not, but not private.
 */
public final class LoadedProgram {
  private final ClassLoader loader;
  private final String fileBase;
  private final Set<String> classNames;

  LoadedProgram(ClassLoader loader, String fileBase, Set<String> classNames) {
    this.loader = loader;
    this.fileBase = fileBase;
    this.classNames = classNames;
  }

  /**
   * The method that the program begins with: that of the class named like the file, otherwise of
   * the first class that has one.
   *
   * @return the method, or null when there is none
   */
  public @Nullable Method mainMethod() {
    Method main = classNames.contains(fileBase) ? mainOf(fileBase) : null;
    if (main != null) {
      return main;
    }
    for (String name : classNames) {
      main = mainOf(name);
      if (main != null) {
        return main;
      }
    }
    return null;
  }

  private @Nullable Method mainOf(String className) {
    Class<?> type;
    try {
      type = loader.loadClass(className);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    Method withArguments = find(type, String[].class);
    return withArguments != null ? withArguments : find(type);
  }

  private static @Nullable Method find(Class<?> type, Class<?>... parameters) {
    for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (method.getName().equals("main")
            && method.getReturnType() == void.class
            && !Modifier.isPrivate(method.getModifiers())
            && java.util.Arrays.equals(method.getParameterTypes(), parameters)) {
          return method;
        }
      }
    }
    return null;
  }

  /**
   * Runs the program to the end of its main method.
   *
   * @param main what {@link #mainMethod} found
   * @param arguments the program's arguments
   * @return what it threw, or null
   */
  public @Nullable Throwable run(Method main, String... arguments) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Object self = null;
      if (!Modifier.isStatic(main.getModifiers())) {
        Constructor<?> constructor = main.getDeclaringClass().getDeclaredConstructor();
        constructor.setAccessible(true);
        self = constructor.newInstance();
      }
      main.setAccessible(true);
      if (main.getParameterCount() == 0) {
        main.invoke(self);
      } else {
        main.invoke(self, (Object) arguments);
      }
      return null;
    } catch (InvocationTargetException thrown) {
      return thrown.getCause();
    } catch (ReflectiveOperationException e) {
      // An abstract class, or one whose constructor wants arguments: the program's mistake as well.
      return e;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * Takes away the part of a stack trace that is about how the program was started.
   *
   * @param thrown what the program threw; changed in place, with its causes
   */
  public static void hideLauncher(Throwable thrown) {
    int links = 0;
    for (Throwable t = thrown; t != null && links < 100; t = t.getCause(), links++) {
      StackTraceElement[] trace = t.getStackTrace();
      int end = trace.length;
      for (int i = 0; i < trace.length; i++) {
        if (trace[i].getClassName().equals(LoadedProgram.class.getName())) {
          end = i;
          break;
        }
      }
      while (end > 0 && end < trace.length && reflective(trace[end - 1].getClassName())) {
        end--;
      }
      t.setStackTrace(java.util.Arrays.copyOf(trace, end));
    }
  }

  private static boolean reflective(String className) {
    return className.startsWith("java.lang.reflect.")
        || className.startsWith("jdk.internal.reflect.");
  }
}
