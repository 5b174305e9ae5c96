import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes the jar that the script `mapwright` starts: everything of the given jars in one,
 * uncompressed.
 *
 * <p>Two things cost more of a short command's time than the command itself. Opening six jars
 * instead of one is several milliseconds. And the JVM leaves classes in the format of Java 5 out of
 * its ahead-of-time cache, because they carry no stack maps; the library that reads the arguments
 * is in that format, and loading and verifying its 150 classes on every start takes as long as the
 * rest together. So classes older than Java 7 get stack maps here and nothing else of them changes.
 *
 * <p>For starts without such a cache a second jar, `uncached.jar`, lies beside it, in which lambdas
 * of ours have classes ({@link LambdaClasses}). With a cache that would be slower: from the lambdas
 * that it holds the JDK's own method handles get what they need.
 *
 * <p>One jar is no module, but programs that `mapwright run` compiles see modules. So those of the
 * library are left once more in a folder `modules` beside it, one jar each, for the compiler alone.
 *
 * <p>Usage: java OneJar.java OUT.jar COMMAND.jar LIBRARY.jar...
 */
final class OneJar {
  /** From this version on (Java 7) the verifier insists on stack maps, so they are there. */
  private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_7_VERSION;

  private static final String DESCRIPTOR = "module-info.class";

  private OneJar() {}

  public static void main(String[] args) throws IOException {
    List<Path> jars = List.of(args).subList(1, args.length).stream().map(Path::of).toList();
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    Path one = Path.of(args[0]);
    try (URLClassLoader classes = new URLClassLoader(urls);
        ZipOutputStream out = open(one);
        ZipOutputStream uncached = open(one.resolveSibling("uncached.jar"))) {
      ClassFile withStackMaps =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofClassLoading(classes)));
      Map<String, byte[]> all = new LinkedHashMap<>();
      for (Path jar : jars) {
        read(jar, all, withStackMaps);
      }
      LambdaClasses own = new LambdaClasses(withStackMaps);
      for (Map.Entry<String, byte[]> entry : all.entrySet()) {
        String name = entry.getKey();
        write(out, name, entry.getValue());
        if (name.startsWith("dev/mapwright/") && name.endsWith(".class")) {
          own.add(name, entry.getValue());
        } else {
          write(uncached, name, entry.getValue());
        }
      }
      for (Map.Entry<String, byte[]> entry : own.all().entrySet()) {
        write(uncached, entry.getKey(), entry.getValue());
      }
    }
    Path modules = Files.createDirectories(one.resolveSibling("modules"));
    for (Path jar : jars.subList(1, jars.size())) {
      String module = ownModule(jar);
      if (module != null) {
        Files.copy(jar, modules.resolve(module + ".jar"), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** The name of the module of ours that a jar is; null for others. */
  private static String ownModule(Path jar) throws IOException {
    try (JarFile in = new JarFile(jar.toFile())) {
      JarEntry entry = in.getJarEntry(DESCRIPTOR);
      if (entry == null) {
        return null;
      }
      String name = ModuleDescriptor.read(in.getInputStream(entry)).name();
      return name.startsWith("dev.mapwright.") ? name : null;
    }
  }

  private static ZipOutputStream open(Path jar) throws IOException {
    return new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)));
  }

  /** Adds what a jar has, but for names that are there already. */
  private static void read(Path jar, Map<String, byte[]> all, ClassFile classFile)
      throws IOException {
    try (JarFile in = new JarFile(jar.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) in.stream()::iterator) {
        String name = entry.getName();
        // One jar on the class path is no module, and each jar's manifest describes that jar only.
        boolean wanted =
            !entry.isDirectory() && !name.startsWith("META-INF/") && !name.equals(DESCRIPTOR);
        if (wanted && !all.containsKey(name)) {
          byte[] bytes = in.getInputStream(entry).readAllBytes();
          all.put(name, name.endsWith(".class") ? modern(bytes, classFile) : bytes);
        }
      }
    }
  }

  private static byte[] modern(byte[] bytes, ClassFile classFile) {
    int version = (bytes[6] & 0xff) << 8 | bytes[7] & 0xff;
    if (version >= FIRST_WITH_STACK_MAPS) {
      return bytes;
    }
    return classFile.transformClass(
        classFile.parse(bytes),
        ClassTransform.transformingMethodBodies(CodeBuilder::with)
            .andThen((builder, element) ->
                builder.with(
                    element instanceof ClassFileVersion
                        ? ClassFileVersion.of(FIRST_WITH_STACK_MAPS, 0)
                        : element)));
  }

  private static void write(ZipOutputStream out, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }
}
