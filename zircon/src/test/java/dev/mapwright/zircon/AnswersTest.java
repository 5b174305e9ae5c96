package dev.mapwright.zircon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.Routine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Compares the documented answers with those that were observed at the call face while the tests of
 * this package ran. It runs last.
 */
@Order(Integer.MAX_VALUE)
class AnswersTest {
  private static final Path TABLE =
      Path.of(System.getProperty("mapwright.root", ".."), "docs", "answers-mx.md");

  /** Explains the table, in front of it. */
  private static final String HEAD =
      """
      # The answers of the mx_ calls

      Every documented answer of every routine, in the order in which a routine checks, with a test that provokes it.
      The rows are the constants of the enums in `dev.mapwright.zircon.answer`; the last column is what was observed at the call face during the test
      run. This file is made by that run (`./mvnw test -pl zircon -am -Dmapwright.answers=write`), and the build fails when an answer was not
      observed or when the file is out of date.

      A source such as "vmar_map, check 7" is the page of the routine and the number of the check in its order of checks; "this library" marks
      answers that a program embedding the engine can cause with means that the calls do not have (leases, pins).

      ## Documented, and not answered

      | routine | answer | why not |
      |---|---|---|
      | `mx_vmar_unmap` | `MX_ERR_NOT_FOUND` for a range where nothing is mapped | the kernels answer `MX_OK` |
      | `mx_vmo_read`, `mx_vmo_write` | `MX_ERR_OUT_OF_RANGE` at the very end | the kernels answer `MX_OK` with a count of 0 |
      | `mx_vmo_set_size` | `MX_ERR_NO_MEMORY` | changing a size acquires nothing here |
      | `mx_vmo_op_range` | zeros instead of the parent's contents after `COMMIT` of a clone; a start rounded up by `DECOMMIT` | defects of the time, mended later |
      | `mx_vmar_unmap` | effects on the child before a gap in which the range begins | a defect of the time, mended later |
      | `mx_object_get_info` | topics other than `HANDLE_VALID` and `VMAR` | answered with `MX_ERR_NOT_SUPPORTED` |

      ## Partial effects of refused calls

      | routine | refused with | what has happened nevertheless |
      |---|---|---|
      | `mx_vmar_map` | a bad pointer, with `SPECIFIC_OVERWRITE` | what was replaced is gone |
      | `mx_handle_replace` | a bad pointer | both handles are gone |
      | `mx_vmo_read`, `mx_vmo_write`, `mx_process_read_memory`, `mx_process_write_memory` | a bad pointer for the count | the bytes are transferred |
      | all with several pointers | a bad pointer | what was stored through the pointers before it stays |
      | all with pointers | any | pages of the caller's own buffers may have been committed by touching them |

      """;

  @Test
  void every_documented_answer_was_observed_and_the_table_says_where() throws IOException {
    List<String> missing = new ArrayList<>();
    StringBuilder table = new StringBuilder(HEAD);
    for (Routine routine : Routine.values()) {
      table.append("## `").append(routine.documentedName()).append("`\n\n");
      table.append("| answer | condition | in words | source | provoked by |\n");
      table.append("|---|---|---|---|---|\n");
      for (Condition condition : routine.conditions()) {
        TreeSet<String> tests = ObservedAnswers.SEEN.get(condition);
        if (tests == null) {
          missing.add(routine.documentedName() + ": " + condition);
        }
        table.append("| `").append(MxStatus.name(condition.status()));
        table.append("` | ").append(condition.name());
        table.append(" | ").append(condition.sentence());
        table.append(" | ").append(condition.source());
        table.append(" | ").append(tests == null ? "" : tests.first()).append(" |\n");
      }
      table.append('\n');
    }
    assertThat(missing).as("documented answers that no test provoked").isEmpty();
    if ("write".equals(System.getProperty("mapwright.answers"))) {
      Files.createDirectories(TABLE.getParent());
      Files.writeString(TABLE, table);
    }
    assertThat(Files.readString(TABLE)).isEqualTo(table.toString());
  }

  @Test
  void classes_run_in_the_order_that_makes_this_one_last() {
    assertThat(System.getProperty("junit.jupiter.testclass.order.default", configured()))
        .isEqualTo(ClassOrderer.OrderAnnotation.class.getName());
  }

  private static String configured() {
    try (var properties = AnswersTest.class.getResourceAsStream("/junit-platform.properties")) {
      var loaded = new java.util.Properties();
      if (properties != null) {
        loaded.load(properties);
      }
      return loaded.getProperty("junit.jupiter.testclass.order.default", "");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
