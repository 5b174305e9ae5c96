package dev.mapwright.linux.input;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The lines of a text, one at a time, without copying them: a line is a piece of {@link #buffer()}
 * that stays valid until the next call of {@link #next()}.
 *
 * <p>A text compressed with gzip is recognised by its first two bytes, whatever its name. Memory is
 * bounded: a line longer than {@link #MAX_LINE_BYTES} is an error as soon as that many bytes have
 * been seen, and so is a byte that no text contains. Instances belong to one thread.
 */
public final class LineSource implements Closeable {

  /** The longest line that is accepted, in bytes, without its line feed. */
  public static final int MAX_LINE_BYTES = 1 << 20;

  /**
   * What a text of unknown length is read into at first; of a shorter one no more than its bytes.
   */
  private static final int INITIAL_BUFFER_BYTES = 1 << 16;

  private final String name;
  private final Counted raw;
  private final InputStream in;

  // buffer[first, end) is the current line; buffer[scan, filled) has been read but not looked at.
  private byte[] buffer;
  private int first;
  private int end;
  private int scan;
  private int filled;
  private long line;

  /**
   * Reads a text from a stream, which is closed with this object.
   *
   * @param in the text, plain or compressed with gzip
   * @param name what errors call it
   * @throws IOException if reading the first bytes fails
   */
  public LineSource(InputStream in, String name) throws IOException {
    this(in, name, INITIAL_BUFFER_BYTES);
  }

  /** With what a file's length says of how much comes; it may be wrong, or compressed. */
  private LineSource(InputStream in, String name, long bytes) throws IOException {
    this.name = name;
    this.raw = new Counted(in);
    byte[] magic = raw.readNBytes(2);
    boolean compressed = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
    try {
      if (compressed) {
        buffer = new byte[INITIAL_BUFFER_BYTES];
        PushbackInputStream whole = new PushbackInputStream(raw, magic.length);
        whole.unread(magic);
        this.in = new GZIPInputStream(whole, INITIAL_BUFFER_BYTES);
      } else {
        // A byte more than the file has, so that the read that finds its end has somewhere to go.
        buffer = new byte[Math.clamp(bytes + 1, magic.length + 1, INITIAL_BUFFER_BYTES)];
        System.arraycopy(magic, 0, buffer, 0, magic.length);
        filled = magic.length;
        this.in = raw;
      }
    } catch (ZipException | EOFException e) {
      throw brokenCompression(e);
    }
  }

  /**
   * Opens a file.
   *
   * @param file the text, plain or compressed with gzip
   * @return its lines; the caller closes them
   * @throws IOException if the file cannot be read
   */
  public static LineSource open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      long bytes = Files.size(file);
      // What has no length, as a pipe, may have any.
      return new LineSource(in, file.toString(), bytes > 0 ? bytes : INITIAL_BUFFER_BYTES);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Goes to the next line.
   *
   * @return false if there is none
   * @throws InputFormatException if the line is too long, holds a byte that no text contains, or
   *     the compressed data is damaged
   * @throws IOException if reading fails
   */
  public boolean next() throws IOException {
    first = scan;
    int at = scan;
    line++;
    while (true) {
      byte[] bytes = buffer;
      int limit = filled;
      while (at < limit) {
        byte b = bytes[at];
        if (b >= ' ') {
          at++;
          continue;
        }
        if (b == '\n') {
          end = at > first && bytes[at - 1] == '\r' ? at - 1 : at;
          scan = at + 1;
          if (end - first > MAX_LINE_BYTES) {
            throw tooLong();
          }
          return true;
        }
        if (b >= 0 && b != '\t' && b != '\r') {
          throw new InputFormatException(
              name, line, "a line of text", "the byte 0x" + Integer.toHexString(b));
        }
        at++;
      }
      if (at - first > MAX_LINE_BYTES) {
        throw tooLong();
      }
      int lineBytes = at - first;
      if (!fill()) {
        end = first + lineBytes;
        scan = end;
        if (lineBytes == 0) {
          line--;
          return false;
        }
        return true;
      }
      at = first + lineBytes;
    }
  }

  /**
   * The array that holds the current line. Do not write to it.
   *
   * @return the array; the line is the part from {@link #first()} inclusive to {@link #end()}
   *     exclusive
   */
  public byte[] buffer() {
    return buffer;
  }

  /**
   * Where the current line begins.
   *
   * @return an index into {@link #buffer()}
   */
  public int first() {
    return first;
  }

  /**
   * Where the current line ends.
   *
   * @return the index after its last byte, without the line feed
   */
  public int end() {
    return end;
  }

  /**
   * The number of the current line.
   *
   * @return the number, counted from 1; 0 before the first
   */
  public long line() {
    return line;
  }

  /**
   * The text of the current line.
   *
   * @return the line, decoded as UTF-8
   */
  public String text() {
    return new String(buffer, first, end - first, StandardCharsets.UTF_8);
  }

  /**
   * What errors call this text.
   *
   * @return usually a file's path
   */
  public String name() {
    return name;
  }

  /**
   * How far the underlying stream has been read. With the length of a file this tells the progress.
   *
   * @return the number of bytes taken from the stream, compressed if it is compressed
   */
  public long bytesTaken() {
    return raw.taken;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /**
   * Moves the unfinished line to the front, makes room and reads on; false at the end of the text.
   */
  private boolean fill() throws IOException {
    int kept = filled - first;
    if (first > 0) {
      System.arraycopy(buffer, first, buffer, 0, kept);
      first = 0;
      filled = kept;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, MAX_LINE_BYTES + 2));
    }
    try {
      int got = in.read(buffer, filled, buffer.length - filled);
      if (got <= 0) {
        return false;
      }
      filled += got;
      return true;
    } catch (ZipException | EOFException e) {
      throw brokenCompression(e);
    }
  }

  private InputFormatException tooLong() {
    return new InputFormatException(
        name, line, "a line of at most " + MAX_LINE_BYTES + " bytes", "a longer one");
  }

  private InputFormatException brokenCompression(IOException cause) {
    String found = cause.getMessage() == null ? "damaged data" : cause.getMessage();
    InputFormatException e = new InputFormatException(name, line, "complete gzip data", found);
    e.initCause(cause);
    return e;
  }

  /** Counts what is taken from the stream below the decompression. */
  private static final class Counted extends FilterInputStream {
    private long taken;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        taken++;
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int got = super.read(bytes, offset, length);
      if (got > 0) {
        taken += got;
      }
      return got;
    }
  }
}
