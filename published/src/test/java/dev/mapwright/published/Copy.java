package dev.mapwright.published;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The sources of what is published, in a folder of their own. */
final class Copy {
  /** The modules that are published. */
  static final List<String> MODULES = List.of("core", "sim", "zircon", "windows", "linux", "cli");

  /** The project's folder. */
  static final Path ROOT = Path.of(System.getProperty("mapwright.root", ".."));

  private Copy() {}

  /** Copies all that a build of the published modules reads. */
  static Path make(Path folder) throws IOException {
    tree(ROOT.resolve(".mvn"), folder.resolve(".mvn"));
    Files.copy(ROOT.resolve("pom.xml"), folder.resolve("pom.xml"));
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(path -> Files.exists(path.resolve("pom.xml"))).toList()) {
        Path copied = Files.createDirectory(folder.resolve(module.getFileName()));
        Files.copy(module.resolve("pom.xml"), copied.resolve("pom.xml"));
      }
    }
    for (String module : MODULES) {
      tree(ROOT.resolve(module, "src", "main"), folder.resolve(module, "src", "main"));
    }
    return folder;
  }

  /** Copies a folder with all that is in it, but nothing that was built. */
  static void tree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Path relative = from.relativize(file);
        if (!relative.startsWith("target")) {
          Path copied = to.resolve(relative);
          Files.createDirectories(copied.getParent());
          Files.copy(file, copied);
        }
      }
    }
  }
}
