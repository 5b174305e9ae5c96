package dev.mapwright.linux.iommu;

import dev.mapwright.linux.input.InputFormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The tables of an IOMMU (VT-d) as they stood in the memory of a machine: a folder with two files.
 *
 * <ul>
 *   <li>{@code tables.json}: {@code rtaddr}, the root table address register; {@code pages}, for
 *       each table its physical address ({@code pa}) and its place in the other file ({@code
 *       index}); {@code devices}, of which {@code bdf} is read. Addresses are strings such as
 *       {@code 0x76b5000}. What else is there is passed by.
 *   <li>{@code tables.bin} or {@code tables.bin.gz}: the tables, 4096 bytes each.
 * </ul>
 *
 * @param register the root table address register
 * @param tables the tables, in the order of the file
 * @param requesters the devices' requester numbers, in the order of the file
 */
public record RecordedTables(long register, List<Table> tables, List<Integer> requesters) {
  private static final int PAGE_BYTES = 4096;
  private static final int MOST_TABLES = 1 << 14;
  private static final int MOST_TEXT_BYTES = 1 << 24;

  /** Copies the lists. */
  public RecordedTables {
    tables = List.copyOf(tables);
    requesters = List.copyOf(requesters);
  }

  /** One table. */
  public static final class Table {
    private final long physicalAddress;
    private final byte[] bytes;

    private Table(long physicalAddress, byte[] bytes) {
      this.physicalAddress = physicalAddress;
      this.bytes = bytes;
    }

    /** {@return where it stood, a multiple of 4096} */
    public long physicalAddress() {
      return physicalAddress;
    }

    /** {@return its contents, a copy} */
    public byte[] bytes() {
      return bytes.clone();
    }
  }

  /**
   * {@return whether a folder holds such a recording}
   *
   * @param folder any path
   */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve("tables.json"));
  }

  /**
   * Reads a folder.
   *
   * @param folder the folder
   * @return what is in it
   * @throws InputFormatException if a file is not what is described above
   * @throws IOException if reading fails
   */
  public static RecordedTables read(Path folder) throws IOException {
    Path description = folder.resolve("tables.json");
    byte[] text = bytes(description, MOST_TEXT_BYTES);
    Reading in = new Reading(description.toString());
    Map<?, ?> all =
        in.object(
            Json.read(in.source, new String(text, StandardCharsets.UTF_8)), "an object at the top");
    long register = in.address(all, "rtaddr");
    List<?> pages = in.array(all, "pages");
    List<Integer> requesters = new ArrayList<>();
    for (Object device : in.array(all, "devices")) {
      requesters.add(in.requester(in.object(device, "devices that are objects")));
    }
    if (pages.size() > MOST_TABLES) {
      throw in.wrong("at most " + MOST_TABLES + " pages", "" + pages.size());
    }
    Path plain = folder.resolve("tables.bin");
    Path binary = Files.exists(plain) ? plain : folder.resolve("tables.bin.gz");
    byte[] contents = bytes(binary, MOST_TABLES * PAGE_BYTES);
    return new RecordedTables(register, tables(in, pages, contents), requesters);
  }

  private static List<Table> tables(Reading in, List<?> pages, byte[] contents)
      throws InputFormatException {
    List<Table> tables = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    for (Object element : pages) {
      Map<?, ?> page = in.object(element, "pages that are objects");
      long at = in.address(page, "pa");
      if (at < 0 || at % PAGE_BYTES != 0 || !seen.add(at)) {
        throw in.wrong("different pages at multiples of 4096", "0x" + Long.toHexString(at));
      }
      long index = in.number(page, "index");
      if (index < 0 || index >= contents.length / PAGE_BYTES) {
        throw in.wrong(
            "an index below " + contents.length / PAGE_BYTES + ", of the pages of tables.bin",
            "" + index);
      }
      int from = (int) index * PAGE_BYTES;
      tables.add(new Table(at, Arrays.copyOfRange(contents, from, from + PAGE_BYTES)));
    }
    return tables;
  }

  /** All bytes of a file, which may be compressed, if they are not too many. */
  private static byte[] bytes(Path file, int most) throws IOException {
    try (BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      raw.mark(2);
      boolean compressed = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      InputStream in = compressed ? new GZIPInputStream(raw) : raw;
      byte[] read = in.readNBytes(most + 1);
      if (read.length > most) {
        throw new InputFormatException(
            file.toString(), 0, "at most " + most + " bytes", "more than that");
      }
      return read;
    }
  }

  /** Takes what was expected out of what was read. */
  private static final class Reading {
    final String source;

    Reading(String source) {
      this.source = source;
    }

    InputFormatException wrong(String expected, String found) {
      return new InputFormatException(source, 0, expected, found);
    }

    Map<?, ?> object(@Nullable Object value, String what) throws InputFormatException {
      if (value instanceof Map<?, ?> members) {
        return members;
      }
      throw wrong(what, String.valueOf(value));
    }

    private Object member(Map<?, ?> members, String name) throws InputFormatException {
      Object value = members.get(name);
      if (value == null) {
        throw wrong("'" + name + "'", "nothing of that name");
      }
      return value;
    }

    List<?> array(Map<?, ?> members, String name) throws InputFormatException {
      if (member(members, name) instanceof List<?> elements) {
        return elements;
      }
      throw wrong("an array as '" + name + "'", String.valueOf(members.get(name)));
    }

    long number(Map<?, ?> members, String name) throws InputFormatException {
      if (member(members, name) instanceof Long number) {
        return number;
      }
      throw wrong("a number as '" + name + "'", String.valueOf(members.get(name)));
    }

    long address(Map<?, ?> members, String name) throws InputFormatException {
      String text = String.valueOf(member(members, name));
      return RecordedNumbers.address(source, 0, text);
    }

    int requester(Map<?, ?> device) throws InputFormatException {
      return RecordedNumbers.requester(source, 0, String.valueOf(member(device, "bdf")));
    }
  }
}
