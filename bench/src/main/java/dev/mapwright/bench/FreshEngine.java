package dev.mapwright.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Loads the engine anew, so that what is measured runs in classes that nothing else has run in: as
 * in a process that has one machine, with code compiled for that machine alone.
 */
final class FreshEngine extends ClassLoader {
  FreshEngine() {
    super(FreshEngine.class.getClassLoader());
  }

  /** Memory of a CPU on a machine of its own, by the name of a {@link CpuMemory.Kind}. */
  ScalarMemory memory(String kind, boolean checked) {
    return (ScalarMemory) make(CpuMemory.class, kind, checked);
  }

  /** Registers of a CPU on a machine of its own. */
  RegisterLoops registers(boolean singleThreaded) {
    return (RegisterLoops) make(CpuRegisters.class, singleThreaded);
  }

  private Object make(Class<?> anew, Object... arguments) {
    try {
      Class<?>[] types = new Class<?>[arguments.length];
      for (int i = 0; i < types.length; i++) {
        types[i] = arguments[i] instanceof Boolean ? boolean.class : arguments[i].getClass();
      }
      var constructor = loadClass(anew.getName()).getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException failed) {
      throw new IllegalStateException(failed.getCause());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The engine and the class that uses it come from here, everything else from the parent. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean own =
        name.startsWith("dev.mapwright.core.")
            || name.startsWith("dev.mapwright.sim.")
            || name.startsWith(CpuMemory.class.getName())
            || name.startsWith(CpuRegisters.class.getName());
    if (!own) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (@Nullable InputStream in = getParent().getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
  }
}
