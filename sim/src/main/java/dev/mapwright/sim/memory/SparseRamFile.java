package dev.mapwright.sim.memory;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A sparse temporary file, mapped whole and unlinked at once, so that nothing is left behind
 * however the process ends. It lives in memory (/dev/shm) when there is some, else in the folder
 * for temporary files.
 *
 * <p>Touching a page of a mapped file for which the disk has no room is an error that Java can't
 * answer properly (InternalError). So room is taken by writing zeros first: a write reports a full
 * disk as what it is.
 *
 * <p><b>The last file is kept.</b> Taking room and giving it back is a quarter of what a short life
 * of a machine costs, and whoever makes one machine makes many. So the file of a machine that was
 * closed, if nobody chose its folder and it has no more room than {@link #MOST_KEPT_PIECES}, waits
 * for the next one, which writes zeros to what it needs of it. Nobody reaches it by what the closed
 * machine has given out, which ended with that machine's arena: the next one maps the file anew or,
 * where {@linkplain HostMemory#granted native access} allows to give the same addresses another
 * arena, the file stays mapped.
 */
final class SparseRamFile implements RamFile {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /**
   * Less room than this in /dev/shm (a container's default is 64 MiB) makes the disk the choice.
   */
  private static final long ENOUGH_BYTES = 2L << 30;

  /**
   * Java copies what it writes; of larger pieces into memory that the system maps, clears and
   * unmaps for each.
   */
  private static final byte[] ZEROS = new byte[64 << 10];

  /** 8 MiB. */
  static final int MOST_KEPT_PIECES = 128;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /** A file that a machine has left to the next one; null when there is none. */
  private static final AtomicReference<@Nullable Store> KEPT = new AtomicReference<>();

  /**
   * A file without a name.
   *
   * @param file the file
   * @param folder where it was made
   * @param room the pieces of it, each as long as {@link #ZEROS}, that have room; their contents
   *     may be anything
   * @param mapping what the file is mapped by for as long as it is used; null where each machine
   *     maps it
   */
  private record Store(RandomAccessFile file, Path folder, BitSet room, @Nullable Mapping mapping) {
    void close() throws IOException {
      if (mapping != null) {
        mapping.arena.close();
      }
      file.close();
    }
  }

  /**
   * A whole file, mapped.
   *
   * @param arena nobody's but the mapping's; a machine has the addresses by an arena of its own,
   *     which ends before
   */
  private record Mapping(Arena arena, MemorySegment whole) {}

  /** The folder asked for; null to choose one. */
  private final @Nullable Path folder;

  /** Null until opened and after closing. */
  private @Nullable Store store;

  /** All of it, mapped. */
  private MemorySegment memory = MemorySegment.NULL;

  /** Where a byte is read to that nobody looks at. */
  private final MemorySegment unused = MemorySegment.ofArray(new byte[1]);

  SparseRamFile(@Nullable Path folder) {
    this.folder = folder;
  }

  @Override
  public MemorySegment open(long bytes, Arena arena) throws IOException {
    // An interrupt closes a channel under its user: it is kept away, and given back afterwards.
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        Store taken = folder != null ? make(folder) : take(chooseFolder(bytes));
        try {
          if (HostMemory.granted()) {
            taken = mapped(taken, bytes);
          }
          Mapping mapping = taken.mapping;
          if (mapping != null) {
            memory = HostMemory.lent(mapping.whole, arena);
          } else {
            memory = map(taken.file, bytes, arena);
          }
          store = taken;
          return memory;
        } catch (ClosedByInterruptException interruption) {
          interrupted |= Thread.interrupted();
          taken.close();
        } catch (IOException failure) {
          taken.close();
          throw failure;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static MemorySegment map(RandomAccessFile file, long bytes, Arena arena)
      throws IOException {
    return file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
  }

  /** A store whose file is mapped with so many bytes: as it was left, or anew. */
  private static Store mapped(Store store, long bytes) throws IOException {
    Mapping before = store.mapping;
    if (before != null && before.whole.byteSize() == bytes) {
      return store;
    }
    Arena arena = Arena.ofShared();
    MemorySegment whole;
    try {
      whole = map(store.file, bytes, arena);
    } catch (IOException failure) {
      arena.close();
      throw failure;
    }
    if (before != null) {
      before.arena.close();
    }
    return new Store(store.file, store.folder, store.room, new Mapping(arena, whole));
  }

  private static Store take(Path folder) throws IOException {
    Store kept = KEPT.getAndSet(null);
    if (kept != null) {
      if (kept.folder.equals(folder)) {
        return kept;
      }
      kept.close();
    }
    return make(folder);
  }

  private static Store make(Path folder) throws IOException {
    return new Store(create(folder), folder, new BitSet(), null);
  }

  private static Path chooseFolder(long bytes) {
    File shared = SHARED_MEMORY.toFile();
    boolean roomy = shared.getUsableSpace() >= Math.min(bytes, ENOUGH_BYTES);
    return roomy && shared.canWrite()
        ? SHARED_MEMORY
        : Path.of(System.getProperty("java.io.tmpdir", "."));
  }

  private static RandomAccessFile create(Path folder) throws IOException {
    while (true) {
      Path path =
          folder.resolve(
              // Of another process with the same name it says that it is taken.
              "mapwright-" + Long.toHexString(System.nanoTime()) + "-" + NUMBERS.incrementAndGet());
      try {
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(
                Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
      } catch (FileAlreadyExistsException taken) {
        continue;
      }
      try {
        return new RandomAccessFile(path.toFile(), "rw");
      } finally {
        Files.delete(path);
      }
    }
  }

  @Override
  public void materialise(long offset, int bytes) throws IOException {
    Store target = store;
    if (target == null) {
      throw new IOException("the memory of this machine was given back");
    }
    for (int done = 0; done < bytes; done += ZEROS.length) {
      piece(target, offset + done, Math.min(ZEROS.length, bytes - done));
    }
  }

  private void piece(Store target, long offset, int bytes) throws IOException {
    int number = Math.toIntExact(offset / ZEROS.length);
    boolean hasRoom = target.room.get(number);
    if (!hasRoom) {
      target.file.seek(offset);
      target.file.write(ZEROS, 0, bytes);
      if (bytes == ZEROS.length) {
        target.room.set(number);
      }
    }
    // A system maps what lies around a page that is read, up to 64 KiB; but of one that is written
    // this page alone.
    MemorySegment.copy(memory, offset, unused, 0, 1);
    if (hasRoom) {
      memory.asSlice(offset, bytes).fill((byte) 0);
    }
  }

  @Override
  public void close() {
    Store left = store;
    store = null;
    if (left == null) {
      return;
    }
    boolean wanted = folder == null && left.room.cardinality() <= MOST_KEPT_PIECES;
    if (wanted && KEPT.compareAndSet(null, left)) {
      return;
    }
    try {
      left.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
