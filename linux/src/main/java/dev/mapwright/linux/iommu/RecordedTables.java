package dev.mapwright.linux.iommu;

import dev.mapwright.linux.input.InputFormatException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The tables of an IOMMU (VT-d) as they stood in the memory of a machine: a folder with two files.
 *
 * <ul>
 *   <li>{@code tables.json}: {@code rtaddr}, the root table address register; {@code pages}, for
 *       each table its physical address ({@code pa}) and its place in the other file ({@code
 *       index}); {@code devices}, of which {@code bdf} is read and, if it is there, {@code
 *       trace_domain}, by which a trace calls the device's domain. Addresses are strings such as
 *       {@code 0x76b5000}. {@code cap}, the capability register, is read if it is there. What else
 *       is there is passed by.
 *   <li>{@code tables.bin} or {@code tables.bin.gz}: the tables, 4096 bytes each.
 * </ul>
 *
 * @param register the root table address register
 * @param tables the tables, in the order of the file
 * @param requesters the devices' requester numbers, in the order of the file
 * @param capabilities the capability register; 0 when it is not recorded
 * @param domains the domains of requesters as a trace calls them, where that is recorded
 */
public record RecordedTables(
    long register,
    List<Table> tables,
    List<Integer> requesters,
    long capabilities,
    Map<Integer, Long> domains) {
  private static final int PAGE_BYTES = 4096;
  private static final int MOST_TABLES = 1 << 14;
  private static final int MOST_TEXT_BYTES = 1 << 24;

  private static final long MOST_ADDRESS = 1L << 42;
  private static final int MOST_DEVICES = 1 << 16;

  /** Copies the lists. */
  public RecordedTables {
    tables = List.copyOf(tables);
    requesters = List.copyOf(requesters);
    domains = Map.copyOf(domains);
  }

  /** {@return whether the structures are those of scalable mode} */
  public boolean scalable() {
    return (register >>> 10 & 3) == 1;
  }

  /**
   * {@return how many bits of an address the IOMMU translates: 39, 48 or 57, as its capability
   * register says, 48 when that is not recorded}
   */
  public int addressBits() {
    // MGAW: VT-d manual, Capability Register, bits 21:16.
    int bits = capabilities == 0 ? 48 : (int) (capabilities >>> 16 & 0x3F) + 1;
    return bits >= 57 ? 57 : bits >= 48 ? 48 : 39;
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
    Reading in = new Reading(description.toString());
    Map<?, ?> all = in.top(description);
    long register = in.address(all, "rtaddr");
    List<?> devices = in.array(all, "devices");
    if (devices.size() > MOST_DEVICES) {
      throw in.wrong("at most " + MOST_DEVICES + " devices", "" + devices.size());
    }
    List<Integer> requesters = new ArrayList<>();
    Set<Integer> known = new HashSet<>();
    Map<Integer, Long> domains = new HashMap<>();
    for (Object element : devices) {
      Map<?, ?> device = in.object(element, "devices that are objects");
      int requester = in.requester(device);
      if (!known.add(requester)) {
        throw in.wrong("different devices", String.valueOf(device.get("bdf")));
      }
      requesters.add(requester);
      if (device.get("trace_domain") != null) {
        domains.put(requester, in.address(device, "trace_domain"));
      }
    }
    long capabilities = all.get("cap") == null ? 0 : in.address(all, "cap");
    List<Table> tables = tables(in, in.array(all, "pages"), folder, "tables.bin");
    return new RecordedTables(register, tables, requesters, capabilities, domains);
  }

  /**
   * The tables of a CPU, which stood in the same memory.
   *
   * @param root the register that names the topmost one, CR3
   * @param levels how many levels they have
   * @param tables the tables
   */
  public record OfCpu(long root, int levels, List<Table> tables) {
    /** Copies the list. */
    public OfCpu {
      tables = List.copyOf(tables);
    }
  }

  /**
   * Reads the tables of a CPU from a folder: {@code cpu-tables.json} with {@code cr3}, {@code
   * levels} and {@code pages}, and {@code cpu-tables.bin}, which may be compressed.
   *
   * @param folder the folder
   * @return what is in it; null when there is no such file
   * @throws InputFormatException if a file is not what is described above
   * @throws IOException if reading fails
   */
  public static @Nullable OfCpu readOfCpu(Path folder) throws IOException {
    Path description = folder.resolve("cpu-tables.json");
    if (!Files.exists(description)) {
      return null;
    }
    Reading in = new Reading(description.toString());
    Map<?, ?> all = in.top(description);
    long root = in.address(all, "cr3");
    long levels = all.get("levels") == null ? 4 : in.number(all, "levels");
    if (levels != 4 && levels != 5) {
      throw in.wrong("4 or 5 as 'levels'", "" + levels);
    }
    List<Table> tables = tables(in, in.array(all, "pages"), folder, "cpu-tables.bin");
    return new OfCpu(root, (int) levels, tables);
  }

  private static List<Table> tables(Reading in, List<?> pages, Path folder, String binary)
      throws IOException {
    if (pages.size() > MOST_TABLES) {
      throw in.wrong("at most " + MOST_TABLES + " pages", "" + pages.size());
    }
    Path plain = folder.resolve(binary);
    byte[] contents =
        bytes(
            Files.exists(plain) ? plain : folder.resolve(binary + ".gz"), MOST_TABLES * PAGE_BYTES);
    List<Table> tables = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    for (Object element : pages) {
      Map<?, ?> page = in.object(element, "pages that are objects");
      long at = in.address(page, "pa");
      if (at < 0 || at >= MOST_ADDRESS || at % PAGE_BYTES != 0 || !seen.add(at)) {
        throw in.wrong(
            "different pages at multiples of 4096 below 4 TiB", "0x" + Long.toHexString(at));
      }
      long index = in.number(page, "index");
      if (index < 0 || index >= contents.length / PAGE_BYTES) {
        throw in.wrong(
            "an index below " + contents.length / PAGE_BYTES + ", of the pages of " + binary,
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
    } catch (ZipException | EOFException broken) {
      throw new InputFormatException(
          file.toString(), 0, "complete gzip data", String.valueOf(broken.getMessage()));
    }
  }

  /** Takes what was expected out of what was read. */
  private static final class Reading {
    final String source;

    Reading(String source) {
      this.source = source;
    }

    /** The object that a file holds. */
    Map<?, ?> top(Path file) throws IOException {
      String text = new String(RecordedTables.bytes(file, MOST_TEXT_BYTES), StandardCharsets.UTF_8);
      return object(Json.read(source, text), "an object at the top");
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
