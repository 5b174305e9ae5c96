package dev.mapwright.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Compiles the C baselines with gcc, where there is one. */
final class CCompiler {
  private static final boolean AVAILABLE = runs("gcc", "--version");

  private CCompiler() {}

  static boolean available() {
    return AVAILABLE;
  }

  /** Compiles {@code kernel.c} and loads it for good; null when that can't be done. */
  static @Nullable SymbolLookup load() {
    if (!AVAILABLE) {
      return null;
    }
    try {
      Path folder = Files.createTempDirectory("mapwright-bench");
      Path source = folder.resolve("kernel.c");
      Path library = folder.resolve("kernel.so");
      try (InputStream text = CCompiler.class.getResourceAsStream("kernel.c")) {
        if (text == null) {
          return null;
        }
        Files.copy(text, source);
        boolean made =
            runs("gcc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString());
        return made ? SymbolLookup.libraryLookup(library, Arena.global()) : null;
      } finally {
        // The library stays loaded without its file.
        Files.deleteIfExists(library);
        Files.deleteIfExists(source);
        Files.deleteIfExists(folder);
      }
    } catch (IOException | IllegalArgumentException unusable) {
      return null;
    }
  }

  /** Whether a command could be run and ended well. */
  static boolean runs(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
