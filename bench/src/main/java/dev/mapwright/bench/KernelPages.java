package dev.mapwright.bench;

import java.io.IOException;
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
 * n mappings of one page in this very process, as the kernel keeps them. Their protections
 * alternate so that it can't join them. A pair unmaps one at a random place and maps it back.
 *
 * <p>The loop is C, entered by one call for a whole batch. Without a compiler it is Java, and each
 * system call a call through FFM, which adds a few nanoseconds to about a microsecond.
 */
final class KernelPages implements AutoCloseable {
  private static final long PAGE = 4096;
  static final int NONE = 0;
  static final int READ_WRITE = 3;
  static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int FIXED = 0x10;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final Linker LINKER = Linker.nativeLinker();

  static final @Nullable SymbolLookup COMPILED = CCompiler.load();

  private static final MethodHandle MMAP =
      libc("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
  private static final MethodHandle MUNMAP = libc("munmap", FunctionDescriptor.of(INT, LONG, LONG));
  private static final MethodHandle MPROTECT =
      libc("mprotect", FunctionDescriptor.of(INT, LONG, LONG, INT));
  private static final @Nullable MethodHandle PAIRS =
      COMPILED == null
          ? null
          : LINKER.downcallHandle(
              COMPILED.findOrThrow("mapwright_pairs"),
              FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, ValueLayout.ADDRESS));

  private final int n;
  private final long base;
  private final MemorySegment state = Arena.ofAuto().allocate(LONG);
  private long failures;

  private KernelPages(int n) {
    this.n = n;
    base = mmap(0, n * PAGE, READ_WRITE, PRIVATE_ANONYMOUS);
    for (int i = 1; i < n; i += 2) {
      failures += protect(base + i * PAGE, NONE) == 0 ? 0 : 1;
    }
    if (base == -1 || failures != 0) {
      throw new IllegalStateException("the kernel refused " + n + " mappings");
    }
    state.set(LONG, 0, n);
  }

  private static MethodHandle libc(String name, FunctionDescriptor shape) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape);
  }

  /** Why the kernel can't be measured with n mappings, or null when it can. */
  static @Nullable String obstacle(int n) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return "the baseline is Linux's";
    }
    try {
      // Through a buffer: this file answers only the first read.
      long most =
          Long.parseLong(Files.readAllLines(Path.of("/proc/sys/vm/max_map_count")).getFirst());
      long have = Files.readAllLines(Path.of("/proc/self/maps")).size();
      if (have + n + 64 > most) {
        return "vm.max_map_count is "
            + most
            + ", and the process has "
            + have
            + " mappings already";
      }
      return null;
    } catch (IOException unreadable) {
      return "the kernel's limit could not be read: " + unreadable.getMessage();
    }
  }

  /** Makes n mappings; {@link #obstacle} was asked. */
  static KernelPages make(int n) {
    return new KernelPages(n);
  }

  static long mmap(long at, long bytes, int access, int flags) {
    try {
      return (long) MMAP.invokeExact(at, bytes, access, flags, -1, 0L);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static int munmap(long at, long bytes) {
    try {
      return (int) MUNMAP.invokeExact(at, bytes);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static int protect(long at, int access) {
    try {
      return (int) MPROTECT.invokeExact(at, PAGE, access);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void pairs(int operations) {
    if (PAIRS == null) {
      pairsFromJava(operations);
      return;
    }
    try {
      failures += (long) PAIRS.invokeExact(base, (long) n, PAGE, (long) operations, state);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void pairsFromJava(int operations) {
    long x = state.get(LONG, 0);
    for (int k = 0; k < operations; k++) {
      x += IndexStream.STEP;
      int i = IndexStream.below(x, n);
      long at = base + i * PAGE;
      failures += munmap(at, PAGE) == 0 ? 0 : 1;
      int access = (i & 1) == 0 ? READ_WRITE : NONE;
      failures += mmap(at, PAGE, access, PRIVATE_ANONYMOUS | FIXED) == at ? 0 : 1;
    }
    state.set(LONG, 0, x);
  }

  Contender contender() {
    return new Contender("kernel", this::pairs);
  }

  void verify() {
    if (failures != 0) {
      throw new IllegalStateException("the kernel refused " + failures + " calls");
    }
  }

  @Override
  public void close() {
    failures += munmap(base, n * PAGE) == 0 ? 0 : 1;
  }
}
