package dev.mapwright.proof.house;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.AccessFlag;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The simple names that {@code import module} makes known. */
final class PublicNames {
  private PublicNames() {}

  /** The jar or the folder that a class is from. */
  static Path placeOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  /** The public classes, none inside another, in the packages that a module exports to all. */
  static Set<String> of(@Nullable Path place, String module) throws IOException {
    ModuleFinder finder = place == null ? ModuleFinder.ofSystem() : ModuleFinder.of(place);
    ModuleReference found = finder.find(module).orElseThrow();
    Set<String> exported =
        found.descriptor().exports().stream()
            .filter(exports -> !exports.isQualified())
            .map(Exports::source)
            .map(name -> name.replace('.', '/'))
            .collect(Collectors.toSet());
    Set<String> names = new TreeSet<>();
    try (ModuleReader reader = found.open()) {
      for (String file : reader.list().toList()) {
        int slash = file.lastIndexOf('/');
        if (slash > 0
            && file.endsWith(".class")
            && !file.contains("$")
            && exported.contains(file.substring(0, slash))
            && isPublic(reader, file)) {
          names.add(file.substring(slash + 1, file.length() - ".class".length()));
        }
      }
    }
    return names;
  }

  private static boolean isPublic(ModuleReader reader, String file) throws IOException {
    byte[] bytes = reader.open(file).orElseThrow().readAllBytes();
    return ClassFile.of().parse(bytes).flags().has(AccessFlag.PUBLIC);
  }
}
