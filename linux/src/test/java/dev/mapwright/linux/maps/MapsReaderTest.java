package dev.mapwright.linux.maps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.testing.Mutator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapsReaderTest {

  private static final String MAPS =
      """
      55dd6f190000-55dd6f198000 r--p 00001000 fe:00 260885                     /usr/bin/with space (deleted)
      55dd9dd07000-55dd9e9e0000 rw-p 00000000 00:00 0                          [heap]
      7f3bd9dfe000-7f3bd9e01000 rw-p 00000000 00:00 0\s
      7f3bd9e01000-7f3bd9e02000 rw-s 00000000 00:01 50                         /dev/zero (deleted)
      7f3bd9e02000-7f3bd9e03000 ---p 00000000 00:00 0                          [anon: glibc: malloc]
      7f3bda2da000-7f3bda2de000 r--p 00000000 00:00 0                          [vvar]
      7fff7eadc000-7fff7eafd000 rwxp 00000000 00:00 0                          [stack]
      ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
      """;

  @Test
  void every_kind_of_line_is_read() throws IOException {
    List<MapsEntry> entries = read(MAPS);
    assertThat(entries).hasSize(8);
    assertThat(entries.getFirst())
        .isEqualTo(
            new MapsEntry(
                0x55dd6f190000L,
                0x55dd6f197fffL,
                1,
                false,
                0x1000,
                "fe:00",
                260885,
                "/usr/bin/with space (deleted)"));
    assertThat(entries.get(2).name()).isEmpty();
    assertThat(entries.getLast().first()).isEqualTo(0xffffffffff600000L);
    assertThat(entries)
        .filteredOn(MapsEntry::kernelsOwn)
        .extracting(MapsEntry::name)
        .containsExactly("[vvar]", "[vsyscall]");
  }

  @Test
  void facts_do_not_depend_on_names_of_anonymous_memory_or_on_unlinking() throws IOException {
    assertThat(read(MAPS))
        .extracting(e -> e.facts().object())
        .containsExactly(
            "/usr/bin/with space", "", "", "/dev/zero", "", "[vvar]", "", "[vsyscall]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "hello; the first address of a range",
        "1000; '\"-\" and the end of the range'",
        "1000-1000 r--p 0 0:0 0; an end above the first address",
        "2000-1000 r--p 0 0:0 0; an end above the first address",
        "2000-0 r--p 0 0:0 0; an end above the first address",
        "1000-1800 r--p 0 0:0 0; a range of whole pages",
        "0-1000 r--p 0 0:0 0; a range above the one before",
        "9000-a000 r--q 0 0:0 0; '\"p\" (private) or \"s\" (shared)'",
        "9000-a000 rr-p 0 0:0 0; '\"w\" or \"-\" in the permissions'",
        "9000-a000 r--p; a space and the offset",
        "9000-a000 r--p 800 0:0 0; an offset that is a multiple of 4096",
        "9000-a000 r--p 0 00 0; '\":\" and the device'",
        "9000-a000 r--p 0 0:0; a space and the inode",
        "9000-a000 r--p 0 0:0 x; the inode",
        "9000-a000 r--p 0 0:0 1x; a space and a name, or the end of the line",
        "11111111111111111-a000 r--p 0 0:0 1; the first address of a range of at most 64 bits"
      })
  void bad_lines_are_refused_with_line_and_expectation(String bad, String expected) {
    assertThatExceptionOfType(InputFormatException.class)
        .isThrownBy(() -> read("1000-2000 r--p 00000000 00:00 0\n" + bad + "\n"))
        .withMessageStartingWith("maps:2: expected ")
        .withMessageContaining(expected);
  }

  @Test
  void whatever_happens_to_maps_they_are_read_or_refused() {
    Mutator mutator = new Mutator(7);
    for (int i = 0; i < 20_000; i++) {
      MapsReaderFuzz.fuzzerTestOneInput(mutator.change(MAPS.getBytes(StandardCharsets.UTF_8)));
    }
  }

  static List<MapsEntry> read(String text) throws IOException {
    return MapsReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "maps");
  }
}
