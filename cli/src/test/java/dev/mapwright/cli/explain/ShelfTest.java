package dev.mapwright.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The look-up, also in a book whose codes have two parts. */
class ShelfTest {
  private final Shelf shelf =
      new Shelf(List.of(new MagentaBook(), new LinuxBook(), new TinyBook()));

  private Finding.Found found(String typed) {
    return switch (shelf.find(typed, null)) {
      case Finding.Found found -> found;
      case Finding.Refused refused -> throw new AssertionError(refused.complaint());
    };
  }

  private String refused(String typed) {
    return refused(typed, null);
  }

  private String refused(String typed, @Nullable String routine) {
    return switch (shelf.find(typed, routine)) {
      case Finding.Found found -> throw new AssertionError("found " + found.code().name());
      case Finding.Refused refused -> refused.complaint();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "0xDA/0x104, 0xDA/0x104",
    "0x000000da/0x0104, 0xDA/0x104",
    "DA/104, 0xDA/0x104",
    "0xda/104, 0xDA/0x104",
    "entry_misuse/0x104, 0xDA/0x104",
    "0xDA, 0xDA",
    "0x0000000a, 0xA",
    "da, 0xDA",
    "ENTRY_MISUSE, 0xDA",
    "C00000F2, STATUS_INVALID_PARAMETER_4",
    "0xc00000f2, STATUS_INVALID_PARAMETER_4",
    "STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER",
    "INVALID_PARAMETER, STATUS_INVALID_PARAMETER",
    "PARAMETER_4, STATUS_INVALID_PARAMETER_4",
    "-4, MX_ERR_NO_MEMORY",
    "4294967292, MX_ERR_NO_MEMORY",
    "0xfffffffc, MX_ERR_NO_MEMORY",
    "0xfffffffffffffffc, MX_ERR_NO_MEMORY",
    "zx_err_no_memory, MX_ERR_NO_MEMORY",
    "no_memory, MX_ERR_NO_MEMORY",
    "einval, EINVAL",
    "22, EINVAL"
  })
  void a_code_is_found_as_people_write_it(String typed, String name) {
    assertThat(found(typed).code().name()).isEqualTo(name);
  }

  @Test
  void the_first_part_alone_lists_what_begins_with_it() {
    assertThat(found("0xDA").explanation().parts())
        .extracting(Part::name)
        .containsExactly("0xDA/0x104", "0xDA/0x105");
    assertThat(found("0xDA/0x104").explanation().parts()).isEmpty();
  }

  @Test
  void the_second_part_alone_is_refused_with_the_candidates_if_there_are_several() {
    assertThat(refused("0x104")).contains("can be 2 codes").contains("0xDA/0x104", "0x1A/0x104");
    assertThat(found("0x105").code().name()).isEqualTo("0xDA/0x105");
  }

  @Test
  void a_number_that_two_systems_give_is_refused_with_both() {
    assertThat(refused("-12")).contains("MX_ERR_WRONG_TYPE (Magenta").contains("ENOMEM (Linux)");
  }

  @Test
  void a_number_that_one_of_two_systems_gives_is_that_ones_and_the_other_is_named() {
    assertThat(found("-4").others()).extracting(Code::name).containsExactly("EINTR");
    assertThat(found("-22").code().name()).isEqualTo("EINVAL");
    assertThat(found("-22").others()).extracting(Code::name).containsExactly("MX_ERR_SHOULD_WAIT");
    assertThat(found("NO_MEMORY").others()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "-12, mremap, ENOMEM",
    "-12, mx_vmar_map, MX_ERR_WRONG_TYPE",
    "NOT_FOUND, vmar_protect, MX_ERR_NOT_FOUND",
    "EINVAL, MREMAP(2), EINVAL",
    "EINVAL, mlock2, EINVAL",
    "ZX_ERR_NOT_FOUND, zx_vmar_protect, MX_ERR_NOT_FOUND",
    "0xDA/0x104, mmunmapthing, 0xDA/0x104"
  })
  void a_routine_decides_what_is_meant(String typed, String routine, String name) {
    assertThat(shelf.find(typed, routine))
        .isInstanceOfSatisfying(
            Finding.Found.class,
            found -> {
              assertThat(found.code().name()).isEqualTo(name);
              assertThat(found.explanation().routines()).hasSize(1);
            });
  }

  @Test
  void a_routine_of_another_system_than_the_code_is_none() {
    assertThat(refused("EINVAL", "mx_vmar_allocate"))
        .contains("no routine 'mx_vmar_allocate' in the table of answers of Linux.");
    assertThat(refused("-4", "mremap"))
        .contains("no answer of mremap in the table is EINTR")
        .contains("What mremap gives: EPERM, ");
    assertThat(refused("-12", "mremp")).contains("did you mean 'mremap'?");
    assertThat(refused("-12", "vmar_mop")).contains("did you mean 'mx_vmar_map'?");
  }

  @Test
  void a_code_of_two_parts_has_the_routines_of_its_own() {
    assertThat(refused("0xDA/0x105", "MmUnmapThing"))
        .contains("What MmUnmapThing gives: 0xDA/0x104");
    assertThat(shelf.find("0xDA", "MmUnmapThing"))
        .isInstanceOfSatisfying(
            Finding.Found.class,
            found ->
                assertThat(found.explanation().parts())
                    .extracting(Part::name)
                    .containsExactly("0xDA/0x104"));
    assertThat(refused("0x1A", "MmUnmapThing")).contains("no answer of MmUnmapThing");
  }

  @Test
  void what_is_unknown_is_refused_with_the_nearest_names_and_numbers() {
    assertThat(refused("MX_ERR_NO_MEMROY").lines())
        .containsExactly(
            "there is no code 'MX_ERR_NO_MEMROY'; the nearest ones are",
            "  MX_ERR_NO_MEMORY",
            "'mapwright explain --list' lists all codes.");
    assertThat(refused("NO_MEMROY")).contains("  MX_ERR_NO_MEMORY");
    assertThat(refused("0xC00000F3")).contains("  STATUS_INVALID_PARAMETER_4 (0xC00000F2)");
    assertThat(refused("0xDA/0x106")).contains("  0xDA/0x104").contains("  0xDA/0x105");
    assertThat(refused("0xDB")).contains("  0xDA").doesNotContain("EINVAL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EMORY", "NO_MEMOR", "O_MEMORY", "PARAMETER_", "DA/0x10"})
  void half_a_word_is_no_short_form(String typed) {
    assertThat(refused(typed)).startsWith("there is no code '" + typed + "'");
  }

  @Test
  void no_more_than_five_are_named_and_the_nearest_first() {
    assertThat(refused("0xC00000F3").lines().skip(1).limit(2))
        .containsExactly(
            "  STATUS_INVALID_PARAMETER_4 (0xC00000F2)", "  STATUS_INVALID_PARAMETER (0xC000000D)");
    assertThat(refused("0xFFFFFFFB").lines()).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xyzzy", "/", "//", "0x", "0x/0x", "-", "_", "%n%s", "ß", "MX", "\u0000"})
  void what_is_like_nothing_is_refused_or_listed_but_never_fails(String typed) {
    assertThat(refused(typed)).contains("mapwright explain --list");
  }

  @Test
  void a_word_of_any_length_is_refused_in_few_characters() {
    assertThat(refused("x".repeat(1_000_000))).hasSizeLessThan(200);
    assertThat(refused("0x" + "0".repeat(100_000))).hasSizeLessThan(400);
    assertThat(refused("MX_ERR_".repeat(100_000))).hasSizeLessThan(400);
  }

  @Test
  void zeros_in_front_do_not_count() {
    assertThat(found("0x" + "0".repeat(10_000) + "DA").code().name()).isEqualTo("0xDA");
  }
}
