package dev.mapwright.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * One large mapping of the kernel, untouched, in which a page is protected and protected back: the
 * kernel cuts the mapping in three and joins it again. The loop is C where there is a compiler, as
 * in {@link KernelPages}.
 */
final class KernelSplit implements AutoCloseable {
  private static final long PAGE = 4096;
  private static final int READ = 1;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final int pages;
  private final long base;
  private final @Nullable MethodHandle compiled;
  private final MemorySegment state = Arena.ofAuto().allocate(LONG);
  private long failures;

  KernelSplit(int pages) {
    this.pages = pages;
    base = KernelPages.mmap(0, pages * PAGE, KernelPages.READ_WRITE, KernelPages.PRIVATE_ANONYMOUS);
    if (base == -1) {
      throw new IllegalStateException("the kernel refused a mapping of " + pages + " pages");
    }
    SymbolLookup library = KernelPages.COMPILED;
    compiled =
        library == null
            ? null
            : Linker.nativeLinker()
                .downcallHandle(
                    library.findOrThrow("mapwright_splits"),
                    FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, ValueLayout.ADDRESS));
  }

  private void pairs(int operations) {
    MethodHandle handle = compiled;
    if (handle != null) {
      try {
        failures += (long) handle.invokeExact(base, (long) pages, PAGE, (long) operations, state);
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
      return;
    }
    long x = state.get(LONG, 0);
    for (int k = 0; k < operations; k++) {
      x += IndexStream.STEP;
      long at = base + PAGE * (1 + IndexStream.below(x, pages - 2));
      failures += KernelPages.protect(at, READ) == 0 ? 0 : 1;
      failures += KernelPages.protect(at, KernelPages.READ_WRITE) == 0 ? 0 : 1;
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
    failures += KernelPages.munmap(base, pages * PAGE) == 0 ? 0 : 1;
  }
}
