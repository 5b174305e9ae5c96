package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MapsCommandTest {
  private static final String SQLITE = Session.ROOT.resolve("examples/traces/sqlite").toString();

  @TempDir Path folder;

  @Test
  void the_picture_names_what_is_mapped_and_how_much_is_free() {
    Session session = Session.of("maps", SQLITE);
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.err()).isEmpty();
    assertThat(session.out())
        .contains("46 mappings, 18.3 MiB of 128 TiB")
        .contains("/usr/bin/sqlite3")
        .contains("─ [heap]")
        .contains("─ [stack]")
        .contains("85.9 TiB free")
        .containsPattern("7f3bd9f3c000 +r-xp +1\\.3 MiB +▓+ ")
        .doesNotContain("\033");
  }

  @Test
  void the_svg_goes_to_a_file_or_to_standard_output() throws IOException {
    Path file = folder.resolve("a.svg");
    Session session = Session.of("maps", SQLITE, "--svg", file.toString());
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).startsWith(file + ": the picture of ");
    Session direct = Session.of("maps", SQLITE, "--svg", "-");
    assertThat(direct.out()).startsWith("<svg ").isEqualTo(lines(Files.readString(file)));
  }

  private static String lines(String text) {
    return text.replace(System.lineSeparator(), "\n");
  }

  @Test
  void the_walk_is_shown_for_an_address_with_or_without_prefix() {
    Session session = Session.of("maps", SQLITE, "--walk", "0x7f3bd9f3c123");
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out())
        .contains("x86-64, 4 levels")
        .contains("r-x cached, accessed")
        .contains("/usr/lib/x86_64-linux-gnu/libc.so.6");
    assertThat(Session.of("maps", SQLITE, "--walk", "7f3bd9f3c123")).isEqualTo(session);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0x", "xyz", "-1", "+1", "12345678901234567"})
  void what_is_no_address_is_refused(String address) {
    Session session = Session.of("maps", SQLITE, "--walk", address);
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("is no address; expected up to 16 hexadecimal digits");
  }

  @Test
  void a_picture_that_can_not_be_written_is_refused() {
    String nowhere = folder.resolve("no/such.svg").toString();
    Session session = Session.of("maps", SQLITE, "--svg", nowhere);
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("such.svg can't be written: there is no such");
    assertThat(Session.of("maps", SQLITE, "--svg", "a", "--walk", "0").err())
        .contains("exclude each other");
  }

  @Test
  void a_replay_that_differs_is_drawn_with_a_warning() throws IOException {
    for (String name : new String[] {"calls.strace", "initial.maps", "final.maps"}) {
      String text = Files.readString(Path.of(SQLITE, name));
      Files.writeString(
          folder.resolve(name), name.equals("final.maps") ? text.replace("rw-p", "r--p") : text);
    }
    Session session = Session.of("maps", folder.toString());
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.err()).contains("'mapwright replay' says where");
    assertThat(session.out()).contains("mappings, ");
  }

  @Test
  void it_is_said_what_entries_are() {
    Session session = Session.of("maps", SQLITE);
    assertThat(session.out().replaceAll("\\s+", " "))
        .endsWith(
            "entries: page table entries, made where a CPU has tried the first and the last byte of"
                + " the 149 areas of which the mappings consist ");
    assertThat(Session.of("maps", SQLITE, "--svg", "-").out()).contains(">entries: page table");
    assertThat(Session.of("maps", NVME).out()).doesNotContain("entries: ");
  }

  @Test
  void what_repeats_is_drawn_once_unless_all_is_asked_for() {
    String java = Session.ROOT.resolve("examples/traces/java-g1").toString();
    Session folded = Session.of("maps", java);
    assertThat(folded.out())
        .contains("198 mappings, 2.7 GiB")
        .containsPattern("7fea3880c000 +rw-p +10 MiB .* ─ 10 times ---p and rw-p\n");
    Session all = Session.of("maps", java, "--all");
    assertThat(all.out()).contains("198 mappings, 2.7 GiB").doesNotContain(" times ");
    assertThat(all.out().lines().count()).isGreaterThan(folded.out().lines().count() + 60);
    assertThat(Session.of("maps", java, "--walk", "7fea38810000").out())
        .contains("7fea3890bfff") // the mapping itself, not the run
        .doesNotContain(" times ");
    assertThat(Session.of("maps", SQLITE, "--all").out())
        .isEqualTo(Session.of("maps", SQLITE).out());
  }

  // ---- domains of an IOMMU's recording

  private static final String NVME =
      Session.ROOT.resolve("examples/traces/iommu-nvme/scalable").toString();

  @Test
  void each_domain_that_an_iommus_recording_leaves_is_drawn_with_its_devices() {
    Session session = Session.of("maps", NVME);
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.err()).isEmpty();
    assertThat(session.out())
        .containsPattern("scalable, domain 0x[0-9a-f]+, device 00:03.0\n")
        .containsPattern("devices 00:1f.0, 00:1f.2, 00:1f.3\n1 mapping, 16 MiB of ");
    String larger = Session.ROOT.resolve("examples/traces/iommu-nvme").toString();
    assertThat(Session.of("maps", larger).out()).contains("─ 20 pages, 20 mappings");
  }

  @Test
  void one_device_chooses_its_domain() {
    Session session = Session.of("maps", NVME, "--device", "00:1F.2");
    assertThat(session.out()).contains("00:1f.2").doesNotContain("00:03.0");
    session = Session.of("maps", NVME, "--device", "00:1d.0");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("no domain is left with a device '00:1d.0'; expected one");
  }

  @Test
  void the_walk_of_an_iommus_tables_is_that_of_a_devices_domain() {
    Session session = Session.of("maps", NVME, "--device", "00:1f.0", "--walk", "0x5123");
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out())
        .contains("0x5123 in an IOMMU's tables of ")
        .contains("mapping 0x0 to 0xFFFFFF, rw-")
        .contains("physical   0x5123\n")
        .contains("a read     by a device goes through")
        .contains("a write    by a device goes through");
    session = Session.of("maps", NVME, "--walk", "0x5123");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("3 domains are left").contains("00:03.0");
    session = Session.of("maps", NVME, "--device", "00:1f.0", "--walk", "ffffffffffffffff");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("is above the domain; its last byte is 0x");
  }

  @Test
  void several_domains_are_one_svg() {
    Session session = Session.of("maps", NVME, "--svg", "-");
    assertThat(session.out()).startsWith("<svg ").endsWith("</svg>\n</svg>\n");
    assertThat(session.out().split("<svg ", -1)).hasSize(5);
  }

  // ---- domains of a program

  private static final String PROGRAM =
      """
      import dev.mapwright.core.dma.*;
      import dev.mapwright.sim.*;

      void main(String[] arguments) {
        var machine = SimulatedMachine.builder().ram(0, 64).iommu(IommuMode.LEGACY, 39).build();
        var domain =
            Domain.create(machine, "disk", machine.iommu().newTranslation(39), 1023, null).get();
        IO.println("hello " + String.join(" ", arguments));
        domain.map(new DomainRequest().pages(2).permissions(2).at(16), page -> 4 + page).orThrow();
        if (arguments.length > 1) {
          throw new IllegalStateException(arguments[1]);
        }
        domain.unmap(17, 1).orThrow();
        for (int i = 0; i < 2; i++) {
          domain.unmap(16 + 100 * i, 1);
        }

        domain.setAside(4, 2, true);
        domain.close();
        machine.close();
      }
      """;

  private Session program(String... arguments) throws IOException {
    Path file = Files.writeString(folder.resolve("Program.java"), PROGRAM);
    String[] all = new String[arguments.length + 1];
    all[0] = "maps";
    for (int i = 0; i < arguments.length; i++) {
      all[i + 1] = arguments[i].replace("FILE", file.toString());
    }
    return Session.of(all);
  }

  @Test
  void the_domains_of_a_program_are_drawn_as_they_stood_when_they_held_most() throws IOException {
    Session session = program("FILE", "you");
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out())
        .contains("Program.java, domain disk, when it held most, after line 9\n1 mapping, 8 KiB")
        .containsPattern("10000 +-w +8 KiB +▒+ +─ → 4000")
        .contains("write")
        .doesNotContain("hello");
  }

  @Test
  void a_line_says_when_the_domains_are_looked_at() throws IOException {
    assertThat(program("--line", "9", "FILE").out())
        .contains("domain disk, before line 9\n0 mappings");
    assertThat(program("--line", "13", "FILE").out()).contains("before line 13\n1 mapping, 8 KiB");
    assertThat(program("--line", "15", "FILE").out())
        .contains("before line 15\n1 mapping, 4 KiB")
        .containsPattern("10000 +-w +4 KiB");
    assertThat(program("--line", "19", "FILE").out())
        .contains("before line 19\n0 mappings, 1 range set aside, 8 KiB of 4 MiB");
  }

  @Test
  void a_line_that_is_not_carried_out_is_refused() throws IOException {
    Session session = program("--line", "17", "FILE");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err())
        .contains("holds nothing that is carried out; the next that does is 18");
    assertThat(program("--line", "99", "FILE").err()).endsWith("that is carried out\n");
    assertThat(program("--line", "11", "FILE").err()).contains("was never carried out");
    assertThat(program("--line", "5", "FILE").err())
        .contains("made no domain that was there before line 5");
  }

  @Test
  void a_program_that_throws_is_drawn_and_its_code_is_1() throws IOException {
    Session session = program("FILE", "you", "boom");
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.err()).contains("IllegalStateException: boom").contains("Program.java:11");
    assertThat(session.out()).contains("1 mapping, 8 KiB");
  }

  @Test
  void options_that_do_not_go_with_what_is_drawn_are_refused() throws IOException {
    assertThat(program("FILE", "--walk", "0").err()).contains("--walk does not go with this: ");
    assertThat(Session.of("maps", NVME, "--line", "1").err()).contains("is no program");
    assertThat(Session.of("maps", NVME, "--pid", "1").err()).contains("--pid is for recordings");
    assertThat(Session.of("maps", SQLITE, "more").err()).contains("arguments are for programs");
    Session session = Session.of("maps", SQLITE, "--device", "00:03.0");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("--device does not go with this: ");
  }
}
