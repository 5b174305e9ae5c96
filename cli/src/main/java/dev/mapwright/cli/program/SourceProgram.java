package dev.mapwright.cli.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A program in one source file, compiled into memory.
 *
 * <p>It is compiled in this JVM and not by starting {@code java FILE.java} in another: that costs
 * one start of a JVM less, and the compiler comes out of the ahead-of-time cache. As there, other
 * source files of the same folder are found when the program uses their classes, and its other
 * files as resources. Besides them and the JDK's classes it can import what the library's modules
 * export ({@link LibraryModules}); nothing of this JVM's class path.
 */
public final class SourceProgram {
  private final Path file;
  private final Map<String, byte[]> classes;

  private SourceProgram(Path file, Map<String, byte[]> classes) {
    this.file = file;
    this.classes = classes;
  }

  /**
   * Compiles a program.
   *
   * @param file where the source is, for messages and to find files beside it
   * @param source the source itself
   * @param complaints what the compiler has to say goes here
   * @return the program, or null when it does not compile
   * @throws IllegalStateException when this Java has no compiler, or the library's modules are
   *     nowhere
   * @throws IOException when the compiler could not read the library's modules
   */
  public static @Nullable SourceProgram compile(Path file, String source, PrintWriter complaints)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException("this Java has no compiler; start mapwright with a JDK");
    }
    try (StandardJavaFileManager files =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        InMemory output = new InMemory(files)) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        files.setLocationFromPaths(StandardLocation.SOURCE_PATH, List.of(folder));
      }
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, List.of());
      files.setLocationFromPaths(StandardLocation.MODULE_PATH, LibraryModules.path());
      List<String> options =
          List.of("-proc:none", "-g", "--add-modules", String.join(",", LibraryModules.NAMES));
      boolean compiled =
          compiler
              .getTask(complaints, output, null, options, null, List.of(new Source(file, source)))
              .call();
      return compiled ? new SourceProgram(file, output.classes()) : null;
    }
  }

  /** {@return the lines of the program's file that have code, ascending} */
  public NavigableSet<Integer> lines() {
    return LineMark.linesOf(classes, fileName());
  }

  /**
   * Makes a program of the same that tells when it comes to a line. One such program at a time.
   *
   * @param line a line with code
   * @param reached called each time before that line is carried out, by the thread that does
   * @return the program; what it tells ends with {@link #endMarking}
   */
  public SourceProgram marked(int line, Runnable reached) {
    return new SourceProgram(file, LineMark.put(classes, fileName(), line, reached));
  }

  /** Forgets whom a {@link #marked} program told. */
  public static void endMarking() {
    LineMark.clear();
  }

  private String fileName() {
    return String.valueOf(file.getFileName());
  }

  /**
   * Loads the program's classes.
   *
   * @return the program, ready to be run once
   */
  public LoadedProgram load() {
    String name = fileName();
    String base = name.endsWith(".java") ? name.substring(0, name.length() - 5) : name;
    return new LoadedProgram(new ProgramLoader(classes, file), base, classes.keySet());
  }

  /** The source, named in the compiler's messages as the user named the file. */
  private static final class Source extends SimpleJavaFileObject {
    private final Path file;
    private final String text;

    Source(Path file, String text) {
      super(file.toUri(), Kind.SOURCE);
      this.file = file;
      this.text = text;
    }

    @Override
    public String getName() {
      return file.toString();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    /** A public class may have any name: the file is a program, not a part of a package. */
    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return kind == Kind.SOURCE;
    }
  }

  /** Keeps the classes that the compiler writes, in the order in which it wrote them. */
  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

    InMemory(JavaFileManager below) {
      super(below);
    }

    /**
     * The manager below knows no file that it has not made. It is asked when there is a descriptor
     * of a module beside the program.
     */
    @Override
    public boolean contains(Location location, FileObject file) throws IOException {
      return file instanceof Source
          ? location == StandardLocation.SOURCE_PATH
          : super.contains(location, file);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location,
        String className,
        JavaFileObject.Kind kind,
        @Nullable FileObject beside) {
      URI uri = URI.create("memory:///" + className.replace('.', '/') + kind.extension);
      return new SimpleJavaFileObject(uri, kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          written.put(className, bytes);
          return bytes;
        }
      };
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> classes = new LinkedHashMap<>();
      written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
      // That of a module beside the program: it is loaded like others, into no module.
      classes.remove("module-info");
      return classes;
    }
  }

  /**
   * Defines the program's classes, and finds files beside its source as if the folder was on the
   * class path; everything else is this JVM's.
   */
  private static final class ProgramLoader extends ClassLoader {
    private final Map<String, byte[]> classes;
    private final Path file;

    ProgramLoader(Map<String, byte[]> classes, Path file) {
      super(SourceProgram.class.getClassLoader());
      this.classes = classes;
      this.file = file;
    }

    @Override
    protected @Nullable URL findResource(String name) {
      try {
        Path found = file.resolveSibling(name);
        return Files.isRegularFile(found) ? found.toUri().toURL() : null;
      } catch (InvalidPathException | MalformedURLException e) {
        return null; // no file can have that name
      }
    }

    /** The program's own classes win over those of the class path that have the same name. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!classes.containsKey(name)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = classes.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
