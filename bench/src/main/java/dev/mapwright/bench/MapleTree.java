package dev.mapwright.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's maple tree, in which it keeps the mappings of a process, in user space: compiled
 * from its installed source with a driver of ours, {@code maple.c}, which holds the loop.
 *
 * @param library what was compiled; null when there is none
 * @param told which version it is, or why there is none
 */
record MapleTree(@Nullable SymbolLookup library, String told) {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /** One tree with as many entries as there are places. */
  static final class Entries implements AutoCloseable {
    private final SymbolLookup library;
    private final MethodHandle pairs;
    private final Places places;
    private final int scattered;
    private final MemorySegment state = Arena.ofAuto().allocate(LONG);
    private long failures;

    private Entries(SymbolLookup library, Places places) {
      this.library = library;
      this.places = places;
      scattered = places.shape() == Places.Shape.SCATTERED ? 1 : 0;
      pairs =
          function(
              "mapwright_maple_pairs",
              FunctionDescriptor.of(LONG, LONG, INT, LONG, ValueLayout.ADDRESS));
      state.set(LONG, 0, places.count());
      MethodHandle make = function("mapwright_maple_make", FunctionDescriptor.of(LONG, LONG, INT));
      try {
        failures = (long) make.invokeExact((long) places.count(), scattered);
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    private MethodHandle function(String name, FunctionDescriptor shape) {
      return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), shape);
    }

    private void pairs(int operations) {
      try {
        failures +=
            (long) pairs.invokeExact((long) places.count(), scattered, (long) operations, state);
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    Contender contender() {
      return new Contender("maple tree", this::pairs);
    }

    void verify() {
      if (failures != 0) {
        throw new IllegalStateException("the maple tree's answers were wrong");
      }
    }

    @Override
    public void close() {
      try {
        function("mapwright_maple_end", FunctionDescriptor.ofVoid()).invokeExact();
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  /** Makes a tree; there is a library. */
  Entries entries(Places places) {
    if (library == null) {
      throw new IllegalStateException(told);
    }
    return new Entries(library, places);
  }

  /** Compiles it and loads it for good. */
  static MapleTree load() {
    if (!CCompiler.available()) {
      return absent("there is no gcc");
    }
    try (MapleSource source = MapleSource.find()) {
      return source == null
          ? absent("no source of Linux with a maple tree is installed (Debian: linux-source)")
          : compile(source);
    } catch (IOException | IllegalArgumentException failed) {
      return absent(String.valueOf(failed.getMessage()));
    }
  }

  private static MapleTree absent(String why) {
    return new MapleTree(null, why);
  }

  private static MapleTree compile(MapleSource source) throws IOException {
    Path folder = Files.createTempDirectory("mapwright-maple");
    try (MapleSource own = new MapleSource(folder, "", folder)) {
      copy("maple.c", folder.resolve("maple.c"));
      copy("urcu.h", folder.resolve("urcu.h"));
      copy("uatomic.h", folder.resolve("urcu").resolve("uatomic.h"));
      // What the kernel's own build of its tests generates.
      Files.writeString(folder.resolve("bit-length.h"), "#define CONFIG_64BIT 1\n");
      Files.createDirectory(folder.resolve("generated"));
      Files.writeString(folder.resolve("generated/bit-length.h"), "#define CONFIG_64BIT 1\n");
      Files.writeString(folder.resolve("generated/map-shift.h"), "#define XA_CHUNK_SHIFT 6\n");
      Path made = folder.resolve("maple.so");
      boolean compiled =
          CCompiler.runs(
              "gcc",
              "-O2",
              "-w",
              "-shared",
              "-fPIC",
              "-I" + own.root(),
              "-I" + source.root().resolve("tools/testing/radix-tree"),
              "-I" + source.root().resolve("tools/testing/shared"),
              "-I" + source.root().resolve("tools/include"),
              "-I" + source.root(),
              "-o",
              made.toString(),
              folder.resolve("maple.c").toString());
      return compiled
          ? new MapleTree(
              SymbolLookup.libraryLookup(made, Arena.global()), "Linux " + source.version())
          : absent("the maple tree of Linux " + source.version() + " could not be compiled");
    }
  }

  private static void copy(String resource, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (InputStream text = MapleTree.class.getResourceAsStream("maple/" + resource)) {
      if (text == null) {
        throw new IOException(resource + " is missing");
      }
      Files.copy(text, file);
    }
  }
}
