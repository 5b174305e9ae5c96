package dev.mapwright.linux.maps;

import dev.mapwright.linux.abi.Protection;
import dev.mapwright.linux.input.HeapRoom;
import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.LineSource;
import dev.mapwright.linux.input.TextCursor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /proc/PID/maps}. Every line must be whole, its range not empty, aligned to 4 KiB
 * pages and above the one before it. The text may be compressed with gzip. Memory is bounded: at
 * most 2,097,152 lines whose names have at most 67,108,864 bytes together; a replay keeps no more
 * than the heap has room for.
 */
public final class MapsReader {

  private static final int MAX_ENTRIES = 1 << 21;
  private static final long MAX_NAME_BYTES = 1 << 26;
  private static final long PAGE_MASK = 0xfff;

  private final LineSource lines;
  private final TextCursor text;

  /** Null when the bounds on lines and names are enough. */
  private final @Nullable HeapRoom room;

  private final List<MapsEntry> entries = new ArrayList<>();
  private long nameBytes;
  private String device = "00:00";

  private MapsReader(LineSource lines, @Nullable HeapRoom room) {
    this.lines = lines;
    this.room = room;
    this.text = new TextCursor(lines.name());
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its lines
   * @throws InputFormatException if a line is not what the kernel prints
   * @throws IOException if reading fails
   */
  public static List<MapsEntry> read(Path file) throws IOException {
    try (LineSource lines = LineSource.open(file)) {
      return new MapsReader(lines, null).entries();
    }
  }

  /**
   * Reads a file that is not the only one to be kept.
   *
   * @param file the file
   * @param room the heap's room for all of them
   * @return its lines
   * @throws InputFormatException if a line is not what the kernel prints, or there is no room
   * @throws IOException if reading fails
   */
  public static List<MapsEntry> read(Path file, HeapRoom room) throws IOException {
    try (LineSource lines = LineSource.open(file)) {
      return new MapsReader(lines, room).entries();
    }
  }

  /**
   * Reads a stream to its end and closes it.
   *
   * @param in the text
   * @param name what errors call it
   * @return its lines
   * @throws InputFormatException if a line is not what the kernel prints
   * @throws IOException if reading fails
   */
  public static List<MapsEntry> read(InputStream in, String name) throws IOException {
    try (LineSource lines = new LineSource(in, name)) {
      return new MapsReader(lines, null).entries();
    }
  }

  private List<MapsEntry> entries() throws IOException {
    while (lines.next()) {
      text.enter(lines);
      if (text.peek() >= 0) {
        entry();
      }
    }
    return entries;
  }

  private void entry() throws InputFormatException {
    if (entries.size() == MAX_ENTRIES) {
      throw text.unexpected("at most " + MAX_ENTRIES + " ranges");
    }
    if (room != null && !room.has(0)) {
      throw text.unexpected("maps that fit into the heap of this process");
    }
    long first = text.hexDigits("the first address of a range");
    text.need('-', "\"-\" and the end of the range");
    int endAt = text.at();
    long end = text.hexDigits("the end of the range");
    long last = end - 1;
    if (Long.compareUnsigned(first, end) >= 0) {
      text.moveTo(endAt);
      throw text.unexpected("an end above the first address");
    }
    if (((first | end) & PAGE_MASK) != 0) {
      text.moveTo(lines.first());
      throw text.unexpected("a range of whole pages of 4096 bytes");
    }
    if (!entries.isEmpty() && Long.compareUnsigned(first, entries.getLast().last()) <= 0) {
      text.moveTo(lines.first());
      throw text.unexpected("a range above the one before");
    }
    space("the permissions");
    int protection =
        permission('r', Protection.PROT_READ)
            | permission('w', Protection.PROT_WRITE)
            | permission('x', Protection.PROT_EXEC);
    boolean shared = text.take('s');
    if (!shared) {
      text.need('p', "\"p\" (private) or \"s\" (shared)");
    }
    space("the offset");
    long offset = text.hexDigits("the offset");
    if ((offset & PAGE_MASK) != 0) {
      throw text.unexpected("an offset that is a multiple of 4096 before this");
    }
    space("the device");
    String onDevice = device();
    space("the inode");
    long inode = text.decimalDigits("the inode");
    entries.add(new MapsEntry(first, last, protection, shared, offset, onDevice, inode, name()));
  }

  private void space(String what) throws InputFormatException {
    text.need(' ', "a space and " + what);
    text.skipSpaces();
  }

  private int permission(char letter, int bit) throws InputFormatException {
    if (text.take(letter)) {
      return bit;
    }
    text.need('-', "\"" + letter + "\" or \"-\" in the permissions");
    return 0;
  }

  /** Neighbouring lines usually share their device, so its text is made once. */
  private String device() throws InputFormatException {
    int first = text.at();
    text.hexDigits("the device's major number");
    text.need(':', "\":\" and the device's minor number");
    text.hexDigits("the device's minor number");
    String fresh = new String(text.bytes(), first, text.at() - first, StandardCharsets.US_ASCII);
    if (!fresh.equals(device)) {
      device = fresh;
    }
    return device;
  }

  private String name() throws InputFormatException {
    if (text.peek() < 0) {
      return "";
    }
    text.need(' ', "a space and a name, or the end of the line");
    text.skipSpaces();
    int length = text.end() - text.at();
    nameBytes += length;
    if (nameBytes > MAX_NAME_BYTES) {
      throw text.unexpected("names of at most " + MAX_NAME_BYTES + " bytes together");
    }
    String name = new String(text.bytes(), text.at(), length, StandardCharsets.UTF_8);
    return name.indexOf('\\') < 0 ? name : name.replace("\\012", "\n");
  }
}
