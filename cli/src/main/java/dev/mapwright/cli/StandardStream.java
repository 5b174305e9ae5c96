package dev.mapwright.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Standard output or standard error, which remembers that it was refused a byte: the writers of
 * Java above it go on as if nothing had happened.
 */
final class StandardStream extends OutputStream {
  /** The bits of a file's mode that say what kind of file it is, and two of the kinds. */
  private static final int KIND = 0170000;

  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;

  private final FileOutputStream to;
  private final int number;
  private @Nullable IOException refused;

  private StandardStream(FileDescriptor descriptor, int number) {
    this.to = new FileOutputStream(descriptor);
    this.number = number;
  }

  static StandardStream output() {
    return new StandardStream(FileDescriptor.out, 1);
  }

  static StandardStream errors() {
    return new StandardStream(FileDescriptor.err, 2);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      to.write(bytes, offset, length);
    } catch (IOException e) {
      refused = refused == null ? e : refused;
      throw e;
    }
  }

  /**
   * Why something that was written has got lost; null if nothing has, or if whoever reads has seen
   * enough, as {@code head} does.
   */
  @Nullable String loss() {
    IOException why = refused;
    return why == null || readerIsGone(why, number) ? null : String.valueOf(why.getMessage());
  }

  /** The same of what a program has printed to {@link System#out}, which does not tell why. */
  static @Nullable String lossOfPrograms() {
    return !System.out.checkError() || isPipe(1)
        ? null
        : "the disk is full, or nobody has opened it";
  }

  private static boolean readerIsGone(IOException why, int number) {
    String message = String.valueOf(why.getMessage());
    // The message may be in the user's language. A pipe that does not block refuses for the time
    // being.
    return message.contains("Broken pipe")
        || isPipe(number) && !message.contains("temporarily unavailable");
  }

  private static boolean isPipe(int number) {
    try {
      Object mode = Files.getAttribute(Path.of("/dev/fd/" + number), "unix:mode");
      int kind = mode instanceof Integer bits ? bits & KIND : 0;
      return kind == PIPE || kind == SOCKET;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
