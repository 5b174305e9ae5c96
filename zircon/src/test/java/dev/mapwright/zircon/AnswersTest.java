package dev.mapwright.zircon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.Routine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
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

      Every documented answer of every routine, in the order in which a routine checks, with the test of its name.
      The rows are the constants of the enums in `dev.mapwright.zircon.answer`. The test in the last column makes a call in which one thing is
      wrong, and this is the answer that was observed at the call face. The file is made by the test run
      (`./mvnw test -pl zircon -am -Dmapwright.answers=write`), and the build fails when an answer was not observed under its name or when the file is
      out of date.

      A source is a page of Magenta's documents of May 2017 (`docs/syscalls/vmar_map.md`, `docs/errors.md`) and a section of it. Where the pages are silent, it is
      the function of that time's kernel which answers so; "this library" marks what neither knows: answers that a program embedding the
      engine causes with means that the calls do not have (leases, pins), and arguments of `mx_mmap_device_memory`, for which there is no page.

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
      | `mx_vmar_map`, `mx_vmar_allocate`, `mx_mmap_device_memory` | a bad pointer | what was made stays while the embedding program has a lease of it, and goes with the thread's next call after that |
      | `mx_handle_replace` | a bad pointer | both handles are gone |
      | `mx_vmo_read`, `mx_vmo_write`, `mx_process_read_memory`, `mx_process_write_memory` | a bad pointer for the count | the bytes are transferred |
      | all with several pointers | a bad pointer | what was stored through the pointers before it stays |
      | all with pointers | any | pages of the caller's own buffers may have been committed by touching them |

      """;

  @Test
  void every_documented_answer_was_observed_in_the_test_of_its_name() throws IOException {
    List<String> missing = new ArrayList<>();
    StringBuilder table = new StringBuilder(HEAD);
    for (Routine routine : Routine.values()) {
      table.append("## `").append(routine.documentedName()).append("`\n\n");
      table.append("| answer | condition | in words | source | provoked by |\n");
      table.append("|---|---|---|---|---|\n");
      for (Condition condition : routine.conditions()) {
        String test = testNamedAfter(routine, condition);
        if (test.isEmpty()) {
          missing.add(routine.documentedName() + ": " + condition);
        }
        table.append("| `").append(MxStatus.name(condition.status()));
        table.append("` | ").append(condition.name());
        table.append(" | ").append(condition.sentence());
        table.append(" | ").append(condition.source());
        table.append(" | ").append(test).append(" |\n");
      }
      table.append('\n');
    }
    assertThat(missing).as("documented answers that no test of their name provoked").isEmpty();
    if ("write".equals(System.getProperty("mapwright.answers"))) {
      Files.createDirectories(TABLE.getParent());
      Files.writeString(TABLE, table);
    }
    assertThat(Files.readString(TABLE)).isEqualTo(table.toString());
  }

  /** The test with the name of an answer, if it has provoked it; see {@link EveryAnswer}. */
  private static String testNamedAfter(Routine routine, Condition condition) {
    String name = ": " + routine.documentedName() + " " + condition.name();
    for (String test : ObservedAnswers.SEEN.getOrDefault(condition, new TreeSet<>())) {
      if (test.endsWith(name)) {
        return test;
      }
    }
    return "";
  }

  @Test
  void classes_run_in_the_order_that_makes_this_one_last() {
    assertThat(System.getProperty("junit.jupiter.testclass.order.default", configured()))
        .isEqualTo(ClassOrderer.OrderAnnotation.class.getName());
  }

  private static String configured() {
    try (var properties = AnswersTest.class.getResourceAsStream("/junit-platform.properties")) {
      var loaded = new Properties();
      if (properties != null) {
        loaded.load(properties);
      }
      return loaded.getProperty("junit.jupiter.testclass.order.default", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
