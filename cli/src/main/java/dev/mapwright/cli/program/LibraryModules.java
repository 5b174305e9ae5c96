package dev.mapwright.cli.program;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The library as the compiler of a program sees it: modules, so that a program can import what they
 * export and nothing else.
 *
 * <p>What this JVM runs may be no modules: the script starts one jar. Then the same classes are
 * once more in a folder beside that jar, as modules, for the compiler alone.
 */
final class LibraryModules {
  /** The modules that a program reads. */
  static final List<String> NAMES =
      List.of(
          "dev.mapwright.core",
          "dev.mapwright.sim",
          "dev.mapwright.zircon",
          "dev.mapwright.windows",
          "dev.mapwright.linux");

  /** Made by tools/OneJar.java. */
  private static final String FOLDER_BESIDE = "modules";

  private LibraryModules() {}

  /**
   * {@return the module path: a folder of jars, or one jar or folder of classes for each module}
   *
   * @throws IllegalStateException when the modules are nowhere
   */
  static List<Path> path() throws IOException {
    Path beside = besideThis();
    if (beside != null) {
      return List.of(beside);
    }
    List<Path> path = amongWhatRuns();
    if (path.size() < NAMES.size()) {
      throw new IllegalStateException(
          "the library's modules are neither on the class path nor in a folder '"
              + FOLDER_BESIDE
              + "' beside the jar of the command");
    }
    return path;
  }

  private static @Nullable Path besideThis() {
    CodeSource source = LibraryModules.class.getProtectionDomain().getCodeSource();
    if (source == null || !"file".equals(source.getLocation().getProtocol())) {
      return null;
    }
    Path jar = Path.of(URI.create(source.getLocation().toString()));
    Path folder = jar.resolveSibling(FOLDER_BESIDE);
    return Files.isRegularFile(jar) && Files.isDirectory(folder) ? folder : null;
  }

  /** The places on the class path, or on the module path, that have the modules' descriptors. */
  private static List<Path> amongWhatRuns() throws IOException {
    List<Path> path = new ArrayList<>();
    ClassLoader loader = LibraryModules.class.getClassLoader();
    for (URL url : Collections.list(loader.getResources("module-info.class"))) {
      ModuleDescriptor descriptor;
      try (InputStream in = url.openStream()) {
        descriptor = ModuleDescriptor.read(in);
      }
      if (NAMES.contains(descriptor.name())) {
        path.add(placeOf(url));
      }
    }
    return path;
  }

  private static Path placeOf(URL descriptor) throws IOException {
    if (descriptor.openConnection() instanceof JarURLConnection inJar) {
      return Path.of(URI.create(inJar.getJarFileURL().toString()));
    }
    Path file = Path.of(URI.create(descriptor.toString()));
    return file.resolveSibling("");
  }
}
