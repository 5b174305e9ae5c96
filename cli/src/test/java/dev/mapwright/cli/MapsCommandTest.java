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
}
