package dev.mapwright.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Starts a program by posix_spawn and waits for it by wait4, with nothing of the JVM's own process
 * machinery between the two clock readings. Its output goes to /dev/null.
 */
final class Spawn {
  /**
   * What a run took.
   *
   * @param wallNanos from before the spawn to after the wait
   * @param cpuNanos on all its threads, in the program and in the kernel
   */
  record Result(long wallNanos, long cpuNanos) {}

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final java.lang.foreign.AddressLayout ADDRESS = ValueLayout.ADDRESS;
  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle SPAWN =
      libc(
          "posix_spawn",
          FunctionDescriptor.of(INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle WAIT =
      libc("wait4", FunctionDescriptor.of(INT, INT, ADDRESS, INT, ADDRESS));
  private static final MethodHandle INIT =
      libc("posix_spawn_file_actions_init", FunctionDescriptor.of(INT, ADDRESS));
  private static final MethodHandle OPEN =
      libc(
          "posix_spawn_file_actions_addopen",
          FunctionDescriptor.of(INT, ADDRESS, INT, ADDRESS, INT, INT));
  private static final MethodHandle DESTROY =
      libc("posix_spawn_file_actions_destroy", FunctionDescriptor.of(INT, ADDRESS));

  /** Larger than a posix_spawn_file_actions_t or a struct rusage of any system. */
  private static final int ROOM_BYTES = 512;

  private static final int WRITE_ONLY = 1;

  private Spawn() {}

  private static MethodHandle libc(String name, FunctionDescriptor shape) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape);
  }

  /** A struct timeval, in nanoseconds. */
  private static long time(MemorySegment usage, long at) {
    return usage.get(LONG, at) * 1_000_000_000 + usage.get(LONG, at + 8) * 1000;
  }

  static Result run(List<String> command) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(ADDRESS, command.size() + 1L);
      for (int i = 0; i < command.size(); i++) {
        arguments.setAtIndex(ADDRESS, i, arena.allocateFrom(command.get(i)));
      }
      MemorySegment environment = arena.allocate(ADDRESS, 1);
      MemorySegment actions = arena.allocate(ROOM_BYTES, 16);
      MemorySegment usage = arena.allocate(ROOM_BYTES, 16);
      MemorySegment pid = arena.allocate(INT);
      MemorySegment status = arena.allocate(INT);
      MemorySegment nothing = arena.allocateFrom("/dev/null");
      int refused = (int) INIT.invokeExact(actions);
      refused |= (int) OPEN.invokeExact(actions, 1, nothing, WRITE_ONLY, 0);
      refused |= (int) OPEN.invokeExact(actions, 2, nothing, WRITE_ONLY, 0);
      MemorySegment path = arguments.getAtIndex(ADDRESS, 0);
      long start = System.nanoTime();
      refused |=
          (int) SPAWN.invokeExact(pid, path, actions, MemorySegment.NULL, arguments, environment);
      int waited = refused != 0 ? -1 : (int) WAIT.invokeExact(pid.get(INT, 0), status, 0, usage);
      long nanos = System.nanoTime() - start;
      refused |= (int) DESTROY.invokeExact(actions);
      if (refused != 0 || waited < 0 || status.get(INT, 0) != 0) {
        throw new IOException(command.getFirst() + " could not be run, or failed");
      }
      return new Result(nanos, time(usage, 0) + time(usage, 16));
    } catch (IOException failed) {
      throw failed;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
