package dev.mapwright.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The source of Linux, where a package of the distribution has installed it: unpacked, or as an
 * archive, of which the parts that the maple tree needs are unpacked for a while.
 *
 * @param root where lib/maple_tree.c is below
 * @param version as the package's name says it
 * @param temporary what to delete afterwards; null for nothing
 */
record MapleSource(Path root, String version, @Nullable Path temporary) implements AutoCloseable {
  private static final Path INSTALLED = Path.of("/usr/src");
  private static final String PREFIX = "linux-source-";
  private static final String ARCHIVE = ".tar.xz";
  private static final Path TREE = Path.of("lib", "maple_tree.c");

  /** Of the archive; one that a version does not have is missed by nobody. */
  private static final List<String> PARTS =
      List.of(
          "lib/maple_tree.c",
          "include/linux",
          "tools/include",
          "tools/arch",
          "tools/testing/radix-tree",
          "tools/testing/shared");

  /** Null when none is installed, or it is older than the maple tree. */
  static @Nullable MapleSource find() throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(INSTALLED)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(INSTALLED, PREFIX + "*")) {
        all.forEach(found::add);
      }
    }
    found.sort(Comparator.comparing(Path::toString).reversed());
    for (Path one : found) {
      if (Files.isReadable(one.resolve(TREE))) {
        return new MapleSource(one, name(one).substring(PREFIX.length()), null);
      }
      if (name(one).endsWith(ARCHIVE)) {
        MapleSource unpacked = unpack(one);
        if (unpacked != null) {
          return unpacked;
        }
      }
    }
    return null;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static @Nullable MapleSource unpack(Path archive) throws IOException {
    String top = name(archive).substring(0, name(archive).length() - ARCHIVE.length());
    Path folder = Files.createTempDirectory("mapwright-linux");
    List<String> command =
        new ArrayList<>(List.of("tar", "-xf", archive.toString(), "-C", folder.toString()));
    PARTS.forEach(part -> command.add(top + "/" + part));
    CCompiler.runs(command.toArray(String[]::new)); // says no when a part is missing, too
    Path root = folder.resolve(top);
    MapleSource source = new MapleSource(root, top.substring(PREFIX.length()), folder);
    if (!Files.isReadable(root.resolve(TREE))) {
      source.close();
      return null;
    }
    return source;
  }

  @Override
  public void close() throws IOException {
    if (temporary == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(temporary)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
