package dev.mapwright.proof.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads the project's classes afresh from the class path, one of them with a defect, some with
 * points where a test catches threads. Everything else comes from the loader above, and so does
 * {@link Interleaving}, whose callbacks belong to the test. A subclass may share more with the
 * test, and rewrite more.
 */
public class MutantLoader extends ClassLoader {
  private static final String OURS = "dev.mapwright.";

  private static final String SHARED = Interleaving.class.getName();

  private final @Nullable Mutant mutant;
  private final List<Interleaving.Point> points;

  /**
   * Without a mutant and points the classes are as they are, only loaded once more. A class that is
   * named and does not exist is refused here: a defect in it would be looked for in vain.
   */
  public MutantLoader(@Nullable Mutant mutant, Interleaving.Point... points) {
    super(MutantLoader.class.getClassLoader());
    this.mutant = mutant;
    this.points = List.of(points);
    if (mutant != null) {
      requireClass(mutant.className());
    }
    for (Interleaving.Point point : points) {
      requireClass(point.className());
    }
  }

  private static void requireClass(String name) {
    String file = name.replace('.', '/') + ".class";
    if (MutantLoader.class.getClassLoader().getResource(file) == null) {
      throw new IllegalArgumentException("no class " + name);
    }
  }

  /**
   * Makes an object of a class as this loader has it, which has a public constructor without
   * parameters. What comes back is not an instance of the class that was given, but of what that
   * one extends or implements from outside the project.
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T> T make(Class<? extends T> type) throws ReflectiveOperationException {
    return (T) loadClass(type.getName()).getDeclaredConstructor().newInstance();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS) || isShared(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] bytes = bytes(name);
        if (mutant != null && mutant.className().equals(name)) {
          bytes = mutant.apply(bytes);
        }
        for (Interleaving.Point point : points) {
          if (point.className().equals(name)) {
            bytes = point.apply(bytes);
          }
        }
        bytes = rewrite(name, bytes);
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded;
    }
  }

  /** Whether a class of the project is the one that everybody else has, too. */
  protected boolean isShared(String name) {
    return name.equals(SHARED) || name.startsWith(SHARED + "$");
  }

  /** What is loaded as a class, given what it is with its defect and points. */
  protected byte[] rewrite(String name, byte[] bytes) {
    return bytes;
  }

  private byte[] bytes(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream in = getParent().getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
