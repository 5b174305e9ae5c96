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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A sparse temporary file, mapped whole and unlinked at once, so that nothing is left behind
 * however the process ends. It lives in memory (/dev/shm) when there is some, else in the folder
 * for temporary files.
 *
 * <p>Touching a page of a mapped file for which the disk has no room is an error that Java can't
 * answer properly (InternalError). So room is taken by writing zeros first: a write reports a full
 * disk as what it is.
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

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /** The folder asked for; null to choose one. */
  private final @Nullable Path folder;

  /** Null until opened and after closing. */
  private @Nullable RandomAccessFile file;

  SparseRamFile(@Nullable Path folder) {
    this.folder = folder;
  }

  @Override
  public MemorySegment open(long bytes, Arena arena) throws IOException {
    // An interrupt closes a channel under its user: it is kept away, and given back afterwards.
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        RandomAccessFile made = create(folder != null ? folder : chooseFolder(bytes));
        try {
          MemorySegment segment =
              made.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
          file = made;
          return segment;
        } catch (ClosedByInterruptException interruption) {
          interrupted |= Thread.interrupted();
          made.close();
        } catch (IOException failure) {
          made.close();
          throw failure;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
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
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
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
    RandomAccessFile target = file;
    if (target == null) {
      throw new IOException("the memory of this machine was given back");
    }
    target.seek(offset);
    for (int written = 0; written < bytes; written += ZEROS.length) {
      target.write(ZEROS, 0, Math.min(ZEROS.length, bytes - written));
    }
  }

  @Override
  public void close() {
    RandomAccessFile open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
