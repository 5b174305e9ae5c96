package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.cli.explain.Code;
import dev.mapwright.cli.explain.Shelf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class ExplainCommandTest {
  @Test
  void without_a_code_the_help_is_printed() {
    Session session = Session.of("explain");
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out()).isEqualTo(Session.of("explain", "--help").out());
    assertThat(session.out()).startsWith("Usage: mapwright explain ");
  }

  @Test
  void a_status_is_explained_with_meaning_causes_sources_and_what_to_do() {
    Session session = Session.of("explain", "MX_ERR_NOT_FOUND");
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.err()).isEmpty();
    assertThat(session.out())
        .isEqualTo(
            """
            MX_ERR_NOT_FOUND (Magenta, 2017)
            Also -25, 4294967271, 0xFFFFFFE7, 0xFFFFFFFFFFFFFFE7, ZX_ERR_NOT_FOUND

            What the call is about is not there.

            Causes
              mx_vmar_protect
                - a page of the range is not mapped (vmar_protect.md, Errors)

            What to do
              - mx_vmar_protect wants each page of the range mapped: protect the mapped
                pieces one by one, or map the gap first. A refusal has changed nothing.
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-25", "4294967271", "0xffffffe7", "mx_err_not_found", "ERR_NOT_FOUND"})
  void a_number_and_a_short_name_do_as_well(String typed) {
    assertThat(Session.of("explain", typed)).isEqualTo(Session.of("explain", "MX_ERR_NOT_FOUND"));
  }

  @Test
  void a_bug_check_lists_its_kinds_and_each_is_explained_by_itself() {
    Session session = Session.of("explain", "SYSTEM_PTE_MISUSE");
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out())
        .startsWith("0xDA (Windows)\nAlso SYSTEM_PTE_MISUSE\n")
        .contains("More exactly\n")
        .contains("  0xDA/0x104: the reservation belongs to another tag\n");
    assertThat(Session.of("explain", "0x000000da")).isEqualTo(session);
    assertThat(Session.of("explain", "0xDA/0x104").out())
        .contains("MmMapLockedPagesWithReservedMapping\n")
        .contains("the reservation belongs to another tag; parameters from the second on:\n")
        .contains("address, caller's tag, owner's tag (Bug Check 0xDA, 0x104)")
        .contains("Pass the tag that the range was reserved with");
    assertThat(Session.of("explain", "C00000F2").out()).startsWith("STATUS_INVALID_PARAMETER_4 ");
  }

  @Test
  void a_routine_restricts_the_causes_however_it_is_said() {
    Session session = Session.of("explain", "EINVAL", "mremap");
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out())
        .startsWith("EINVAL of mremap (Linux)\n")
        .contains("old and new range overlap (mremap(2), ERRORS)")
        .doesNotContain("madvise");
    assertThat(Session.of("explain", "EINVAL of mremap")).isEqualTo(session);
    assertThat(Session.of("explain", "einval", "of", "MREMAP")).isEqualTo(session);
    assertThat(Session.of("explain", "EINVAL mremap")).isEqualTo(session);
    assertThat(Session.of("explain", "-22", "mremap")).isEqualTo(session);
  }

  @ParameterizedTest
  @CsvSource({
    "MX_ERR_NO_MEMROY, MX_ERR_NO_MEMORY",
    "EINVALL, EINVAL",
    "0xFFFFFFFB, MX_ERR_NO_MEMORY (0xFFFFFFFC)",
    "-12, ENOMEM (Linux)",
    "NO_MEMORY, STATUS_NO_MEMORY (Windows)",
    "0xDA/0x106, 0xDA/0x104"
  })
  void what_is_unknown_or_unclear_is_refused_with_what_can_be_meant(String typed, String meant) {
    Session session = Session.of("explain", typed);
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).startsWith("mapwright explain: ").contains("  " + meant);
  }

  @Test
  void a_routine_that_never_gives_the_code_is_refused_with_what_it_gives() {
    Session session = Session.of("explain", "EACCES", "mremap");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err())
        .contains("no answer of mremap in the table is EACCES")
        .contains("Routines that give it: mmap, mprotect, pkey_mprotect, madvise")
        .contains("What mremap gives: EPERM, ENOMEM, EFAULT, EINVAL")
        .contains("'mapwright explain EACCES' says what it means in general.");
    assertThat(Session.of("explain", "EIO", "mremap").err()).doesNotContain("Routines that give");
  }

  @Test
  void an_unknown_routine_is_refused_with_the_nearest() {
    Session session = Session.of("explain", "EINVAL", "mremp");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains("no routine 'mremp'").contains("did you mean 'mremap'?");
    assertThat(Session.of("explain", "MX_ERR_NO_MEMORY", "vmar_mop").err())
        .contains("did you mean 'mx_vmar_map'?");
    assertThat(Session.of("explain", "EINVAL", "frobnicate").err()).doesNotContain("did you mean");
  }

  @Test
  void the_list_has_one_code_a_line_and_each_is_explained_in_lines_that_fit() {
    Session list = Session.of("explain", "--list");
    assertThat(list.code()).isEqualTo(Main.OK);
    assertThat(list.out().lines())
        .containsExactlyElementsOf(Shelf.ALL.codes().stream().map(Code::name).toList());
    list.out()
        .lines()
        .forEach(name -> {
          assertThat(name).doesNotContainAnyWhitespaces();
          Session session = Session.of("explain", name);
          assertThat(session.code()).as(name).isEqualTo(Main.OK);
          assertThat(session.out()).startsWith(name).contains("What to do\n  - ");
          session.out().lines().forEach(line -> assertThat(line).matches("(.{0,79}\\S)?"));
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-12",
        "MX_ERR",
        "NO_MEMROY",
        "-99",
        "EACCES mremap",
        "EINVAL x",
        "xyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzy",
        "--help"
      })
  void complaints_fit_as_well(String typed) {
    Session session = Session.of("explain", typed);
    (session.out() + session.err())
        .lines()
        .forEach(line -> assertThat(line).matches("(.{0,79}\\S)?"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPERM", "MX_ERR_BAD_STATE", "EINVAL of mremap", "--list"})
  void the_same_is_json_when_asked_for(String typed) {
    Session session = Session.of("explain", typed, "--format", "json");
    assertThat(session.code()).isEqualTo(Main.OK);
    assertThat(session.out()).contains("\"system\" : ").contains("\"aliases\" : [ ");
    int tokens = 0;
    try (JsonParser parser =
        new JsonFactory().createParser(ObjectReadContext.empty(), session.out())) {
      while (parser.nextToken() != null) {
        tokens++;
      }
    }
    assertThat(tokens).isGreaterThan(20);
  }

  @Test
  void json_has_meaning_causes_and_advice() {
    assertThat(Session.of("explain", "MX_ERR_NOT_FOUND", "--format", "json").out())
        .contains("\"name\" : \"MX_ERR_NOT_FOUND\"")
        .contains("\"routine\" : null")
        .contains("\"meaning\" : \"What the call is about is not there.\"")
        .contains("\"sentence\" : \"a page of the range is not mapped\"")
        .contains("\"source\" : \"vmar_protect.md, Errors\"")
        .contains("\"advice\" : [ \"mx_vmar_protect wants");
  }

  @ParameterizedTest
  @CsvSource({
    "EPERM --format xml, there is no format 'xml'; expected text or json",
    "--list EPERM, expected nothing beside it",
    "--frobnicate, there is no option '--frobnicate'",
    "EINVAL mremap mmap, at most one routine; found 'EINVAL mremap mmap'",
    "EINVAL of mremap mmap madvise, at most one routine; found 'EINVAL of mremap mmap ...'",
    "EINVAL of, at most one routine; found 'EINVAL of'",
  })
  void what_makes_no_sense_is_refused(String line, String why) {
    Session session = Session.of(("explain " + line).split(" ", -1));
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err()).contains(why);
  }

  @Test
  void completion_offers_the_codes() {
    assertThat(Session.of("completion", "bash").out()).contains("MX_ERR_NO_MEMORY", "EOVERFLOW");
  }
}
